"""Changes to objects: create, change, trash and delete (JSON API docs, sections of each entity; reference 2.6, 7.1)."""

from typing import Any

from emulators.moysklad import audit, errors, lines, linkage, reading
from emulators.moysklad.accounts import Account, Caller
from emulators.moysklad.catalogue import Collection, Entity, Kind
from emulators.moysklad.clock import Clock
from emulators.moysklad.completing import check_open, check_required, check_whole, complete, count_variants
from emulators.moysklad.defaults import defaults, external_code, new_id
from emulators.moysklad.records import Record, Ref, Row, Shelf

DEPENDENCIES_SHOWN = 10


def create(account: Account, shelf: Shelf, body: Any, caller: Caller, clock: Clock) -> Record:
    """A new object; or the old one when its `syncId` was used before (reference 7.3)."""
    given = _object(body)
    entity = shelf.entity
    if not entity.creatable:
        raise errors.method_refused("POST")
    known = _known(account, shelf, given)
    if known is not None:
        return known
    check_required(entity, given)
    fields = defaults(account, entity, caller, clock)
    fields.update(_changes(account, entity, given))
    record = Record(entity, shelf.name, new_id(), {name: one for name, one in fields.items() if one is not None})
    if given.get("attributes") is not None:
        changed = reading.attributes(account, record.attribute_owner, given["attributes"])
        record.attributes = {identifier: one for identifier, one in changed.items() if one is not None}
    _need_attributes(account, record)
    for collection in _given_collections(entity, given):
        _set_rows(account, record, record, collection, given, caller, clock)
    check_whole(account, record)
    complete(account, shelf, record)
    _stamp(record, caller)
    shelf.put(record)
    linkage.follow(account, record, now=clock.now())
    audit.note(account, record, "create", caller, clock)
    return record


def update(account: Account, record: Record, body: Any, caller: Caller, clock: Clock) -> Record:
    """Changes only what the body names. Everything is checked before anything changes."""
    given = _object(body)
    entity, shelf = record.entity, account.shelves[record.shelf]
    check_open(account, record)
    sync = given.get("syncId")
    if "syncId" in entity.by_name and sync is not None and str(sync).lower() != record.fields.get("syncId"):
        raise errors.sync_id_fixed()
    for field in entity.fields:
        if field.required and field.name in given and given[field.name] in (None, ""):
            raise errors.required(field.name)
    changes = _changes(account, entity, given)
    attributes = {}
    if given.get("attributes"):
        attributes = reading.attributes(account, record.attribute_owner, given["attributes"])
        _keep_attributes(account, record, attributes)
    draft = Record(entity, record.shelf, record.id, dict(record.fields))
    draft.positions, draft.nested = record.positions, dict(record.nested) if record.nested else None
    for name, changed in changes.items():
        _set(draft.fields, name, changed)
    for collection in _given_collections(entity, given):
        _set_rows(account, record, draft, collection, given, caller, clock)
    check_whole(account, draft, changes)
    before = linkage.traces(record)
    renamed = "name" in changes and changes["name"] != record.fields.get("name")
    shelf.take(record)
    old = record.fields
    record.fields, record.positions, record.nested = draft.fields, draft.positions, draft.nested
    for identifier, changed in attributes.items():
        _set(record.attributes, identifier, changed)
    complete(account, shelf, record)
    finish(account, record, caller, clock, before, old)
    if renamed and _named_elsewhere(account, record.entity):
        account.forget_rows()
    return record


def _known(account: Account, shelf: Shelf, given: dict[str, Any]) -> Record | None:
    """The object that was created with the same `syncId` before."""
    sync = given.get("syncId") if "syncId" in shelf.entity.by_name else None
    known = shelf.by_sync.get(sync.lower()) if isinstance(sync, str) else None
    if known is None:
        return None
    behaviour = account.behaviour
    way = behaviour.trashed_sync_id if known.trashed else behaviour.repeated_sync_id
    if way == "refused":
        raise errors.not_unique("syncId")
    return None if way == "new" else known


def finish(
    account: Account,
    record: Record,
    caller: Caller,
    clock: Clock,
    before: linkage.Traces | None = None,
    old: dict[str, Any] | None = None,
) -> None:
    """Stamps a taken object with this moment and puts it back. `before` is what it left in others until now, `old`
    are its fields until now when they changed, and not only its lines.
    """
    if "updated" in record.entity.by_name:
        record.fields["updated"] = clock.now()
    _stamp(record, caller)
    account.shelves[record.shelf].put(record)
    linkage.follow(account, record, before, now=clock.now())
    audit.changed(account, record, caller, clock, record.fields if old is None else old)


def remove(
    account: Account, record: Record, clock: Clock, *, to_trash: bool | None = None, caller: Caller | None = None
) -> None:
    """Deletes an object; a document goes to the trash first when the account keeps one (reference 3.2). Without a
    caller it happens in the interface.
    """
    keeps = account.settings["useRecycleBin"] if to_trash is None else to_trash
    check_open(account, record)
    if record.entity.has_trash and keeps and not record.trashed:
        _move(account, record, clock, trashed=True, bumps=account.behaviour.trash_bumps_updated)
        audit.note(account, record, "puttorecyclebin", caller, clock)
        return
    if not record.entity.document:
        found = _dependencies(account, record.ref)
        if found:
            raise errors.in_use(found)
    purge(account, record)
    audit.note(account, record, "delete", caller, clock)


def purge(account: Account, record: Record) -> None:
    """Deletes an object for good, also from the trash."""
    before = linkage.traces(record)
    account.shelves[record.shelf].remove(record)
    product = account.find(record.fields["product"]) if record.entity.name == "variant" else None
    if product is not None:
        count_variants(account, product, -1)
    record.trashed = True
    linkage.follow(account, record, before)


def restore(account: Account, record: Record, clock: Clock) -> None:
    """Takes an object out of the trash. `deleted` stays, as the moment of the last deletion (JSON API docs)."""
    if record.trashed:
        _move(account, record, clock, trashed=False, bumps=account.behaviour.restore_bumps_updated)
        audit.note(account, record, "restorefromrecyclebin", None, clock)


def _move(account: Account, record: Record, clock: Clock, *, trashed: bool, bumps: bool) -> None:
    shelf, before = account.shelves[record.shelf], linkage.traces(record)
    shelf.take(record)
    record.trashed = trashed
    if trashed:
        record.fields["deleted"] = clock.now()
    if bumps and "updated" in record.entity.by_name:
        record.fields["updated"] = clock.now()
    shelf.put(record)
    linkage.follow(account, record, before, now=clock.now())


def stamp_row(account: Account, record: Record, collection: Collection, row: Row, caller: Caller, clock: Clock) -> None:
    """What the vendor adds to a row: when it was made or changed, by whom, whose it is."""
    known, now = collection.by_name, clock.now()
    if "updated" in known:
        row.set("updated", now)
    author = account.admin if caller.person is None else Ref("employee", caller.person.employee_id)
    added: dict[str, Any] = {
        "created": now,
        "moment": now,
        "author": author,
        "agent": record.ref,
        "currency": account.currency,
        "externalCode": external_code(),
        "isDefault": not record.rows(collection.name),
    }
    for name, value in added.items():
        if name in known and row.get(name) is None:
            row.set(name, value)


def _set_rows(
    account: Account,
    record: Record,
    draft: Record,
    collection: Collection,
    given: dict[str, Any],
    caller: Caller,
    clock: Clock,
) -> None:
    rows = lines.read_all(account, record, collection, given[collection.name])
    if collection.name != "positions":
        for row in rows:
            stamp_row(account, record, collection, row, caller, clock)
    draft.set_rows(collection.name, rows)


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
        if field.name == "rate" and field.kind is Kind.REFERENCE:
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


def _given_collections(entity: Entity, given: dict[str, Any]) -> list[Collection]:
    return [one for one in entity.collections if one.writable and given.get(one.name) is not None]


def _need_attributes(account: Account, record: Record) -> None:
    for attribute in account.attributes.get(record.attribute_owner, {}).values():
        if attribute.required and attribute.id not in record.attributes:
            raise errors.required(attribute.name)


def _keep_attributes(account: Account, record: Record, changed: dict[str, Any]) -> None:
    """Refuses to clear a custom field that must have a value."""
    for attribute in account.attributes.get(record.attribute_owner, {}).values():
        if attribute.required and attribute.id in changed and changed[attribute.id] is None:
            raise errors.required(attribute.name)


def _named_elsewhere(account: Account, entity: Entity) -> bool:
    return any(one.type == entity.name for known in account.attributes.values() for one in known.values())


def _dependencies(account: Account, ref: Ref) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for shelf in account.shelves.values():
        for record in shelf:
            if _uses(record, ref):
                found.append(account.links.meta(record.ref))
                if len(found) == DEPENDENCIES_SHOWN:
                    return found
    return found


def _uses(record: Record, ref: Ref) -> bool:
    if ref in record.fields.values() or ref in record.attributes.values():
        return True
    if record.positions and any(line.assortment == ref for line in record.positions):
        return True
    return any(row.get("assortment") == ref for rows in (record.nested or {}).values() for row in rows)
