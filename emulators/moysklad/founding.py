"""A new account as its owner finds it after registration: an administrator and the first dictionaries."""

import secrets
import uuid
from typing import Any

from emulators.moysklad.accounts import Account, Person, World
from emulators.moysklad.defaults import external_code, new_id
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.schemas import add_state

ORDER_STATES = (
    ("Новый", 15106326, "Regular"),
    ("Подтвержден", 40931, "Regular"),
    ("Собран", 8767198, "Regular"),
    ("Отгружен", 10774205, "Regular"),
    ("Доставлен", 8825440, "Successful"),
    ("Возврат", 15280409, "Unsuccessful"),
    ("Отменен", 15280409, "Unsuccessful"),
)
COUNTERPARTY_STATES = (("Новый", 15106326, "Regular"), ("Постоянный", 40931, "Regular"))
CONTRACT_STATES = (("Действует", 40931, "Regular"),)


def found_account(world: World, name: str) -> Account:
    """Registers an account. Its administrator signs in as `admin@<name>`."""
    account = Account(str(uuid.uuid4()), name, world.links)
    account.behaviour = world.settings
    world.accounts[account.id] = account
    admin_id = new_id()
    account.admin = Ref("employee", admin_id)
    account.group = _add(account, world, "group", {"name": "Основной", "index": 0}).ref
    rouble = {
        "system": True,
        "name": "руб",
        "fullName": "Российский рубль",
        "rate": 1.0,
        "multiplicity": 1,
        "indirect": False,
        "rateUpdateType": "manual",
        "code": "643",
        "isoCode": "RUB",
        "majorUnit": {"gender": "masculine", "s1": "рубль", "s2": "рубля", "s5": "рублей"},
        "minorUnit": {"gender": "feminine", "s1": "копейка", "s2": "копейки", "s5": "копеек"},
        "archived": False,
        "default": True,
    }
    account.currency = _add(account, world, "currency", rouble).ref
    _add_person(account, world, admin_id, "Администратор", f"admin@{name}", admin=True)
    _add(account, world, "organization", {"name": f"ООО «{name}»", "companyType": "legal", "payerVat": True})
    _add(account, world, "store", {"name": "Основной склад", "pathName": ""})
    _add(account, world, "uom", {"name": "шт", "code": "796", "description": "Штука"})
    account.price_types.append(_price_type(account, "Цена продажи"))
    for kind, states in (
        ("customerorder", ORDER_STATES),
        ("counterparty", COUNTERPARTY_STATES),
        ("contract", CONTRACT_STATES),
    ):
        for title, color, state_type in states:
            add_state(account, kind, title, color, state_type)
    return account


def add_employee(world: World, account: Account, name: str) -> Person:
    """Hires an employee without administrator's rights."""
    login = f"user{len(account.people) + 1}@{account.name}"
    return _add_person(account, world, new_id(), name, login, admin=False)


def _add_person(account: Account, world: World, identifier: str, name: str, login: str, *, admin: bool) -> Person:
    person = Person(identifier, login, secrets.token_urlsafe(9), admin)
    account.people.append(person)
    short = {"name": name, "lastName": name, "fullName": name, "shortFio": name}
    _add(
        account,
        world,
        "employee",
        {**short, "uid": login, "email": login.replace("@", "_") + "@example.com", "cashiers": []},
        identifier,
    )
    return person


def _add(account: Account, world: World, kind: str, fields: dict[str, Any], identifier: str | None = None) -> Record:
    shelf = account.shelves[kind]
    now = world.clock.now()
    usual: dict[str, Any] = {
        "owner": account.admin,
        "shared": True,
        "group": account.group,
        "updated": now,
        "created": now,
        "externalCode": external_code(),
        "archived": False,
    }
    known = {name: one for name, one in usual.items() if name in shelf.entity.by_name and one != Ref("group", "")}
    record = Record(shelf.entity, shelf.name, identifier or new_id(), known | fields)
    shelf.put(record)
    return record


def _price_type(account: Account, name: str) -> dict[str, Any]:
    ref = Ref("pricetype", new_id())
    href = account.links.href(ref)
    meta = {"href": href, "type": "pricetype", "mediaType": JSON_TYPE}
    return {"meta": meta, "id": ref.id, "name": name, "externalCode": external_code()}
