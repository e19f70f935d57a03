"""The catalogue of exporters; a new file is tested by being there."""

import re

import pytest

from adapters.moysklad.catalogue import ScannedExporters
from domain.exports.columns import ChosenColumn
from domain.exports.exporter import BaseExporter, ExporterUnknown
from domain.exports.filters import FilterKind

CATALOGUE = ScannedExporters()


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    assert CATALOGUE.get("customerorder").title == "Заказы покупателей"
    with pytest.raises(ExporterUnknown) as caught:
        CATALOGUE.get("nonsense")
    assert "customerorder" in str(caught.value.details["known"])


def test_keys_are_in_order() -> None:
    keys = [exporter.key for exporter in CATALOGUE.all()]
    assert keys
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("exporter", CATALOGUE.all(), ids=lambda exporter: exporter.key)
def test_an_exporter_declares_what_can_work(exporter: BaseExporter) -> None:
    ids = [column.id for column in exporter.columns]
    titles = [column.title for column in exporter.columns]
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles)
    exporter.check_columns(tuple(ChosenColumn(column_id, column_id) for column_id in exporter.default_columns))
    for column in exporter.columns:
        assert re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)*", column.path)
        if column.reference is not None:
            assert column.path.startswith(f"{column.reference}.")
            assert column.reference.count(".") < 3
    filters = [offered.id for offered in exporter.filters]
    assert len(set(filters)) == len(filters)
    assert "updated" not in {offered.field for offered in exporter.filters}
    for offered in exporter.filters:
        assert bool(offered.entity) is (offered.kind is FilterKind.REFERENCE)
