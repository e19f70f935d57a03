"""Calling again when Google falters."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import aiohttp

from adapters.google.failures import SHEETS, Failure, Rule, judge, lost
from adapters.google.session import Answer
from application.connections.google_ports import GoogleTurn, Quota
from domain.shared.errors import VendorBusy

Turns = Callable[[float], AbstractAsyncContextManager[GoogleTurn]]
"""Gives a turn within so many seconds, or raises VendorBusy."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """How patient calls are; all times in seconds.

    A call that may be repeated is made `tries` times in all, with pauses of `pause`, twice `pause` and so on, each
    lengthened by chance by up to `pause`. A quota is waited for once, if that takes at most `patience`. Turns are
    waited for at most `turns` in all.
    """

    tries: int = 3
    pause: float = 1.0
    patience: float = 10.0
    turns: float = 30.0
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    wall_clock: Callable[[], float] = time.time


async def answered(
    send: Callable[[], Awaitable[Answer]],
    pacing: Pacing,
    *,
    repeatable: bool,
    rules: tuple[Rule, ...] = SHEETS,
    turns: Turns | None = None,
) -> Answer:
    """The answer of the first call that succeeds. Raises what the last failure means.

    A call that is not `repeatable` is made once: after a failure nobody knows whether it was applied. With `turns`
    every try takes one, and a quota that Google says is used up is waited for there, by all alike.
    """
    patience = pacing.turns
    tries_left = pacing.tries if repeatable else 1
    may_wait = repeatable
    pause = pacing.pause
    while True:
        tries_left -= 1
        if turns is None:
            outcome = await _tried(send, pacing, rules)
        else:
            asked = time.monotonic()
            async with turns(patience) as turn:
                patience -= time.monotonic() - asked  # only waiting counts: a call itself may take minutes
                outcome = await _tried(send, pacing, rules)
                if isinstance(outcome, Failure) and isinstance(outcome.error, VendorBusy):
                    turn.refused(Quota(str(outcome.error.details["quota"])), outcome.error.retry_after)
        if isinstance(outcome, Answer):
            return outcome
        failure = outcome
        if isinstance(failure.error, VendorBusy):
            wait = failure.error.retry_after + pacing.chance()
            if not may_wait or (turns is None and wait > pacing.patience):
                raise VendorBusy(wait, **failure.error.details)
            may_wait, tries_left = False, tries_left + 1
            if turns is None:
                await pacing.sleep(wait)
        elif failure.passing and tries_left > 0:
            await pacing.sleep(pause + pacing.chance() * pacing.pause)
            pause *= 2
        else:
            raise failure.error


async def _tried(send: Callable[[], Awaitable[Answer]], pacing: Pacing, rules: tuple[Rule, ...]) -> Answer | Failure:
    try:
        answer = await send()
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        return lost(error)
    return judge(answer, pacing.wall_clock(), rules) or answer
