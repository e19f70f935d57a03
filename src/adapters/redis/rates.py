"""Rates that all processes keep together."""

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.tenants.rates import SECOND, Admission, Rate

_SCRIPT = Path(__file__).with_name("rates.lua").read_text(encoding="utf-8")
MOST_AT_ONCE = 100
"""Requests that one call of the script counts. Nothing else is done by the server meanwhile."""
_log = logging.getLogger(__name__)


class _Asking(NamedTuple):
    asked: Sequence[tuple[str, Rate]]
    told: "asyncio.Future[list[Admission] | None]"


class RedisRateLimits:
    """See application.tenants.rates.RateLimits. Keys live until all is made good; an emptied server begins anew.

    One call of the script is under way at a time. Requests that arrive meanwhile are counted together by the next one,
    so that a busy process asks less often and nobody waits who comes alone. A call takes at most `patience` seconds;
    after one that failed the server is left alone for `retry_after` seconds.
    """

    def __init__(self, client: Redis, prefix: str = "rate:", patience: float = 0.3, retry_after: float = 5.0) -> None:
        self._script = client.register_script(_SCRIPT)
        self._prefix = prefix
        self._patience = patience
        self._retry_after = retry_after
        self._lost_until = 0.0
        self._waiting: list[_Asking] = []
        self._calling: asyncio.Task[None] | None = None

    async def take(self, asked: Sequence[tuple[str, Rate]]) -> list[Admission] | None:
        """See the port."""
        if not asked:
            return []
        if time.monotonic() < self._lost_until:
            return None
        told: asyncio.Future[list[Admission] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Asking(asked, told))
        if self._calling is None:
            self._calling = asyncio.create_task(self._call())
        return await told

    async def _call(self) -> None:
        """Until nobody waits. Whatever happens, everybody is answered."""
        try:
            while self._waiting:
                together, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                try:
                    answers = await self._counted([one.asked for one in together])
                except BaseException:
                    _tell(together, [None] * len(together))
                    raise
                _tell(together, answers)
        finally:
            self._calling = None
            _tell(self._waiting, [None] * len(self._waiting))
            self._waiting = []

    async def _counted(self, requests: Sequence[Sequence[tuple[str, Rate]]]) -> Sequence[list[Admission] | None]:
        if time.monotonic() < self._lost_until:
            return [None] * len(requests)
        try:
            async with asyncio.timeout(self._patience):
                told = await self._script(
                    keys=[self._prefix + name for asked in requests for name, _ in asked],
                    args=[
                        number
                        for asked in requests
                        for place, (_, rate) in enumerate(asked)
                        for number in (rate.interval, rate.requests, int(place == 0))
                    ],
                )
        except (RedisError, OSError) as lost:  # TimeoutError is an OSError
            self._lost_until = time.monotonic() + self._retry_after
            _log.warning("Redis is lost: requests are not counted together (%s)", type(lost).__name__)
            return [None] * len(requests)
        return [
            [
                Admission(bool(admitted), rate.requests, remaining, reset / SECOND, retry / SECOND)
                for (_, rate), (admitted, remaining, reset, retry) in zip(asked, answers, strict=False)
            ]
            for asked, answers in zip(requests, told, strict=True)
        ]


def _tell(together: Sequence[_Asking], answers: Sequence[list[Admission] | None]) -> None:
    for one, answer in zip(together, answers, strict=True):
        if not one.told.done():  # whoever asked may have gone away
            one.told.set_result(answer)
