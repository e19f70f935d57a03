"""Objects of any type in any number, with every field that the type has: made up, but the same for the same seed."""

import gc
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from emulators.moysklad import clock, linkage
from emulators.moysklad.accounts import Account, World
from emulators.moysklad.catalogue import CHILDREN, Entity, Field, Kind, targets
from emulators.moysklad.completing import complete
from emulators.moysklad.custom_values import Values, define_all
from emulators.moysklad.line_filling import Lines
from emulators.moysklad.records import Linked, Record, Ref, Row, Shelf
from emulators.moysklad.samples import DAY, Samples
from emulators.moysklad.schemas import add_state
from emulators.moysklad.special_filling import SPECIAL

OFTEN = 0.75
"""How often an optional field has a value; the first object of a run has all of them."""
NESTED_OFTEN, NESTED_RARE, MANY = 0.6, 0.1, 1000
"""How often an object has rows in collections such as bank accounts: seldom where there are many objects."""
NEEDED = 3
_SETTLED = {"archived": False, "shared": False}
Maker = tuple[str, bool, Callable[[int], Any]]


class Filler:
    """Makes objects in one account, and first the objects that they link to."""

    def __init__(self, world: World, account: Account, seed: int, days: float = 0) -> None:
        self._world = world
        self._account = account
        self._source = random.Random(f"fill/{seed}")
        ids = random.Random(f"fill/{seed}/{account.id}/{account.version}")
        self._samples = Samples(account, self._source, ids, world.clock.seconds())
        self._days = days
        self._pools: dict[str, list[Ref]] = {}
        self._making: set[str] = set()

    def fill(self, kind: str, count: int, positions: int = 3, *, attributes: bool = False) -> list[Record]:
        """New objects. `days` of the filler spreads their `updated` over the past; otherwise it is now."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            return self._fill(self._shelf(kind), count, positions, attributes=attributes)
        finally:
            if collecting:
                gc.enable()

    def pool(self, kinds: Iterable[str]) -> list[Ref]:
        """Objects of these types to link to; a type without objects gets some, unless it is just being filled."""
        found: list[Ref] = []
        for kind in kinds:
            if kind not in self._account.shelves:
                continue
            known = self._pools.get(kind)
            if known is None:
                if len(self._account.shelves[kind]) < _LEAST.get(kind, 1) and kind not in self._making:
                    self._fill(self._account.shelves[kind], NEEDED, 2, attributes=False)
                known = [record.ref for record in self._account.shelves[kind] if not record.trashed]
                if kind not in self._making:
                    self._pools[kind] = known
            found.extend(known)
        return found

    def _shelf(self, kind: str) -> Shelf:
        if kind == "customentity":
            if not self._account.dictionaries:
                self._account.add_dictionary("Справочник")
            kind = f"customentity/{next(iter(self._account.dictionaries))}"
        return self._account.shelves[kind]

    def _fill(self, shelf: Shelf, count: int, positions: int, *, attributes: bool) -> list[Record]:
        self._making.add(shelf.name)
        self._pools.pop(shelf.name, None)
        try:
            made = self._make(shelf, count, positions)
        finally:
            self._making.discard(shelf.name)
        shelf.put_many(made)
        self._pools.pop(shelf.name, None)
        if attributes:
            self._customise(shelf, made)
        for record in made:
            linkage.follow(self._account, record)
        return made

    def _make(self, shelf: Shelf, count: int, positions: int) -> list[Record]:
        entity, account, chance = shelf.entity, self._account, self._source.random
        makers = self._makers(entity)
        lines = Lines(account, self._samples, self.pool)
        special = SPECIAL.get(entity.name)
        often = NESTED_OFTEN if count <= MANY else NESTED_RARE
        start, made = len(shelf), []
        for number in range(count):
            whole = number == 0
            fields = {
                name: make(start + number) for name, needed, make in makers if whole or needed or chance() < OFTEN
            }
            record = Record(
                entity, shelf.name, self._samples.identifier(), {k: v for k, v in fields.items() if v is not None}
            )
            self._stamp(record)
            if whole:
                self._complement(record)
            lines.add(record, positions, whole=whole, often=often)
            if special is not None:
                special(account, self._samples, self.pool, record, start + number)
            self._link_accounts(record)
            complete(account, shelf, record)
            made.append(record)
        self._link_to_own(entity, made)
        return made

    def _customise(self, shelf: Shelf, made: list[Record]) -> None:
        """Custom fields of every kind, now that objects of all types exist."""
        owner = shelf.name if shelf.entity.name == "customentity" else shelf.entity.attributes_of
        if not owner:
            return
        define_all(self._account, owner, self._shelf("customentity").name.partition("/")[2])
        values = Values(self._account, owner, self._samples, self.pool)
        for number, record in enumerate(made):
            record.attributes = values.make(whole=number == 0)
            record.row = None

    def _makers(self, entity: Entity) -> list[Maker]:
        found = []
        left = linkage.computed(entity.name) | _LATER
        for field in entity.fields:
            make = None if field.name in left else self._maker(entity, field)
            if make is not None:
                found.append((field.name, field.required or field.name in _ALWAYS, make))
        return found

    def _maker(self, entity: Entity, field: Field) -> Callable[[int], Any] | None:
        if field.name in _SETTLED:
            value = _SETTLED[field.name]
            return lambda _: value
        if field.name == "name":
            return None if entity.document else lambda number: f"{_TITLES.get(entity.name, entity.name)} {number + 1}"
        if field.kind is Kind.REFERENCE:
            return self._linker(entity, field)
        if field.kind is Kind.REFERENCES:
            return self._list_linker(entity, field)
        if field.kind is Kind.OPERATIONS:
            return self._operations(entity)
        if field.name == "variantsCount":
            return lambda _: 0
        return self._samples.maker(field)

    def _linker(self, entity: Entity, field: Field) -> Callable[[int], Any] | None:
        if field.name == "owner":
            return lambda _: self._account.admin
        if field.name == "group":
            return lambda _: self._account.group
        if field.name == "rate":
            return lambda _: self._account.currency
        pool = self._link_pool(entity, field)
        if (entity.name, field.name) in linkage.PAIRS and not field.required:
            once = self._shuffled(pool)
            return lambda _: once.pop() if once else None
        return (lambda _: self._source.choice(pool)) if pool else None

    def _list_linker(self, entity: Entity, field: Field) -> Callable[[int], Any] | None:
        pool = self._link_pool(entity, field)
        if (entity.name, field.name) in linkage.PAIRS:
            once = self._shuffled(pool)
            return lambda _: [once.pop()] if once else None
        return (lambda _: self._source.sample(pool, min(len(pool), 2))) if pool else None

    def _shuffled(self, pool: list[Ref]) -> list[Ref]:
        """Objects to link to once each: an order is shipped by one demand, not by all of them."""
        return self._source.sample(pool, len(pool))

    def _link_pool(self, entity: Entity, field: Field) -> list[Ref]:
        if field.targets == ("state",):
            return self._states(entity.name if entity.has_states else "customerorder")
        if any(one in CHILDREN for one in field.targets):
            return []
        wanted = targets(field.targets)
        return self.pool(("customerorder", "demand") if len(wanted) > 10 else wanted)

    def _states(self, kind: str) -> list[Ref]:
        if not self._account.states.get(kind):
            for name, color, of in (("Новый", 15106326, "Regular"), ("Готов", 40931, "Successful")):
                add_state(self._account, kind, name, color, of)
        return [Ref("state", identifier, kind) for identifier in self._account.states[kind]]

    def _operations(self, entity: Entity) -> Callable[[int], Any] | None:
        kinds = _PAID_FOR.get(entity.name)
        pool = self.pool(kinds) if kinds else []
        if not pool:
            return None
        once = self._shuffled(pool)
        return lambda _: [Linked(once.pop(), self._samples.money())] if once else None

    def _stamp(self, record: Record) -> None:
        known, fields = record.entity.by_name, record.fields
        updated = self._world.clock.seconds() - self._source.random() * self._days * DAY
        if "updated" in known:
            fields["updated"] = clock.stamp(updated)
        if "created" in known:
            fields["created"] = clock.stamp(updated - self._source.random() * 20 * DAY)
        if "moment" in known:
            fields["moment"] = clock.floor_minute(fields.get("created") or self._samples.stamp())

    def _complement(self, record: Record) -> None:
        """Sees to it that a first object shows what depends on others: VAT, and bank accounts of both sides."""
        known, fields = record.entity.by_name, record.fields
        if record.entity.document and "vatEnabled" in known:
            fields["vatEnabled"] = True
        for name in ("organization", "ownAgent", "agent"):
            if name in known and ("agentAccount" if name == "agent" else "organizationAccount") in known:
                fields[name] = next(self._with_accounts(known[name]), fields.get(name))

    def _with_accounts(self, field: Field) -> Iterator[Ref]:
        for ref in self.pool(field.targets):
            record = self._account.find(ref)
            if record is not None and record.rows("accounts"):
                yield ref

    def _link_to_own(self, entity: Entity, made: list[Record]) -> None:
        """The first objects of a type that links to itself have nothing to link to while they are made."""
        for field in entity.fields:
            if field.targets != (entity.name,) or field.name in linkage.computed(entity.name):
                continue
            for record in made[1:]:
                if field.name not in record.fields and self._source.random() < OFTEN:
                    record.fields[field.name] = [made[0].ref] if field.kind is Kind.REFERENCES else made[0].ref

    def _link_accounts(self, record: Record) -> None:
        """Bank accounts belong to the company and to the agent that the document names."""
        for name, owner in (("organizationAccount", "organization"), ("agentAccount", "agent")):
            if name not in record.entity.by_name:
                continue
            ref = record.fields.get(owner) or (record.fields.get("ownAgent") if owner == "organization" else None)
            found = self._account.find(ref) if ref is not None else None
            rows: Iterable[Row] = found.rows("accounts") if found is not None else ()
            first = next(iter(rows), None)
            if first is not None and found is not None:
                record.fields[name] = Ref("account", first.id, f"{found.entity.name}/{found.id}")


_LATER = {"deleted", "updated", "created", "moment", "organizationAccount", "agentAccount"}
_ALWAYS = {
    "externalCode",
    "owner",
    "group",
    "shared",
    "archived",
    "applicable",
    "rate",
    "organization",
    "agent",
    "name",
}
_ALWAYS |= {"printed", "published", "vatEnabled", "vatIncluded", "store", "useParentVat", "companyType", "salePrices"}
_LEAST = {"organization": 2, "store": 2}
"""Of some types a new account has one object, which is too plain to link to alone."""
_PAID_FOR = {
    "paymentin": ("customerorder", "demand", "invoiceout"),
    "cashin": ("customerorder", "demand", "invoiceout"),
    "paymentout": ("purchaseorder", "supply", "invoicein", "payroll"),
    "cashout": ("purchaseorder", "supply", "invoicein"),
}
_TITLES = {
    "product": "Товар",
    "service": "Услуга",
    "bundle": "Комплект",
    "productfolder": "Группа",
    "counterparty": "Контрагент",
    "organization": "Организация",
    "store": "Склад",
    "retailstore": "Точка продаж",
    "contract": "Договор",
    "project": "Проект",
    "saleschannel": "Канал",
    "currency": "Валюта",
    "expenseitem": "Статья",
    "uom": "Единица",
    "country": "Страна",
    "region": "Регион",
    "group": "Отдел",
    "processingplan": "Техкарта",
    "bonusprogram": "Программа",
    "customentity": "Элемент",
}
