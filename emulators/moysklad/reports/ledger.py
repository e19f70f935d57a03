"""The stock ledger: every movement of goods, costed first in, first out, and what is reserved or on its way.

It is derived from the opening balance and the posted documents alone, so that every report which reads it agrees with
the others. Goods sold before they came cost nothing until a later income covers them, which then gives them its cost.
"""

from collections import deque
from dataclasses import dataclass, field

from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Ref
from emulators.moysklad.reports import documents
from emulators.moysklad.reports.asking import parsed
from emulators.moysklad.reports.costing import Batch, age, cost
from emulators.moysklad.reports.movements import STOCK_DOCUMENTS, Claim, Movement, claims, moved
from emulators.moysklad.stockbook import Place


@dataclass(slots=True)
class Lot:
    """What is left in stock of the goods that one document brought; `cost` is kopecks for a piece."""

    movement: Movement
    quantity: float
    cost: float


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
    """All movements in the order of their moments, and today's claims. `hidden` are places whose good or store is in
    the archive or deleted.
    """

    movements: list[Movement] = field(default_factory=list)
    reserves: list[Claim] = field(default_factory=list)
    transits: list[Claim] = field(default_factory=list)
    goods: dict[str, Ref] = field(default_factory=dict)
    hidden: set[Place] = field(default_factory=set)
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
            age(batches.setdefault(place, deque()), one)
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
        fresh.hidden = {place for place in fresh.today if not _in_use(account, fresh, place)}
        fresh.valid_before = next((one.moment for one in fresh.movements if one.moment > now), "9999")
        _note_changes(account, fresh, fresh.today, now)
    return fresh.today


def shown_now(account: Account, now: str) -> dict[Place, Balance]:
    """Today's balances as the brief reports have them: not those of goods and stores in the archive, or deleted. That
    `changedSince` tells of them with zero is documented, that a whole answer leaves them out is UNVERIFIED.
    """
    balances = current(account, now)
    hidden = ledger(account).hidden
    return {place: balance for place, balance in balances.items() if place not in hidden} if hidden else balances


def _in_use(account: Account, fresh: Ledger, place: Place) -> bool:
    good, store = place
    ref = fresh.goods[good]
    records = [account.shelves[ref.kind].records.get(good)]
    if store:
        records.append(account.shelves["store"].records.get(store))
    return all(record is not None and not record.fields.get("archived") for record in records)


def _note_changes(account: Account, fresh: Ledger, balances: dict[Place, Balance], now: str) -> None:
    book = account.stock
    told = {place: one for place, one in balances.items() if place not in fresh.hidden}
    numbers = {place: (one.stock, one.reserve, one.transit) for place, one in told.items()}
    if book.numbers is None:
        for place, moment in _born(fresh).items():
            book.changed.setdefault(place, moment)
    else:
        seen = book.changed_at(account.version, now)
        if any(seen < one.moment <= now for one in fresh.movements):
            seen = now  # documents of the future have come of age since
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
            movements.extend(moved(account, kind, record))
    movements.sort(key=lambda one: (one.moment, one.quantity < 0))
    cost(movements)
    made.movements = movements
    made.reserves = list(claims(account, "customerorder", "reserve"))
    made.transits = list(claims(account, "purchaseorder", "inTransit"))
    for good in {one.good for one in movements} | {one.good for one in (*made.reserves, *made.transits)}:
        made.goods[good.id] = good
    return made


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
