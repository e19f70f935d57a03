"""The rules by which requests to Google get their turns, over books kept in this process.

The script in adapters/redis/google_turns.lua follows the same rules, step by step, over books that all processes share;
a test holds the two to the same answers. Times are whole microseconds of one clock, which the caller reads.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from application.connections.errands import nap
from application.connections.google_limits import LEVEL, LONGEST_CLOSURE, SECOND, GoogleLimits
from application.connections.google_ports import Quota, Spending
from application.connections.ports import Urgency

HOLDS = ("", "user", "project", "spreadsheet")
"""What may hold a request up: its user's quota, its project's, or the spacing of writes to one spreadsheet."""
_FEW = 64


@dataclass(frozen=True, slots=True)
class GoogleErrand:
    """A request that wants a turn. `project`, `user`, `company` and `spreadsheet` are names without blanks."""

    id: str
    project: str
    user: str
    company: str
    spending: Spending
    urgency: Urgency
    spreadsheet: str = ""


class GoogleReply(NamedTuple):
    """The answer to one who asks: a turn, or else ask again after `wait` microseconds, naming `since`.

    At least `sure` of the wait will pass whatever the others do; `held` says by which of HOLDS it is held up longest.
    `of_user` and `of_project` is how much of these quotas is spent, in thousandths.
    """

    granted: bool
    wait: int
    since: int
    sure: int
    held: int = 0
    of_user: int = 0
    of_project: int = 0

    @property
    def reason(self) -> str:
        """What one who is not granted a turn waits for."""
        return HOLDS[self.held]

    @property
    def shares(self) -> dict[str, float]:
        """How much of each quota is spent, from 0 to 1."""
        return {"user": self.of_user / 1000, "project": self.of_project / 1000}

    def at(self, since: int) -> "GoogleReply":
        """The same to one who has waited since then."""
        return self._replace(since=since)


class _Place(NamedTuple):
    """One who waits. Until `blocked` it is held up by its own user's quota or its spreadsheet, and nobody waits for it;
    after `until` it is not heard of any more.
    """

    level: int
    since: int
    company: str
    user: str
    blocked: int
    until: int


@dataclass(slots=True)
class _Purse:
    """One quota: when each request of the window counts, at the latest; from when on the next one may go."""

    due: int = 0
    closed: int = 0
    log: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Book:
    """What is known of one project's reads, or of its writes.

    `shares` counts the requests of the window by company. Nothing has to be brought back unless the clock was set back
    behind `seen` or somebody was refused (`doubtful`). Users are swept up when there are `crowded` of them.
    """

    purse: _Purse = field(default_factory=_Purse)
    users: dict[str, _Purse] = field(default_factory=dict)
    spenders: dict[str, str] = field(default_factory=dict)
    shares: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, _Place] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    doubtful: bool = False
    crowded: int = _FEW


class GoogleLedger:
    """Books of all projects in this process."""

    def __init__(self, limits: GoogleLimits) -> None:
        self._limits = limits
        self._span = _microseconds(limits.window) + _microseconds(limits.guard)
        self._transit = _microseconds(limits.transit)
        self._spacing = _microseconds(limits.spacing)
        self._ageing = _microseconds(limits.ageing)
        self._grace = _microseconds(limits.grace)
        self._books: dict[tuple[str, Spending], _Book] = {}

    def ask(self, errand: GoogleErrand, since: int, now: int) -> GoogleReply:
        """A turn, or when to ask again. `since` is 0 the first time, then what the last reply said."""
        book = self._book(errand)
        self._prune(book, errand.user, now)
        since = since or now
        user = book.users.setdefault(errand.user, _Purse())
        mine = _Place(LEVEL[errand.urgency], since, errand.company, errand.user, 0, now)
        ahead = self._ahead(book, errand.id, mine, now)
        of_user, of_project = self._limits.of_user, self._limits.of_project(errand.project)
        fellows = sum(1 for place in ahead if place.user == errand.user)
        rivals = sum(1 for place in ahead if place.blocked <= now)
        spaced = self._spaced(book, errand, now)
        by_user = self._ready(user, of_user, fellows, now)
        by_project = self._ready(book.purse, of_project, rivals, now)
        personal = max(by_user, spaced)
        ready = max(personal, by_project)
        if ready <= now:
            book.waiting.pop(errand.id, None)
            self._spend(book.purse, of_project, errand.id, now)
            self._spend(user, of_user, errand.id, now)
            book.spenders[errand.id] = errand.company
            book.shares[errand.company] += 1
            if errand.spreadsheet:
                book.sheets[errand.spreadsheet] = max(book.sheets.get(errand.spreadsheet, 0), now) + self._spacing
            return GoogleReply(True, 0, since, 0, 0, *_used(user, of_user, book.purse, of_project))
        wait = ready - now
        book.waiting[errand.id] = mine._replace(blocked=personal, until=now + nap(wait) + self._grace)
        sure = max(spaced, self._open(user, of_user, 0, now), self._open(book.purse, of_project, 0, now)) - now
        held = 1 if by_user == ready else 2 if by_project == ready else 3
        return GoogleReply(False, wait, since, sure, held, *_used(user, of_user, book.purse, of_project))

    def settle(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None, now: int) -> None:
        """The request is over: it has arrived by now. A refusal closes the quota that it names."""
        book = self._book(errand)
        self._look_back(book, now)
        user = book.users.setdefault(errand.user, _Purse())
        for purse in (book.purse, user):
            if errand.id in purse.log:
                purse.log[errand.id] = min(purse.log[errand.id], now)
        if refusal is None:
            return
        quota, retry_after = refusal
        purse, capacity = user, self._limits.of_user
        if quota is Quota.PROJECT:
            purse, capacity = book.purse, self._limits.of_project(errand.project)
        book.doubtful = True
        purse.closed = max(purse.closed, now + _microseconds(retry_after))
        # What is opened again is not full at once: from there on turns come evenly.
        purse.due = max(purse.due, purse.closed + self._lead(capacity))

    def leave(self, errand: GoogleErrand) -> None:
        """The one who asked does not wait any more."""
        self._book(errand).waiting.pop(errand.id, None)

    def _ready(self, purse: _Purse, capacity: int, ahead: int, now: int) -> int:
        """When this quota allows a request that lets so many others go first."""
        paced = max(purse.due, now) + math.floor(ahead * (self._span / capacity)) - self._lead(capacity)
        return max(self._open(purse, capacity, ahead, now), paced)

    def _open(self, purse: _Purse, capacity: int, ahead: int, now: int) -> int:
        """When it is not closed and the window has room."""
        room, excess = now, len(purse.log) + ahead + 1 - capacity
        if excess > len(purse.log):
            room = now + self._span
        elif excess > 0:
            room = sorted(purse.log.values())[excess - 1] + self._span
        return max(now, purse.closed, room)

    def _spend(self, purse: _Purse, capacity: int, errand_id: str, now: int) -> None:
        # It may arrive any time from now on: until the answer tells more, the latest moment counts.
        purse.log[errand_id] = now + self._transit
        purse.due = max(purse.due, now) + math.floor(self._span / capacity)
        room = self._open(purse, capacity, 0, now)
        if room > now:
            # A full window is no rest: without this, every burst would come again when it leaves the window.
            purse.due = max(purse.due, room + self._lead(capacity))

    def _lead(self, capacity: int) -> int:
        return math.floor((self._limits.at_once(capacity) - 1) * (self._span / capacity))

    def _ahead(self, book: _Book, errand_id: str, mine: _Place, now: int) -> list[_Place]:
        """Those who go before: the more urgent, then whose company has had less of the window, then the older."""
        if not book.waiting or (len(book.waiting) == 1 and errand_id in book.waiting):
            return []
        places = {**book.waiting, errand_id: mine}
        ordered = sorted((self._level(place, now), place.since, key) for key, place in places.items())
        ranks: Counter[str] = Counter()
        orders: dict[str, tuple[int, int, int, str]] = {}
        for level, since, key in ordered:
            company = places[key].company
            orders[key] = level, book.shares[company] + ranks[company], since, key
            ranks[company] += 1
        own = orders.pop(errand_id)
        return [places[key] for key, order in orders.items() if order < own]

    def _level(self, place: _Place, now: int) -> int:
        return max(0, place.level - max(0, now - place.since) // self._ageing)

    def _spaced(self, book: _Book, errand: GoogleErrand, now: int) -> int:
        soonest = book.sheets.get(errand.spreadsheet, 0) - (self._limits.spacing_burst - 1) * self._spacing
        return max(now, min(soonest, now + self._spacing))

    def _correct(self, purse: _Purse, now: int) -> None:
        """Brings back what is later than anything can be: the clock was set back."""
        for key in [key for key, stamp in purse.log.items() if stamp > now + self._transit]:
            purse.log[key] = now + self._transit
        purse.closed = min(purse.closed, now + LONGEST_CLOSURE)
        purse.due = min(purse.due, max(now, purse.closed) + self._transit + 2 * self._span)

    def _book(self, errand: GoogleErrand) -> _Book:
        return self._books.setdefault((errand.project, errand.spending), _Book())

    def _prune(self, book: _Book, name: str, now: int) -> None:
        """Drops what is over. Other users' purses are looked at when they ask, or when there are many."""
        self._look_back(book, now)
        if book.doubtful:
            for purse in (book.purse, *book.users.values()):
                self._correct(purse, now)
            book.doubtful = False
        book.seen = now
        for key in self._expire(book.purse, now):
            company = book.spenders.pop(key)
            book.shares[company] -= 1
            if not book.shares[company]:
                del book.shares[company]
        self._sweep(book, [name] if name in book.users else (), now)
        if len(book.users) >= book.crowded:
            self._sweep(book, list(book.users), now)
            book.crowded = max(_FEW, 2 * len(book.users))
        for key in [key for key, place in book.waiting.items() if place.until < now]:
            del book.waiting[key]
        for sheet in [sheet for sheet, due in book.sheets.items() if due <= now]:
            del book.sheets[sheet]

    def _look_back(self, book: _Book, now: int) -> None:
        """Where the clock was set back: what had gone by then does not come again, and the rest is brought back."""
        if now < book.seen:
            self._sweep(book, list(book.users), book.seen)
            book.seen, book.doubtful = now, True

    def _expire(self, purse: _Purse, now: int) -> list[str]:
        gone = [key for key, stamp in purse.log.items() if stamp <= now - self._span]
        for key in gone:
            del purse.log[key]
        return gone

    def _sweep(self, book: _Book, users: Iterable[str], now: int) -> None:
        """Forgets these users as far as nothing of them matters any more."""
        for name in users:
            purse = book.users[name]
            self._expire(purse, now)
            if not purse.log and max(purse.due, purse.closed) < now:
                del book.users[name]


def _used(user: _Purse, of_user: int, project: _Purse, of_project: int) -> tuple[int, int]:
    """Thousandths of the two quotas."""
    return len(user.log) * 1000 // of_user, len(project.log) * 1000 // of_project


def _microseconds(seconds: float) -> int:
    return round(seconds * SECOND)
