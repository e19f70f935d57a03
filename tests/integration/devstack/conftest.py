"""One pair of built-in servers for the tests that need somebody else's servers."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil
import pytest

from devstack.guardian import Guardian
from devstack.processes import Supervisor
from devstack.servers import Servers, servers


def gone(process: psutil.Process) -> bool:
    """Ended; an orphan that init has not buried yet counts as ended."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(question: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="session")
def all_gone() -> Callable[[Iterable[psutil.Process]], bool]:
    """Waits for processes to end."""
    return lambda processes: eventually(lambda: all(map(gone, processes)))


@pytest.fixture(scope="session")
def outside() -> Iterator[Servers]:
    with servers(environment={}) as running:
        yield running


@pytest.fixture
def given(outside: Servers, monkeypatch: pytest.MonkeyPatch) -> Servers:
    """The environment of a person who has servers of their own."""
    monkeypatch.setenv("DATABASE_URL", outside.database_url)
    monkeypatch.setenv("REDIS_URL", outside.redis_url)
    return outside


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", grace=3) as running:
        yield running


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    running = Guardian()
    yield running
    running.close()
