"""What an object needs to be saved, and what follows from the rest of it: numbers, sums, full names."""

from collections.abc import Container
from typing import Any

from emulators.moysklad import errors, lines
from emulators.moysklad.accounts import Account
from emulators.moysklad.catalogue import Entity
from emulators.moysklad.records import Record, Ref, Shelf

_CODED = ("product", "service", "bundle", "variant")
UNIQUE = {"store": "name", "currency": "code", "group": "name"}
"""Fields whose value no other object of the type may have."""


def check_required(entity: Entity, given: dict[str, Any]) -> None:
    """Raises ApiError 3000 for the first field that an author must give and did not (reference 7.1)."""
    for field in entity.fields:
        if field.required and given.get(field.name) in (None, "", []):
            raise errors.required(field.name)
    if entity.name == "demand" and given.get("applicable", True) is not False and not given.get("store"):
        raise errors.required("store")
    if entity.name == "facturein" and not (given.get("supplies") or given.get("payments")):
        raise errors.required("supplies")
    if entity.name == "factureout" and not any(given.get(name) for name in ("demands", "payments", "returns")):
        raise errors.required("demands")


def check_whole(account: Account, record: Record, changed: Container[str] | None = None) -> None:
    """Rules that bind several fields. `changed` names what a request changes; nothing stands for a new object."""
    fields, name = record.fields, record.entity.name
    if name == "move" and fields.get("sourceStore") == fields.get("targetStore"):
        text = "нельзя провести перемещение со склада на этот же склад"
        raise errors.ApiError(412, 21000, f"Ошибка сохранения перемещения: {text}")
    _check_account(fields, "organizationAccount", fields.get("organization") or fields.get("ownAgent"), 17000)
    _check_account(fields, "agentAccount", fields.get("agent"), 17001)
    _check_currency(account, record)
    check_open(account, record)
    if name in _CODED and account.rules["checkUniqueCode"] and (changed is None or "code" in changed):
        _check_code(account, record)
    unique = UNIQUE.get(name)
    if unique is not None and (changed is None or unique in changed):
        _check_unique(account.shelves[record.shelf], record, unique)
    if name == "variant" and (changed is None or "characteristics" in changed):
        _check_characteristics(account, record)
    if record.entity.document and account.settings["globalOperationNumbering"]:
        _check_unique(account.shelves[record.shelf], record, "name")


def check_open(account: Account, record: Record) -> None:
    """Raises ApiError 17009 for a document in a period that the account has closed."""
    until = account.rules["closedBefore"]
    if until and record.entity.document and str(record.fields.get("moment", "")) < until:
        text = "дата документа попадает в закрытый период"
        raise errors.ApiError(412, 17009, f"Ошибка сохранения документа: {text}", parameter="moment")


def complete(account: Account, shelf: Shelf, record: Record) -> None:
    """Fills in what follows from the rest."""
    fields, name = record.fields, record.entity.name
    if record.entity.document or name in {"contract", "bonustransaction"}:
        fields["name"] = fields.get("name") or shelf.next_name()
    if record.positions is not None:
        lines.recount(record)
    finisher = _FINISHERS.get(name)
    if finisher is not None:
        finisher(account, record)
    if "effectiveVatEnabled" in record.entity.by_name:
        _effective_vat(account, record)
    if "pathName" in record.entity.by_name:
        fields["pathName"] = _path(account, record)


def _check_account(fields: dict[str, Any], name: str, owner: Ref | None, code: int) -> None:
    account = fields.get(name)
    if account is None or owner is None or account.parent == f"{owner.kind}/{owner.id}":
        return
    whose = "организации не принадлежит указанной организации"
    if code != 17000:
        whose = "контрагента не принадлежит указанному контрагенту"
    raise errors.ApiError(412, code, f"Ошибка сохранения документа: счет {whose}", parameter=name)


def _check_currency(account: Account, record: Record) -> None:
    """The currency of a payment is that of the company's bank account (reference 2.5, code 22004)."""
    fields = record.fields
    bank = fields.get("organizationAccount")
    found = account.child(bank) if bank is not None and record.entity.name in {"paymentin", "paymentout"} else None
    if found is None:
        return
    currency = found[1].get("currency")
    if currency is not None and currency != fields.get("rate"):
        text = "нельзя использовать валюту документа, отличную от валюты счета"
        raise errors.ApiError(412, 22004, f"Ошибка сохранения платежа: {text}")


def _check_unique(shelf: Shelf, record: Record, name: str) -> None:
    mine = record.fields.get(name)
    if mine and any(one.fields.get(name) == mine for one in shelf if one.id != record.id):
        raise errors.not_unique(name)


def _check_code(account: Account, record: Record) -> None:
    """The code of a good is its own among goods of all types (reference 7.2, `uniqueCodeRules`)."""
    mine = record.fields.get("code")
    others = (one for kind in _CODED for one in account.shelves[kind])
    if mine and any(one.fields.get("code") == mine and one.id != record.id for one in others):
        raise errors.not_unique("code")


def _check_characteristics(account: Account, record: Record) -> None:
    mine = _features(record)
    for one in account.shelves["variant"]:
        if one.id != record.id and one.fields.get("product") == record.fields.get("product") and _features(one) == mine:
            text = "модификация с данным набором характеристик уже существует для данного товара"
            raise errors.ApiError(412, 15000, f"Ошибка сохранения модификации: {text}")


def _features(record: Record) -> frozenset[tuple[str, str]]:
    return frozenset(
        (str(one.get("name")), str(one.get("value"))) for one in record.fields.get("characteristics") or ()
    )


def _finish_employee(account: Account, record: Record) -> None:
    fields = record.fields
    first, middle, last = (fields.get(name) for name in ("firstName", "middleName", "lastName"))
    initials = "".join(f" {part[0]}." for part in (first, middle) if part)
    fields["name"] = fields["shortFio"] = f"{last}{initials}"
    fields["fullName"] = " ".join(part for part in (last, first, middle) if part)
    if "uid" not in fields:
        fields["uid"] = f"user{len(account.shelves['employee']) + 1}@{account.name}"


def _finish_variant(account: Account, record: Record) -> None:
    features = record.fields.get("characteristics") or []
    for one in features:
        name = str(one.get("name") or "")
        found = account.characteristic(name, one.get("id"))
        one.update({"meta": found["meta"], "id": found["id"], "name": found["name"]})
    product = account.find(record.fields["product"])
    if product is not None:
        named = ", ".join(str(one.get("value")) for one in features)
        record.fields["name"] = f"{product.fields.get('name', '')} ({named})"
        if record.id not in account.shelves["variant"].records:
            count_variants(account, product, 1)


def count_variants(account: Account, product: Record, more: int) -> None:
    """Keeps a product's number of variants; UNVERIFIED whether that is a change of the product, so it is not."""
    product.fields["variantsCount"] = max(0, (product.fields.get("variantsCount") or 0) + more)
    account.shelves["product"].refresh(product)


def _finish_consignment(account: Account, record: Record) -> None:
    good = account.find(record.fields["assortment"])
    record.fields["name"] = f"{good.fields.get('name', '') if good else ''} / {record.fields.get('label', '')}"


def _finish_task(_: Account, record: Record) -> None:
    fields = record.fields
    if fields.get("done") and not fields.get("completed"):
        fields["completed"] = fields["updated"]
        fields["implementer"] = fields.get("assignee")
    elif not fields.get("done"):
        fields.pop("completed", None)
        fields.pop("implementer", None)


def _finish_facture(account: Account, record: Record) -> None:
    """An invoice for tax takes its agent and its sum from the documents that it is based on."""
    bases = [ref for name in ("demands", "supplies", "returns", "payments") for ref in record.fields.get(name) or ()]
    found = [base for ref in bases if (base := account.find(ref)) is not None]
    if not found:
        return
    record.fields["sum"] = round(sum(base.fields.get("sum") or 0.0 for base in found), 2)
    if record.fields.get("agent") is None:
        record.fields["agent"] = found[0].fields.get("agent")


_FINISHERS = {
    "facturein": _finish_facture,
    "factureout": _finish_facture,
    "employee": _finish_employee,
    "variant": _finish_variant,
    "consignment": _finish_consignment,
    "task": _finish_task,
}


def _effective_vat(account: Account, record: Record) -> None:
    """VAT of a good, or of its folder when it follows the folder."""
    source, seen = record, 0
    while source.fields.get("useParentVat") and seen < 10:
        parent = source.fields.get("productFolder")
        above = account.find(parent) if parent is not None else None
        if above is None:
            break
        source, seen = above, seen + 1
    record.fields["effectiveVatEnabled"] = bool(source.fields.get("vatEnabled"))
    if source.fields.get("vat") is not None:
        record.fields["effectiveVat"] = source.fields["vat"]


def _path(account: Account, record: Record) -> str:
    """Names of the folders above, from the outermost."""
    names: list[str] = []
    link = record.fields.get("productFolder") or record.fields.get("parent")
    while link is not None and len(names) < 10:
        above = account.find(link)
        if above is None:
            break
        names.insert(0, str(above.fields.get("name", "")))
        link = above.fields.get("productFolder") or above.fields.get("parent")
    return "/".join(names)
