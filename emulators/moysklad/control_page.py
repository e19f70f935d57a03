"""The page that a person sees at `/_control`."""

from html import escape

from emulators.moysklad.accounts import World

SETTINGS = (
    '{"quotas", "latencySeconds", "nestedPositionsLimit", "compress", "retryEverySeconds", "retryForSeconds", '
    '"stockRecalculationSeconds", "asyncPendingSeconds", "asyncProcessingSeconds", "downloadBase", "bans", '
    '"connectionRequests", "newConnectionsPerMinute", "computedBumpsUpdated", "trashBumpsUpdated", '
    '"restoreBumpsUpdated", "clockOffsetSeconds"}'
)
ENDPOINTS = (
    ("POST", "/_control/apps", '{"appId?", "appUid?", "secretKey?", "endpointBase", "draft?": false}'),
    ("POST", "/_control/accounts", '{"name"}'),
    ("GET", "/_control/accounts/{accountId}", "installs, settings, counts"),
    ("PUT", "/_control/accounts/{accountId}/settings", '{"useRecycleBin": true}'),
    ("POST", "/_control/accounts/{accountId}/install | uninstall | suspend | resume", '{"appId?"}'),
    ("POST", "/_control/accounts/{accountId}/tariff", '{"appId?", "tariffName": "Pro"}'),
    ("POST", "/_control/accounts/{accountId}/tokens", '{"kind": "app" | "user", "appId?", "employeeId?"}'),
    ("POST", "/_control/accounts/{accountId}/revoke", '{"token"}'),
    ("POST", "/_control/accounts/{accountId}/permissions", '{"permissions": {"customerorder": {"view": false}}}'),
    ("POST", "/_control/accounts/{accountId}/employees", '{"name"}'),
    ("POST", "/_control/accounts/{accountId}/context-keys", '{"appId?", "admin?": true, "employeeId?"}'),
    (
        "POST",
        "/_control/accounts/{accountId}/seed",
        '{"orders": 2500, "counterparties": 200, "products": 50, "positionsPerOrder": 3, "seed": 1, "burst": 0}',
    ),
    ("POST", "/_control/accounts/{accountId}/touch", '{"type", "count?", "ids?", "seed?"}'),
    ("POST", "/_control/accounts/{accountId}/add", '{"type", "count", "seed?", "positionsPerOrder?"}'),
    (
        "POST",
        "/_control/accounts/{accountId}/fill",
        '{"type": "demand", "count": 1, "seed": 1, "positions": 3, "attributes": false, "days": 0}',
    ),
    (
        "POST",
        "/_control/accounts/{accountId}/trash | restore | purge | archive | unarchive",
        '{"type", "ids"}',
    ),
    ("POST", "/_control/accounts/{accountId}/settle", '{"type", "ids", "fields?": {"payedSum": 100}}'),
    ("POST", "/_control/accounts/{accountId}/distort", '{"type", "id", "fields": {"name": null}}'),
    (
        "POST",
        "/_control/accounts/{accountId}/attributes/define",
        '{"type", "kind?", "name?", "required?", "dictionary?"}',
    ),
    ("POST", "/_control/accounts/{accountId}/attributes/remove", '{"type", "id?", "name?"}'),
    ("POST", "/_control/accounts/{accountId}/options", '{"options": {"processing": false}, "code?": 1070}'),
    (
        "POST",
        "/_control/accounts/{accountId}/stock | stock/change | stock/cells",
        '{"count", "seed?"} or {"rows": [{"good", "store?", "quantity", "cost?", "moment?"}]}',
    ),
    ("POST", "/_control/accounts/{accountId}/namedfilters", '{"type", "name", "filter", "employeeId?"}'),
    ("POST", "/_control/accounts/{accountId}/async", '{"outcomes": ["ERROR"]}: how the next background tasks end'),
    ("GET", "/_control/accounts/{accountId}/objects/{type}?expand=…", "all objects, trash and archive included"),
    ("GET", "/_control/accounts/{accountId}/objects/{type}/count", '{"count", "shown", "hidden"}'),
    (
        "POST",
        "/_control/settings",
        SETTINGS,
    ),
    ("POST", "/_control/quotas/reset", "{}"),
    ("GET, DELETE", "/_control/limits", "what each credential was granted and refused, and who is banned"),
    ("POST", "/_control/limits/lift", '{"account?", "credential?"}'),
    ("GET, DELETE", "/_control/journal?last=50", "requests answered so far"),
    ("GET, POST, DELETE", "/_control/faults", '{"action", "method?", "path?", "skip?", "times?", "status?", …}'),
)
STYLE = (
    "body{font:15px sans-serif;margin:2em auto;max-width:70em}td,th{padding:.3em .8em;text-align:left}code{color:#246}"
)


def page(world: World) -> str:
    """Accounts, solutions, installs and the list of control endpoints as HTML."""
    apps = _table(
        ("appId", "appUid", "endpointBase", "draft"),
        [(one.app_id, one.app_uid, one.endpoint_base, str(one.draft)) for one in world.applications.values()],
    )
    accounts = _table(
        ("account", "accountId", "login", "password", "objects", "installs"),
        [
            (
                one.name,
                one.id,
                one.people[0].login,
                one.people[0].password,
                ", ".join(f"{name} {len(shelf)}" for name, shelf in one.shelves.items() if len(shelf)),
                ", ".join(f"{each.application.app_uid}: {each.status}" for each in one.installs.values()) or "—",
            )
            for one in world.accounts.values()
        ],
    )
    endpoints = _table(("method", "path", "body"), list(ENDPOINTS))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>MoySklad emulator</title><style>{STYLE}</style>"
        f"<h1>MoySklad emulator</h1><p>JSON API: <code>{escape(world.links.api)}</code>. "
        "<a href=/_control/journal?last=50>Journal</a>, <a href=/_control/faults>planned faults</a>, "
        "<a href=/_control/settings>settings</a>.</p>"
        f"<h2>Accounts</h2>{accounts}<h2>Solutions</h2>{apps}<h2>Endpoints</h2>{endpoints}</html>"
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return "<p>None yet.</p>"
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
