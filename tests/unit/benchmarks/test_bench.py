"""What the measurements are held against is right itself."""

from benchmarks.full_export import CHECKED, COLUMNS
from benchmarks.limits import Bound
from benchmarks.orders_by_hand import Order, row_of
from devstack.expectation import READERS

META = {"uuidHref": "https://online.moysklad.ru/app/#customerorder/edit?id=1"}
ORDER: Order = {
    "id": "1",
    "name": "00042",
    "moment": "2026-03-01 12:00:00.000",
    "updated": "2026-03-02 18:30:15.250",
    "created": "2026-03-01 12:00:01.000",
    "deliveryPlannedMoment": "2026-03-09 00:00:00.000",
    "state": {"name": "Новый"},
    "agent": {"name": "ООО «Ромашка»"},
    "organization": {"name": "ИП Иванов"},
    "sum": 123456.0,
    "vatSum": 20576.0,
    "payedSum": 0.0,
    "shippedSum": 100.0,
    "invoicedSum": 200.0,
    "reservedSum": 300.0,
    "applicable": True,
    "positions": {"meta": {"size": 3}},
    "description": "=SUM(A1:A10)",
    "shipmentAddress": "Тверь",
    "meta": META,
}


def test_the_longest_part_bounds_a_run() -> None:
    assert Bound.of(45, 0).seconds == 0
    assert Bound.of(45 + 150, 0).seconds == 10
    assert Bound.of(115, 24).seconds == 26.4
    assert Bound.of(0, 100_000) == Bound(units=0.0, latency=110_000.0, quota=99_940.0)


def test_a_row_by_hand_holds_what_ours_does() -> None:
    row = dict(zip(COLUMNS, row_of(ORDER), strict=True))
    for column in (*CHECKED, "positions.meta.size", "description", "meta.uuidHref"):
        assert row[column] == READERS[column](ORDER), column
    assert [row[column] for column in COLUMNS[-6:-3]] == [True, 3, "=SUM(A1:A10)"]
    assert [row[column] for column in COLUMNS[9:14]] == [205.76, 0.0, 1.0, 2.0, 3.0]


def test_blanks_of_an_order_are_empty_texts() -> None:
    bare = {name: value for name, value in ORDER.items() if name not in {"state", "deliveryPlannedMoment"}}
    row = dict(zip(COLUMNS, row_of(bare), strict=True))
    assert (row["state.name"], row["deliveryPlannedMoment"]) == ("", "")
