"""Wall clocks: Moscow's, the company's, and the spreadsheet's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.exports.cursor import OVERLAP, Cursor
from domain.shared.moments import (
    MOSCOW,
    from_moscow,
    from_sheet_serial,
    sheet_serial,
    to_moscow,
    wall_clock_serials,
)

ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Moscow",
        "Europe/Kaliningrad",
        "Asia/Vladivostok",
        "Asia/Kathmandu",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "UTC",
    )
]
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC)
MILLISECONDS = st.integers(0, (LAST - FIRST) // timedelta(milliseconds=1)).map(
    lambda passed: FIRST + timedelta(milliseconds=passed)
)


@settings(max_examples=1000, deadline=None)
@given(MILLISECONDS, st.sampled_from(ZONES))
def test_a_serial_shows_the_wall_clock_of_the_zone_to_the_millisecond(moment: datetime, zone: ZoneInfo) -> None:
    wall_clock = moment.astimezone(zone).replace(tzinfo=None)
    assert from_sheet_serial(sheet_serial(moment, zone)) == wall_clock


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | MILLISECONDS, max_size=5))
def test_many_serials_at_once_are_those_of_each(moments: list[datetime | None]) -> None:
    texts = [None if moment is None else to_moscow(moment) for moment in moments]
    expected = [None if moment is None else sheet_serial(moment, MOSCOW) for moment in moments]
    assert wall_clock_serials(texts) == expected


@settings(max_examples=300, deadline=None)
@given(MILLISECONDS, st.integers(1, 10**9))
def test_later_is_greater_where_clocks_do_not_change(moment: datetime, milliseconds: int) -> None:
    later = moment + timedelta(milliseconds=milliseconds)
    assert sheet_serial(moment, MOSCOW) < sheet_serial(later, MOSCOW)


@pytest.mark.parametrize(
    ("moment", "zone", "serial"),
    [
        # The Sheets API's own example: 1 January 1900 at noon is 2.5.
        ("1900-01-01T12:00:00+00:00", "UTC", 2.5),
        ("2026-01-12T06:00:00+00:00", "Europe/Moscow", 46034.375),
        ("2026-01-12T21:00:00+00:00", "Europe/Moscow", 46035.0),
        # Berlin on 29 March 2026: 1:59:59 is followed by 3:00:00.
        ("2026-03-29T00:59:59+00:00", "Europe/Berlin", 46110 + 7199 / 86400),
        ("2026-03-29T01:00:00+00:00", "Europe/Berlin", 46110.125),
        # and on 25 October 2026 it is 2:30 twice.
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", 46320 + 2.5 / 24),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", 46320 + 2.5 / 24),
    ],
)
def test_serials_that_are_known(moment: str, zone: str, serial: float) -> None:
    assert sheet_serial(datetime.fromisoformat(moment), ZoneInfo(zone)) == pytest.approx(serial, abs=1e-9)


@given(MILLISECONDS)
def test_moscow_time_comes_back_as_it_went(moment: datetime) -> None:
    assert from_moscow(to_moscow(moment)) == moment


def test_moscow_has_no_summer_time() -> None:
    assert to_moscow(datetime(2005, 7, 1, 12, tzinfo=UTC)) == "2005-07-01 15:00:00.000"
    assert from_moscow("2026-01-12 09:00:00") == datetime(2026, 1, 12, 6, tzinfo=UTC)
    with pytest.raises(ValueError, match="isoformat"):
        from_moscow("12.01.2026")


@given(MILLISECONDS, st.integers(0, 1000))
def test_the_next_run_starts_a_little_earlier(moment: datetime, offset: int) -> None:
    started = Cursor(to_moscow(moment), offset).with_overlap()
    assert (from_moscow(started.updated), started.offset) == (moment - OVERLAP, 0)
