"""What cells of a list of dealers say, and what a name in it stands for."""

from datetime import time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dealers.dealers import DealerNameInvalid, NoticeKind
from domain.dealers.imported import (
    Cell,
    NoticeUnknown,
    QuietUnreadable,
    SwitchUnreadable,
    TextBeyondCell,
    read_line,
)
from domain.dealers.naming import Meant, Named, Names, folded
from domain.dealers.quiet import Quiet, QuietHoursInvalid
from domain.shared.errors import SkladSheetsError

NOBODY: frozenset[NoticeKind] = frozenset()


def meant(text: str, known: list[Named]) -> Meant:
    return Names(known).meant(text)


def thing(name: str, *, code: str = "", inn: str = "") -> Named:
    return Named(uuid4(), name, code, inn)


def test_a_thing_is_meant_by_its_id_name_inn_or_code() -> None:
    north, south = thing("ООО  «Север»", code="S-1", inn="0507708389"), thing("Юг", code="Ю", inn="7707083894")
    known = [north, south]
    for text in (
        str(north.id),
        str(north.id).upper(),
        "ооо «север»",
        " ООО «СЕВЕР» ",
        "0507708389",
        "507708389",
        "s-1",
    ):
        assert meant(text, known).found == north, text
    nobody = meant("Запад", known)
    assert (nobody.found, nobody.candidates, nobody.several) == (None, (), 0)


def test_namesakes_are_not_guessed_and_names_go_before_codes() -> None:
    one, other = thing("Север", inn="1234567890"), thing("СЕВЕР", inn="1234567890")
    coded = thing("Иной", code="Север")
    for text in ("север", "1234567890"):
        result = meant(text, [one, other, coded])
        assert result.found is None
        assert (result.several, set(result.candidates)) == (2, {one, other})
    assert meant("север", [one, one, coded]).found == one
    many = [thing("Север") for _ in range(9)]
    assert (meant("Север", many).several, len(meant("Север", many).candidates)) == (9, 5)


def test_empty_cells_leave_things_and_a_dash_takes_them_away() -> None:
    line = read_line({Cell.NAME: " Север ", Cell.PARTNER: "", Cell.STORES: " ", Cell.NOTICES: "", Cell.QUIET: ""})
    assert (line.name, line.partner, line.points, line.notices, line.quiet, line.loud) == (
        "Север", None, {}, None, None, False,
    )  # fmt: skip
    line = read_line({Cell.NAME: "С", Cell.PARTNER: "-", Cell.STORES: "–", Cell.NOTICES: "-", Cell.QUIET: "—"})
    assert (line.partner, line.points, line.notices, line.loud) == ("", {Cell.STORES: ()}, NOBODY, True)


def test_several_names_stand_in_a_cell() -> None:
    line = read_line({Cell.NAME: "С", Cell.STORES: "Склад 1;  Склад   2\r\nСклад, главный; ;Склад 1"})
    assert line.points == {Cell.STORES: ("Склад 1", "Склад 2", "Склад, главный")}


def test_switches_are_read_in_both_languages_and_leave_others_alone() -> None:
    known = frozenset({NoticeKind.STATE, NoticeKind.PAYMENT})
    line = read_line({Cell.NAME: "С", Cell.ORDER: "Да", Cell.PAYMENT: "НЕТ", Cell.SHIPMENT: ""})
    assert line.wanted(known) == {NoticeKind.ORDER, NoticeKind.STATE}
    line = read_line({Cell.NAME: "С", Cell.NOTICES: "заказы, Отгрузки;states", Cell.STATE: "no", Cell.PAYMENT: "+"})
    assert line.wanted(known) == {NoticeKind.ORDER, NoticeKind.SHIPMENT, NoticeKind.PAYMENT}


@pytest.mark.parametrize(
    ("cells", "quiet"),
    [
        ({Cell.QUIET: "22:00-08:00"}, Quiet(time(22), time(8))),
        ({Cell.QUIET: " 22.30 — 8:05:10 "}, Quiet(time(22, 30), time(8, 5, 10))),
        ({Cell.QUIET_BEGINS: "22:00:00", Cell.QUIET_ENDS: "07:00"}, Quiet(time(22), time(7))),
    ],
)
def test_quiet_hours_are_read(cells: dict[Cell, str], quiet: Quiet) -> None:
    assert read_line({Cell.NAME: "С", **cells}).quiet == quiet


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({Cell.NAME: ""}, DealerNameInvalid),
        ({Cell.NAME: "я" * 256}, DealerNameInvalid),
        ({Cell.NAME: "a\x07b"}, DealerNameInvalid),
        ({Cell.STORES: "x" * 10_001}, TextBeyondCell),
        ({Cell.ORDER: "может быть"}, SwitchUnreadable),
        ({Cell.NOTICES: "заказы, звонки"}, NoticeUnknown),
        ({Cell.QUIET: "ночью"}, QuietUnreadable),
        ({Cell.QUIET: "25:00-08:00"}, QuietUnreadable),
        ({Cell.QUIET_BEGINS: "22:00"}, QuietUnreadable),
        ({Cell.QUIET: "08:00-08:00"}, QuietHoursInvalid),
    ],
)
def test_what_cannot_be_read_is_refused(cells: dict[Cell, str], error: type[SkladSheetsError]) -> None:
    with pytest.raises(error):
        read_line({Cell.NAME: "С", **cells})


@given(st.text(), st.sampled_from(Cell))
def test_whatever_stands_in_a_cell_is_read_or_refused(text: str, cell: Cell) -> None:
    try:
        line = read_line({Cell.NAME: "С", cell: text})
    except SkladSheetsError:
        return
    assert folded(line.name) == folded(text if cell is Cell.NAME else "С")
