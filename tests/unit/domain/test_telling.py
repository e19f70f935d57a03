"""Telling of runs in the sheet, and tables that go on in a next tab."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.status_cell import CellAddress, StatusCellInvalid, cell_address
from domain.exports.target import TITLE_LIMIT, OnObstacle, SheetTarget, TitleInvalid
from domain.exports.task import TaskError
from domain.exports.telling import LONGEST_WAIT, MAX_FAILURES, Telling, TellingState
from domain.shared.identities import CompanyId, ConfigId, TaskId

NOW = datetime(2026, 11, 27, 20, 59, tzinfo=UTC)
ERROR = TaskError("vendors.failed", {"vendor": "google"})
TITLES = st.text(min_size=1, max_size=TITLE_LIMIT).map(str.strip).filter(lambda text: text and "\x00" not in text)


def telling() -> Telling:
    return Telling(TaskId(uuid4()), ConfigId(uuid4()), CompanyId(uuid4()), NOW, NOW)


@given(st.none() | TITLES, st.integers(1, 10_000_000), st.integers(0, 18_277))
def test_an_address_is_read_as_it_is_written(tab: str | None, row: int, column: int) -> None:
    address = CellAddress(tab, row, column)
    assert cell_address(address.text()) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("H1", CellAddress(None, 1, 7)),
        (" h1 ", CellAddress(None, 1, 7)),
        ("$AA$10", CellAddress(None, 10, 26)),
        ("ZZZ10000000", CellAddress(None, 10_000_000, 18_277)),
        ("'Сводка'!B2", CellAddress("Сводка", 2, 1)),
        ("Сводка за год!B2", CellAddress("Сводка за год", 2, 1)),
        ("'Bob''s! own'!B2", CellAddress("Bob's! own", 2, 1)),
    ],
)
def test_addresses(text: str, address: CellAddress) -> None:
    assert cell_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "H", "1", "H0", "H01", "A1:B2", "AAAA1", "A10000001", "!A1", "''!A1", "R1C1", "'a'b'!A1", "'a!A1"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(StatusCellInvalid):
        cell_address(text)


def test_a_tabs_title_in_an_address_is_a_title() -> None:
    for title in ("я" * (TITLE_LIMIT + 1), " ", "a\x00b"):
        with pytest.raises(TitleInvalid):
            cell_address(f"'{title}'!A1")


def test_a_marker_is_the_runs_own_and_fits_google() -> None:
    made = [telling() for _ in range(200)]
    markers = [one.marker for one in made]
    assert [Telling(one.task_id, one.config_id, one.company_id, NOW, NOW).marker for one in made] == markers
    assert len(set(markers)) == 200
    assert all(0 < marker < 2**31 for marker in markers)


def test_failures_wait_longer_and_longer_and_end() -> None:
    made = telling()
    waits = []
    while (again := made.stumble(ERROR, NOW)) is not None:
        waits.append(again - NOW)
    assert waits == [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=8), timedelta(minutes=30)]
    assert (made.failures, made.state, made.problems) == (MAX_FAILURES, TellingState.OVER, (ERROR,))


def test_after_a_day_nobody_wants_to_know() -> None:
    assert not telling().overdue(NOW + LONGEST_WAIT - timedelta(seconds=1))
    assert telling().overdue(NOW + LONGEST_WAIT)


def test_the_next_tab_has_the_chosen_title_and_a_number() -> None:
    target = SheetTarget("id", "Заказы", "Отчёт 2025", 5, OnObstacle.NEXT_TAB)
    second = target.next_tab(["отчёт 2025", "ОТЧЁТ 2025 2"])
    assert (second.tab, second.sheet_id, second.chosen) == ("Отчёт 2025 3", None, "Отчёт 2025")
    assert second.next_tab([]).tab == "Отчёт 2025 2", "one that was deleted is free again"
    assert second.next_tab(["Отчёт 2025 2"]).tab == "Отчёт 2025 4"
    long = SheetTarget("id", "", "я" * TITLE_LIMIT, on_obstacle=OnObstacle.NEXT_TAB)
    taken = [f"{'я' * 98} {number}" for number in range(2, 10)]
    assert long.next_tab(taken).tab == "я" * 97 + " 10"
