"""Google's quotas, spent together by all processes that use one server."""

import math
from pathlib import Path

from redis.asyncio import Redis

from adapters.redis.shared_books import SharedBooks
from application.connections.google_ledger import GoogleErrand, GoogleLedger, GoogleReply
from application.connections.google_limits import LEVEL, LONGEST_CLOSURE, SECOND, GoogleLimits
from application.connections.google_ports import Quota
from application.connections.google_turns import QueuedGoogleBudgets
from application.connections.queueing import monotonic

_SCRIPT = Path(__file__).with_name("google_turns.lua").read_text(encoding="utf-8")
_SERVERS_CLOCK = 0
_CODES = {Quota.USER: 1, Quota.PROJECT: 2}


class RedisGoogleBudgets(SharedBooks[GoogleErrand, GoogleReply], QueuedGoogleBudgets):
    """See application.connections.google_ports.GoogleBudgets. One script call when a turn is free, one afterwards that
    nobody waits for. The keys of one project share a hash tag, so that a cluster keeps them together.

    While the server is lost, each process spends a quarter of every quota, evenly, and says so once: with more than
    four processes, or in the first minute, Google may refuse a turn, which is then waited out. The server is tried
    again after `retry_after` seconds.
    """

    def __init__(
        self,
        client: Redis,
        limits: GoogleLimits | None = None,
        prefix: str = "google:",
        retry_after: float = 5.0,
        patience: float = 2.0,
    ) -> None:
        QueuedGoogleBudgets.__init__(self, limits or GoogleLimits())
        self._alone = GoogleLedger(self._limits.cautious())
        SharedBooks.__init__(self, client, _SCRIPT, "Google's quotas", self._alone, retry_after, patience)
        self._prefix = prefix

    async def _ask_server(self, errand: GoogleErrand, since: int) -> GoogleReply | None:
        told = await self._call("ask", errand, LEVEL[errand.urgency], since, int(bool(errand.spreadsheet)))
        if told is None:
            return None
        granted, *rest = told
        return GoogleReply(bool(granted), *rest)

    def _queue(self, errand: GoogleErrand) -> str:
        return self._keys(errand)[3]

    def _settle(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None) -> None:
        if errand.id in self._granted_alone:
            self._granted_alone.discard(errand.id)
            self._alone.settle(errand, refusal, monotonic())
        else:
            self._later(self._tell(errand, refusal))

    async def _tell(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None) -> None:
        if refusal is None:
            await self._call("settle", errand, 0, 0)
        else:
            quota, retry_after = refusal
            await self._call("settle", errand, _CODES[quota], _microseconds(retry_after))

    async def _call(self, action: str, errand: GoogleErrand, *more: int) -> list[int] | None:
        """The script's answer; None when the server is lost."""
        arguments: list[str | int] = [action, errand.id, errand.company, errand.user, _SERVERS_CLOCK]
        return await self._run(self._keys(errand), [*arguments, *self._rules(errand.project), *more])

    def _keys(self, errand: GoogleErrand) -> list[str]:
        project = f"{self._prefix}{{{errand.project}}}"
        own = f"{project}:{errand.spending}"
        user = f"{own}:user:{errand.user}"
        return [
            f"{own}:book",
            f"{own}:log",
            f"{own}:shares",
            f"{own}:waiting",
            f"{user}:book",
            f"{user}:log",
            f"{project}:sheet:{errand.spreadsheet}",
        ]

    def _rules(self, project: str) -> list[int]:
        """The script's numbers from the second on, in its order."""
        limits = self._limits
        of_project, of_user = limits.of_project(project), limits.of_user
        span = _microseconds(limits.window) + _microseconds(limits.guard)
        leads = [math.floor((limits.at_once(of) - 1) * (span / of)) for of in (of_project, of_user)]
        times = (limits.transit, limits.spacing)
        return [
            *(of_project, of_user, *leads, span),
            *map(_microseconds, times),
            *(limits.spacing_burst, _microseconds(limits.grace), _microseconds(limits.ageing), LONGEST_CLOSURE),
        ]


def _microseconds(seconds: float) -> int:
    return round(seconds * SECOND)
