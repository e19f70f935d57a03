"""Realistic data in quantity: counterparties, goods and orders spread over past months."""

import gc
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulators.moysklad import clock, lines
from emulators.moysklad import seed_words as words
from emulators.moysklad.accounts import Account, World
from emulators.moysklad.catalogue import ENTITIES
from emulators.moysklad.records import Position, Record, Ref
from emulators.moysklad.schemas import add_attribute

DAY = 86400
VATS = (0, 10, 20, 22)
ORDER_ATTRIBUTES = (
    ("Менеджер доставки", "string"),
    ("Количество мест", "long"),
    ("Вес, кг", "double"),
    ("Срочно", "boolean"),
    ("Дата звонка", "time"),
    ("Ссылка на карту", "link"),
    ("Комментарий курьера", "text"),
    ("Перевозчик", "counterparty"),
    ("Способ доставки", "customentity"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to generate. Every fortieth order starts a run of five that share `updated` to the millisecond;
    `burst` more orders share one single stamp.
    """

    orders: int = 2500
    counterparties: int = 200
    products: int = 50
    positions: int = 3
    seed: int = 1
    days: int = 180
    burst: int = 0


class Generator:
    """Fills one account. The same seed gives the same values; ids differ between accounts."""

    def __init__(self, world: World, account: Account, seed: int) -> None:
        self._account = account
        self._world = world
        self._random = random.Random(seed)
        self._ids = random.Random(f"{seed}/{account.id}/{account.version}")

    def fill(self, plan: Plan) -> dict[str, int]:
        """Generates everything that the plan names and returns how many objects of each type there are now."""
        frozen = gc.isenabled()
        gc.disable()
        try:
            self._dictionaries()
            self.counterparties(plan.counterparties, self._past(plan.days))
            self.products(plan.products, self._past(plan.days))
            self.orders(plan.orders, plan.positions, self._stamps(plan))
        finally:
            if frozen:
                gc.enable()
        if plan.orders > 10_000:
            gc.freeze()
        return {name: len(shelf) for name, shelf in self._account.shelves.items()}

    def now(self) -> Callable[[int], float]:
        """Stamps objects with the present moment."""
        return lambda _: self._world.clock.seconds()

    def counterparties(self, count: int, when: Callable[[int], float]) -> list[Record]:
        """Makes counterparties: companies and people."""
        pick, account = self._random.choice, self._account
        states = self._states("counterparty")
        made = []
        for number in range(count):
            legal = self._random.random() < 0.7
            person = f"{pick(words.LAST_NAMES)} {pick(words.FIRST_NAMES)}"
            name = f"{pick(words.FORMS)} «{pick(words.COMPANIES)}» {number + 1}" if legal else f"{person} {number + 1}"
            fields = self._usual(when(number)) | {
                "name": name,
                "companyType": "legal" if legal else "individual",
                "inn": str(self._random.randrange(10**9, 10**10) if legal else self._random.randrange(10**11, 10**12)),
                "phone": f"+7 9{self._random.randrange(10**8, 10**9)}",
                "email": f"client{number + 1}@example.com",
                "actualAddress": self._address(),
                "tags": ["покупатели"] if number % 3 else ["покупатели", "опт"],
                "state": pick(states),
                "salesAmount": float(self._random.randrange(10**8)),
                "bonusPoints": 0,
            }
            if legal:
                fields["legalTitle"] = name
            made.append(Record(ENTITIES["counterparty"], "counterparty", self._id(), fields))
        account.shelves["counterparty"].put_many(made)
        return made

    def products(self, count: int, when: Callable[[int], float]) -> list[Record]:
        """Makes goods with one sale price each."""
        account, pick = self._account, self._random.choice
        currency = {"meta": account.links.meta(account.currency)}
        uom = next(iter(account.shelves["uom"].records.values())).ref
        made = []
        for number in range(count):
            price = float(self._random.randrange(100, 5_000_000))
            vat = pick(VATS)
            fields = self._usual(when(number)) | {
                "name": f"{pick(words.GOODS)}, {pick(words.COLORS)} {number + 1}",
                "code": f"{number + 1:05d}",
                "article": f"ART-{self._random.randrange(10**6):06d}",
                "pathName": "",
                "vat": vat,
                "vatEnabled": vat > 0,
                "useParentVat": False,
                "effectiveVat": vat,
                "effectiveVatEnabled": vat > 0,
                "discountProhibited": False,
                "uom": uom,
                "salePrices": [{"value": price, "currency": currency, "priceType": account.price_types[0]}],
                "weight": round(self._random.random() * 20, 3),
                "volume": 0.0,
                "variantsCount": 0,
                "isSerialTrackable": False,
                "trackingType": "NOT_TRACKED",
                "paymentItemType": "GOOD",
            }
            made.append(Record(ENTITIES["product"], "product", self._id(), fields))
        account.shelves["product"].put_many(made)
        return made

    def orders(self, count: int, positions: int, when: Callable[[int], float]) -> list[Record]:
        """Makes orders. Counterparties and goods must exist already."""
        account = self._account
        agents = [record.ref for record in account.shelves["counterparty"]]
        goods = [(one.ref, one.fields["salePrices"][0]["value"], one.fields["vat"]) for one in self._priced()]
        places: dict[str, list[Ref]] = {
            kind: [record.ref for record in account.shelves[kind]]
            for kind in ("organization", "store", "project", "saleschannel")
        }
        states = self._states("customerorder")
        attributes = self._attribute_makers(agents)
        shelf = account.shelves["customerorder"]
        entity = ENTITIES["customerorder"]
        made = []
        for number in range(count):
            record = Record(entity, "customerorder", self._id(), self._order(when(number), agents, states, places))
            record.fields["name"] = shelf.next_name()
            record.positions = self._lines(goods, positions) if goods else []
            lines.recount(record)
            self._settle(record.fields)
            chance = self._random.random
            record.attributes = {key: make() for key, often, make in attributes if chance() < often}
            made.append(record)
        shelf.put_many(made)
        return made

    def _order(
        self, seconds: float, agents: list[Ref], states: list[Ref], places: dict[str, list[Ref]]
    ) -> dict[str, Any]:
        pick, chance = self._random.choice, self._random.random
        born = seconds - self._random.randrange(0, 20 * DAY)
        fields = {
            "owner": self._account.admin,
            "shared": False,
            "group": self._account.group,
            "updated": clock.stamp(seconds),
            "created": clock.stamp(born),
            "externalCode": self._code(),
            "moment": clock.floor_minute(clock.stamp(born)),
            "applicable": chance() < 0.95,
            "rate": self._account.currency,
            "organization": pick(places["organization"]),
            "agent": pick(agents),
            "state": pick(states),
            "printed": chance() < 0.2,
            "published": False,
            "vatEnabled": True,
            "vatIncluded": True,
            "payedSum": 0.0,
            "shippedSum": 0.0,
            "invoicedSum": 0.0,
        }
        for name, kind, often in (
            ("store", "store", 0.9),
            ("project", "project", 0.3),
            ("salesChannel", "saleschannel", 0.5),
        ):
            if places[kind] and chance() < often:
                fields[name] = pick(places[kind])
        if chance() < 0.6:
            fields["description"] = pick(words.COMMENTS) if chance() < 0.99 else words.LONG
        if chance() < 0.5:
            fields["deliveryPlannedMoment"] = clock.floor_minute(clock.stamp(born + DAY * 3))
        if chance() < 0.4:
            fields["shipmentAddress"] = self._address()
        return fields

    def _lines(self, goods: list[tuple[Ref, float, int]], count: int) -> list[Position]:
        pick, chance = self._random.choice, self._random.random
        made = []
        for _ in range(count):
            ref, price, vat = pick(goods)
            odd = chance()
            if odd < 0.02:
                price += 0.5
            elif odd < 0.03:
                price = 0.01
            quantity = float(self._random.randrange(1, 12)) if odd < 0.9 else round(chance() * 5 + 0.001, 3)
            discount = 0.0 if odd < 0.8 else pick((5.0, 10.0, 12.5, 33.33))
            made.append(Position(self._id(), ref, quantity, price, discount, vat, vat > 0))
        return made

    def _settle(self, fields: dict[str, Any]) -> None:
        chance, total = self._random.random(), fields["sum"]
        if chance < 0.4:
            fields["payedSum"] = total
        elif chance < 0.5:
            fields["payedSum"] = round(total / 3, 2)
        if chance < 0.3:
            fields["shippedSum"] = total

    def _attribute_makers(self, agents: list[Ref]) -> list[tuple[str, float, Callable[[], Any]]]:
        pick, source, now = self._random.choice, self._random, self._world.clock.seconds()
        known = {one.name: one for one in self._account.attributes.get("customerorder", {}).values()}
        methods = [
            record.ref
            for name, shelf in self._account.shelves.items()
            if name.startswith("customentity/")
            for record in shelf
        ]
        makers: dict[str, tuple[float, Callable[[], Any]]] = {
            "Менеджер доставки": (0.4, lambda: pick(words.MANAGERS)),
            "Количество мест": (0.2, lambda: source.randrange(1, 40)),
            "Вес, кг": (0.3, lambda: round(source.random() * 300, 3)),
            "Срочно": (0.3, lambda: source.random() < 0.3),
            "Дата звонка": (0.15, lambda: clock.floor_minute(clock.stamp(now - source.randrange(90 * DAY)))),
            "Ссылка на карту": (0.1, lambda: f"https://yandex.ru/maps/?text={source.randrange(10**6)}"),
            "Комментарий курьера": (0.05, lambda: pick(words.COMMENTS)),
            "Перевозчик": (0.05, lambda: pick(agents)),
            "Способ доставки": (0.2, lambda: pick(methods)),
        }
        return [(known[name].id, often, make) for name, (often, make) in makers.items() if name in known]

    def _dictionaries(self) -> None:
        account = self._account
        for kind, names in (("project", words.PROJECTS), ("saleschannel", words.CHANNELS)):
            if not len(account.shelves[kind]):
                extra = {"type": "ECOMMERCE"} if kind == "saleschannel" else {}
                account.shelves[kind].put_many([self._simple(kind, name, extra) for name in names])
        if not account.dictionaries:
            shelf = f"customentity/{account.add_dictionary('Способы доставки')}"
            account.shelves[shelf].put_many([self._simple(shelf, name, {}) for name in words.METHODS])
        known = {one.name for one in account.attributes.get("customerorder", {}).values()}
        dictionary = next(iter(account.dictionaries))
        for name, kind in ORDER_ATTRIBUTES:
            if name not in known:
                extra = {"dictionary": dictionary} if kind == "customentity" else {}
                add_attribute(account, "customerorder", name, kind, **extra)

    def _simple(self, shelf: str, name: str, extra: dict[str, Any]) -> Record:
        entity = self._account.shelves[shelf].entity
        fields = {key: one for key, one in self._usual(self._world.clock.seconds()).items() if key in entity.by_name}
        return Record(entity, shelf, self._id(), fields | {"name": name} | extra)

    def _usual(self, seconds: float) -> dict[str, Any]:
        return {
            "owner": self._account.admin,
            "shared": False,
            "group": self._account.group,
            "updated": clock.stamp(seconds),
            "created": clock.stamp(seconds - DAY),
            "externalCode": self._code(),
            "archived": False,
        }

    def _past(self, days: int) -> Callable[[int], float]:
        now, source = self._world.clock.seconds() - DAY, self._random
        return lambda _: now - source.random() * days * DAY

    def _stamps(self, plan: Plan) -> Callable[[int], float]:
        now, source = self._world.clock.seconds() - 3600, self._random
        same = {"moment": now}
        burst = now - plan.days * DAY / 2

        def when(number: int) -> float:
            if number < plan.burst:
                return burst
            if not 0 < number % 40 < 5:
                same["moment"] = now - source.random() * plan.days * DAY
            return same["moment"]

        return when

    def _states(self, kind: str) -> list[Ref]:
        return [Ref("state", identifier, kind) for identifier in self._account.states.get(kind, {})]

    def _priced(self) -> list[Record]:
        return [record for record in self._account.shelves["product"] if record.fields.get("salePrices")]

    def _id(self) -> str:
        digits = f"{self._ids.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def _code(self) -> str:
        return f"{self._ids.getrandbits(110):022x}"[:22]

    def _address(self) -> str:
        pick, source = self._random.choice, self._random
        return (
            f"{pick(words.CITIES)}, {pick(words.STREETS)}, {source.randrange(1, 200)}, кв. {source.randrange(1, 300)}"
        )
