from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.system import zones
from adapters.system.calendar import CronsimCalendar
from domain.exports.occurrences import LISTED
from domain.exports.schedule import CronInvalid, TimeZoneUnknown

CALENDAR = CronsimCalendar()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "moment", "due"),
    [
        ("0 9 * * *", "Europe/Moscow", "2026-11-23T05:59:59", "2026-11-23T06:00:00"),
        ("0 9 * * *", "Europe/Moscow", "2026-11-23T06:00:00", "2026-11-24T06:00:00"),
        ("*/15 * * * *", "UTC", "2026-11-23T10:07:31", "2026-11-23T10:15:00"),
        ("*/15 * * * *", "Asia/Kathmandu", "2026-11-23T10:07:31", "2026-11-23T10:15:00"),
        ("0 0 1 * *", "Asia/Vladivostok", "2026-11-23T00:00:00", "2026-11-30T14:00:00"),
        ("30 18 * * MON-FRI", "Asia/Yekaterinburg", "2026-11-27T13:30:00", "2026-11-30T13:30:00"),
        ("0 8 L * *", "Europe/Moscow", "2026-02-01T00:00:00", "2026-02-28T05:00:00"),
        ("0 0 29 2 *", "UTC", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
    ],
)
def test_the_next_occurrence_on_the_companys_clock(cron: str, zone: str, moment: str, due: str) -> None:
    found = CALENDAR.next_after(cron, zone, utc(moment))
    assert found == utc(due)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("cron", "moment", "due"),
    [
        # On 29 March 2026 Berlin's clocks go from 2:00 to 3:00 (1:00 UTC).
        ("30 2 * * *", "2026-03-28T02:00:00", "2026-03-29T01:00:00"),
        ("30 2 * * *", "2026-03-29T01:00:00", "2026-03-30T00:30:00"),
        ("30 3 * * *", "2026-03-29T00:00:00", "2026-03-29T01:30:00"),
        ("*/30 * * * *", "2026-03-29T00:30:00", "2026-03-29T01:00:00"),
        ("*/30 * * * *", "2026-03-29T01:00:00", "2026-03-29T01:30:00"),
        # On 25 October 2026 they go from 3:00 back to 2:00 (1:00 UTC).
        ("30 2 * * *", "2026-10-24T12:00:00", "2026-10-25T00:30:00"),
        ("30 2 * * *", "2026-10-25T00:30:00", "2026-10-26T01:30:00"),
        ("30 2 * * *", "2026-10-25T01:15:00", "2026-10-26T01:30:00"),
        ("*/30 * * * *", "2026-10-25T00:30:00", "2026-10-25T01:00:00"),
        ("*/30 * * * *", "2026-10-25T01:00:00", "2026-10-25T01:30:00"),
        ("0 * * * *", "2026-10-25T00:00:00", "2026-10-25T01:00:00"),
    ],
)
def test_clock_changes(cron: str, moment: str, due: str) -> None:
    assert CALENDAR.next_after(cron, "Europe/Berlin", utc(moment)) == utc(due)


@pytest.mark.parametrize(
    ("cron", "moment", "due"),
    [
        # On 8 March 2026 New York's clocks go from 2:00 to 3:00 (7:00 UTC).
        ("30 2 * * *", "2026-03-07T12:00:00", "2026-03-08T07:00:00"),
        ("30 2 * * *", "2026-03-08T07:00:00", "2026-03-09T06:30:00"),
        ("0 9 * * *", "2026-03-07T15:00:00", "2026-03-08T13:00:00"),
        ("0 * * * *", "2026-03-08T06:00:00", "2026-03-08T07:00:00"),
        # On 1 November 2026 they go from 2:00 back to 1:00 (6:00 UTC).
        ("30 1 * * *", "2026-10-31T12:00:00", "2026-11-01T05:30:00"),
        ("30 1 * * *", "2026-11-01T05:30:00", "2026-11-02T06:30:00"),
        ("30 1 * * *", "2026-11-01T06:10:00", "2026-11-02T06:30:00"),
        ("30 * * * *", "2026-11-01T05:30:00", "2026-11-01T06:30:00"),
        ("0 9 * * *", "2026-10-31T15:00:00", "2026-11-01T14:00:00"),
    ],
)
def test_clock_changes_in_new_york(cron: str, moment: str, due: str) -> None:
    assert CALENDAR.next_after(cron, "America/New_York", utc(moment)) == utc(due)


@pytest.mark.parametrize(
    ("cron", "moment", "due"),
    [
        # On 1 March 2024 at 0:00 (29 February, 18:00 UTC) Almaty went from UTC+6 to UTC+5: 23:00 came twice.
        ("0 9 * * *", "2024-02-28T12:00:00", "2024-02-29T03:00:00"),
        ("0 9 * * *", "2024-02-29T03:00:00", "2024-03-01T04:00:00"),
        ("30 23 * * *", "2024-02-28T18:00:00", "2024-02-29T17:30:00"),
        ("30 23 * * *", "2024-02-29T17:30:00", "2024-03-01T18:30:00"),
        ("0 * * * *", "2024-02-29T17:00:00", "2024-02-29T18:00:00"),
        ("0 * * * *", "2024-02-29T18:00:00", "2024-02-29T19:00:00"),
        ("0 0 1 * *", "2024-02-29T00:00:00", "2024-02-29T19:00:00"),
        ("0 9 * * *", "2026-07-01T00:00:00", "2026-07-01T04:00:00"),
    ],
)
def test_almaty_changed_its_clocks_for_good(cron: str, moment: str, due: str) -> None:
    assert CALENDAR.next_after(cron, "Asia/Almaty", utc(moment)) == utc(due)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_moscow_has_no_clock_changes(moment: datetime) -> None:
    due = CALENDAR.next_after("0 9 * * *", "Europe/Moscow", moment)
    assert (due.hour, due.minute) == (6, 0)
    assert due - moment <= timedelta(days=1)


def test_zones_are_no_matter_of_the_machine(tmp_path: Path) -> None:
    utc_itself = Path(str(files("tzdata").joinpath("zoneinfo", "UTC"))).read_bytes()
    wrong = tmp_path / "Europe" / "Moscow"
    wrong.parent.mkdir()
    wrong.write_bytes(utc_itself)
    reset_tzpath([str(tmp_path)])
    try:
        ZoneInfo.clear_cache()
        assert ZoneInfo("Europe/Moscow").utcoffset(datetime(2026, 1, 1)) == timedelta(0)  # noqa: DTZ001
        zones._zone.cache_clear()
        assert CALENDAR.zone("Europe/Moscow").utcoffset(datetime(2026, 1, 1)) == timedelta(hours=3)  # noqa: DTZ001
    finally:
        reset_tzpath()
        ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    ("cron", "minutes"),
    [
        ("*/5 * * * *", 5),
        ("*/7 * * * *", 4),
        ("0,1 9 * * *", 1),
        ("0 9 * * *", 1440),
        ("0 9 * * MON-FRI", 1440),
        ("0 9 * * MON", 7 * 1440),
        ("0 0 1 * *", 28 * 1440),
        ("0,59 0,23 31,1 * *", 1),
        ("0,59 0,23 29,1 2,3 *", 1),
        ("59 0,23 29,1 2,3 *", 60),
        ("30 2 * * *", 1440),
    ],
)
def test_how_close_two_occurrences_come(cron: str, minutes: int) -> None:
    assert CALENDAR.shortest_gap(cron) == timedelta(minutes=minutes)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        ["30 2 * * *", "0,30 1-3 * * *", "*/7 * * * *", "15 */2 * * *", "0 0 * * *", "59 23 * * SUN", "5 1,2,3 L * *"]
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Almaty", "Africa/Cairo", "Australia/Lord_Howe"]),
    st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 30 * 86_400),
)
def test_what_passed_is_counted_to_the_last_one(cron: str, zone: str, moment: datetime, seconds: int) -> None:
    first = CALENDAR.next_after(cron, zone, moment)
    until, moments = first + timedelta(seconds=seconds), [first]
    while (following := CALENDAR.next_after(cron, zone, moments[-1])) <= until:
        moments.append(following)
    passed = CALENDAR.passed(cron, zone, first, until)
    assert (passed.count, passed.following) == (len(moments), following)
    assert passed.moments == (tuple(moments) if len(moments) <= LISTED else (first, *moments[-2:]))
    assert CALENDAR.upcoming(cron, zone, first, 5) == [*moments[1:6], *_more(cron, zone, moments[-1], 6 - len(moments))]


def _more(cron: str, zone: str, moment: datetime, count: int) -> list[datetime]:
    found = []
    for _ in range(count):
        moment = CALENDAR.next_after(cron, zone, moment)
        found.append(moment)
    return found


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        ["30 2 * * *", "0,30 1-3 * * *", "*/7 * * * *", "15 */2 * * *", "0 0 * * *", "59 23 * * SUN", "5 1,2,3 * * *"]
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Europe/Moscow"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_time_only_moves_forward(cron: str, zone: str, moment: datetime) -> None:
    for _ in range(5):
        due = CALENDAR.next_after(cron, zone, moment)
        assert moment < due < moment + timedelta(days=8)
        assert (due.second, due.microsecond) == (0, 0)
        moment = due


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "@daily",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
        "٣ * * * *",
        "* * * * 5L/2",
        "0 0 31 2 *",
        "0 0 30 2 *",
        "0 0 31 4,6,9,11 *",
        "0 0 ? * MON",
        "1," * 100 + "1 * * * *",
    ],
)
def test_what_is_no_cron_or_never_comes_due_is_refused(cron: str) -> None:
    with pytest.raises(CronInvalid) as raised:
        CALENDAR.next_after(cron, "Europe/Moscow", utc("2026-11-23T00:00:00"))
    assert raised.value.details["cron"] == cron[:100]
    assert raised.value.details["reason"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("0123456789*,-/#LW", min_size=1, max_size=6), min_size=5, max_size=5))
def test_nonsense_is_refused_and_nothing_worse(fields: list[str]) -> None:
    moment = utc("2026-11-23T00:00:00")
    try:
        due = CALENDAR.next_after(" ".join(fields), "Europe/Berlin", moment)
    except CronInvalid:
        return
    assert due > moment


@pytest.mark.parametrize(
    "zone", ["", "Moscow", "Europe", "Europe/Atlantis", "../etc/passwd", "/etc/localtime", "Europe/Moscow\0", "é" * 300]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(TimeZoneUnknown) as raised:
        CALENDAR.zone(zone)
    assert raised.value.details == {"time_zone": zone[:100]}
    with pytest.raises(TimeZoneUnknown):
        CALENDAR.next_after("0 0 * * *", zone, utc("2026-11-23T00:00:00"))


def test_a_known_zone_is_found() -> None:
    assert CALENDAR.zone("Asia/Omsk").utcoffset(datetime(2026, 7, 1)) == timedelta(hours=6)  # noqa: DTZ001
