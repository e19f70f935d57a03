"""What a schedule may be, and when within its window an export starts."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.schedule import (
    AfterCycle,
    AfterUnknown,
    CronSchedule,
    FreshnessInvalid,
    Misfire,
    MisfireUnknown,
    ScheduleTooFrequent,
    SpreadInvalid,
    Terms,
    check_after,
    check_freshness,
    check_shortest,
    chosen_spread,
    misfire_named,
    offset,
)
from domain.shared.identities import ConfigId

TERMS = Terms(shortest=timedelta(minutes=5), spread=timedelta(minutes=5))
NINE = datetime(2026, 1, 12, 6, tzinfo=UTC)


def config(number: int) -> ConfigId:
    return ConfigId(UUID(int=number))


@given(st.uuids(), st.integers(0, 86_400))
def test_an_export_starts_within_the_window_and_always_at_the_same_moment(identity: UUID, seconds: int) -> None:
    spread = timedelta(seconds=seconds)
    first = offset(ConfigId(identity), spread)
    assert timedelta(0) <= first < max(spread, timedelta(seconds=1))
    assert first == offset(ConfigId(UUID(str(identity))), spread)
    assert first.microseconds == 0


def test_the_offset_is_no_matter_of_the_process() -> None:
    assert offset(config(1), timedelta(minutes=5)) == timedelta(seconds=102)
    assert offset(config(2), timedelta(hours=1)) == timedelta(seconds=3247)


def test_a_thousand_exports_of_one_moment_are_spread_over_the_window() -> None:
    starts = Counter(offset(config(number), timedelta(minutes=5)) // timedelta(seconds=10) for number in range(1000))
    assert len(starts) == 30
    assert max(starts.values()) < 70
    assert min(starts.values()) > 10


def test_without_a_window_an_export_starts_on_the_dot() -> None:
    assert CronSchedule("0 9 * * *", "Europe/Moscow", NINE).next_due_at(config(7)) == NINE


@pytest.mark.parametrize(
    ("chosen", "gap", "spread"),
    [(None, 1440, 300), (None, 60, 300), (None, 15, 225), (None, 5, 75), (0, 15, 0), (899, 15, 899), (30, 1440, 30)],
)
def test_the_window_as_chosen_or_as_usual(chosen: int | None, gap: int, spread: int) -> None:
    assert chosen_spread(chosen, timedelta(minutes=gap), TERMS) == timedelta(seconds=spread)


@pytest.mark.parametrize(("chosen", "gap"), [(-1, 15), (900, 15), (86_400, 1440), (10**20, 60)])
def test_a_window_no_shorter_than_the_interval_is_refused(chosen: int, gap: int) -> None:
    with pytest.raises(SpreadInvalid) as raised:
        chosen_spread(chosen, timedelta(minutes=gap), TERMS)
    assert raised.value.details == {"seconds": chosen, "most": gap * 60 - 1}


def test_occurrences_have_a_shortest_distance() -> None:
    check_shortest(timedelta(minutes=5), TERMS)
    with pytest.raises(ScheduleTooFrequent) as raised:
        check_shortest(timedelta(minutes=4), TERMS)
    assert raised.value.details == {"gap": 4, "least": 5}


@pytest.mark.parametrize("minutes", [10, 20, 44_640])
def test_a_freshness_that_can_be_kept(minutes: int) -> None:
    assert check_freshness(minutes, TERMS) == timedelta(minutes=minutes)


@pytest.mark.parametrize("minutes", [-5, 0, 9, 44_641, 525_600, 10**30])
def test_a_freshness_that_cannot_be_kept_or_means_nothing(minutes: int) -> None:
    with pytest.raises(FreshnessInvalid) as raised:
        check_freshness(minutes, TERMS)
    assert raised.value.details == {"minutes": minutes, "least": 10, "most": 44_640}


def test_chains_have_an_end() -> None:
    links = {config(1): None, config(2): config(1), config(3): config(2), config(9): None}
    check_after(config(4), config(3), links)
    check_after(config(9), config(3), links)
    check_after(config(2), config(9), links)


@pytest.mark.parametrize(
    ("own", "after"), [(1, 1), (1, 2), (1, 3), (2, 3), (5, 5)], ids=["itself", "direct", "by way", "middle", "unsaved"]
)
def test_a_circle_is_refused(own: int, after: int) -> None:
    links = {config(1): None, config(2): config(1), config(3): config(2)}
    with pytest.raises(AfterCycle):
        check_after(config(own), config(after), links)


def test_what_is_followed_exists() -> None:
    with pytest.raises(AfterUnknown):
        check_after(config(1), config(8), {config(1): None})


def test_a_chain_whose_beginning_was_removed_is_no_circle() -> None:
    check_after(config(1), config(2), {config(1): None, config(2): config(99)})


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=40))
def test_no_sequence_of_changes_makes_a_circle(changes: list[tuple[int, int]]) -> None:
    links: dict[ConfigId, ConfigId | None] = {config(number): None for number in range(8)}
    for own, after in changes:
        try:
            check_after(config(own), config(after), links)
        except AfterCycle:
            continue
        links[config(own)] = config(after)
    for followed in links.values():
        reached, steps = followed, 0
        while reached is not None:
            assert steps < len(links)
            reached, steps = links[reached], steps + 1


def test_ways_of_treating_what_was_missed() -> None:
    assert misfire_named("skip") is Misfire.SKIP
    with pytest.raises(MisfireUnknown) as raised:
        misfire_named("whatever")
    assert raised.value.details == {"value": "whatever", "known": "run_once, skip"}


@given(st.datetimes(), st.sampled_from(["Europe/Moscow", "UTC"]), st.integers(0, 600))
def test_the_same_times_whatever_comes_next(moment: datetime, zone: str, seconds: int) -> None:
    one = CronSchedule("0 9 * * *", zone, NINE, timedelta(seconds=seconds))
    assert one.same_times(CronSchedule("0 9 * * *", zone, moment, timedelta(seconds=seconds), Misfire.SKIP))
    assert not one.same_times(CronSchedule("1 9 * * *", zone, NINE, timedelta(seconds=seconds)))
    assert not one.same_times(CronSchedule("0 9 * * *", zone, NINE, timedelta(seconds=seconds + 1)))
    assert not one.same_times(None)
