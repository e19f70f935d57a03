"""Objects of one account and the index that makes `updated` queries cheap."""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from emulators.moysklad.catalogue import Entity

RESULTS_KEPT = 8


class Ref(NamedTuple):
    """A link to another object; `parent` is the owner's part of its address (the entity type, for a state)."""

    kind: str
    id: str
    parent: str = ""


class Position:
    """One line of an order. It has no moment of its own: a changed line is a changed document."""

    __slots__ = ("assortment", "discount", "id", "price", "quantity", "reserve", "shipped", "vat", "vat_enabled")

    def __init__(
        self,
        identifier: str,
        assortment: Ref,
        quantity: float,
        price: float,
        discount: float = 0.0,
        vat: int = 0,
        vat_enabled: bool = False,
        reserve: float = 0.0,
        shipped: float = 0.0,
    ) -> None:
        self.id = identifier
        self.assortment = assortment
        self.quantity = quantity
        self.price = price
        self.discount = discount
        self.vat = vat
        self.vat_enabled = vat_enabled
        self.reserve = reserve
        self.shipped = shipped

    def total(self) -> float:
        """Price times quantity less the discount, in kopecks (reference 4, line columns)."""
        return self.quantity * self.price * (1 - self.discount / 100)


class Record:
    """One object. `row` caches its JSON without expansion."""

    __slots__ = ("attributes", "entity", "fields", "id", "positions", "row", "shelf", "trashed")

    def __init__(self, entity: Entity, shelf: str, identifier: str, fields: dict[str, Any]) -> None:
        self.entity = entity
        self.shelf = shelf
        self.id = identifier
        self.fields = fields
        self.attributes: dict[str, Any] = {}
        self.positions: list[Position] | None = [] if entity.name == "customerorder" else None
        self.row: bytes | None = None
        self.trashed = False

    @property
    def ref(self) -> Ref:
        """The link that other objects hold to this one."""
        parent = self.shelf.partition("/")[2]
        return Ref(self.entity.name, self.id, parent)

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
        self.by_sync.pop(record.fields.get("syncId", ""), None)
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
