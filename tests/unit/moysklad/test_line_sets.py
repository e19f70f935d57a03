"""Sets of lines, whatever order MoySklad has them in."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.moysklad.line_sets import arranged, good_of, lacking, surplus

HREF = "https://api.moysklad.ru/api/remap/1.2/entity/product/"
goods = st.sampled_from("abc")
lines = st.lists(st.tuples(goods, st.integers(1, 3)), max_size=7)


def line(good: str, quantity: float, identifier: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"assortment": {"meta": {"href": f"{HREF}{good}?expand=x"}}, "quantity": quantity}
    return found | ({"id": identifier} if identifier else {})


def wanted(pairs: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [line(good, quantity) for good, quantity in pairs]


def there(pairs: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [line(good, float(quantity), f"{number:03}") for number, (good, quantity) in enumerate(pairs)]


@given(lines, st.randoms(use_true_random=False), st.integers(0, 7))
def test_what_lacks_and_what_is_there_make_up_what_is_wanted(pairs: Any, lots: Any, count: int) -> None:
    some = pairs[:count]
    lots.shuffle(some)
    missing = lacking(wanted(pairs), there(some))
    assert Counter(pairs) == Counter(some) + Counter((good_of(one), one["quantity"]) for one in missing)


@given(lines, st.randoms(use_true_random=False))
def test_what_is_arranged_stands_in_the_order_of_what_is_wanted(pairs: Any, lots: Any) -> None:
    shuffled = there(pairs)
    lots.shuffle(shuffled)
    found, others = arranged(wanted(pairs), shuffled)
    assert others == []
    assert [(good_of(one), one["quantity"]) for one in found if one] == pairs
    assert len({one["id"] for one in found if one}) == len(pairs)


@given(lines, lines, st.randoms(use_true_random=False))
def test_what_was_added_twice_is_taken_away_by_whoever_looks(pairs: Any, twice: Any, lots: Any) -> None:
    again = [one for one in twice if one in pairs]
    both = there(pairs + again)
    over = surplus(wanted(pairs), both)
    left = [one for one in both if one not in over]
    assert Counter(good_of(one) for one in left) == Counter(good for good, _ in pairs)
    lots.shuffle(both)
    assert sorted(one["id"] for one in surplus(wanted(pairs), both)) == sorted(one["id"] for one in over)


def test_lines_added_twice_whole_lose_their_doubles() -> None:
    pairs = [("a", 1), ("a", 2), ("b", 1)]
    over = surplus(wanted(pairs), there(pairs + pairs))
    assert sorted(one["id"] for one in over) == ["003", "004", "005"]


def test_lines_that_a_person_added_are_no_surplus() -> None:
    assert surplus(wanted([("a", 1)]), there([("a", 1), ("z", 5)])) == []


def test_a_line_that_a_person_changed_is_not_lacking() -> None:
    assert lacking(wanted([("a", 1), ("b", 2)]), there([("b", 2), ("a", 9)])) == []


def test_a_line_without_a_link_is_about_nothing() -> None:
    assert good_of({}) == good_of({"assortment": "x"}) == good_of({"assortment": {"meta": 1}}) == ""
