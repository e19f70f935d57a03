"""The catalogue of exporters; a new file is tested by being there."""

import re
from itertools import chain

import pytest

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.mapping import Mapping
from domain.exports.columns import ChosenColumn, Column, Level
from domain.exports.exporter import BaseExporter, ExporterUnknown, Family, Feed, RowMode
from domain.exports.filters import Condition, FilterKind, Place, check_condition
from domain.shared.cells import CellKind
from domain.shared.moments import MOSCOW

CATALOGUE = ScannedExporters()
every_exporter = pytest.mark.parametrize("exporter", CATALOGUE.all(), ids=lambda exporter: exporter.key)

_STEP = r"[A-Za-z_][A-Za-z0-9_]*(\[\])?"
_PATH = re.compile(rf"{_STEP}(\.{_STEP})*")
_RUSSIAN = re.compile(r"[А-Яа-яЁё]")
_LISTS = {CellKind.LIST, CellKind.MONEY, CellKind.NUMBER, CellKind.INTEGER}
_TEXTUAL = re.compile(r"\.(inn|kpp|phone|accountNumber|code|article|externalCode|bic)$")
_USUAL_EXPAND_DEPTH = 3


def flat(columns: tuple[Column, ...]) -> list[Column]:
    """Columns and the parts that keys are made of."""
    return list(chain.from_iterable((column, *column.parts) for column in columns))


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    assert CATALOGUE.get("customerorder").title == "Заказы покупателей"
    with pytest.raises(ExporterUnknown) as caught:
        CATALOGUE.get("nonsense")
    assert "customerorder" in str(caught.value.details["known"])


def test_keys_are_in_order_and_titles_tell_exporters_apart() -> None:
    keys = [exporter.key for exporter in CATALOGUE.all()]
    assert keys == sorted(set(keys))
    titles = [exporter.title for exporter in CATALOGUE.all()]
    assert len(set(titles)) == len(titles)
    assert len(keys) >= 55
    families = {family: sum(exporter.family is family for exporter in CATALOGUE.all()) for family in Family}
    assert families[Family.DOCUMENTS] >= 35
    assert families[Family.DICTIONARIES] >= 20
    assert families[Family.REPORTS] >= 15


@every_exporter
def test_an_exporter_says_what_it_is(exporter: BaseExporter) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)*", exporter.key)
    assert _RUSSIAN.search(exporter.title)
    assert len(exporter.title) <= 100
    assert bool(exporter.entity) is not bool(exporter.report)
    assert (exporter.family is Family.REPORTS) is bool(exporter.report)
    assert type(exporter).__doc__
    assert "row" in (type(exporter).__doc__ or "")
    assert exporter.feed is Feed.WHOLE or not exporter.report
    assert not (exporter.trash and exporter.family is not Family.DOCUMENTS)
    assert exporter.row_modes
    assert (exporter.lines is not None) is (set(exporter.row_modes) != {RowMode.DOCUMENT})


@every_exporter
def test_columns_can_be_told_apart_and_lead_somewhere(exporter: BaseExporter) -> None:
    ids = [column.id for column in exporter.columns]
    titles = [column.title for column in exporter.columns]
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles), sorted(title for title in titles if titles.count(title) > 1)
    for column in flat(exporter.columns):
        assert column.title
        assert column.path or column.parts or column.constant is not None or column.computed is not None, column.id
        assert not column.path or _PATH.fullmatch(column.path), column.path
        if column.reference is not None:
            assert column.path.startswith(f"{column.reference}."), column.id
            assert column.reference.count(".") < _USUAL_EXPAND_DEPTH
        if "[]" in column.path:
            assert column.kind in _LISTS, column.id
        assert not column.currency or column.currency in ids, column.id
        assert not _TEXTUAL.search(f".{column.path}") or column.kind is CellKind.TEXT, column.id
        assert column.level is Level.OBJECT or exporter.lines is not None, column.id


@every_exporter
@pytest.mark.parametrize("mode", RowMode)
def test_each_row_mode_can_be_exported_as_it_comes(exporter: BaseExporter, mode: RowMode) -> None:
    if mode not in exporter.row_modes:
        return
    key = exporter.key_column_of(mode)
    offered = {column.id: column for column in exporter.offered(mode)}
    assert key in offered
    assert offered[key].kind is CellKind.TEXT
    assert offered[key].reference is None
    usual = exporter.defaults(mode)
    assert key in usual
    assert len(usual) >= 3
    exporter.check_columns(tuple(ChosenColumn(one, one) for one in usual), mode)
    resolved = exporter.resolve(tuple(ChosenColumn(one, one) for one in offered), (), mode)
    mapping = Mapping(exporter, resolved, MOSCOW, mode)
    assert mapping.references is not None
    for path in filter(None, mapping.expand.split(",")):
        assert path.count(".") < _USUAL_EXPAND_DEPTH, path


@every_exporter
def test_documents_with_positions_have_something_to_say_of_each_and_of_all(exporter: BaseExporter) -> None:
    levels = {column.level for column in exporter.columns}
    assert (RowMode.POSITION in exporter.row_modes) is (Level.LINE in levels)
    assert (RowMode.TOTALS in exporter.row_modes) is (Level.TOTAL in levels)
    if RowMode.TOTALS in exporter.row_modes:
        totals = {column.id for column in exporter.columns if column.level is Level.TOTAL}
        assert totals & set(exporter.defaults(RowMode.TOTALS))


@every_exporter
def test_filters_are_such_as_can_be_asked(exporter: BaseExporter) -> None:
    filters = [offered.id for offered in exporter.filters]
    assert len(set(filters)) == len(filters)
    titles = [offered.title for offered in exporter.filters]
    assert len(set(titles)) == len(titles), sorted(title for title in titles if titles.count(title) > 1)
    assert "updated" not in {offered.field for offered in exporter.filters}
    assert "namedfilter" not in filters
    path = exporter.entity or exporter.report
    in_path = {offered.id for offered in exporter.filters if offered.place is Place.PATH}
    assert in_path == set(re.findall(r"{(\w+)}", path))
    for offered in exporter.filters:
        assert _RUSSIAN.search(offered.title) or offered.title in {"ID", "E-mail"}
        assert bool(offered.entity) is (offered.kind is FilterKind.REFERENCE)
        assert bool(offered.choices) is (offered.kind is FilterKind.CHOICE)
        assert offered.allowed
        assert (offered.kind is FilterKind.PERIOD) is ("," in offered.field)
        if offered.default:
            operator = "within" if offered.kind is FilterKind.PERIOD else "="
            check_condition(offered, Condition(offered.id, operator, offered.default))
        if offered.entity and offered.entity != "customentity":
            assert CATALOGUE.get(offered.entity).entity == offered.entity


@every_exporter
def test_what_is_asked_for_archived_or_deleted_objects_can_be_shown(exporter: BaseExporter) -> None:
    filters = {offered.id for offered in exporter.filters}
    columns = {column.id for column in exporter.columns}
    assert exporter.archive is ("archived" in filters) or exporter.report
    assert exporter.archive <= ("archived" in columns)
    assert exporter.trash is ("isDeleted" in filters)
    assert not exporter.window or exporter.window in columns | {exporter.window} & filters
    assert not exporter.asynchronous or exporter.lines is None or exporter.report


@pytest.mark.parametrize("key", ["move", "loss", "enter", "inventory", "internalorder", "processing"])
def test_documents_without_a_counterparty_have_no_column_of_one(key: str) -> None:
    assert not [column.id for column in CATALOGUE.get(key).columns if column.id.startswith("agent")]


def test_requests_for_stock_cost_five_units() -> None:
    dear = {exporter.key for exporter in CATALOGUE.all() if exporter.units != 1}
    assert dear == {"stock.all", "stock.bystore"}
    assert {CATALOGUE.get(key).units for key in dear} == {5}


def test_services_and_bundles_share_the_attributes_of_products() -> None:
    assert {CATALOGUE.get(key).attributes_of for key in ("product", "service", "bundle", "assortment")} == {"product"}
    assert CATALOGUE.get("variant").attributes_of is None
    assert CATALOGUE.get("productfolder").attributes_of is None
    assert CATALOGUE.get("demand").attributes_of == "demand"
    assert CATALOGUE.get("emissionorder").attributes_of is None


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("customerorder", "payedSum"),
        ("customerorder", "position.reserve"),
        ("purchaseorder", "waitSum"),
        ("counterparty", "salesAmount"),
        ("counterparty", "bonusPoints"),
        ("demand", "position.stock.available"),
    ],
)
def test_values_that_change_without_a_new_stamp_are_marked(key: str, column: str) -> None:
    assert next(one for one in CATALOGUE.get(key).columns if one.id == column).volatile
