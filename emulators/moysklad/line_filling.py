"""Made-up rows of nested collections: lines of documents, bank accounts, components, pictures."""

from collections.abc import Callable, Iterable
from typing import Any

from emulators.moysklad.accounts import Account
from emulators.moysklad.catalogue import CHILDREN, Collection, Field, Kind
from emulators.moysklad.lines import blank, derive
from emulators.moysklad.records import Position, Record, Ref, Row
from emulators.moysklad.samples import VATS, Samples

Pool = Callable[[Iterable[str]], list[Ref]]
Maker = tuple[Field, Callable[[int], Any]]


class Lines:
    """Fills the collections of one type's objects."""

    def __init__(self, account: Account, samples: Samples, pool: Pool) -> None:
        self._account = account
        self._samples = samples
        self._pool = pool
        self._makers: dict[str, list[Maker]] = {}
        self._goods: dict[str, list[tuple[Ref, float]]] = {}

    def add(self, record: Record, count: int, *, whole: bool, often: float) -> None:
        """Gives a record its lines, and rows of other collections: always to the first record, often to the rest."""
        chance = self._samples.source.random
        for collection in record.entity.collections:
            if "assortment" in collection.by_name or collection.name == "positions":
                rows = [self._line(collection, number, whole=whole) for number in range(count)]
                record.set_rows(collection.name, [row for row in rows if row is not None])
            elif whole or chance() < often:
                record.set_rows(collection.name, [self._row(record, collection, number) for number in range(2)])

    def _line(self, collection: Collection, number: int, *, whole: bool) -> Row | None:
        source, row = self._samples.source, blank(collection, self._samples.identifier())
        if "assortment" in collection.by_name:
            goods = self._priced(collection)
            if not goods:
                return None
            good, price = source.choice(goods)
            row.set("assortment", good)
            if isinstance(row, Position):
                self._trade(row, price)
            if _counts_whole(collection):
                row.set("quantity", source.randrange(1, 12))
        for field, make in self._of(collection):
            if whole or field.required or source.random() < 0.5:
                row.set(field.name, make(number))
        if isinstance(row, Position):
            row.reserve = min(row.reserve, row.quantity)
        derive(collection, row)
        return row

    def _trade(self, row: Position, price: float) -> None:
        source = self._samples.source
        row.quantity = (
            float(source.randrange(1, 12)) if source.random() < 0.9 else round(source.random() * 5 + 0.001, 3)
        )
        row.price = price
        row.discount = 0.0 if source.random() < 0.8 else source.choice((5.0, 10.0, 33.33, -7.5))
        row.vat = source.choice(VATS)
        row.vat_enabled = row.vat > 0

    def _row(self, record: Record, collection: Collection, number: int) -> Row:
        row = blank(collection, self._samples.identifier())
        for field, make in self._of(collection):
            row.set(field.name, make(number))
        if "agent" in collection.by_name:
            row.set("agent", record.ref)
        if "isDefault" in collection.by_name:
            row.set("isDefault", number == 0)
        if collection.name == "cashiers":
            row.set("retailStore", record.ref)
        return row

    def _of(self, collection: Collection) -> list[Maker]:
        found = self._makers.get(collection.kind)
        if found is None:
            found = []
            for field in collection.fields:
                counted = field.name in _COUNTED and collection.name == "positions"
                make = None if counted or field.name in _LATER else self._maker(field)
                if make is not None:
                    found.append((field, make))
            self._makers[collection.kind] = found
        return found

    def _maker(self, field: Field) -> Callable[[int], Any] | None:
        source = self._samples.source
        if field.kind is not Kind.REFERENCE:
            if field.name == "overhead":
                return lambda _: source.randrange(100_000)
            return self._samples.maker(field)
        if field.name == "author":
            return lambda _: self._account.admin
        if field.targets[0] in CHILDREN:
            children = self._children(field.targets[0])
            return (lambda _: source.choice(children)) if children else None
        refs = [] if field.name in {"agent", "retailStore"} else self._pool(field.targets)
        return (lambda _: source.choice(refs)) if refs else None

    def _children(self, kind: str) -> list[Ref]:
        """Rows that can be linked to: cells of stores, steps of processes."""
        name, owners = CHILDREN[kind]
        return [
            Ref(kind, row.id, f"{ref.kind}/{ref.id}")
            for ref in self._pool(owners)
            if (owner := self._account.find(ref)) is not None
            for row in owner.rows(name)
        ]

    def _priced(self, collection: Collection) -> list[tuple[Ref, float]]:
        found = self._goods.get(collection.kind)
        if found is None:
            refs = self._pool(collection.by_name["assortment"].targets)
            found = [(ref, self._price(ref)) for ref in refs]
            self._goods[collection.kind] = found
        return found

    def _price(self, ref: Ref) -> float:
        record = self._account.find(ref)
        prices = record.fields.get("salePrices") if record is not None else None
        return float(prices[0]["value"]) if prices else self._samples.money()


def _counts_whole(collection: Collection) -> bool:
    return "quantity" in collection.by_name and collection.by_name["quantity"].kind is Kind.INTEGER


_COUNTED = {"quantity", "price", "discount", "vat", "vatEnabled"}
_LATER = {"assortment", "correctionAmount", "correctionSum"}
