"""Rows of one report that have the same key."""

from adapters.moysklad.exporters.turnover_byoperations import TurnoverByOperations
from adapters.moysklad.twins import Twins
from domain.exports.rows import Row

EXPORTER = TurnoverByOperations()
KEY, NAME = EXPORTER.columns[0], EXPORTER.columns[10]


def rows(*keys: str) -> list[Row]:
    return [Row(key, ("Чай", key), "") for key in keys]


def test_the_second_of_a_key_gets_a_number_in_its_cells_too() -> None:
    twins = Twins((NAME, KEY), "key")
    first = twins.apart(rows("a", "b", "a"), first=True)
    assert [(row.key, row.cells) for row in first] == [
        ("a", ("Чай", "a")),
        ("b", ("Чай", "b")),
        ("a/2", ("Чай", "a/2")),
    ]
    assert [row.key for row in twins.apart(rows("a", "c"), first=False)] == ["a/3", "c"], "pages count on"


def test_a_list_that_is_walked_through_again_is_counted_again() -> None:
    twins = Twins((NAME, KEY), "key")
    for _ in range(2):
        assert [row.key for row in twins.apart(rows("a", "a"), first=True)] == ["a", "a/2"]


def test_a_key_that_is_not_shown_is_told_apart_all_the_same() -> None:
    twins = Twins((NAME,), "key")
    assert [row.key for row in twins.apart([Row("a", ("Чай",), "")] * 2, first=True)] == ["a", "a/2"]
