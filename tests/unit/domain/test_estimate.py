"""What reading everything will take: the longest of what each vendor and the worker require."""

import pytest

from domain.exports.estimate import estimate


def test_a_hundred_thousand_orders_are_bounded_by_googles_latency() -> None:
    found = estimate(100_000, 103, 1.0, 20)
    assert (found.rows, found.cells, found.writes, found.fits) == (100_000, 2_000_000, 20, True)
    assert found.seconds == pytest.approx(3 + 20 * 1.1)


def test_moysklads_budget_may_take_longer() -> None:
    found = estimate(1_000, 45 + 15 * 60, 1.0, 3)
    assert found.seconds == pytest.approx(63.0)


def test_what_fits_into_one_window_costs_no_waiting() -> None:
    assert estimate(10, 45, 1.0, 3).seconds == pytest.approx(4.1)
    assert estimate(0, 1, 1.0, 3).writes == 0


def test_lines_of_unknown_number_are_not_guessed() -> None:
    found = estimate(500, 6, None, 9)
    assert (found.rows, found.cells, found.writes, found.fits) == (None, None, None, None)


def test_what_a_spreadsheet_cannot_hold_is_told() -> None:
    assert estimate(1_000_000, 1_003, 1.0, 10).fits is False
    assert estimate(999_999, 1_003, 1.0, 10).fits is True
