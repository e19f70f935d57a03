"""Rates that all processes keep together."""

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.tenants.ahead import Ahead, Telling
from domain.tenants.rates import SECOND, Admission, Rate

_SCRIPT = Path(__file__).with_name("rates.lua").read_text(encoding="utf-8")
MOST_AT_ONCE = 100
"""Requests that one call of the script counts. Nothing else is done by the server meanwhile."""
_log = logging.getLogger(__name__)


Answers = Sequence[list[Admission] | None]


class _Asking(NamedTuple):
    asked: Sequence[tuple[str, Rate]]
    told: "asyncio.Future[list[Admission] | None]"


class RedisRateLimits:
    """See application.tenants.rates.RateLimits. Keys live until all is made good; an emptied server begins anew.

    Whom `Ahead` lets in is told to the server within `told_within` seconds. Anything else asks it: one call of the
    script is under way at a time, requests that arrive meanwhile are counted together by the next one, and each call
    takes along what is to be told. A call takes at most `patience` seconds; after one that failed the server is left
    alone for `retry_after` seconds, and what it was not told it never hears.
    """

    def __init__(
        self,
        client: Redis,
        prefix: str = "rate:",
        patience: float = 0.3,
        retry_after: float = 5.0,
        told_within: float = 0.05,
    ) -> None:
        self._script = client.register_script(_SCRIPT)
        self._prefix = prefix
        self._patience = patience
        self._retry_after = retry_after
        self._told_within = told_within
        self._lost_until = 0.0
        self._ahead = Ahead()
        self._waiting: list[_Asking] = []
        self._calling: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    async def take(self, asked: Sequence[tuple[str, Rate]]) -> list[Admission] | None:
        """See the port."""
        if not asked:
            return []
        if time.monotonic() < self._lost_until:
            return None
        at_once = self._ahead.take(asked, _now())
        if at_once is not None:
            self._tell_later()
            return at_once
        told: asyncio.Future[list[Admission] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Asking(asked, told))
        self._call_now()
        return await told

    async def close(self) -> None:
        """Tells what was not told yet."""
        if self._ahead.untold:
            self._call_now()
        if self._calling is not None:
            await asyncio.wait([self._calling])
        if self._later is not None:
            self._later.cancel()

    def _tell_later(self) -> None:
        if self._calling is None and self._later is None and self._ahead.untold:
            self._later = asyncio.get_running_loop().call_later(self._told_within, self._call_now)

    def _call_now(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._calling is None:
            self._calling = asyncio.create_task(self._call())

    async def _call(self) -> None:
        """Until nobody waits. Whatever happens, everybody is answered."""
        try:
            while True:
                together, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                telling = self._ahead.tell(MOST_AT_ONCE)
                answers: Answers = [None] * len(together)
                try:
                    answers = await self._counted([one.asked for one in together], telling)
                finally:
                    self._ahead.told(telling)
                    _tell(together, answers)
                if not self._waiting:
                    break
        finally:
            self._calling = None
            _tell(self._waiting, [None] * len(self._waiting))
            self._waiting = []
            self._tell_later()

    async def _counted(self, requests: Sequence[Sequence[tuple[str, Rate]]], telling: Sequence[Telling]) -> Answers:
        if time.monotonic() < self._lost_until:
            return [None] * len(requests)
        try:
            async with asyncio.timeout(self._patience):
                found = await self._script(
                    keys=[self._prefix + one.name for one in telling]
                    + [self._prefix + name for asked in requests for name, _ in asked],
                    args=[number for one in telling for number in (*_terms(one.rate), -one.requests)]
                    + [
                        number
                        for asked in requests
                        for place, (_, rate) in enumerate(asked)
                        for number in (*_terms(rate), int(place == 0))
                    ],
                )
        except (RedisError, OSError) as lost:  # TimeoutError is an OSError
            self._lost_until = time.monotonic() + self._retry_after
            self._ahead.forget()
            _log.warning("Redis is lost: requests are not counted together (%s)", type(lost).__name__)
            return [None] * len(requests)
        now = _now()
        for one, made_good_in in zip(telling, found, strict=False):
            self._ahead.hear(one.name, one.rate, made_good_in, now)
        return [self._heard(asked, told, now) for asked, told in zip(requests, found[len(telling) :], strict=True)]

    def _heard(self, asked: Sequence[tuple[str, Rate]], told: Sequence[Sequence[int]], now: int) -> list[Admission]:
        admissions: list[Admission] = []
        for (name, rate), (admitted, remaining, reset, retry) in zip(asked, told, strict=False):
            admissions.append(Admission(bool(admitted), rate.requests, remaining, reset / SECOND, retry / SECOND))
            if rate.ahead:
                self._ahead.hear(name, rate, reset, now)
        return admissions


def _now() -> int:
    return time.monotonic_ns() // 1000


def _terms(rate: Rate) -> tuple[int, int]:
    return rate.interval, rate.requests


def _tell(together: Sequence[_Asking], answers: Sequence[list[Admission] | None]) -> None:
    for one, answer in zip(together, answers, strict=True):
        if not one.told.done():  # whoever asked may have gone away
            one.told.set_result(answer)
