"""Contracts of VendorWatch and RunWatch: whoever watches changes nothing of what is watched."""

import pytest

from adapters.memory.watching import MemoryRunWatch, MemoryVendorWatch
from adapters.observability.metrics import Metrics
from adapters.observability.runs import ObservedRuns
from adapters.observability.vendors import ObservedVendors
from application.connections.ports import VendorWatch, Waited
from application.connections.unwatched import Unwatched
from application.exports.diary import RunPhase, RunWatch


@pytest.fixture(params=["memory", "observed", "nobody"])
def vendors(request: pytest.FixtureRequest) -> VendorWatch:
    made: dict[str, VendorWatch] = {
        "memory": MemoryVendorWatch(),
        "observed": ObservedVendors(Metrics()),
        "nobody": Unwatched(),
    }
    return made[request.param]


@pytest.fixture(params=["memory", "observed"])
def runs(request: pytest.FixtureRequest) -> RunWatch:
    made: dict[str, RunWatch] = {"memory": MemoryRunWatch(), "observed": ObservedRuns(Metrics())}
    return made[request.param]


@pytest.mark.parametrize("status", [200, 429, 503, 999])
def test_an_answer_of_whatever_kind_is_taken_note_of(vendors: VendorWatch, status: int) -> None:
    with vendors.call("moysklad", "GET", "/entity/customerorder") as call:
        call.answered(status)
    assert call.status == status


@pytest.mark.parametrize("failure", [OSError("lost"), KeyboardInterrupt()])
def test_what_fails_is_raised_as_it_is(vendors: VendorWatch, runs: RunWatch, failure: BaseException) -> None:
    def ask() -> None:
        with vendors.call("google", "POST", "/v4/spreadsheets"), runs.phase(RunPhase.WRITE):
            raise failure

    with pytest.raises(type(failure)) as raised:
        ask()
    assert raised.value is failure


def test_turns_are_told_with_whatever_is_known_of_them(vendors: VendorWatch) -> None:
    for waited in (Waited(), Waited(1.5, "user", {"user": 1.0, "project": 0.25})):
        vendors.turn("google", waited)
        vendors.no_turn("google", waited)


def test_phases_go_on_together_and_within_one_another(runs: RunWatch) -> None:
    with runs.phase(RunPhase.FETCH), runs.phase(RunPhase.MAP), runs.phase(RunPhase.FETCH):
        runs.wrote(0)
        runs.wrote(10)
