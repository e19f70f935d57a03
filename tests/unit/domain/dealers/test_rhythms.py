"""When is a dealer told?"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import MOST_TOGETHER, Often, Rhythm, RhythmInvalid, Telling, how_many_fit, joined, telling

MOSCOW, KATHMANDU, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)  # 12:00 in Moscow
NIGHT = Quiet(time(22), time(8))


@pytest.mark.parametrize(
    ("rhythm", "quiet", "now", "due", "together"),
    [
        (Rhythm(), None, NOON, NOON, False),
        (Rhythm(quiet_as_one=True), NIGHT, NOON, NOON, False),
        (Rhythm(), NIGHT, NOON + timedelta(hours=11), NOON + timedelta(hours=20), False),
        (Rhythm(quiet_as_one=True), NIGHT, NOON + timedelta(hours=11), NOON + timedelta(hours=20), True),
        (Rhythm(Often.HOURLY), None, NOON, NOON + timedelta(hours=1), True),
        (Rhythm(Often.HOURLY), None, NOON + timedelta(minutes=59, seconds=59), NOON + timedelta(hours=1), True),
        (Rhythm(Often.HOURLY), NIGHT, NOON + timedelta(hours=9, minutes=30), NOON + timedelta(hours=20), True),
        (Rhythm(Often.DAILY, time(18)), None, NOON, NOON + timedelta(hours=6), True),
        (Rhythm(Often.DAILY, time(12)), None, NOON, NOON + timedelta(days=1), True),
        (Rhythm(Often.DAILY, time(9)), None, NOON, NOON + timedelta(hours=21), True),
        (Rhythm(Often.DAILY, time(7)), NIGHT, NOON, NOON + timedelta(hours=20), True),
    ],
)
def test_a_rhythm_says_when(rhythm: Rhythm, quiet: Quiet | None, now: datetime, due: datetime, together: bool) -> None:
    assert telling(rhythm, quiet, now, MOSCOW) == Telling(due, together)


def test_hours_are_those_of_the_companys_clock() -> None:
    assert telling(Rhythm(Often.HOURLY), None, NOON, KATHMANDU).due_at == NOON + timedelta(minutes=15)


def test_a_time_of_day_goes_with_once_a_day_alone() -> None:
    for often, at in ((Often.DAILY, None), (Often.HOURLY, time(9)), (Often.AT_ONCE, time(9))):
        with pytest.raises(RhythmInvalid):
            Rhythm(often, at)


RHYTHMS = st.one_of(
    st.just(Rhythm()),
    st.just(Rhythm(quiet_as_one=True)),
    st.just(Rhythm(Often.HOURLY)),
    st.times().map(lambda at: Rhythm(Often.DAILY, at.replace(microsecond=0))),
)
MOMENTS = st.integers(0, 220 * 86_400).map(
    lambda seconds: datetime(2026, 3, 27, tzinfo=UTC) + timedelta(seconds=seconds)
)


@settings(max_examples=300, deadline=None)
@given(RHYTHMS, MOMENTS, MOMENTS, st.sampled_from([None, NIGHT, Quiet(time(2), time(3))]))
def test_nobody_is_told_early_in_quiet_hours_or_out_of_order(
    rhythm: Rhythm, one: datetime, other: datetime, quiet: Quiet | None
) -> None:
    earlier, later = sorted((one, other))
    due = telling(rhythm, quiet, earlier, BERLIN).due_at
    assert due >= earlier
    assert due - earlier <= timedelta(days=2, hours=1)
    assert due <= telling(rhythm, quiet, later, BERLIN).due_at
    # An hour that the clock leaves out or shows twice is nobody's: see quiet.due_at.
    if quiet is NIGHT:
        assert not quiet.holds(due.astimezone(BERLIN).time())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 4096), min_size=1, max_size=250))
def test_as_many_as_fit_and_one_at_the_least(lengths: list[int]) -> None:
    texts, title = ["я" * length for length in lengths], "<b>Сводка</b>"
    count = how_many_fit(texts, title)
    assert 1 <= count <= min(len(texts), MOST_TOGETHER)
    if count > 1:
        assert len(joined(texts[:count], title)) - len("<b></b>") <= 4096
    if count < min(len(texts), MOST_TOGETHER):
        assert len(joined([*texts[:count], texts[count]], title)) - len("<b></b>") > 4096
