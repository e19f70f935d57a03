"""What a change of one object changes in others: links that are seen from both ends, and sums that others add up to.

A shipment, an invoice or a payment changes sums of the order that it belongs to. The vendor does not say whether that
counts as a change of the order (reference 3.1, UNVERIFIED), so by default its `updated` stays as it was: a client that
relies on `updated` alone must miss it. `computedBumpsUpdated` chooses the other behaviour.
"""

from typing import Any

from emulators.moysklad.accounts import Account
from emulators.moysklad.catalogue import ENTITIES, Kind
from emulators.moysklad.records import Linked, Record, Ref

PAIRS = {
    ("demand", "customerOrder"): "demands",
    ("invoiceout", "customerOrder"): "invoicesOut",
    ("move", "customerOrder"): "moves",
    ("move", "internalOrder"): "moves",
    ("prepayment", "customerOrder"): "prepayments",
    ("purchaseorder", "internalOrder"): "purchaseOrders",
    ("purchaseorder", "customerOrders"): "purchaseOrders",
    ("supply", "purchaseOrder"): "supplies",
    ("invoicein", "purchaseOrder"): "invoicesIn",
    ("demand", "invoicesOut"): "demands",
    ("supply", "invoicesIn"): "supplies",
    ("salesreturn", "demand"): "returns",
    ("purchasereturn", "supply"): "returns",
    ("prepaymentreturn", "prepayment"): "returns",
    ("loss", "salesReturn"): "losses",
    ("loss", "inventory"): "losses",
    ("enter", "inventory"): "enters",
    ("processing", "processingOrder"): "processings",
    ("retaildemand", "retailShift"): "operations",
    ("retailsalesreturn", "retailShift"): "operations",
    ("retaildrawercashin", "retailShift"): "operations",
    ("retaildrawercashout", "retailShift"): "operations",
    ("prepayment", "retailShift"): "operations",
    ("prepaymentreturn", "retailShift"): "operations",
    ("productiontask", "customerOrders"): "productionTasks",
    ("productiontask", "demands"): "productionTasks",
    ("productiontask", "emissionOrders"): "productionTasks",
    ("productiontask", "internalOrders"): "productionTasks",
    ("productiontask", "moves"): "productionTasks",
    ("productiontask", "purchaseOrders"): "productionTasks",
    ("productiontask", "supplies"): "productionTask",
    ("factureout", "demands"): "factureOut",
    ("factureout", "returns"): "factureOut",
    ("factureout", "payments"): "factureOut",
    ("facturein", "supplies"): "factureIn",
    ("facturein", "payments"): "factureIn",
}
"""A field that links to another object, and the field in which that object shows the link back."""

SUMS = {
    ("demand", "customerOrder"): "shippedSum",
    ("invoiceout", "customerOrder"): "invoicedSum",
    ("prepayment", "customerOrder"): "payedSum",
    ("supply", "purchaseOrder"): "shippedSum",
    ("invoicein", "purchaseOrder"): "invoicedSum",
    ("demand", "invoicesOut"): "shippedSum",
    ("supply", "invoicesIn"): "shippedSum",
}
"""A field that links to another object, and that object's sum which grows by the linking document's sum."""

_PAID = {"retailshift": "paymentOperations", "payroll": "operations"}
"""Where a document shows what it was paid with, if not in `payments`."""
PAYMENTS = ("paymentin", "paymentout", "cashin", "cashout")
_SOURCES = {kind for kind, _ in PAIRS} | set(PAYMENTS)
_OWN = {kind: tuple(field for owner, field in PAIRS if owner == kind) for kind, _ in PAIRS}


def follow(account: Account, record: Record, before: "Traces | None" = None, *, now: str = "") -> None:
    """Brings other objects in line with this one. `before` is what `traces` said ahead of the change."""
    if record.entity.name not in _SOURCES:
        return
    after = traces(record)
    old = before or Traces()
    touched: dict[Ref, Record] = {}
    for back in old.links.keys() - after.links.keys():
        _unlink(account, record, back, touched)
    for back, amount in after.links.items():
        _relink(account, record, back, amount, touched)
    for ref, name in after.sums.keys() | old.sums.keys():
        amount = after.sums.get((ref, name), 0.0) - old.sums.get((ref, name), 0.0)
        _add(account, ref, name, amount, touched)
    for target in touched.values():
        _show(account, target, now)


def computed(kind: str) -> set[str]:
    """Fields of a type that other objects decide: the far ends of links and of payments."""
    if kind not in ENTITIES:
        return set()
    backs = {back for (owner, name), back in PAIRS.items() if kind in ENTITIES[owner].by_name[name].targets}
    held = {one.name for one in ENTITIES[kind].fields if one.kind is Kind.OPERATIONS}
    return backs | (set() if kind in PAYMENTS else held)


class Traces:
    """What one object leaves in others: links back with their amounts, and parts of sums."""

    def __init__(self) -> None:
        self.links: dict[tuple[Ref, str], float | None] = {}
        self.sums: dict[tuple[Ref, str], float] = {}

    def add(self, ref: Ref, name: str, amount: float) -> None:
        """Counts an amount into a sum of the object that `ref` points at."""
        self.sums[ref, name] = self.sums.get((ref, name), 0.0) + amount


def traces(record: Record) -> Traces:
    """The traces of an object as it is now. One in the trash leaves none."""
    found, kind = Traces(), record.entity.name
    if kind not in _SOURCES or record.trashed:
        return found
    counts = record.fields.get("applicable", True)
    for name in _OWN.get(kind, ()):
        for ref in _refs(record.fields.get(name)):
            found.links[ref, PAIRS[kind, name]] = None
            if counts and (kind, name) in SUMS:
                found.add(ref, SUMS[kind, name], record.fields.get("sum") or 0.0)
    if kind in PAYMENTS:
        for one in record.fields.get("operations") or ():
            found.links[one.ref, _PAID.get(one.ref.kind, "payments")] = one.amount
            if counts:
                found.add(one.ref, "payedSum", one.amount)
    return found


def _refs(value: Any) -> list[Ref]:
    if value is None:
        return []
    return [value] if isinstance(value, Ref) else list(value)


def _unlink(account: Account, record: Record, back: tuple[Ref, str], touched: dict[Ref, Record]) -> None:
    target = account.find(back[0])
    if target is None:
        return
    held = target.fields.get(back[1])
    if isinstance(held, Ref):
        if held == record.ref:
            del target.fields[back[1]]
    elif held:
        kept = [one for one in held if (one.ref if isinstance(one, Linked) else one) != record.ref]
        _put(target, back[1], kept)
    touched[back[0]] = target


def _relink(
    account: Account, record: Record, back: tuple[Ref, str], amount: float | None, touched: dict[Ref, Record]
) -> None:
    target = account.find(back[0])
    known = target.entity.by_name.get(back[1]) if target is not None else None
    if target is None or known is None:
        return
    if known.kind is Kind.REFERENCE:
        target.fields[back[1]] = record.ref
    else:
        mine = record.ref if amount is None else Linked(record.ref, amount)
        held = target.fields.get(back[1]) or []
        if mine in held:
            return
        kept = [one for one in held if (one.ref if isinstance(one, Linked) else one) != record.ref]
        _put(target, back[1], [*kept, mine])
    touched[back[0]] = target


def _add(account: Account, ref: Ref, name: str, amount: float, touched: dict[Ref, Record]) -> None:
    target = account.find(ref)
    if target is None or not amount or name not in target.entity.by_name:
        return
    target.fields[name] = round((target.fields.get(name) or 0.0) + amount, 2)
    touched[ref] = target


def _put(target: Record, name: str, value: list[Any]) -> None:
    if value:
        target.fields[name] = value
    else:
        target.fields.pop(name, None)


def _show(account: Account, target: Record, now: str) -> None:
    shelf = account.shelves[target.shelf]
    if account.behaviour.computed_bumps_updated and now and "updated" in target.entity.by_name:
        shelf.take(target)
        target.fields["updated"] = now
        shelf.put(target)
    else:
        shelf.refresh(target)
