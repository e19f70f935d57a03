"""Who is asking and how the account is set up (JSON API docs, "context of an employee", "company settings")."""

import base64
from typing import Any

import msgspec

from emulators.moysklad import company, errors, render, usersettings
from emulators.moysklad.accounts import Account, Caller, Person
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import ENTITIES
from emulators.moysklad.links import JSON_TYPE

_FULL = ("view", "create", "update", "delete")
_SECTIONS = ("dashboard", "stock", "customAttributes", "pnl", "company_crm", "tariff_crm", "audit_dashboard")
_NOT_ENTITIES = (
    "settings",
    "customentity",
    "receipttemplate",
    "retailstorestatus",
    "crptorder",
    "webhook",
    "assortment",
)
_PRINTED = {"product", "service", "bundle", "variant", "consignment", "productfolder", "counterparty", "contract"}
_PRINTED |= {"settings", "assortment", "crptorder"}


def handle(call: Call, rest: list[str]) -> Answer:
    """Everything under `/context`."""
    account = call.account
    match (call.method, rest):
        case ("GET", ["employee"]):
            if call.caller.person is None:
                text = "Доступ к контексту пользователя невозможен для данной авторизационной сущности"
                raise errors.ApiError(403, 55006, text)
            return answer(employee(account, call.caller.person), "context")
        case ("GET", ["application"]):
            return answer(_application(call.caller), "context")
        case (_, ["companysettings", *more]):
            return company.handle(call, more)
        case (_, ["usersettings"]):
            return usersettings.handle(call)
        case ("GET", _):
            raise errors.unknown_path(call.path)
    raise errors.method_refused(call.method)


def employee(account: Account, person: Person) -> dict[str, Any]:
    """An employee with permissions, as both `/context/employee` and the Vendor API show it."""
    record = account.shelves["employee"].records[person.employee_id]
    body: dict[str, Any] = msgspec.json.decode(render.row(account, record))
    body["meta"]["href"] += "?expand=cashier.retailStore"
    body["permissions"] = _permissions(admin=person.admin, owner=person is account.people[0])
    return body


def basic(header: str) -> tuple[str, str] | None:
    """Login and password of a Basic authorization header."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        login, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return login, password


def new_token(call: Call, header: str) -> Answer:
    """A token for an employee who showed the password; it revokes the employee's earlier tokens."""
    world, person = call.world, call.caller.person
    if person is None or (basic(header) is None and not world.lenient):
        raise errors.bad_credentials()
    mine = [
        token
        for token, caller in world.tokens.items()
        if caller.person is not None and caller.person.employee_id == person.employee_id
    ]
    for token in mine:
        world.revoke(token)
    return answer({"access_token": world.issue(call.caller)}, "token")


def _permissions(*, admin: bool, owner: bool) -> dict[str, Any]:
    reach = "ALL" if admin else "OWN"
    out: dict[str, Any] = {}
    for name in (*ENTITIES, *_NOT_ENTITIES):
        out[name] = dict.fromkeys((*_FULL, *_more_rights(name)), reach)
    if admin:
        out |= {name: {"view": "ALL"} for name in (*_SECTIONS, "admin", "dashboardMoney")}
    if owner:
        out |= {name: {"view": "ALL"} for name in ("ownerDataUpdate", "ownerAssign", "accountDelete")}
    return out


def _more_rights(name: str) -> tuple[str, ...]:
    if name == "task":
        return ("done",)
    if name == "bonustransaction" or (name in ENTITIES and ENTITIES[name].document):
        return ("approve", "print")
    return ("print",) if name in _PRINTED else ()


def _application(caller: Caller) -> dict[str, Any]:
    if caller.install is None:
        text = "Доступ к контексту решения невозможен для данной авторизационной сущности"
        raise errors.ApiError(403, 55005, text)
    application = caller.install.application
    href = f"{caller.account.links.api}/entity/application"
    return {
        "meta": {
            "href": f"{href}/{application.app_id}",
            "metadataHref": f"{href}/metadata",
            "type": "application",
            "mediaType": JSON_TYPE,
        },
        "appUid": f"{application.app_uid}@{caller.account.name}",
        "id": application.app_id,
    }
