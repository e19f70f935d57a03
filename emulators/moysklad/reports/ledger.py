"""The stock ledger: every movement of goods, costed first in, first out, and what is reserved or on its way.

It is derived from the opening balance and the posted documents alone, so that every report which reads it agrees with
the others. Goods sold before they came cost nothing until a later income covers them, which then gives them its cost.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Position, Record, Ref
from emulators.moysklad.reports import documents
from emulators.moysklad.reports.asking import parsed
from emulators.moysklad.stockbook import Place

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
class Batch:
    """What is left of one income."""

    moment: str
    quantity: float
    cost: float


@dataclass(slots=True)
class Lot:
    """What is left in stock of the goods that one document brought; `cost` is kopecks for a piece."""

    movement: Movement
    quantity: float
    cost: float


@dataclass(slots=True)
class Claim:
    """A quantity that an order reserves or expects; the store is empty when the order names none."""

    good: Ref
    store: str
    quantity: float
    document: Record


@dataclass(slots=True)
class Balance:
    """What one good amounts to in one store, or in all: pieces, kopecks, and the moment of the oldest piece."""

    stock: float = 0.0
    cost: float = 0.0
    reserve: float = 0.0
    transit: float = 0.0
    oldest: str = ""

    @property
    def quantity(self) -> float:
        """Available: the stock less reserves, plus what is on its way."""
        return self.stock - self.reserve + self.transit

    @property
    def unit_cost(self) -> float:
        """Kopecks for a piece; zero when nothing is there."""
        return self.cost / self.stock if self.stock > 0 else 0.0

    def add(self, other: "Balance") -> None:
        """Counts another balance in."""
        self.stock += other.stock
        self.cost += other.cost
        self.reserve += other.reserve
        self.transit += other.transit
        if other.oldest and (not self.oldest or other.oldest < self.oldest):
            self.oldest = other.oldest


@dataclass(slots=True)
class Ledger:
    """All movements in the order of their moments, and today's claims."""

    movements: list[Movement] = field(default_factory=list)
    reserves: list[Claim] = field(default_factory=list)
    transits: list[Claim] = field(default_factory=list)
    goods: dict[str, Ref] = field(default_factory=dict)
    today: dict[Place, Balance] | None = None
    valid_before: str = ""

    def balances(self, until: str) -> dict[Place, Balance]:
        """What there was at `until` (inclusive) by place; reserves and expectations are always today's."""
        out: dict[Place, Balance] = {}
        batches: dict[Place, deque[Batch]] = {}
        for one in self.movements:
            if one.moment > until:
                break
            place = (one.good.id, one.store)
            balance = out.setdefault(place, Balance())
            balance.stock += one.quantity
            balance.cost += one.cost
            _age(batches.setdefault(place, deque()), one)
        for place, left in batches.items():
            out[place].oldest = left[0].moment if left else ""
        for claim in self.reserves:
            out.setdefault((claim.good.id, claim.store), Balance()).reserve += claim.quantity
        for claim in self.transits:
            out.setdefault((claim.good.id, claim.store), Balance()).transit += claim.quantity
        return {place: _tidied(balance) for place, balance in out.items()}


def ledger(account: Account) -> Ledger:
    """The account's ledger, computed anew only when the account has changed."""
    book = account.stock
    if book.ledger is None or book.version != account.version:
        book.ledger, book.version = _build(account), account.version
    found: Ledger = book.ledger
    return found


def current(account: Account, now: str) -> dict[Place, Balance]:
    """Today's balances; also notes which of them became others since they were last looked at."""
    fresh = ledger(account)
    if fresh.today is None or now >= fresh.valid_before:
        fresh.today = fresh.balances(now)
        fresh.valid_before = next((one.moment for one in fresh.movements if one.moment > now), "9999")
        _note_changes(account, fresh, fresh.today, now)
    return fresh.today


def _note_changes(account: Account, fresh: Ledger, balances: dict[Place, Balance], now: str) -> None:
    book = account.stock
    numbers = {place: (one.stock, one.reserve, one.transit) for place, one in balances.items()}
    if book.numbers is None:
        for place, moment in _born(fresh).items():
            book.changed.setdefault(place, moment)
    else:
        seen, book.written = book.written or now, ""
        for place in numbers.keys() | book.numbers.keys():
            if numbers.get(place, (0.0, 0.0, 0.0)) != book.numbers.get(place, (0.0, 0.0, 0.0)):
                book.changed[place] = max(seen, book.changed.get(place, ""))
    book.numbers = numbers


def _born(fresh: Ledger) -> dict[Place, str]:
    """For goods never looked at: the last change of what made their numbers."""
    out: dict[Place, str] = {}
    claims = [(claim.good.id, claim.store, claim.document) for claim in (*fresh.reserves, *fresh.transits)]
    moves = [(move.good.id, move.store, found) for move in fresh.movements if (found := move.document) is not None]
    for good, store, document in (*claims, *moves):
        updated = document.fields.get("updated", "")
        out[good, store] = max(out.get((good, store), ""), updated)
    return out


def _build(account: Account) -> Ledger:
    made = Ledger()
    movements = [
        Movement(one.moment, one.good, one.store, one.quantity, one.quantity * one.cost, None)
        for one in account.stock.opening.values()
    ]
    for kind in STOCK_DOCUMENTS:
        for record in documents.posted(account, kind):
            movements.extend(_moved(account, kind, record))
    movements.sort(key=lambda one: (one.moment, one.quantity < 0))
    _cost(movements)
    made.movements = movements
    made.reserves = list(_claims(account, "customerorder", "reserve"))
    made.transits = list(_claims(account, "purchaseorder", "inTransit"))
    for good in {one.good for one in movements} | {one.good for one in (*made.reserves, *made.transits)}:
        made.goods[good.id] = good
    return made


def _moved(account: Account, kind: str, record: Record) -> Iterator[Movement]:
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


def _claims(account: Account, kind: str, name: str) -> Iterator[Claim]:
    for record in documents.posted(account, kind):
        store = documents.link(record, "store")
        for good, _, line in _stocked(account, record):
            amount = documents.number(line, name) if line.assortment == good else 0.0
            if amount > 0:
                yield Claim(good, store.id if store is not None else "", amount, record)


def _cost(movements: Iterable[Movement]) -> None:
    """Gives every outgoing movement the cost of the oldest goods of its store; one that takes more than there is
    owes the rest until a later income pays it. What a document carries from store to store keeps its cost.
    """
    batches: dict[Place, deque[Batch]] = {}
    debts: dict[Place, deque[tuple[Movement, float]]] = {}
    last: dict[str, float] = {}
    carried: dict[tuple[str, str], float] = {}
    used: dict[str, float] = {}
    for one in sorted(movements, key=_in_turn):
        place = (one.good.id, one.store)
        kind = one.document.entity.name if one.document is not None else ""
        identifier = one.document.id if one.document is not None else ""
        if one.quantity < 0:
            _take(batches.setdefault(place, deque()), debts.setdefault(place, deque()), one)
            last[one.good.id] = carried[identifier, one.good.id] = one.cost / one.quantity
            used[identifier] = used.get(identifier, 0.0) - one.cost
            continue
        if kind == "move":
            one.cost = carried.get((identifier, one.good.id), 0.0) * one.quantity
        elif kind == "processing":
            one.cost = used.get(identifier, 0.0) * one.share
        elif kind in RETURNS and one.cost == 0:
            one.cost = last.get(one.good.id, 0.0) * one.quantity
        _put(batches.setdefault(place, deque()), debts.setdefault(place, deque()), one)


def _in_turn(one: Movement) -> tuple[str, bool]:
    """What is carried first leaves, then arrives; everything else first arrives, then leaves."""
    carried = one.document is not None and one.document.entity.name in CARRYING
    return (one.moment, (one.quantity > 0) if carried else (one.quantity < 0))


def _take(left: deque[Batch], owed: deque[tuple[Movement, float]], one: Movement) -> None:
    wanted = -one.quantity
    while wanted > 0 and left:
        batch = left[0]
        part = min(wanted, batch.quantity)
        one.cost -= part * batch.cost
        batch.quantity -= part
        wanted -= part
        if batch.quantity <= 0:
            left.popleft()
    if wanted > 0:
        owed.append((one, wanted))


def _put(left: deque[Batch], owed: deque[tuple[Movement, float]], one: Movement) -> None:
    free, unit = one.quantity, one.cost / one.quantity if one.quantity else 0.0
    while free > 0 and owed:
        debtor, amount = owed.popleft()
        part = min(free, amount)
        debtor.cost -= part * unit
        free -= part
        if amount > part:
            owed.appendleft((debtor, amount - part))
    if free > 0:
        left.append(Batch(one.moment, free, unit))


def lots(account: Account, good: str, until: str) -> list[Lot]:
    """What is left of every income of a good at `until`, the oldest first."""
    left: dict[str, deque[Lot]] = {}
    for one in ledger(account).movements:
        if one.good.id != good or one.moment > until:
            continue
        queue = left.setdefault(one.store, deque())
        if one.quantity > 0:
            queue.append(Lot(one, one.quantity, one.cost / one.quantity))
            continue
        wanted = -one.quantity
        while wanted > 0 and queue:
            part = min(wanted, queue[0].quantity)
            queue[0].quantity -= part
            wanted -= part
            if queue[0].quantity <= 0:
                queue.popleft()
    return sorted((lot for queue in left.values() for lot in queue), key=lambda lot: lot.movement.moment)


def _age(left: deque[Batch], one: Movement) -> None:
    """Keeps the moments of the pieces that are still there."""
    if one.quantity > 0:
        left.append(Batch(one.moment, one.quantity, 0.0))
        return
    wanted = -one.quantity
    while wanted > 0 and left:
        part = min(wanted, left[0].quantity)
        left[0].quantity -= part
        wanted -= part
        if left[0].quantity <= 0:
            left.popleft()


def _tidied(balance: Balance) -> Balance:
    """Sums of binary fractions, rounded to what the vendor keeps: ten-thousandths of a piece, of a kopeck."""
    balance.stock = round(balance.stock, 4)
    balance.cost = round(balance.cost, 4)
    balance.reserve = round(balance.reserve, 4)
    balance.transit = round(balance.transit, 4)
    return balance


def days_between(earlier: str, later: str) -> float:
    """Days from one moment of the API to another."""
    return max(0.0, (parsed(later) - parsed(earlier)).total_seconds() / 86400)
