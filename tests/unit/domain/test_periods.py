"""Periods on the calendar."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.periods import EXAMPLES, Period, period_named

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("this_week", "2026-11-23", "2026-11-29"),
        ("last_week", "2026-11-16", "2026-11-22"),
        ("this_month", "2026-11-01", "2026-11-30"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("this_quarter", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("this_year", "2026-01-01", "2026-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("last_30_days", "2026-10-26", "2026-11-24"),
        ("last_1_days", "2026-11-24", "2026-11-24"),
        ("next_7_days", "2026-11-24", "2026-11-30"),
        ("last_2_weeks", "2026-11-11", "2026-11-24"),
        ("last_3_months", "2026-08-25", "2026-11-24"),
        ("next_1_months", "2026-11-24", "2026-12-23"),
        ("2026-01-05..2026-02-01", "2026-01-05", "2026-02-01"),
    ],
)
def test_the_days_of_a_period(text: str, first: str, last: str) -> None:
    assert period_named(text).on(TUESDAY) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "last_0_days",
        "last_9999_months",
        "last_days",
        "2026-02-30..2026-03-01",
        "2026-02-02..2026-02-01",
    ],
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        period_named(text)


@given(st.sampled_from(EXAMPLES), st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_period_has_days_in_order_and_those_of_now_hold_today(text: str, today: date) -> None:
    found = period_named(text).on(today)
    assert found.first <= found.last
    if text.startswith(("this_", "last_30", "next_", "today")):
        assert found.first <= today <= found.last


@given(st.sampled_from(["week", "month", "quarter", "year"]), st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_the_last_one_ends_the_day_before_this_one_begins(unit: str, today: date) -> None:
    this, last = period_named(f"this_{unit}").on(today), period_named(f"last_{unit}").on(today)
    assert last.last + timedelta(days=1) == this.first


def test_bounds_are_the_first_and_the_last_second() -> None:
    assert Period(TUESDAY, TUESDAY).bounds() == (datetime(2026, 11, 24), datetime(2026, 11, 24, 23, 59, 59))  # noqa: DTZ001
