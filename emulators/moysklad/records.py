"""Objects of one account and the index that makes `updated` queries cheap."""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from emulators.moysklad.catalogue import Entity

RESULTS_KEPT = 8


class Ref(NamedTuple):
    """A link to another object; `parent` is the owner's part of its address (the entity type, for a state)."""

    kind: str
    id: str
    parent: str = ""


class Linked(NamedTuple):
    """A link with the amount that it stands for, in kopecks: an operation of a payment."""

    ref: Ref
    amount: float


class Row:
    """One row of a nested collection. It has no trash and no archive of its own."""

    __slots__ = ("extra", "id")

    def __init__(self, identifier: str, extra: dict[str, Any] | None = None) -> None:
        self.id = identifier
        self.extra = extra

    def get(self, name: str) -> Any:
        """A field's value; None when it has none."""
        return self.extra.get(name) if self.extra else None

    def set(self, name: str, value: Any) -> None:
        """Gives a field a value; None takes it away."""
        if value is None:
            if self.extra:
                self.extra.pop(name, None)
            return
        if self.extra is None:
            self.extra = {}
        self.extra[name] = value


class Position(Row):
    """One line of a document. It has no moment of its own: a changed line is a changed document.

    The fields that most documents share have slots, because an account holds hundreds of thousands of lines.
    """

    __slots__ = ("assortment", "discount", "price", "quantity", "reserve", "shipped", "vat", "vat_enabled")

    def __init__(
        self,
        identifier: str,
        assortment: Ref | None,
        quantity: float,
        price: float,
        discount: float = 0.0,
        vat: int = 0,
        vat_enabled: bool = False,
        reserve: float = 0.0,
        shipped: float = 0.0,
    ) -> None:
        super().__init__(identifier)
        self.assortment = assortment
        self.quantity = quantity
        self.price = price
        self.discount = discount
        self.vat = vat
        self.vat_enabled = vat_enabled
        self.reserve = reserve
        self.shipped = shipped

    def get(self, name: str) -> Any:
        slot = SLOTS.get(name)
        return super().get(name) if slot is None else getattr(self, slot)

    def set(self, name: str, value: Any) -> None:
        slot = SLOTS.get(name)
        if slot is None:
            super().set(name, value)
        else:
            setattr(self, slot, value)

    def total(self) -> float:
        """Price times quantity less the discount, in kopecks (reference 4, line columns)."""
        return self.quantity * self.price * (1 - self.discount / 100)


SLOTS = {
    "assortment": "assortment",
    "quantity": "quantity",
    "price": "price",
    "discount": "discount",
    "vat": "vat",
    "vatEnabled": "vat_enabled",
    "reserve": "reserve",
    "shipped": "shipped",
}
"""Fields of a line that have a slot of their own."""


class Record:
    """One object. `row` caches its JSON without expansion; `nested` holds collections other than positions; `distorted`
    holds raw JSON that the API shows in place of the object's own fields.
    """

    __slots__ = ("attributes", "distorted", "entity", "fields", "id", "nested", "positions", "row", "shelf", "trashed")

    def __init__(self, entity: Entity, shelf: str, identifier: str, fields: dict[str, Any]) -> None:
        self.entity = entity
        self.shelf = shelf
        self.id = identifier
        self.fields = fields
        self.attributes: dict[str, Any] = {}
        self.positions: list[Position] | None = [] if entity.lines is not None else None
        self.nested: dict[str, list[Row]] | None = None
        self.distorted: dict[str, Any] | None = None
        self.row: bytes | None = None
        self.trashed = False

    @property
    def ref(self) -> Ref:
        """The link that other objects hold to this one."""
        parent = self.shelf.partition("/")[2]
        return Ref(self.entity.name, self.id, parent)

    @property
    def attribute_owner(self) -> str:
        """Whose custom fields this object has: those of its type, of a related type or of its custom dictionary."""
        return self.shelf if self.entity.name == "customentity" else self.entity.attributes_of

    def rows(self, name: str) -> Sequence[Row]:
        """The rows of a nested collection, positions included."""
        if name == "positions":
            return self.positions or ()
        return self.nested.get(name, ()) if self.nested else ()

    def set_rows(self, name: str, rows: list[Any]) -> None:
        """Replaces the rows of a nested collection."""
        if name == "positions":
            self.positions = rows
            return
        if self.nested is None:
            self.nested = {}
        self.nested[name] = rows

    @property
    def hidden(self) -> bool:
        """Whether lists leave this object out unless asked: it is in the trash or in the archive."""
        return self.trashed or bool(self.fields.get("archived"))


Key = tuple[str, str, Record]


class Index:
    """Objects sorted by (updated, id), kept up to date one change at a time."""

    def __init__(self) -> None:
        self.keys: list[Key] = []

    def add(self, record: Record) -> None:
        insort(self.keys, _key(record), key=_order)

    def add_many(self, records: Iterable[Record]) -> None:
        self.keys.extend(_key(record) for record in records)
        self.keys.sort(key=_order)

    def remove(self, record: Record) -> None:
        key = _key(record)
        place = bisect_left(self.keys, key[:2], key=_order)
        if place < len(self.keys) and self.keys[place][2] is record:
            del self.keys[place]

    def since(self, moment: str) -> int:
        """The place of the first object whose `updated` is not before `moment`."""
        return bisect_left(self.keys, moment, key=_moment)


def _key(record: Record) -> Key:
    return (record.fields.get("updated", ""), record.id, record)


def _order(key: Key) -> tuple[str, str]:
    return key[:2]


def _moment(key: Key) -> str:
    return key[0]


class Shelf:
    """All objects of one type in one account."""

    def __init__(self, entity: Entity, name: str) -> None:
        self.entity = entity
        self.name = name
        self.records: dict[str, Record] = {}
        self.by_sync: dict[str, Record] = {}
        self.shown = Index()
        self.hidden = Index()
        self.version = 0
        self.last_number = 0
        self._results: OrderedDict[object, tuple[int, list[Record]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records.values())

    def next_name(self) -> str:
        """The number that a new document gets when its author gives none."""
        self.last_number += 1
        return f"{self.last_number:05d}"

    def put(self, record: Record) -> None:
        """Adds a new object, or puts a taken one back after its change."""
        self.records[record.id] = record
        sync = record.fields.get("syncId")
        if sync:
            self.by_sync[sync] = record
        (self.hidden if record.hidden else self.shown).add(record)
        record.row = None
        self.version += 1

    def put_many(self, records: list[Record]) -> None:
        """Adds many new objects at the price of one sort."""
        self.records.update((record.id, record) for record in records)
        self.by_sync.update((record.fields["syncId"], record) for record in records if record.fields.get("syncId"))
        self.shown.add_many(record for record in records if not record.hidden)
        self.hidden.add_many(record for record in records if record.hidden)
        self.version += 1

    def take(self, record: Record) -> None:
        """Removes an object from the indexes; a change to `updated`, trash or archive happens between take and put."""
        self.shown.remove(record)
        self.hidden.remove(record)

    def remove(self, record: Record) -> None:
        """Forgets an object for good."""
        self.take(record)
        self.records.pop(record.id, None)
        sync = record.fields.get("syncId", "")
        if self.by_sync.get(sync) is record:
            del self.by_sync[sync]
        self.version += 1

    def refresh(self, record: Record) -> None:
        """Makes lists show a change that touches neither `updated` nor the trash nor the archive."""
        record.row = None
        self.version += 1

    def recall(self, question: object) -> list[Record] | None:
        """The remembered answer to a query, while no object has changed since."""
        found = self._results.get(question)
        if found is None or found[0] != self.version:
            return None
        self._results.move_to_end(question)
        return found[1]

    def remember(self, question: object, answer: list[Record]) -> None:
        """Keeps the answer to a query until an object changes."""
        self._results[question] = (self.version, answer)
        while len(self._results) > RESULTS_KEPT:
            self._results.popitem(last=False)
