"""What posted documents do to stock: movements of goods, and claims on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Position, Record, Ref
from emulators.moysklad.reports import documents

INCOME = ("supply", "enter", "salesreturn", "retailsalesreturn")
OUTCOME = ("demand", "retaildemand", "loss", "purchasereturn")
RETURNS = ("salesreturn", "retailsalesreturn")
STOCKED = ("product", "variant", "consignment")
CARRYING = ("move", "processing")
STOCK_DOCUMENTS = (*INCOME, *OUTCOME, *CARRYING)


@dataclass(slots=True)
class Movement:
    """Goods that came to a store (positive) or left it; `cost` is the whole movement's, in kopecks, same sign.

    `document` is None for the opening balance. `of` is the good that the document's line names: the bundle, for one
    of its components. `share` is a product's part of what its processing used up.
    """

    moment: str
    good: Ref
    store: str
    quantity: float
    cost: float
    document: Record | None
    of: Ref | None = None
    share: float = 0.0


@dataclass(slots=True)
class Claim:
    """A quantity that an order reserves or expects; the store is empty when the order names none."""

    good: Ref
    store: str
    quantity: float
    document: Record


def moved(account: Account, kind: str, record: Record) -> Iterator[Movement]:
    at = documents.moment(record)
    if kind == "move":
        source, target = documents.link(record, "sourceStore"), documents.link(record, "targetStore")
        for good, amount, line in _stocked(account, record):
            if source is not None and target is not None:
                yield Movement(at, good, source.id, -amount, 0.0, record, of=line.assortment)
                yield Movement(at, good, target.id, amount, 0.0, record, of=line.assortment)
        return
    if kind == "processing":
        yield from _processed(at, record)
        return
    store = documents.link(record, "store")
    if store is None:
        return
    sign = 1 if kind in INCOME else -1
    for good, amount, line in _stocked(account, record):
        price = line.price * (1 - line.discount / 100)
        known = documents.number(line, "cost") if kind in RETURNS else price
        cost = amount * known + documents.number(line, "overhead") if sign > 0 else 0.0
        yield Movement(at, good, store.id, sign * amount, cost, record, of=line.assortment)


def _processed(at: str, record: Record) -> Iterator[Movement]:
    """Materials leave their store; products come to theirs and share the materials' cost by quantity."""
    for name, place, sign in (("materials", "materialsStore", -1), ("products", "productsStore", 1)):
        store = documents.link(record, place)
        rows = [(row.get("assortment"), documents.number(row, "quantity")) for row in record.rows(name)]
        whole = sum(amount for _, amount in rows) or 1.0
        for ref, amount in rows:
            if store is not None and isinstance(ref, Ref) and ref.kind in STOCKED:
                good = Ref(ref.kind, ref.id)
                yield Movement(at, good, store.id, sign * amount, 0.0, record, of=good, share=amount / whole)


def _stocked(account: Account, record: Record) -> Iterator[tuple[Ref, float, Position]]:
    """The goods that a document's lines move and how many of them: services move none, a bundle its components."""
    for ref, line in documents.lines(record):
        if ref.kind in STOCKED:
            yield ref, line.quantity, line
        bundle = account.shelves["bundle"].records.get(ref.id) if ref.kind == "bundle" else None
        for part in bundle.rows("components") if bundle is not None else ():
            good = part.get("assortment")
            if isinstance(good, Ref) and good.kind in STOCKED:
                yield Ref(good.kind, good.id), line.quantity * documents.number(part, "quantity"), line


def claims(account: Account, kind: str, name: str) -> Iterator[Claim]:
    for record in documents.posted(account, kind):
        store = documents.link(record, "store")
        for good, _, line in _stocked(account, record):
            amount = documents.number(line, name) if line.assortment == good else 0.0
            if amount > 0:
                yield Claim(good, store.id if store is not None else "", amount, record)
