"""What moved goods cost: first in, first out."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from emulators.moysklad.reports.movements import CARRYING, RETURNS, Movement
from emulators.moysklad.stockbook import Place


@dataclass(slots=True)
class Batch:
    """What is left of one income."""

    moment: str
    quantity: float
    cost: float


def cost(movements: Iterable[Movement]) -> None:
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


def age(left: deque[Batch], one: Movement) -> None:
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
