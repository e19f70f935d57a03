"""Exporters, columns, targets, titles, configurations, rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.exports.columns import (
    COLUMNS_LIMIT,
    ChosenColumn,
    Column,
    ColumnsInvalid,
    ColumnUnknown,
    KeyColumnMissing,
    attribute_column,
)
from domain.exports.config import RECENT_FOR, ExportConfig, StrategyUnknown, WriteStrategy, strategy_named
from domain.exports.cursor import RECENT_OVERLAP, Cursor
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition, Filter, FilterKind, FilterUnknown
from domain.exports.rows import CellTooLong, Row, TooManyBadRows, bad_cell, check_share
from domain.exports.target import SheetTarget, SpreadsheetIdInvalid, TitleInvalid, check_title, spreadsheet_id_from
from domain.shared.cells import TEXT_LIMIT, CellKind
from domain.shared.identities import CompanyId, ConfigId

SPREADSHEET = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"


class Orders(BaseExporter):
    key = "orders"
    title = "Заказы"
    entity = "customerorder"
    columns = (Column("id", "ID", CellKind.TEXT, "id"), Column("sum", "Сумма", CellKind.MONEY, "sum"))
    filters = (Filter("sum", "Сумма", FilterKind.MONEY, "sum"),)
    default_columns = ("id", "sum")
    attributes_of = "customerorder"


class Plain(Orders):
    attributes_of = None


def chosen(*ids: str) -> tuple[ChosenColumn, ...]:
    return tuple(ChosenColumn(column_id, column_id) for column_id in ids)


def test_columns_that_may_be_chosen() -> None:
    attribute = attribute_column(uuid4(), "Маршрут", CellKind.TEXT)
    Orders().check_columns(chosen("sum", "id", attribute.id))
    resolved = Orders().resolve(chosen("sum", attribute.id, "id"), (attribute,))
    assert [column.id for column in resolved] == ["sum", attribute.id, "id"]
    assert attribute.attribute is not None
    assert attribute.id == f"attribute:{attribute.attribute}"


@pytest.mark.parametrize(
    ("exporter", "ids", "refusal"),
    [
        (Orders(), (), ColumnsInvalid),
        (Orders(), ("id", "id"), ColumnsInvalid),
        (Orders(), tuple(map(str, range(COLUMNS_LIMIT + 1))), ColumnsInvalid),
        (Orders(), ("id", "profit"), ColumnUnknown),
        (Orders(), ("sum",), KeyColumnMissing),
        (Plain(), ("id", "attribute:1"), ColumnUnknown),
    ],
)
def test_columns_that_may_not(exporter: BaseExporter, ids: tuple[str, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        exporter.check_columns(chosen(*ids))


def test_an_attribute_that_no_longer_exists() -> None:
    with pytest.raises(ColumnUnknown):
        Orders().resolve(chosen("id", "attribute:1"), ())


def test_filters_are_found_by_their_ids() -> None:
    assert Orders().filter("sum") is Orders.filters[0]
    Orders().check_conditions((Condition("sum", ">", "1"), Condition("sum", "<", "9")))
    for attempt in (
        lambda: Orders().filter("weight"),
        lambda: Orders().check_conditions((Condition("weight", ">", "1"),)),
    ):
        with pytest.raises(FilterUnknown) as refused:
            attempt()
        assert refused.value.details == {"field": "weight", "exporter": "orders", "known": "sum"}


@pytest.mark.parametrize(
    "text",
    [
        SPREADSHEET,
        f"  {SPREADSHEET}\n",
        f"https://docs.google.com/spreadsheets/d/{SPREADSHEET}/edit#gid=0",
        f"https://docs.google.com/spreadsheets/d/{SPREADSHEET}",
        f"docs.google.com/a/example.com/spreadsheets/d/{SPREADSHEET}/edit?usp=sharing",
    ],
)
def test_an_id_is_read_out_of_what_was_pasted(text: str) -> None:
    assert spreadsheet_id_from(text) == SPREADSHEET


@pytest.mark.parametrize(
    "text", ["", "short", "Заказы покупателей 2026", "https://example.com/" + "x" * 30, "../" * 10]
)
def test_what_is_no_spreadsheet(text: str) -> None:
    with pytest.raises(SpreadsheetIdInvalid):
        spreadsheet_id_from(text)


def test_titles() -> None:
    assert check_title("  Заказы  ", "name") == "Заказы"
    assert check_title("x" * 100, "name") == "x" * 100
    for text in ("", "   ", "x" * 101):
        with pytest.raises(TitleInvalid) as refused:
            check_title(text, "tab")
        assert refused.value.details == {"field": "tab", "limit": 100}


def test_a_target_has_an_address_once_it_exists() -> None:
    target = SheetTarget(None, "Заказы", "Лист1")
    assert target.address() is None
    assert replace(target, spreadsheet_id="s").address() == "https://docs.google.com/spreadsheets/d/s/edit"
    placed = target.placed("s", 0)
    assert placed.address() == "https://docs.google.com/spreadsheets/d/s/edit#gid=0"
    assert (placed.title, placed.tab) == ("Заказы", "Лист1")


def config(target: SheetTarget) -> ExportConfig:
    return ExportConfig(
        id=ConfigId(uuid4()),
        company_id=CompanyId(uuid4()),
        name="Заказы",
        exporter_key="orders",
        columns=(ChosenColumn("id", "Ключ"), ChosenColumn("sum", "Итого")),
        conditions=(),
        strategy=WriteStrategy.UPSERT,
        target=target,
        schedule=None,
        created_at=datetime(2026, 1, 12, tzinfo=UTC),
    )


def test_a_configuration_settles_and_remembers_how_far_it_read() -> None:
    made = config(SheetTarget(None, "Заказы", "Лист1"))
    assert made.titles() == ("Ключ", "Итого")
    assert made.write_lock() == f"config:{made.id}"
    made.settled("s", 7, made.titles())
    assert (made.write_lock(), made.target.sheet_id, made.header) == ("s", 7, ("Ключ", "Итого"))
    made.read_up_to(Cursor("2026-01-12 09:00:00.000", 3))
    made.read_up_to(None)
    assert made.cursor == Cursor("2026-01-12 09:00:00.000", 3)


def test_what_changed_of_late_is_asked_for_until_a_day_after_everything_was_read() -> None:
    made, read = config(SheetTarget(None, "Остатки", "Лист1")), datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert made.recent_since(read) is None, "nothing was read yet"
    made.read_up_to(Cursor(""))
    made.windowed_at = read
    assert made.recent_since(read) is None, "the moment of the reading is not known"
    made.read_up_to(Cursor("2026-01-12 12:00:00.000"))
    assert made.recent_since(read + RECENT_FOR) == Cursor("2026-01-12 11:00:00.000")
    assert made.recent_since(read + RECENT_FOR + timedelta(seconds=1)) is None
    assert timedelta(hours=24) > RECENT_FOR + RECENT_OVERLAP, "MoySklad answers for so long"


def test_exports_without_a_spreadsheet_do_not_share_a_lock_and_those_of_one_spreadsheet_do() -> None:
    nowhere, somewhere = SheetTarget(None, "", "a"), SheetTarget("s", "", "a", 1)
    assert config(nowhere).write_lock() != config(nowhere).write_lock()
    assert config(somewhere).write_lock() == config(replace(somewhere, tab="b", sheet_id=2)).write_lock()


def test_strategies_have_names() -> None:
    assert [strategy_named(strategy.value) for strategy in WriteStrategy] == list(WriteStrategy)
    with pytest.raises(StrategyUnknown):
        strategy_named("overwrite")


def test_a_row_that_no_sheet_can_hold() -> None:
    assert bad_cell(Row("1", ("x" * TEXT_LIMIT, None, 1), ""), ("A", "B", "C")) is None
    bad = bad_cell(Row("1", (None, "x" * (TEXT_LIMIT + 1)), ""), ("A", "B"))
    assert bad is not None
    assert bad.code == CellTooLong.code
    assert bad.details == {"key": "1", "column": "B", "length": TEXT_LIMIT + 1, "limit": TEXT_LIMIT}


def test_a_few_bad_rows_are_let_pass_and_a_share_of_them_is_not() -> None:
    check_share(20, 20)
    check_share(50, 1000)
    for bad, read in ((21, 30), (51, 1000)):
        with pytest.raises(TooManyBadRows):
            check_share(bad, read)
