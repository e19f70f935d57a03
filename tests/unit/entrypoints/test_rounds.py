"""Doing something again and again."""

import asyncio

import pytest

from entrypoints import rounds


async def test_steps_follow_one_another_until_told_to_stop() -> None:
    stop = asyncio.Event()
    steps = 0

    async def step() -> None:
        nonlocal steps
        steps += 1
        if steps == 5:
            stop.set()

    failures: list[BaseException] = []
    await rounds.repeat(step, stop, failures.append)
    assert (steps, failures) == (5, [])


async def test_after_failures_it_waits_longer_and_longer_and_a_good_step_makes_that_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = asyncio.Event()
    fates = [False] * 7 + [True] + [False] * 2
    pauses: list[float] = []

    async def wait(_: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)

    async def step() -> None:
        if not fates:
            stop.set()
        elif not fates.pop(0):
            raise ConnectionError

    monkeypatch.setattr(rounds, "wait", wait)
    failures: list[BaseException] = []
    await rounds.repeat(step, stop, failures.append)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1, 2]
    assert [type(failure) for failure in failures] == [ConnectionError] * 9


async def test_waiting_ends_when_told_to_stop() -> None:
    stop = asyncio.Event()
    waiting = asyncio.create_task(rounds.wait(stop, 60))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(waiting, 1)
    await rounds.wait(asyncio.Event(), 0.001)


async def test_work_is_left_when_told_to_stop_and_its_failure_is_raised() -> None:
    stop = asyncio.Event()
    left = asyncio.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            left.set()

    async def wrong() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await rounds.until_stopped(wrong(), stop)
    working = asyncio.create_task(rounds.until_stopped(long(), stop))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(working, 5)
    assert left.is_set()
