"""The rules by which requests to MoySklad get their turns, over books kept in this process.

The script in adapters/redis/turns.lua follows the same rules, step by step, over books that all processes share; a test
holds the two to the same answers. Times are whole microseconds of one clock, which the caller reads.
"""

from collections import deque
from dataclasses import dataclass, field

from application.connections.errands import Errand, Reply, nap
from application.connections.limits import (
    HEAD_START,
    KEEP,
    LONGEST_CLOSURE,
    NARROW,
    PUBLISHED_UNITS,
    SECOND,
    VendorLimits,
)
from application.connections.ports import Failing, Heard, Refused

_OF_CREDENTIAL, _OF_SUBJECT = 1, 2
_BOOKS_KEPT = 1024


@dataclass(slots=True)
class _Spent:
    stamp: int
    units: int


@dataclass(slots=True)
class _Waiting:
    order: int
    cost: int
    until: int


@dataclass(slots=True)
class _Book:
    """What is known of one credential."""

    due: int = 0
    closed: int = 0
    halt: int | None = None
    width: int = 0
    narrow: int = 0
    capacity: int | None = None
    window: int | None = None
    prices: dict[int, int] = field(default_factory=dict)
    log: dict[str, _Spent] = field(default_factory=dict)
    flight: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, _Waiting] = field(default_factory=dict)
    halts: dict[str, int] = field(default_factory=dict)
    failures: dict[str, deque[int]] = field(default_factory=dict)
    puts: dict[str, deque[int]] = field(default_factory=dict)
    refusals: deque[int] = field(default_factory=deque)
    broken: deque[int] = field(default_factory=deque)


class Ledger:
    """Books of all credentials in this process."""

    def __init__(self, limits: VendorLimits) -> None:
        self._limits = limits
        self._window = _microseconds(limits.window)
        self._guard = _microseconds(limits.guard)
        self._transit = _microseconds(limits.transit)
        self._lease = _microseconds(limits.lease)
        self._minute = _microseconds(limits.breaker_window)
        self._pause = _microseconds(limits.breaker_pause)
        self._books: dict[str, _Book] = {}
        self._crowds: dict[str, dict[str, int]] = {}

    def ask(self, errand: Errand, since: int, now: int) -> Reply:
        """A turn, or when to ask again. `since` is 0 the first time, then what the last reply said."""
        book = self._book(errand.credential, now)
        crowd = self._crowds.setdefault(errand.account, {})
        since = since or now
        self._bring_back(book, crowd, errand, now)
        halts = [until for until in (book.halt, book.halts.get(errand.subject)) if until is not None]
        if halts and max(halts) > now:
            book.waiting.pop(errand.id, None)
            return Reply(granted=False, paused=True, wait=max(halts) - now, since=since, cost=0, moment=now)
        self._prune(book, crowd, now)
        capacity, span = self._capacity(book), self._span(book)
        cost = min(self._price(book, errand.units), capacity)
        order = since + HEAD_START[errand.urgency]
        before = [
            one for key, one in book.waiting.items() if key != errand.id and (one.order, key) < (order, errand.id)
        ]
        ahead, count = sum(one.cost for one in before), len(before)
        interval = span / capacity
        closed = max(now, book.closed, self._put_from(book, errand, now))
        slack = max(0, self._limits.least_burst - cost) * interval
        paced = int(min(book.due, now + 2 * span) + ahead * interval - slack)
        ready = max(closed, paced, self._room_from(book, ahead + cost - capacity, span, now))
        spent = sum(one.units for one in book.log.values() if one.stamp + span > now)
        width = min(self._limits.parallel, book.width) if book.narrow > now else self._limits.parallel
        crowded = len(book.flight) + count >= width or len(crowd) + count >= self._limits.account_parallel
        if ready <= now and not crowded:
            used = (spent + cost) * 1000 // capacity
            return self._grant(book, crowd, errand, Reply(True, False, 0, since, cost, now, used=used))
        wait = ready - now
        if crowded:
            wait = max(wait, _microseconds(self._limits.poll) * (1 + count))
        book.waiting[errand.id] = _Waiting(order, cost, now + nap(wait) + _microseconds(self._limits.grace))
        used = spent * 1000 // capacity
        return Reply(False, False, wait, since, cost, now, closed=closed - now, crowded=crowded, used=used)

    def settle(self, errand: Errand, granted: Reply, heard: Heard | None, now: int) -> None:
        """The request is over; what its answer said, if there was one, is taken into the books."""
        book = self._book(errand.credential, now)
        crowd = self._crowds.setdefault(errand.account, {})
        book.flight.pop(errand.id, None)
        crowd.pop(errand.id, None)
        if not crowd:
            self._crowds.pop(errand.account, None)
        heard_or_not = heard or Heard()
        price = self._learn(book, errand.units, heard_or_not)
        self._restamp(book, errand, granted, price, now)
        if price is not None and heard_or_not.remaining is not None and now - granted.moment <= KEEP:
            self._compare(book, errand, granted, heard_or_not, now)
        if heard_or_not.refused is Refused.WINDOW and heard_or_not.retry_after:
            book.closed = max(book.closed, now + _microseconds(heard_or_not.retry_after))
        if heard_or_not.refused is Refused.PARALLEL:
            book.width, book.narrow = max(1, len(book.flight)), now + NARROW
        if heard is not None:
            self._judge(book, errand, granted.probes, heard, now)

    def renew(self, errand: Errand, now: int) -> None:
        """The request is still under way."""
        self._book(errand.credential, now).flight[errand.id] = now + self._lease
        self._crowds.setdefault(errand.account, {})[errand.id] = now + self._lease

    def leave(self, errand: Errand) -> None:
        """The one who asked does not wait any more."""
        book = self._books.get(errand.credential)
        if book is not None:
            book.waiting.pop(errand.id, None)

    # What is spent ---------------------------------------------------------------------------------------------------

    def _grant(self, book: _Book, crowd: dict[str, int], errand: Errand, reply: Reply) -> Reply:
        now, probe = reply.moment, _microseconds(self._limits.probe)
        capacity, span = self._capacity(book), self._span(book)
        # It may arrive any time from now on: until the answer tells more, the latest moment counts.
        book.log[errand.id] = _Spent(now + self._transit, reply.cost)
        book.flight[errand.id] = crowd[errand.id] = now + self._lease
        book.waiting.pop(errand.id, None)
        book.due = max(min(book.due, now + 2 * span), now) + int(reply.cost * (span / capacity))
        room = self._room_from(book, 1 - capacity, span, now)
        if room > now:
            # A full window is no rest: without this, every burst would come again when it leaves the window.
            book.due = max(book.due, room + int((self._limits.least_burst - 1) * (span / capacity)))
        probes = 0
        if book.halt is not None:
            book.halt, probes = now + probe, probes | _OF_CREDENTIAL
        if errand.subject in book.halts:
            book.halts[errand.subject], probes = now + probe, probes | _OF_SUBJECT
        if errand.put:
            _note(book.puts.setdefault(errand.subject, deque()), self._limits.puts, now)
        return reply._replace(probes=probes)

    def _capacity(self, book: _Book) -> int:
        return self._limits.units if book.capacity is None else max(1, min(self._limits.units, book.capacity))

    def _span(self, book: _Book) -> int:
        return max(self._window, book.window or 0) + self._guard

    @staticmethod
    def _price(book: _Book, units: int) -> int:
        return max(units, book.prices.get(units, units * book.prices.get(1, 1)))

    def _room_from(self, book: _Book, excess: int, span: int, now: int) -> int:
        """When enough spent units will have left the window."""
        alive = [(one.stamp + span, one.units) for one in book.log.values() if one.stamp + span > now]
        excess += sum(units for _, units in alive)
        moment = now
        for leaves, units in sorted(alive):
            if excess <= 0:
                break
            excess, moment = excess - units, leaves
        return moment if excess <= 0 else max(moment, now + span)

    def _put_from(self, book: _Book, errand: Errand, now: int) -> int:
        times = book.puts.get(errand.subject)
        if not errand.put or times is None or len(times) < self._limits.puts:
            return now
        return times[0] + self._minute

    # What answers say ------------------------------------------------------------------------------------------------

    def _learn(self, book: _Book, units: int, heard: Heard) -> int | None:
        """The price of the request by MoySklad's own word."""
        if heard.window is not None:
            told = _microseconds(heard.window)
            book.window = told if told > self._window else None
        if not heard.limit or heard.limit < 0:
            return None
        weight = max(1, PUBLISHED_UNITS // heard.limit)
        if units == 1:
            told = heard.limit * weight
            book.capacity = told if told <= PUBLISHED_UNITS - weight else None
        price = book.prices[units] = max(units, weight)
        return price

    def _restamp(self, book: _Book, errand: Errand, granted: Reply, price: int | None, now: int) -> None:
        spent = book.log.get(errand.id)
        if spent is None:
            return
        spent.stamp = min(spent.stamp, now)
        if price is not None and price != granted.cost:
            spent.units = price
            book.due += int((price - granted.cost) * self._span(book) / self._capacity(book))

    def _compare(self, book: _Book, errand: Errand, granted: Reply, heard: Heard, now: int) -> None:
        """Where MoySklad surely counts more than we do, somebody else spends: it is booked as if it had been just now.

        `remaining` is rounded down to whole requests, so that what is left over lies between two bounds.
        """
        if heard.limit is None or heard.remaining is None:
            return
        counted_from = granted.moment - max(self._window, book.window or 0)
        known = sum(one.units for one in book.log.values() if one.stamp > counted_from)
        weight = max(1, PUBLISHED_UNITS // heard.limit)
        surely = min(PUBLISHED_UNITS, (heard.limit + 1) * weight - 1) - (heard.remaining + 1) * weight + 1
        if surely > known:
            counted = max(surely, (heard.limit - heard.remaining) * weight)
            book.log[f"x{errand.id}"] = _Spent(now, counted - known)

    # The breaker -----------------------------------------------------------------------------------------------------

    def _judge(self, book: _Book, errand: Errand, probes: int, heard: Heard, now: int) -> None:
        refused, failing = heard.refused is not Refused.NOT, heard.failing
        if probes & _OF_CREDENTIAL:
            book.halt = now + self._pause if refused or failing is Failing.ALL else None
        if probes & _OF_SUBJECT:
            if refused or failing is not Failing.NOT:
                book.halts[errand.subject] = now + self._pause
            else:
                book.halts.pop(errand.subject, None)
        if refused and self._too_many(book.refusals, self._limits.refusals, now):
            book.halt = now + self._pause
        if failing is Failing.ALL and self._too_many(book.broken, self._limits.failures, now):
            book.halt = now + self._pause
        if failing is Failing.THIS:
            times = book.failures.setdefault(errand.subject, deque())
            if self._too_many(times, self._limits.failures, now):
                book.halts[errand.subject] = now + self._pause

    def _too_many(self, times: deque[int], most: int, now: int) -> bool:
        _note(times, most, now)
        if len(times) < most or times[0] <= now - self._minute:
            return False
        times.clear()
        return True

    # Order in the books ----------------------------------------------------------------------------------------------

    def _book(self, credential: str, now: int) -> _Book:
        book = self._books.get(credential)
        if book is None:
            if len(self._books) >= _BOOKS_KEPT:
                self._forget(now)
            book = self._books[credential] = _Book()
        return book

    def _bring_back(self, book: _Book, crowd: dict[str, int], errand: Errand, now: int) -> None:
        """What is later than anything can be is brought back: the clock was set back. It is stored, so that what is
        full or closed now opens in its time and not when the clock is where it was.
        """
        latest, pause = now + self._transit, now + max(self._pause, _microseconds(self._limits.probe))
        for spent in book.log.values():
            spent.stamp = min(spent.stamp, latest)
        for held in (book.flight, crowd):
            for key, until in held.items():
                held[key] = min(until, now + self._lease)
        book.closed = min(book.closed, now + LONGEST_CLOSURE)
        book.due = min(book.due, latest + 3 * self._span(book))
        book.narrow = min(book.narrow, now + NARROW)
        if book.halt is not None:
            book.halt = min(book.halt, pause)
        if errand.subject in book.halts:
            book.halts[errand.subject] = min(book.halts[errand.subject], pause)
        times = book.puts.get(errand.subject)
        if errand.put and times:
            book.puts[errand.subject] = deque(min(time, now) for time in times)

    def _prune(self, book: _Book, crowd: dict[str, int], now: int) -> None:
        for held in (book.flight, crowd):
            for key in [key for key, until in held.items() if until <= now]:
                del held[key]
        for key in [key for key, one in book.waiting.items() if one.until < now]:
            del book.waiting[key]
        for subject in [subject for subject, until in book.halts.items() if until <= now - LONGEST_CLOSURE]:
            del book.halts[subject]
        kept_from = now - self._span(book) - KEEP
        for key in [key for key, one in book.log.items() if one.stamp <= kept_from]:
            del book.log[key]
        for times in (book.failures, book.puts):
            for subject in [
                subject for subject, moments in times.items() if moments and moments[-1] <= now - self._minute
            ]:
                del times[subject]

    def _forget(self, now: int) -> None:
        """Forgets credentials of which nothing is left that matters."""
        for credential, book in list(self._books.items()):
            busy = book.flight or book.waiting or book.halts or book.halt is not None or book.closed > now
            if not busy and all(one.stamp <= now - self._span(book) - KEEP for one in book.log.values()):
                del self._books[credential]
        for account in [account for account, crowd in self._crowds.items() if not crowd]:
            del self._crowds[account]


def _note(times: deque[int], most: int, now: int) -> None:
    times.append(now)
    while len(times) > most:
        times.popleft()


def _microseconds(seconds: float) -> int:
    return round(seconds * SECOND)
