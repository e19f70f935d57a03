"""GET /_control: the state of the emulator for people, and what can be asked of it."""

from html import escape

import msgspec
from aiohttp import web

from emulators.google.html_page import page, table
from emulators.google.sheet_page import index_table
from emulators.google.world import World

_ENDPOINTS = [
    ("POST", "/_control/clients", '{"clientId": "", "clientSecret": "", "redirectUris": [""], "projectNumber": ""}'),
    ("POST", "/_control/accounts", '{"email": "", "name": "", "locale": "ru_RU", "timeZone": "Europe/Moscow"}'),
    ("POST", "/_control/tokens", '{"email": "", "clientId": "", "scopes": [""], "expiresIn": 3599}: no consent asked'),
    ("POST", "/_control/tokens/expire", '{"email": ""}: access tokens expire now'),
    ("POST", "/_control/grants/revoke", '{"email": "", "clientId": ""}'),
    ("GET", "/_control/settings", ""),
    ("POST", "/_control/settings", '{"quotas": true, "readLatencySeconds": 0, ...}: any of the settings below'),
    ("GET", "/_control/quotas", ""),
    ("DELETE", "/_control/quotas", "refills them now"),
    ("GET", "/_control/spreadsheets", ""),
    ("POST", "/_control/spreadsheets", '{"email": "", "title": ""}: made by hand, given to no client'),
    ("GET", "/_control/spreadsheets/{id}", "whole contents; ?sheetId= for one tab"),
    ("GET", "/_control/spreadsheets/{id}/revisions", ""),
    ("POST", "/_control/spreadsheets/{id}/edit", '{"requests": [...]}: batchUpdate by a human, no quota'),
    ("GET", "/_control/journal", "?last=N for the newest requests"),
    ("DELETE", "/_control/journal", ""),
    ("GET", "/_control/faults", ""),
    (
        "POST",
        "/_control/faults",
        '{"action": "status", "method": "POST", "path": "batchUpdate", "status": 503, "when": "after"}',
    ),
    ("DELETE", "/_control/faults", ""),
]


def control_page(world: World) -> web.Response:
    """The page. Secrets and tokens are not shown."""
    accounts = world.accounts
    people = [
        [escape(one.email), escape(one.name), escape(one.subject), escape(one.locale), escape(one.time_zone)]
        for one in accounts.accounts.values()
    ]
    clients = [
        [escape(one.client_id), escape(one.project_number), "<br>".join(map(escape, one.redirect_uris))]
        for one in accounts.clients.values()
    ]
    grants = [
        [
            escape(one.email),
            escape(one.client_id),
            "<br>".join(map(escape, sorted(one.scopes))),
            str(len(one.refresh_tokens)),
        ]
        for one in accounts.grants.values()
    ]
    quotas = [[escape(str(value)) for value in one.values()] for one in world.quotas.used()]
    settings = escape(msgspec.json.format(msgspec.json.encode(world.settings)).decode())
    endpoints = [
        [method, f"<code>{escape(path)}</code>", f"<code>{escape(text)}</code>"] for method, path, text in _ENDPOINTS
    ]
    body = (
        f"<h2>Spreadsheets</h2>{index_table(world)}"
        f"<h2>Accounts</h2>{table(['e-mail', 'name', 'sub', 'locale', 'time zone'], people)}"
        f"<h2>Clients</h2>{table(['client', 'project', 'redirect URIs'], clients)}"
        f"<h2>Grants</h2>{table(['account', 'client', 'scopes', 'live refresh tokens'], grants)}"
        f"<h2>Quota used in this window</h2>{table(['kind', 'project', 'user', 'used'], quotas)}"
        f"<h2>Settings</h2><pre>{settings}</pre>"
        f"<h2>Endpoints</h2>{table(['method', 'path', 'body'], endpoints)}"
    )
    mode = "lenient: any credential, no quotas" if world.options.lenient else "strict"
    return page("Google emulator", body, extra=f"<span>{mode}</span>")
