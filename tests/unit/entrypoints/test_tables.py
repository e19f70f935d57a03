"""Lists in every form that spreadsheets save them in."""

import contextlib
import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from domain.dealers.imported import Cell
from domain.shared.errors import SkladSheetsError
from entrypoints.rest.tabular.dealer_lists import HEADINGS, Tongue, example, read_dealers
from entrypoints.rest.tabular.refusals import (
    HeadingRepeated,
    NameHeadingMissing,
    TableEmpty,
    TableMalformed,
    TableTooLarge,
    TableUnreadable,
)
from entrypoints.rest.tabular.separated import bare, harmless, write_separated
from entrypoints.rest.tabular.workbooks import write_workbook

ROWS = [["Название", "Контрагент", "Заметка"], ['ООО "Север", и Ко', "Ёлки; палки", "две\nстроки"], ["Юг", "", ""]]

EXAMPLE = write_workbook(example(Tongue.RU))


def named(body: bytes) -> list[tuple[int, str]]:
    return [(line.row, line.cells[Cell.NAME]) for line in read_dealers(body)[0]]


def written(separator: str, end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(ROWS)
    return out.getvalue()


def book(fill: Callable[[Any], object]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    fill(made.active)
    made.save(out)
    return out.getvalue()


def rows_of(*rows: list[Any]) -> bytes:
    return book(lambda sheet: [sheet.append(row) for row in rows])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_of_every_dialect(encoding: str, separator: str, end: str) -> None:
    lines, unknown = read_dealers(written(separator, end).encode(encoding))
    assert [line.row for line in lines] == [2, 3]
    assert lines[0].cells == {Cell.NAME: 'ООО "Север", и Ко', Cell.PARTNER: "Ёлки; палки"}
    assert unknown == ("Заметка",)


def test_excel_may_be_told_the_separator_and_rows_count_as_it_shows_them() -> None:
    assert named(b"sep=,\r\nName,Partner\r\nNorth,\r\n\r\nSouth,x\r\n") == [(3, "North"), (5, "South")]


def test_headings_come_in_any_order_case_and_language() -> None:
    for tongue in Tongue:
        headings = [HEADINGS[cell][tongue] for cell in reversed(Cell)]
        body = write_separated([[f"  {one.upper()} " for one in headings], [str(n) for n in range(len(headings))]])
        ((line,), unknown) = read_dealers(body)
        assert line.cells == {cell: str(place) for place, cell in enumerate(reversed(Cell))}
        assert unknown == ()


@pytest.mark.parametrize("tongue", Tongue)
@pytest.mark.parametrize("write", [write_separated, write_workbook])
def test_the_examples_are_taken_in(tongue: Tongue, write: Callable[[list[list[str]]], bytes]) -> None:
    lines, unknown = read_dealers(write(example(tongue)))
    assert unknown == ()
    assert [line.cells[Cell.NAME] for line in lines] == [row[0] for row in example(tongue)[1:]]
    assert lines[0].cells[Cell.PARTNER] == "7707083893"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", TableEmpty),
        (b"\xef\xbb\xbf", TableEmpty),
        ("Название\n".encode(), TableEmpty),
        ("Имя фирмы;ИНН\nСевер;1".encode(), NameHeadingMissing),
        ("Название;Name\nСевер;1".encode(), HeadingRepeated),
        ('Название\n"Север'.encode(), TableMalformed),
        ('Название;ИНН\n"Север" Юг;1'.encode(), TableMalformed),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100), TableUnreadable),
        (b"\xd0\xcf\x11\xe0" + bytes(100), TableUnreadable),
        (b"PK\x03\x04" + bytes(100), TableUnreadable),
        ("Название\nСевер".encode("utf-32"), TableUnreadable),
        (b"\xcd\xc0\x98\n", TableUnreadable),
        (("Название\n" + "Север\n" * 2001).encode(), TableTooLarge),
        (("Название" + ";x" * 100 + "\nСевер").encode(), TableTooLarge),
    ],
)
def test_what_is_no_list_is_refused(body: bytes, error: type[SkladSheetsError]) -> None:
    with pytest.raises(error):
        read_dealers(body)


def test_cells_beyond_the_header_are_told() -> None:
    lines, _ = read_dealers("Название;ИНН\nСевер;1;2\nЮг;1;\n".encode())
    assert [line.beyond for line in lines] == [True, False]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4), max_size=4))
def test_what_is_written_is_read_and_runs_nowhere(rows: list[list[str]]) -> None:
    body = write_separated([["Название", "Склады", "Каналы", "Группы"], ["Север"], *rows])
    shown = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    for row in shown:
        assert not [cell for cell in row if cell.lstrip()[:1] in {"=", "+", "-", "@"}]
    lines, _ = read_dealers(body)
    kept = [row for row in rows if any(row)]
    cells = [Cell.NAME, Cell.STORES, Cell.SALES_CHANNELS, Cell.GROUPS]
    for line, row in zip(lines[1:], kept, strict=True):
        assert [line.cells.get(cell, "") for cell in cells] == [*row, *[""] * (4 - len(row))]


@pytest.mark.parametrize("cell", ["=1+1", "+7 999", "-5", "@x", "\t=1", "  =cmd|' /C calc'!A0", "\r\n=1"])
def test_formulas_are_disarmed(cell: str) -> None:
    assert harmless(cell).startswith("'")
    assert bare(harmless(cell)) == cell


def test_xlsx_numbers_and_dates_are_text_as_people_see_them() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Название", "ИНН", "Заказы", "Тихие часы с", "Тихие часы до", "Код"])
        sheet.append([17, 507708389, True, time(22), datetime(2026, 1, 2, 3, 4, 5), date(2026, 1, 2)])  # noqa: DTZ001
        sheet.append([7707083893.0, 507708389, False, 0.5, None, None])
        sheet["B2"].number_format = "0000000000"

    (first, second), unknown = read_dealers(book(fill))
    assert unknown == ("Код",)
    assert first.cells == {
        Cell.NAME: "17",
        Cell.PARTNER: "0507708389",
        Cell.ORDER: "true",
        Cell.QUIET_BEGINS: "22:00:00",
        Cell.QUIET_ENDS: "02.01.2026 03:04:05",
    }
    assert second.cells[Cell.NAME] == "7707083893"
    assert second.cells[Cell.PARTNER] == "507708389"


def test_a_formula_counts_by_its_value_and_one_without_is_told() -> None:
    body = rows_of(["Название", "ИНН"], ["Север", "=1+1"], ["Юг", "5"])
    lines, _ = read_dealers(body)
    assert [line.broken for line in lines] == ["partner", None]
    counted = _edited(
        body,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>"),
    )
    (first, _), _ = read_dealers(counted)
    assert (first.broken, first.cells[Cell.PARTNER]) == (None, "2")


def test_the_first_sheet_that_is_shown_is_read_however_large_it_says_to_be() -> None:
    made, out = Workbook(), io.BytesIO()
    assert made.active is not None
    made.active.sheet_state = "hidden"
    made.active.append(["Скрыто"])
    shown = made.create_sheet()
    shown.append(["Название"])
    shown.append(["Север"])
    made.save(out)
    body = _edited(out.getvalue(), "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1"'))
    assert named(body) == [(2, "Север")]


def test_bombs_do_not_go_off() -> None:
    small = rows_of(["Название"], ["Север"])
    bomb = _edited(small, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 13_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(TableTooLarge):
        read_dealers(bomb)
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"a" * 99 + b'">]>'
    with pytest.raises(TableUnreadable):
        read_dealers(_edited(small, "xl/worksheets/sheet1.xml", lambda xml: laughs + xml))
    with pytest.raises(TableTooLarge):
        read_dealers(_edited(small, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="2"', b'r="1048576"')))
    with pytest.raises(TableTooLarge):
        read_dealers(rows_of(["Название"], *(["Север"] for _ in range(2001))))
    with pytest.raises(TableTooLarge):
        read_dealers(rows_of(["Название"], ["Север", *[None] * 200, "x"]))


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("cut", [0, 40, 200])
def test_torn_workbooks_are_refused(part: str, cut: int) -> None:
    torn = _edited(rows_of(["Название"], ["Север"]), part, lambda xml: xml[:cut])
    with pytest.raises((TableUnreadable, TableEmpty)):
        read_dealers(torn)


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    for sent in (body, b"PK\x03\x04" + body):
        try:
            read_dealers(sent)
        except (NameHeadingMissing, HeadingRepeated, TableEmpty, TableMalformed, TableTooLarge, TableUnreadable):
            continue


def _edited(body: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content) if name == part else content)
    return out.getvalue()


def test_nothing_else_unpacks_files() -> None:
    here = Path("src/entrypoints/rest/tabular")
    assert {file.name for file in here.glob("*.py") if "zipfile" in file.read_text(encoding="utf-8")} == {
        "workbooks.py"
    }


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_read_or_refused(damage: list[tuple[float, int]]) -> None:
    body = bytearray(EXAMPLE)
    for place, byte in damage:
        body[int(place * len(body))] = byte
    with contextlib.suppress(SkladSheetsError):
        read_dealers(bytes(body))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_workbook_that_is_packed_in_another_way_is_refused(packing: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(EXAMPLE)) as known, zipfile.ZipFile(out, "w", packing) as packed:
        for part in known.namelist():
            packed.writestr(part, known.read(part))
    with pytest.raises(TableUnreadable):
        read_dealers(out.getvalue())
