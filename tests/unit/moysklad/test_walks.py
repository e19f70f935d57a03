"""Walking through lists that do not tell what changed."""

from types import SimpleNamespace
from typing import Any

from adapters.moysklad.walks import BY_ID, MOST_PASSES, WholeWalk


def page(*ids: str | None) -> list[Any]:
    return [SimpleNamespace(id=one) for one in ids]


def walk(pages: list[tuple[list[Any], int]], order: str = BY_ID) -> tuple[WholeWalk, int]:
    """Takes the pages until the walk is over; answers how many it took."""
    walked = WholeWalk(order)
    for number, (objects, size) in enumerate(pages, start=1):
        _, offset = walked.question(2, ())
        walked.take(objects, offset, size)
        if walked.done:
            return walked, number
    raise AssertionError("the walk is not over")


def test_a_list_that_stands_still_is_complete() -> None:
    walked, taken = walk([(page("a", "b"), 3), (page("c"), 3)])
    assert (walked.complete, taken) == (True, 2)
    assert walk([(page(), 0)])[0].complete
    assert walk([(page(None, None), 3), (page(None), 3)], "")[0].complete


def test_a_list_whose_size_changes_is_walked_through_again() -> None:
    first_pass = [(page("a", "b"), 3), (page("c"), 4), (page("d"), 4)]
    walked, taken = walk([*first_pass, (page("a", "b"), 4), (page("c", "d"), 4)])
    assert (walked.complete, taken) == (True, 5)


def test_an_object_that_comes_twice_has_taken_anothers_place() -> None:
    walked, taken = walk([(page("a", "b"), 3), (page("b"), 3), (page("a", "c"), 3), (page("b"), 3)])
    assert (walked.complete, taken) == (True, 4)


def test_a_list_that_never_stands_still_is_not_complete() -> None:
    restless = [(page("a", "b"), 3), (page("b"), 3)] * MOST_PASSES
    walked, taken = walk(restless)
    assert (walked.complete, taken) == (False, 2 * MOST_PASSES)


def test_an_answer_in_one_piece_is_complete_when_it_has_as_many_rows_as_it_says() -> None:
    for objects, size, complete in ((page("a", "b"), 2, True), (page("a", "b"), 3, False), (page("a", "a"), 2, False)):
        walked = WholeWalk("")
        walked.take_all(objects, size)
        assert (walked.done, walked.complete) == (True, complete)
