"""Where columns and the header stand after people have been at work."""

import pytest

from domain.exports.placement import HeaderDoubled, find_columns, find_header
from domain.shared.cells import as_key, joined_key

NAMES = ("id", "name", "sum")
TITLES = ("ID", "Имя", "Сумма")


def test_anchors_are_believed_whatever_the_header_says() -> None:
    anchors = {"id": 4, "name": 0, "sum": 2}
    assert find_columns(NAMES, TITLES, anchors, ("ID", "Имя", "Сумма")) == (4, 0, 2)


def test_without_anchors_titles_tell() -> None:
    assert find_columns(NAMES, TITLES, {}, ("Заметки", "Сумма", "ID", "Имя")) == (2, 3, 1)
    assert find_columns(NAMES, TITLES, {"id": 0}, ("ID", "", "Сумма")) == (0, None, 2)


def test_a_title_under_an_anchor_of_ours_belongs_to_that_column() -> None:
    assert find_columns(NAMES, TITLES, {"id": 1}, ("Имя", "Сумма", "Сумма")) == (1, 0, 2)


def test_a_doubled_title_is_not_guessed_at() -> None:
    with pytest.raises(HeaderDoubled) as refused:
        find_columns(NAMES, TITLES, {}, ("ID", "Имя", "Сумма", "Имя"))
    assert refused.value.details == {"title": "Имя", "count": 2}


@pytest.mark.parametrize(
    ("column", "row"),
    [
        (("ID", "a", "b"), 1),
        (("", "Отчёт", "ID", "a"), 3),
        (("a", "b", "ID", "c"), 3),
        (("Переименовано", "a"), 1),
        (("x", "ID", "ID"), 1),
        ((), 1),
    ],
)
def test_the_header_is_found_where_people_moved_it(column: tuple[str, ...], row: int) -> None:
    assert find_header("ID", column) == row


def test_keys_of_several_columns() -> None:
    assert joined_key(["a"]) == "a"
    assert joined_key(["", ""]) == ""
    assert joined_key(["a", ""]) != joined_key(["", "a"])
    assert joined_key(["ab", "c"]) != joined_key(["a", "bc"])
    assert {as_key(1), as_key(1.0), as_key("1")} == {"1"}
    assert as_key(0.1 + 0.2) == "0.3"
