"""How the suite is shared out among processes."""

import fcntl
import gc
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

from tests.integration.harness.thoroughness import THOROUGH

settings.register_profile("suite", settings(), max_examples=500 if THOROUGH else 40, deadline=None)
settings.load_profile("suite")
"""Of a property whose test does not say how often it is tried. How long that takes is the machine's affair."""

PROCESSES = 2
"""More would leave the tests that measure time too little of a small machine."""


class Turnstile:
    """Lets tests of several processes through: many at once, or one alone, in the order in which they come."""

    def __init__(self, name: str) -> None:
        place = Path(tempfile.gettempdir())
        self._paths = [place / f"{name}-{part}.lock" for part in ("gate", "room")]
        self._gate, self._room = (path.open("w") for path in self._paths)

    @contextmanager
    def passed(self, *, alone: bool) -> Iterator[None]:
        """Inside the block no test is alone but perhaps this one. Whoever waits for that holds up those behind."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(self._gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        """The files go; a process that still has them open keeps its locks."""
        for file, path in zip((self._gate, self._room), self._paths, strict=True):
            file.close()
            path.unlink(missing_ok=True)


TURNSTILE = pytest.StashKey[Turnstile]()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite in two processes; a choice in this one, since a second one's start would cost more than it saves.

    What `-n auto` in pyproject.toml means. `-n 0` or `-n 4` on the command line has the last word.
    """
    chosen = bool(config.option.keyword) or config.args != config.getini("testpaths")
    return 0 if chosen else PROCESSES


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(20_000, 20, 50)  # what is imported and collected stays, and little else makes cycles
    config.addinivalue_line("markers", "alone: measures time; no other test of the suite runs meanwhile")
    ours: dict[str, str] | None = getattr(config, "workerinput", None)
    if ours is not None:
        config.stash[TURNSTILE] = Turnstile(f"skladsheets-tests-{ours['testrunuid']}")


def pytest_unconfigure(config: pytest.Config) -> None:
    turnstile = config.stash.get(TURNSTILE, None)
    if turnstile is not None:
        turnstile.close()


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("alone") is not None:
        return 0  # whoever waits until nobody else is at work waits for something short then
    if item.get_closest_marker("e2e") is None:
        return 3
    return 1 if "place" in getattr(item, "fixturenames", ()) else 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, in one process; short ones, which may be shared out, are left for the end."""
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Ten thousand tests and all that they import stay until the end: the collector need not walk them again and
    again.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def undisturbed() -> Iterator[None]:
    """The collector does not walk what earlier tests left: in a process of half a gigabyte that takes half a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Waits before the test's time limit begins to count."""
    alone = item.get_closest_marker("alone") is not None
    turnstile = item.config.stash.get(TURNSTILE, None)
    with turnstile.passed(alone=alone) if turnstile else nullcontext(), undisturbed() if alone else nullcontext():
        return (yield)
