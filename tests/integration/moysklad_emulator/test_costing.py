"""What goods cost, over random histories: nothing is made or lost on the way from income to stock and sales."""

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from emulators.moysklad.records import Ref
from emulators.moysklad.reports.costing import Batch, age, cost
from emulators.moysklad.reports.movements import Movement

TEA = Ref("product", "tea")
step = st.tuples(st.integers(0, 1), st.integers(-20, 20).filter(bool), st.integers(0, 1000))


def history(steps: list[tuple[int, int, int]]) -> list[Movement]:
    """Incomes at a price and outcomes, one a minute, in two stores."""
    return [
        Movement(f"{minute:04d}", TEA, str(store), float(amount), float(max(amount, 0) * price), None)
        for minute, (store, amount, price) in enumerate(steps)
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(step, max_size=40))
def test_cost_is_neither_made_nor_lost(steps: list[tuple[int, int, int]]) -> None:
    moves = history(steps)
    paid = {store: sum(one.cost for one in moves if one.quantity > 0 and one.store == store) for store in "01"}
    cost(moves)
    for store in "01":
        mine = [one for one in moves if one.store == store]
        left, worth = sum(one.quantity for one in mine), sum(one.cost for one in mine)
        assert abs(paid[store] + sum(one.cost for one in mine if one.quantity < 0) - worth) < 1e-6
        assert worth >= -1e-6, "what left never cost more than what came"
        if left <= 0:
            assert abs(worth) < 1e-6, "nothing is left, so nothing of the cost is"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 1000)), min_size=1, max_size=20), st.data())
def test_the_oldest_goods_leave_first(incomes: list[tuple[int, int]], data: st.DataObject) -> None:
    whole = sum(amount for amount, _ in incomes)
    sold = data.draw(st.integers(1, whole))
    moves = history([(0, amount, price) for amount, price in incomes] + [(0, -sold, 0)])
    cost(moves)
    pieces = [price for amount, price in incomes for _ in range(amount)]
    assert abs(-moves[-1].cost - sum(pieces[:sold])) < 1e-6


def test_a_sale_of_what_was_not_there_is_paid_by_the_next_income() -> None:
    moves = history([(0, -3, 0), (0, 2, 10), (0, 5, 20)])
    cost(moves)
    assert moves[0].cost == -(2 * 10 + 1 * 20)


def test_the_age_is_that_of_the_oldest_piece_left() -> None:
    left: deque[Batch] = deque()
    for one in history([(0, 2, 1), (0, 3, 1), (0, -2, 0)]):
        age(left, one)
    assert [(batch.moment, batch.quantity) for batch in left] == [("0001", 3)]
