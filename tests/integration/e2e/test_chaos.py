"""Everything fails at random, for a short while; `make chaos` does so for longer."""

import pytest

from benchmarks.chaos import run

pytestmark = pytest.mark.e2e


def test_nothing_is_lost_whatever_fails() -> None:
    done, wrong = run(companies=4, seconds=15, orders=40, seed=11, pause=0.5, patience=120)
    assert wrong == []
    assert done["kill"]
    assert done["edit"]
    assert done["acknowledged deliveries"]
