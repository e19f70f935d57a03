"""Lists and the sweep of old runs keep to their indexes, and answer what they should."""

from collections.abc import Iterator

import pytest

from benchmarks.history import KEPT, opened
from devstack.servers import postgres
from tests.integration.harness.databases import migrate

TASKS = 40_000


@pytest.fixture
def full() -> Iterator[str]:
    """A database of its own: what is measured fills it."""
    with postgres() as url:
        migrate(url)
        yield url


@pytest.mark.timeout(300)
async def test_questions_over_many_runs_use_an_index(full: str) -> None:
    told: list[str] = []
    async with opened(full, TASKS, companies=20) as history:
        await history.fill(told.append)
        found = await history.measure(asked=5)
        assert {one.name: sorted(one.scans) for one in found if one.wrong} == {}
        purge, gone = await history.purge(3)
        assert gone == 3000
        assert any("ix_export_tasks_ended_at" in scan for scan in purge.scans)
        sizes = await history.sizes()
        assert sizes["table"] > 0
    assert KEPT.days == 90
    assert told
