"""Never more than the rate, and never fewer either."""

from hypothesis import given
from hypothesis import strategies as st

from application.tenants.rates import OwnBooks
from domain.tenants.rates import SECOND, Rate, admit

RATES = st.builds(Rate, st.integers(1, 50), st.sampled_from([1.0, 3.0, 60.0]))


@given(RATES, st.lists(st.integers(0, 3 * SECOND), max_size=120))
def test_in_no_window_more_are_let_in_than_two_windows_have(rate: Rate, pauses: list[int]) -> None:
    now, due, admitted = 0, None, []
    for pause in pauses:
        now += pause
        told, due = admit(rate, due, now)
        if told.admitted:
            admitted.append(now)
        assert 0 <= told.remaining <= rate.requests
        assert (told.retry_after > 0) is (not told.admitted)
    window = rate.interval * rate.requests
    for begun in admitted:
        assert sum(begun <= moment < begun + window for moment in admitted) < 2 * rate.requests


@given(RATES, st.integers(0, 200))
def test_who_keeps_to_the_rate_is_always_let_in(rate: Rate, requests: int) -> None:
    due = None
    for number in range(requests):
        told, due = admit(rate, due, number * rate.interval)
        assert told.admitted


@given(RATES, st.integers(0, 300))
def test_waiting_as_long_as_told_is_enough(rate: Rate, spent: int) -> None:
    due, told = None, None
    for _ in range(spent + rate.requests + 1):
        told, due = admit(rate, due, 0)
    assert told is not None
    assert not told.admitted
    again, _ = admit(rate, due, round(told.retry_after * SECOND) + 1)
    assert again.admitted


def test_a_number_from_a_clock_that_ran_ahead_is_not_believed() -> None:
    rate = Rate(10, 60)
    told, _ = admit(rate, 10**18, 0)
    assert not told.admitted
    assert told.retry_after <= rate.interval / SECOND


def test_own_books_do_not_grow_whoever_asks() -> None:
    books = OwnBooks(most=3)
    for number in range(100):
        books.take([(f"address-{number}", Rate(1))], 0)
    assert len(books) == 3
    assert not books.take([("address-99", Rate(1))], 0)[0].admitted
