"""Turns over virtual time: requests arrive some time after their turn, as a network has it."""

import heapq
import random
from dataclasses import dataclass, field

import pytest

from application.connections.errands import Errand, Reply, nap
from application.connections.ledger import Ledger
from application.connections.limits import SECOND, VendorLimits
from application.connections.ports import Failing, Heard, Refused, Urgency

START = 1_000 * SECOND


@dataclass
class Vendor:
    """Counts as MoySklad does: what arrived in the last three seconds, and how many requests are under way."""

    weight: int = 1
    arrivals: list[tuple[int, int]] = field(default_factory=list)
    flying: int = 0
    most_flying: int = 0

    def arrive(self, now: int, units: int) -> Heard:
        price = 5 if units == 5 else self.weight
        self.arrivals.append((now, price))
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        left = 45 - self.spent(now)
        return Heard(limit=45 // price, remaining=max(0, left) // price, window=3.0)

    def spent(self, now: int) -> int:
        return sum(price for moment, price in self.arrivals if now - 3 * SECOND < moment <= now)

    @property
    def fullest(self) -> int:
        return max(self.spent(moment) for moment, _ in self.arrivals)


@dataclass
class World:
    """Everything that happens, in order: askers come back, requests arrive, answers are heard."""

    ledger: Ledger
    vendor: Vendor
    chance: random.Random
    transit: float
    answer: float
    waits: dict[Urgency, list[int]] = field(default_factory=dict)
    refused: int = 0

    def run(self, errands: list[tuple[int, Errand]]) -> int:
        """Answers when the last request was over."""
        events: list[tuple[int, int, str, Errand, object]] = []
        for number, (moment, errand) in enumerate(errands):
            heapq.heappush(events, (moment, number, "ask", errand, (0, moment)))
        number, now = len(events), START
        while events:
            now, _, kind, errand, more = heapq.heappop(events)
            number += 1
            if kind == "ask":
                since, first = more  # type: ignore[misc]
                reply = self.ledger.ask(errand, since, now)
                if reply.granted:
                    self.waits.setdefault(errand.urgency, []).append(now - first)
                    later = now + int(self.chance.uniform(0, self.transit) * SECOND)
                    heapq.heappush(events, (later, number, "arrive", errand, reply))
                else:
                    later = now + max(nap(reply.wait), 1000) + self.chance.randint(0, 3000)
                    heapq.heappush(events, (later, number, "ask", errand, (reply.since, first)))
            elif kind == "arrive":
                heard = self.vendor.arrive(now, errand.units)
                later = now + int(self.chance.uniform(0.002, self.answer) * SECOND)
                heapq.heappush(events, (later, number, "settle", errand, (more, heard)))
            else:
                reply, heard = more  # type: ignore[misc]
                self.vendor.flying -= 1
                self.ledger.settle(errand, reply, heard, now)
        return now


def errands(chance: random.Random, count: int, over: float, heavy: float = 0.0) -> list[tuple[int, Errand]]:
    made = []
    for number in range(count):
        units = 5 if chance.random() < heavy else 1
        errand = Errand(f"{number:016x}", "credential", "account", units, chance.choice(list(Urgency)))
        made.append((START + int(chance.uniform(0, over) * SECOND), errand))
    return made


@pytest.mark.parametrize("weight", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_no_three_seconds_at_the_vendor_ever_hold_more_than_45_units(seed: int, weight: int) -> None:
    chance = random.Random(f"{seed}/{weight}")
    world = World(Ledger(VendorLimits()), Vendor(weight), chance, transit=0.45, answer=chance.choice((0.05, 0.5, 2.0)))
    world.run(errands(chance, 220, over=chance.choice((0, 10, 30)), heavy=chance.choice((0.0, 0.2))))
    assert world.vendor.fullest <= 45
    assert world.vendor.most_flying <= 4


def test_quick_answers_leave_nothing_of_the_budget_unused() -> None:
    chance = random.Random(1)
    world = World(Ledger(VendorLimits()), Vendor(), chance, transit=0.02, answer=0.04)
    ended = world.run(errands(chance, 500, over=0))
    assert 500 / 15 / ((ended - START) / SECOND) > 0.95


def test_a_person_waits_for_one_unit_while_everything_is_being_read() -> None:
    chance = random.Random(2)
    ledger = Ledger(VendorLimits())
    world = World(ledger, Vendor(), chance, transit=0.02, answer=0.04)
    crowd = [(START, Errand(f"{n:016x}", "c", "a", 1, Urgency.BACKFILL)) for n in range(400)]
    people = [(START + n * SECOND, Errand(f"f{n:015x}", "c", "a", 1, Urgency.INTERACTIVE)) for n in range(4, 14)]
    world.run([*crowd, *people])
    assert max(world.waits[Urgency.INTERACTIVE]) < 0.2 * SECOND


def granted(ledger: Ledger, number: int, now: int, heard: Heard | None = None, units: int = 1) -> Reply:
    errand = Errand(f"{number:016x}", "c", "a", units, Urgency.ROUTINE)
    reply = ledger.ask(errand, 0, now)
    if reply.granted:
        ledger.settle(errand, reply, heard or Heard(), now)
    else:
        ledger.leave(errand)
    return reply


def test_a_lower_limit_than_the_published_one_is_kept_to() -> None:
    ledger = Ledger(VendorLimits())
    granted(ledger, 0, START, Heard(limit=30, remaining=29))
    moments = [START + step * 10_000 for step in range(600) if granted(ledger, step + 1, START + step * 10_000).granted]
    assert max(sum(1 for other in moments if moment <= other < moment + 3 * SECOND) for moment in moments) <= 30


def test_a_longer_window_than_the_published_one_is_kept_to() -> None:
    ledger = Ledger(VendorLimits())
    granted(ledger, 0, START, Heard(limit=45, remaining=44, window=6.0))
    moments = [START + step * 10_000 for step in range(700) if granted(ledger, step + 1, START + step * 10_000).granted]
    assert max(sum(1 for other in moments if moment <= other < moment + 6 * SECOND) for moment in moments) <= 45


def test_a_weight_that_fell_is_believed_at_once() -> None:
    ledger = Ledger(VendorLimits())
    granted(ledger, 0, START, Heard(limit=11, remaining=10))
    assert granted(ledger, 1, START + SECOND).cost == 4
    granted(ledger, 2, START + 2 * SECOND, Heard(limit=45, remaining=40))
    assert granted(ledger, 3, START + 3 * SECOND).cost == 1


def test_a_stock_report_never_costs_less_than_five() -> None:
    ledger = Ledger(VendorLimits())
    assert granted(ledger, 0, START, Heard(limit=45, remaining=40), units=5).cost == 5
    assert granted(ledger, 1, START + SECOND, units=5).cost == 5


def test_a_request_that_costs_more_than_all_there_is_goes_out_alone() -> None:
    ledger = Ledger(VendorLimits(units=3))
    assert granted(ledger, 0, START, units=5).granted
    assert not granted(ledger, 1, START + SECOND).granted


def test_credentials_that_nobody_uses_any_more_are_forgotten() -> None:
    ledger = Ledger(VendorLimits())
    for number in range(3_000):
        errand = Errand(f"{number:016x}", f"credential {number}", f"account {number}", 1, Urgency.ROUTINE)
        ledger.settle(errand, ledger.ask(errand, 0, START + number * SECOND), Heard(), START + number * SECOND)
    assert len(ledger._books) <= 1024
    assert len(ledger._crowds) <= 1025


def test_refusals_of_long_ago_do_not_count() -> None:
    ledger = Ledger(VendorLimits(refusals=3, failures=3))
    for minute in range(10):
        for heard in (Heard(refused=Refused.WINDOW), Heard(failing=Failing.ALL), Heard(failing=Failing.THIS)):
            assert granted(ledger, minute, START + minute * 40 * SECOND, heard).granted
