"""Changes to objects: create, change, trash and delete (JSON API docs, sections of each entity; reference 2.6, 7.1)."""

import secrets
import string
import uuid
from typing import Any

from emulators.moysklad import errors, lines, reading
from emulators.moysklad.accounts import Account, Caller
from emulators.moysklad.catalogue import Entity, Kind
from emulators.moysklad.clock import Clock
from emulators.moysklad.records import Record, Ref, Shelf

_ALPHABET = string.ascii_letters + string.digits
DEPENDENCIES_SHOWN = 10


def new_id() -> str:
    return str(uuid.uuid4())


def external_code() -> str:
    """What the vendor gives to an object whose author names no external code: 22 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(22))


def create(account: Account, shelf: Shelf, body: Any, caller: Caller, clock: Clock) -> Record:
    """A new object; or the old one when its `syncId` was used before (reference 7.3)."""
    given = _object(body)
    entity = shelf.entity
    sync = given.get("syncId") if "syncId" in entity.by_name else None
    if isinstance(sync, str) and sync.lower() in shelf.by_sync:
        return shelf.by_sync[sync.lower()]
    for field in entity.fields:
        if field.required and given.get(field.name) in (None, ""):
            raise errors.required(field.name)
    fields = _defaults(account, entity, caller, clock)
    fields.update(_changes(account, entity, given))
    record = Record(entity, shelf.name, new_id(), {name: one for name, one in fields.items() if one is not None})
    if "attributes" in given:
        changed = reading.attributes(account, entity, given["attributes"])
        record.attributes = {identifier: one for identifier, one in changed.items() if one is not None}
    if record.positions is not None and given.get("positions") is not None:
        record.positions = lines.read_all(account, record, given["positions"])
    _complete(account, shelf, record)
    _stamp(record, caller)
    shelf.put(record)
    return record


def update(account: Account, record: Record, body: Any, caller: Caller, clock: Clock) -> Record:
    """Changes only what the body names. Everything is checked before anything changes."""
    given = _object(body)
    entity, shelf = record.entity, account.shelves[record.shelf]
    sync = given.get("syncId")
    if "syncId" in entity.by_name and sync is not None and str(sync).lower() != record.fields.get("syncId"):
        raise errors.sync_id_fixed()
    for field in entity.fields:
        if field.required and field.name in given and given[field.name] in (None, ""):
            raise errors.required(field.name)
    changes = _changes(account, entity, given)
    attributes = reading.attributes(account, entity, given["attributes"]) if given.get("attributes") else {}
    positions = record.positions
    if positions is not None and given.get("positions") is not None:
        positions = lines.read_all(account, record, given["positions"])
    renamed = "name" in changes and changes["name"] != record.fields.get("name")
    shelf.take(record)
    for name, changed in changes.items():
        _set(record.fields, name, changed)
    for identifier, changed in attributes.items():
        _set(record.attributes, identifier, changed)
    record.positions = positions
    _complete(account, shelf, record)
    finish(account, record, caller, clock)
    if renamed and _named_elsewhere(account, record.entity):
        account.forget_rows()
    return record


def finish(account: Account, record: Record, caller: Caller, clock: Clock) -> None:
    """Stamps a taken object with this moment and puts it back."""
    if "updated" in record.entity.by_name:
        record.fields["updated"] = clock.now()
    _stamp(record, caller)
    account.shelves[record.shelf].put(record)


def remove(account: Account, record: Record, clock: Clock, *, to_trash: bool | None = None) -> None:
    """Deletes an object; a document goes to the trash first when the account keeps one (reference 3.2)."""
    shelf = account.shelves[record.shelf]
    keeps = account.settings["useRecycleBin"] if to_trash is None else to_trash
    if record.entity.document and keeps and not record.trashed:
        shelf.take(record)
        record.trashed = True
        record.fields["deleted"] = clock.now()
        shelf.put(record)
        return
    if not record.entity.document:
        found = _dependencies(account, record.ref)
        if found:
            raise errors.in_use(found)
    shelf.remove(record)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise errors.ApiError(
            400, 2005, "Ошибка формата: входящий JSON должен начинаться либо с объекта, либо с массива"
        )
    return body


def _changes(account: Account, entity: Entity, given: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for field in entity.fields:
        if field.read_only or field.name not in given:
            continue
        one = given[field.name]
        if field.name == "rate":
            out |= _rate(account, entity, one)
        elif field.kind is Kind.JSON and one is None:
            out[field.name] = None
        else:
            out[field.name] = reading.value(account, entity, field, one)
    return out


def _rate(account: Account, entity: Entity, given: Any) -> dict[str, Any]:
    if given is None:
        return {"rate": account.currency, "rateValue": None}
    if not isinstance(given, dict):
        raise errors.bad_type("rate", "объект")
    out: dict[str, Any] = {}
    if "currency" in given:
        out["rate"] = reading.link(account, entity.name, "currency", given["currency"], ("currency",))
    if given.get("value") is not None:
        out["rateValue"] = reading.number("value", given["value"])
    return out


def _defaults(account: Account, entity: Entity, caller: Caller, clock: Clock) -> dict[str, Any]:
    now = clock.now()
    owner = Ref("employee", caller.person.employee_id) if caller.person else account.admin
    every: dict[str, Any] = {
        "owner": owner,
        "group": account.group,
        "shared": False,
        "archived": False,
        "updated": now,
        "created": now,
        "externalCode": external_code(),
        "pathName": "",
    }
    every |= _SPECIAL.get(entity.name, {})
    if entity.name in {"customerorder", "contract"}:
        every |= {"moment": clock.this_minute(), "rate": account.currency}
    if entity.has_states and account.states.get(entity.name):
        every["state"] = Ref("state", next(iter(account.states[entity.name])), entity.name)
    return {name: one for name, one in every.items() if name in entity.by_name}


_SPECIAL: dict[str, dict[str, Any]] = {
    "customerorder": {
        "applicable": True,
        "printed": False,
        "published": False,
        "vatEnabled": True,
        "vatIncluded": True,
        "sum": 0.0,
        "payedSum": 0.0,
        "shippedSum": 0.0,
        "invoicedSum": 0.0,
        "reservedSum": 0.0,
    },
    "counterparty": {"companyType": "legal", "tags": [], "salesAmount": 0.0, "bonusPoints": 0},
    "organization": {"companyType": "legal", "isEgaisEnable": False, "payerVat": True},
    "product": {
        "vatEnabled": False,
        "useParentVat": True,
        "effectiveVatEnabled": False,
        "discountProhibited": False,
        "variantsCount": 0,
        "isSerialTrackable": False,
        "trackingType": "NOT_TRACKED",
        "paymentItemType": "GOOD",
        "weight": 0.0,
        "volume": 0.0,
        "salePrices": [],
        "barcodes": [],
    },
    "employee": {"cashiers": []},
    "contract": {"contractType": "Sales", "sum": 0.0, "printed": False, "published": False},
    "currency": {
        "system": False,
        "rate": 1.0,
        "multiplicity": 1,
        "indirect": False,
        "rateUpdateType": "manual",
        "default": False,
    },
}


def _complete(account: Account, shelf: Shelf, record: Record) -> None:
    """Fills in what follows from the rest: numbers of documents, sums, full names."""
    fields = record.fields
    if record.entity.document or record.entity.name == "contract":
        fields["name"] = fields.get("name") or shelf.next_name()
    if record.positions is not None:
        lines.recount(record)
    if record.entity.name == "employee":
        first, middle, last = (fields.get(name) for name in ("firstName", "middleName", "lastName"))
        initials = "".join(f" {part[0]}." for part in (first, middle) if part)
        fields["name"] = fields["shortFio"] = f"{last}{initials}"
        fields["fullName"] = " ".join(part for part in (last, first, middle) if part)
    if record.entity.name == "employee" and "uid" not in fields:
        fields["uid"] = f"user{len(shelf) + 1}@{account.name}"


def _stamp(record: Record, caller: Caller) -> None:
    if caller.install is not None:
        record.fields["updatedBy"] = f"{caller.install.application.app_uid}@{caller.account.name}"
    elif caller.person is not None:
        record.fields["updatedBy"] = caller.person.login


def _set(fields: dict[str, Any], name: str, one: Any) -> None:
    if one is None:
        fields.pop(name, None)
    else:
        fields[name] = one


def _named_elsewhere(account: Account, entity: Entity) -> bool:
    return any(one.type == entity.name for known in account.attributes.values() for one in known.values())


def _dependencies(account: Account, ref: Ref) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for shelf in account.shelves.values():
        for record in shelf:
            used = ref in record.fields.values() or ref in record.attributes.values()
            if not used and record.positions and ref.kind == "product":
                used = any(line.assortment == ref for line in record.positions)
            if used:
                found.append(account.links.meta(record.ref))
                if len(found) == DEPENDENCIES_SHOWN:
                    return found
    return found
