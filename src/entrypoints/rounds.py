"""Doing something again and again until told to stop, undisturbed."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

LONGEST_PAUSE = 30.0


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def calm_garbage_collector() -> None:
    """What there is when work begins stays for good, and what comes and goes by the thousand holds no cycles. Looking
    for cycles in all of it costs whoever carries rows a fifth of the time, and stops everybody for a while.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)


async def repeat(
    step: Callable[[], Awaitable[None]], stop: asyncio.Event, report: Callable[[BaseException], None]
) -> None:
    """Takes step after step. After a failed one, which is reported, it waits longer and longer."""
    pause = 1.0
    while not stop.is_set():
        try:
            await step()
            pause = 1.0
        except Exception as failed:  # noqa: BLE001 - a lost server must not end us
            report(failed)
            await wait(stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Waits that long, or until told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


async def until_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Does the work, or leaves it when told to stop. Raises what the work raises."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
