"""What an employee chose for the interface (JSON API docs, "user settings")."""

from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.accounts import Account, Person
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.links import JSON_TYPE

DEFAULTS = {
    "locale": "ru_RU",
    "mailFooter": "",
    "fieldsPerRow": 3,
    "printFormat": "pdf",
    "autoShowReports": False,
}
LINKS = {
    "defaultCompany": "organization",
    "defaultCustomerCounterparty": "counterparty",
    "defaultPurchaseCounterparty": "counterparty",
    "defaultProject": "project",
    "defaultPlace": "store",
}


def handle(call: Call) -> Answer:
    """`/context/usersettings`, for employees only."""
    person = call.caller.person
    if person is None:
        text = "Доступ к контексту пользователя невозможен для данной авторизационной сущности"
        raise errors.ApiError(403, 55006, text)
    if call.method == "PUT":
        _change(call, person)
    elif call.method != "GET":
        raise errors.method_refused(call.method)
    return answer(_shown(call.account, person), "context" if call.method == "GET" else "write")


def _change(call: Call, person: Person) -> None:
    given = call.json()
    if not isinstance(given, dict):
        raise errors.bad_json()
    for name, kind in LINKS.items():
        href = _href(given.get(name))
        if href is not None and call.account.links.read(href, name).kind != kind:
            raise errors.wrong_target(call.account.links.read(href, name).kind, kind)
    known = {*LINKS, *DEFAULTS, "defaultScreen"}
    kept = call.account.user_settings.setdefault(person.employee_id, {})
    kept.update({name: value for name, value in given.items() if name in known})


def _href(given: Any) -> str | None:
    found = given.get("meta", given).get("href") if isinstance(given, dict) else None
    return found if isinstance(found, str) else None


def _shown(account: Account, person: Person) -> dict[str, Any]:
    href = f"{account.links.api}/context/usersettings"
    meta = {"href": href, "metadataHref": f"{href}/metadata", "type": "usersettings", "mediaType": JSON_TYPE}
    return {"meta": meta} | DEFAULTS | account.user_settings.get(person.employee_id, {})
