"""How reports read documents: the ones that count, their lines, and the numbers of a line."""

from collections.abc import Iterator

from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Position, Record, Ref, Row


def posted(account: Account, kind: str) -> Iterator[Record]:
    """Documents that take effect: neither in the trash nor unposted (`applicable` is false)."""
    shelf = account.shelves.get(kind)
    if shelf is None:
        return
    for record in shelf:
        if not record.trashed and record.fields.get("applicable", True):
            yield record


def lines(record: Record) -> Iterator[tuple[Ref, Position]]:
    """The positions of a document with the goods that they name; none for a document without them."""
    for line in record.positions or ():
        if line.assortment is not None:
            yield Ref(line.assortment.kind, line.assortment.id), line


def number(line: Row, name: str) -> float:
    """A number of a line, zero when the line has none."""
    found = line.get(name)
    return float(found) if isinstance(found, int | float) else 0.0


def moment(record: Record) -> str:
    """When the document took effect, with milliseconds, Moscow."""
    found = record.fields.get("moment") or record.fields.get("created") or ""
    return str(found)


def link(record: Record, name: str) -> Ref | None:
    """The object that a field of the document points at."""
    found = record.fields.get(name)
    return found if isinstance(found, Ref) else None


def total(record: Record) -> float:
    """The document's sum in kopecks."""
    found = record.fields.get("sum")
    return float(found) if isinstance(found, int | float) else 0.0


def discount(record: Record) -> float:
    """What discounts took off the document, in kopecks; markups count as nothing."""
    return sum(max(0.0, line.quantity * line.price * line.discount / 100) for _, line in lines(record))


def find(account: Account, identifier: str, kinds: tuple[str, ...]) -> Record | None:
    """The document with this id among the types."""
    for kind in kinds:
        shelf = account.shelves.get(kind)
        record = shelf.records.get(identifier) if shelf is not None else None
        if record is not None:
            return record
    return None
