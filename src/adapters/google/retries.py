"""Calling again when Google falters."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from adapters.google.failures import SHEETS, Rule, judge, lost
from adapters.google.session import Answer
from domain.shared.errors import VendorBusy


@dataclass(frozen=True, slots=True)
class Pacing:
    """How patient calls are; all times in seconds.

    A call that may be repeated is made `tries` times in all, with pauses of `pause`, twice `pause` and so on, each
    lengthened by chance by up to `pause`. A quota is waited for once, if that takes at most `patience`.
    """

    tries: int = 3
    pause: float = 1.0
    patience: float = 10.0
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    wall_clock: Callable[[], float] = time.time


async def answered(
    send: Callable[[], Awaitable[Answer]], pacing: Pacing, *, repeatable: bool, rules: tuple[Rule, ...] = SHEETS
) -> Answer:
    """The answer of the first call that succeeds. Raises what the last failure means.

    A call that is not `repeatable` is made once: after a failure nobody knows whether it was applied.
    """
    tries_left = pacing.tries if repeatable else 1
    may_wait = repeatable
    pause = pacing.pause
    while True:
        tries_left -= 1
        try:
            answer = await send()
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            failure = lost(error)
        else:
            verdict = judge(answer, pacing.wall_clock(), rules)
            if verdict is None:
                return answer
            failure = verdict
        # Outside the except block: aiohttp's errors hold the request's headers, and with them the token.
        if isinstance(failure.error, VendorBusy):
            wait = failure.error.retry_after + pacing.chance()
            if not may_wait or wait > pacing.patience:
                raise VendorBusy(wait, **failure.error.details)
            may_wait, tries_left = False, tries_left + 1
            await pacing.sleep(wait)
        elif failure.passing and tries_left > 0:
            await pacing.sleep(pause + pacing.chance() * pacing.pause)
            pause *= 2
        else:
            raise failure.error
