"""Previews of saved answers."""

import json
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.moysklad.preview import PreviewNote, preview
from domain.exports.rows import RowUnreadable
from domain.shared.cells import CellKind
from domain.shared.errors import VendorFailed

ZONE = ZoneInfo("Europe/Moscow")
ATTRIBUTE = UUID("c2ecd338-015e-11e6-9464-e4de0000008f")
LINK = {
    "meta": {"href": "https://api.moysklad.ru/api/remap/1.2/entity/counterparty/9794d400-f689-11e5-8a84-bae500000078"}
}


def order(number: int) -> dict[str, object]:
    return {
        "id": f"id-{number}",
        "updated": "2026-04-14 12:03:05",
        "name": f"{number:05}",
        "sum": 150.0,
        "agent": LINK,
        "state": {**LINK, "id": "1", "name": "Новый"},
        "attributes": [{"id": str(ATTRIBUTE), "name": "Заметка", "type": "long", "value": "17"}],
    }


@pytest.mark.parametrize(
    ("saved", "count"), [({"meta": {}, "rows": [order(1), order(2)]}, 2), ([order(1), order(2)], 2), (order(1), 1)]
)
def test_a_list_an_array_and_an_object(saved: object, count: int) -> None:
    columns, rows, notes = preview(CustomerOrders(), json.dumps(saved).encode(), ZONE)
    assert len(rows) == count
    assert [column.title for column in columns][-1] == "Заметка"
    assert columns[-1].kind is CellKind.INTEGER
    shown = dict(zip([column.id for column in columns], rows[0].cells, strict=True))
    assert shown["name"] == "00001"
    assert shown["sum"] == Decimal("1.50")
    assert shown["state.name"] == "Новый"
    assert shown["agent.name"] is None
    assert shown[f"attribute:{ATTRIBUTE}"] == 17
    empty = {(note.column, note.reference, note.rows) for note in notes if isinstance(note, PreviewNote)}
    assert empty >= {("Контрагент", "agent", count)}
    assert not any(reference == "state" for _, reference, _ in empty)
    assert all(str(note) for note in notes)


def test_what_is_no_answer_is_refused() -> None:
    for body in (b"<html>", b"", b"5", b'{"rows":7}'):
        with pytest.raises(VendorFailed):
            preview(CustomerOrders(), body, ZONE)
    with pytest.raises(RowUnreadable):
        preview(CustomerOrders(), b'{"id":"1","applicable":"perhaps"}', ZONE)


def test_objects_of_another_kind_are_shown_as_far_as_they_go() -> None:
    position = b'{"meta":{"type":"customerorderposition"},"id":"7","quantity":1,"vatEnabled":true}'
    columns, rows, notes = preview(CustomerOrders(), position, ZONE)
    shown = dict(zip([column.id for column in columns], rows[0].cells, strict=True))
    assert (shown["id"], shown["vatEnabled"], shown["updated"]) == ("7", True, None)
    assert [str(note) for note in notes] == [
        "1 objects are customerorderposition, not customerorder: only the fields that they share are shown"
    ]


def test_lines_that_stand_by_themselves_are_shown_as_rows_of_lines() -> None:
    href = "https://api.moysklad.ru/api/remap/1.2/entity/customerorder/1/positions/7"
    meta = {"href": href, "type": "customerorderposition"}
    lines = [{"meta": meta, "id": "7", "quantity": 2, "price": 1050.0, "reserve": 1}]
    for saved in ({"rows": lines}, lines[0]):
        columns, rows, notes = preview(CustomerOrders(), json.dumps(saved).encode(), ZONE)
        shown = dict(zip([column.id for column in columns], rows[0].cells, strict=True))
        assert rows[0].key == "7"
        assert (shown["position.price"], shown["position.sum"]) == (Decimal("10.50"), Decimal("21.00"))
        assert shown["id"] is None
        assert "1 objects are lines by themselves" in str(notes[0])


def test_an_object_without_a_key_is_shown_all_the_same() -> None:
    columns, rows, _ = preview(CustomerOrders(), b'{"meta":{"type":"note"},"moment":"2026-04-14 12:00:00"}', ZONE)
    shown = dict(zip([column.id for column in columns], rows[0].cells, strict=True))
    assert rows[0].key == ""
    assert shown["moment"] is not None
