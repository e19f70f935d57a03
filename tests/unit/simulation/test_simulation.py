"""The model of an installation. Its clock is virtual: nothing here waits."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.system.calendar import CronsimCalendar
from application.simulation import sizing
from application.simulation.findings import Findings, findings_of
from application.simulation.measures import MINUTE, most_in, percentile
from application.simulation.model import Model, simulated
from application.simulation.population import Export, happened
from application.simulation.scenario import Costs, Demand, Installation, Kind, Scenario
from application.simulation.sizing import WANTED, Seek, Sizing, least
from application.simulation.timeline import SECOND, Timeline, stamp
from domain.exports.schedule import Terms
from domain.exports.scheduled import Scheduled
from domain.exports.sharing import Lane
from domain.shared.identities import ConfigId

CALENDAR = CronsimCalendar()
STILL = Costs(jitter=0)
AT_ONCE = Terms(timedelta(minutes=5), timedelta(0))
"""Runs start at their nominal times."""


def scenario(companies: int, **changed: object) -> Scenario:
    demand = {name: changed.pop(name) for name in list(changed) if name in Demand.__slots__}
    installation = {name: changed.pop(name) for name in list(changed) if name in Installation.__slots__}
    return Scenario(
        demand=Demand(companies=companies, **demand),  # type: ignore[arg-type]
        installation=Installation(**{"projects": 1, "workers": 2, **installation}),  # type: ignore[arg-type]
        **changed,  # type: ignore[arg-type]
    )


def one_export(kind: Kind, **changed: object) -> Scenario:
    usual = {
        "exports": ((1, 1),),
        "kinds": ((kind, 1),),
        "backfills": 0.0,
        "changes": 0.0,
        "costs": STILL,
        "hours": 1.5,
    }
    return scenario(1, **{**usual, **changed})


def played(one: Scenario) -> Findings:
    return findings_of(simulated(one, CALENDAR))


# Nothing is lost ---------------------------------------------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(
    companies=some.integers(1, 15),
    project_requests=some.integers(30, 60),
    user_requests=some.integers(20, 30),
    workers=some.integers(1, 3),
    threads=some.integers(1, 8),
    backfills=some.sampled_from([0.0, 0.3, 1.0]),
    seed=some.integers(0, 10_000),
)
def test_every_occurrence_has_an_outcome_and_every_run_ends(
    companies: int, project_requests: int, user_requests: int, workers: int, threads: int, backfills: float, seed: int
) -> None:
    model = simulated(
        scenario(
            companies,
            project_requests=project_requests,
            user_requests=user_requests,
            workers=workers,
            threads=threads,
            backfills=backfills,
            rows=15_000,
            seed=seed,
            hours=1.2,
        ),
        CALENDAR,
    )
    found, people = findings_of(model), model.people
    assert found.runs_left == 0
    assert found.runs_booked == found.runs_ended == len(model.measures.lengths["live"]) + len(people.firsts)
    assert found.occurrences.get("ran", 0) + len(people.firsts) == found.runs_booked
    hourly = sum(1 for export in people.exports if export.kind is Kind.HOURLY)
    daily = sum(1 for export in people.exports if export.kind is Kind.DAILY)
    # Crons of 09:00 start within five minutes: each export has one occurrence, however it ends.
    of_crons = sum(found.occurrences.values()) - fresh_runs(model)
    assert of_crons == hourly + daily
    for moments in model.measures.grants.values():
        assert most_in(moments, MINUTE) <= project_requests


def fresh_runs(model: Model) -> int:
    return len(model.measures.ages)


def test_the_quota_of_a_user_is_never_exceeded_either() -> None:
    model = simulated(
        scenario(1, exports=((100, 1),), user_requests=20, threads=64, hours=1.5, backfills=0.0), CALENDAR
    )
    assert len(model.measures.ages) + len(model.measures.lateness) > 100
    for moments in model.measures.grants.values():
        assert most_in(moments, MINUTE) <= 20


def test_runs_that_cannot_end_are_told() -> None:
    found = played(one_export(Kind.HOURLY, changes=1000.0, project_requests=1))
    assert found.runs_left == 1
    assert found.share_within_target == 0


# It is exact -------------------------------------------------------------------------------------------------------


def test_a_run_that_finds_nothing_takes_what_its_parts_take() -> None:
    found = played(one_export(Kind.HOURLY, terms=AT_ONCE))
    # Two answers of MoySklad and one read, beside the run's own work; it starts after a round of turns and a pickup.
    expected = STILL.round + STILL.pickup + STILL.run_cpu + STILL.read + 2 * STILL.moysklad
    assert found.occurrences == {"ran": 1}
    assert found.lengths["live"].longest == pytest.approx(expected, abs=1e-5)
    # A scheduler looks each second.
    assert expected <= found.lateness.longest <= expected + 1
    assert found.share_within_target == 1


def test_a_run_that_finds_changes_reads_keys_and_writes() -> None:
    found = played(one_export(Kind.HOURLY, terms=AT_ONCE, changes=2000.0))
    calls = {kind: spans.count for kind, spans in found.waits.items()}
    changed = found.lengths["live"].longest
    assert (calls["read"], calls["write"]) == (2, 1)
    assert 20 <= calls["moysklad"] <= 23  # about 2,000 objects, 100 to a page, and the trash
    rows = (changed - STILL.round - STILL.pickup - STILL.run_cpu - 2 * STILL.read - STILL.write) - (
        calls["moysklad"] * STILL.moysklad
    )
    assert rows / (STILL.row_cpu + STILL.write_megabyte * STILL.row_bytes / 1e6) == pytest.approx(2000, abs=200)


def test_a_first_run_writes_one_batch_while_it_reads_the_next() -> None:
    rows = STILL.batch_rows * 3
    found = played(
        scenario(1, exports=((1, 1),), kinds=((Kind.DAILY, 1),), backfills=1.0, rows=rows, costs=STILL, hours=0.5)
    )
    calls = {kind: spans.count for kind, spans in found.waits.items()}
    pages = 3 * -(-STILL.batch_rows // STILL.page)
    assert (calls["read"], calls["write"], calls["moysklad"]) == (2, 4, pages)
    reading = pages * STILL.moysklad + rows * STILL.row_cpu
    writing = STILL.write + STILL.write_megabyte * STILL.batch_rows * STILL.row_bytes / 1e6
    header = STILL.write + STILL.write_megabyte * STILL.row_bytes / 1e6
    before = STILL.round + STILL.pickup + STILL.run_cpu + 2 * STILL.read + header
    # All writes but the last one are hidden behind the reading, which takes longer.
    assert found.lengths["backfill"].longest == pytest.approx(before + reading + writing, abs=1e-3)


def test_a_freshness_target_is_aimed_at_with_its_margin() -> None:
    found = played(one_export(Kind.FRESH, hours=4.0))
    # 20 minutes less a tenth, less what a run takes, until the next run is booked, which takes as long: 18 minutes.
    assert found.ages.count >= 12
    assert 18 * 60 - 5 <= found.ages.p50 <= 18 * 60 + 5
    assert found.share_within_target == 1


def test_a_target_that_cannot_be_kept_is_told() -> None:
    slow = replace(STILL, moysklad=700.0, read=4.0)
    found = played(one_export(Kind.FRESH, costs=slow, hours=2.0))
    assert found.share_within_target == 0
    assert found.ages.longest > 20 * 60


# It is the same for the same seed ----------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_answer() -> None:
    one = scenario(60, project_requests=40, hours=1.1, seed=7)
    assert msgspec.json.encode(played(one)) == msgspec.json.encode(played(one))


def test_another_seed_gives_another_answer() -> None:
    assert played(scenario(60, hours=1.1, seed=7)) != played(scenario(60, hours=1.1, seed=8))


# More is better ----------------------------------------------------------------------------------------------------

NOISE = 0.02


@pytest.mark.parametrize("seed", [1, 2])
def test_more_quota_is_never_worse(seed: int) -> None:
    shares = [
        played(
            scenario(200, project_requests=quota, workers=1, hours=1.2, seed=seed, backfills=0.0)
        ).share_within_target
        for quota in (35, 70, 285)
    ]
    assert all(more >= less - NOISE for less, more in pairwise(shares))
    assert shares[0] < 0.9
    assert shares[-1] == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_more_workers_are_never_worse(seed: int) -> None:
    slow = Costs(run_cpu=6.0)
    shares = [
        played(
            scenario(100, workers=workers, project_requests=2000, hours=1.5, costs=slow, seed=seed)
        ).share_within_target
        for workers in (1, 2, 4, 8)
    ]
    assert all(more >= less - NOISE for less, more in pairwise(shares))
    assert shares[0] < 0.9
    assert shares[-1] > 0.99


# It is fair --------------------------------------------------------------------------------------------------------


def test_a_company_with_a_hundred_backfills_does_not_hold_up_another() -> None:
    alone = crowded(0)
    beside = crowded(100)
    assert beside.lengths["backfill"].count == 100
    assert beside.delays["live"].count == alone.delays["live"].count >= 2
    assert beside.delays["live"].longest < 2
    assert beside.lengths["live"].longest < alone.lengths["live"].longest + 5
    # Nor has the crowd got more than its share of places.
    assert beside.delays["backfill"].longest > 60


def crowded(firsts: int) -> Findings:
    """Two companies; one of them begins so many first exports at once."""
    model = Model(
        scenario(2, exports=((1, 1),), kinds=((Kind.FRESH, 1),), backfills=0.0, rows=50_000, hours=1.0), CALENDAR
    )
    large = model.people.exports[0]
    for _ in range(firsts):
        unread = Scheduled(ConfigId(model.timeline.id()), large.scheduled.company_id, None, "", unread=True)
        first = Export(unread, large.project, None, model.began, 0, rows=50_000)
        model.timeline.at(model.began + SECOND, partial(model._begin_by_hand, first))
    model.run()
    if firsts:
        assert most_at_once(model) == 2
    return findings_of(model)


def most_at_once(model: Model) -> int:
    """How many backfills of a company there were at once: what lay in places of workers in the busiest minute."""
    live = sum(model.measures.lengths[Lane.LIVE.value]) / MINUTE
    return round(max(model.measures.places.values()) / MINUTE - min(live, 0.1))


# Sizing ------------------------------------------------------------------------------------------------------------


@given(some.integers(1, 300), some.integers(1, 300), some.integers(1, 300))
def test_the_least_that_is_enough_is_found(low: int, guess: int, needed: int) -> None:
    assert least(low, guess, 300, lambda number: number >= needed) == max(low, needed)


def test_what_is_needed_is_found_and_is_enough_and_less_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "_AMPLE_WORKERS", 1)
    short = scenario(120, project_requests=30, workers=1, hours=1.2, backfills=0.0)
    first = played(short)
    assert first.share_within_target < WANTED
    assert first.bound_by.startswith("Google reads")
    told: list[str] = []
    needed = Sizing(short, CALENDAR, told.append).find(Seek.QUOTA, first)
    assert needed.enough
    assert needed.findings.share_within_target >= WANTED
    assert needed.installation.project_requests > 30
    assert len(told) == needed.trials
    less = replace(needed.installation, project_requests=round(needed.installation.project_requests * 0.7))
    assert played(replace(short, installation=less)).share_within_target < WANTED


def test_projects_are_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "_AMPLE_WORKERS", 1)
    short = scenario(120, project_requests=20, workers=1, hours=1.2, backfills=0.0)
    needed = Sizing(short, CALENDAR, lambda _: None).find(Seek.PROJECTS, played(short))
    assert needed.enough
    assert needed.installation.projects > 1


# Small parts -------------------------------------------------------------------------------------------------------


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    values = [second * SECOND for second in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([], 0.5) == 0
    assert percentile([3 * SECOND], 0.01) == 3


def test_the_most_of_any_window_is_counted() -> None:
    assert most_in([0, 10, 19, 20, 25, 40], 10) == 3
    assert most_in([0, 5, 9, 10], 10) == 3
    assert most_in([], 10) == 0


@settings(max_examples=20, deadline=None)
@given(some.integers(0, 10_000), some.sampled_from([0.0, 0.5, 4.0, 80.0]))
def test_changes_are_counted_by_their_mean(seed: int, mean: float) -> None:
    timeline = Timeline(Scenario().start, seed)
    drawn = [happened(timeline.lots, mean) for _ in range(300)]
    assert abs(sum(drawn) / 300 - mean) <= 6 * (mean / 300) ** 0.5


def test_moments_are_microseconds() -> None:
    timeline = Timeline(Scenario().start, 1)
    timeline.at(timeline.now + 3, lambda: None)
    timeline.run(timeline.now + 3)
    assert stamp(timeline.moment()) == timeline.now
    assert timeline.moment() - Scenario().start == timedelta(microseconds=3)
