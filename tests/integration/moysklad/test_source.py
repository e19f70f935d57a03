"""Reading a whole account over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.moysklad.gateway import MoySkladSource
from adapters.moysklad.planning import Paging
from application.exports.vendor_ports import Page, Reading
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.columns import Column
from domain.exports.cursor import Cursor
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition, FilterRefused
from domain.exports.rows import Row
from domain.shared.cells import CellKind
from tests.integration.harness.samples import moysklad_key

ORDERS = CustomerOrders()
OFFERED = ORDERS.offered(RowMode.DOCUMENT)
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
EXPANDED = Paging(expand=True)
JOINED = Paging(expand=False)


def reading(columns: tuple[Column, ...] = OFFERED, *conditions: Condition, cursor: Cursor | None = None) -> Reading:
    return Reading(ORDERS, columns, conditions, cursor, MOSCOW, NOW)


async def pages(source: MoySkladSource, token: str, wanted: Reading) -> list[Page]:
    return [page async for page in source.read(moysklad_key(token), wanted)]


def rows(found: list[Page]) -> list[Row]:
    return [row for page in found for row in page.rows]


async def test_attributes_become_columns(client: MoySkladClient, seeded: Any) -> None:
    columns = await MoySkladSource(client).custom_columns(moysklad_key(seeded.token), ORDERS)
    assert {column.kind for column in columns} >= {
        CellKind.TEXT, CellKind.LINK, CellKind.INTEGER, CellKind.NUMBER, CellKind.BOOLEAN, CellKind.DATE_TIME
    }  # fmt: skip
    assert all(column.id == f"attribute:{column.attribute}" and column.title for column in columns)


async def test_expanding_and_joining_give_the_same_rows(client: MoySkladClient, seeded: Any) -> None:
    attributes = await MoySkladSource(client).custom_columns(moysklad_key(seeded.token), ORDERS)
    wanted = reading((*OFFERED, *attributes))
    expanded = await pages(MoySkladSource(client, EXPANDED), seeded.token, wanted)
    joined = await pages(MoySkladSource(client, Paging()), seeded.token, wanted)
    assert rows(expanded) == rows(joined)
    assert len({row.key for row in rows(joined)}) == len(rows(joined)) == joined[0].total == 3000
    assert len(expanded) > len(joined)
    stamps = [row.updated for row in rows(joined)]
    assert stamps == sorted(stamps)
    assert joined[-1].cursor.updated == stamps[-1]
    names = [column.id for column in wanted.columns]
    assert all(row.cells[names.index("agent.name")] for row in rows(joined))
    assert all(row.cells[names.index("state.name")] for row in rows(joined))


async def test_a_large_dictionary_is_not_read_whole_for_a_few_rows(
    client: MoySkladClient, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await emulator.customer(orders=30, counterparties=1300)
    await emulator.control.delete("/journal")
    chosen = tuple(column for column in OFFERED if column.id in {"id", "name", "agent.name", "agent.inn"})
    small = Paging(expanded=2, plain=1000, expand=False)
    joined = await pages(MoySkladSource(client, small), customer.token, reading(chosen))
    expanded = await pages(MoySkladSource(client, EXPANDED), customer.token, reading(chosen))
    assert rows(joined) == rows(expanded)
    asked = [entry for entry in await emulator.requests() if entry["path"].endswith("/entity/counterparty")]
    assert len(asked) == 2
    assert "id%3D" in asked[-1]["query"]


async def test_an_increment_reads_only_what_changed(client: MoySkladClient, emulator: Any) -> None:
    customer = await emulator.customer(orders=60, counterparties=5)
    source = MoySkladSource(client)
    first = await pages(source, customer.token, reading())
    assert len(rows(first)) == 60
    touched = set((await customer.post("/touch", type="customerorder", count=3))["ids"])
    added = set((await customer.post("/add", type="customerorder", count=2))["ids"])
    again = await pages(source, customer.token, reading(cursor=first[-1].cursor))
    assert {row.key for row in rows(again)} >= touched | added
    assert len(rows(again)) <= 6
    nothing = await pages(source, customer.token, reading(cursor=Cursor("2099-01-01 00:00:00.000")))
    assert [page.rows for page in nothing] == [()]
    assert nothing[0].complete


async def test_every_condition_is_understood(client: MoySkladClient, seeded: Any) -> None:
    source = MoySkladSource(client, EXPANDED)
    names = [column.id for column in OFFERED]
    everything = rows(await pages(MoySkladSource(client), seeded.token, reading()))
    answers: dict[Condition, Callable[[Any], bool]] = {
        Condition("state", "=", "Новый"): lambda cells: cells[names.index("state.name")] == "Новый",
        Condition("sum", ">=", "100000.5"): lambda cells: cells[names.index("sum")] >= 100000.5,
        Condition("applicable", "=", "false"): lambda cells: cells[names.index("applicable")] is False,
        Condition("store", "=", ""): lambda cells: cells[names.index("store.name")] is None,
        Condition("name", "~=", "000"): lambda cells: str(cells[names.index("name")]).startswith("000"),
        Condition("name", "~", "a;b"): lambda _: False,
    }
    for condition, holds in answers.items():
        found = rows(await pages(source, seeded.token, reading(OFFERED[:2], condition)))
        assert {row.key for row in found} == {row.key for row in everything if holds(row.cells)}, condition


async def test_every_filter_is_accepted(client: MoySkladClient, seeded: Any) -> None:
    values = {"text": "x", "money": "1", "date_time": "2030-01-01", "boolean": "true", "state": "x"}
    for offered in ORDERS.filters:
        value = values.get(offered.kind.value, "9794d400-f689-11e5-8a84-bae500000078")
        condition = Condition(offered.id, "=", value)
        found = rows(await pages(MoySkladSource(client), seeded.token, reading(OFFERED[:2], condition)))
        assert offered.kind.value == "boolean" or not found


async def test_a_refused_condition_comes_with_moyskladswords(
    client: MoySkladClient, seeded: Any, emulator: Any
) -> None:
    body = {"errors": [{"code": 1034, "error": "Ошибка фильтрации"}]}
    await emulator.fault(action="status", path="/entity/customerorder", status=400, body=body)
    with pytest.raises(FilterRefused) as caught:
        await pages(MoySkladSource(client), seeded.token, reading())
    assert caught.value.details["reason"] == "Ошибка фильтрации"


async def test_without_the_right_to_see_counterparties_their_cells_are_empty(
    client: MoySkladClient, emulator: Any
) -> None:
    customer = await emulator.customer(orders=150, counterparties=5)
    denied = {"counterparty": {"view": False}}
    await customer.post("/permissions", appId=customer.app["appId"], permissions=denied)
    chosen = tuple(column for column in OFFERED if column.id in {"id", "name", "agent.name", "organization.name"})
    found = rows(await pages(MoySkladSource(client, JOINED), customer.token, reading(chosen)))
    assert len(found) == 150
    assert all(row.cells[3] for row in found)
    assert all(row.cells[2] is None for row in found[100:])


async def test_a_revoked_token_says_so(client: MoySkladClient, emulator: Any) -> None:
    customer = await emulator.customer()
    await customer.post("/revoke", token=customer.token)
    with pytest.raises(MoySkladDisconnected) as caught:
        await pages(MoySkladSource(client), customer.token, reading())
    assert caught.value.details["reason"] == 1056
    assert customer.token not in repr(caught.value)


async def test_pages_before_a_failure_are_delivered(client: MoySkladClient, seeded: Any, emulator: Any) -> None:
    await emulator.fault(action="status", path="/entity/customerorder.*limit=1000", skip=2, status=401)
    stream = MoySkladSource(client).read(moysklad_key(seeded.token), reading(OFFERED[:3]))
    delivered = [await anext(stream), await anext(stream)]
    with pytest.raises(MoySkladDisconnected):
        await anext(stream)
    await emulator.control.delete("/faults")
    rest = await pages(MoySkladSource(client), seeded.token, reading(OFFERED[:3], cursor=delivered[-1].cursor))
    assert len({row.key for row in rows(delivered)} | {row.key for row in rows(rest)}) == 3000


async def test_a_reader_that_stops_early_leaves_nothing_running(client: MoySkladClient, seeded: Any) -> None:
    stream = MoySkladSource(client).read(moysklad_key(seeded.token), reading(OFFERED[:3]))
    async for _ in stream:
        break
    await stream.aclose()  # type: ignore[attr-defined]


async def test_archived_and_new_objects_are_joined_too(client: MoySkladClient, emulator: Any) -> None:
    customer = await emulator.customer(orders=40, counterparties=3)
    chosen = tuple(column for column in OFFERED if column.id in {"id", "name", "agent.name", "state.name"})
    await _archive_counterparties(emulator, customer)
    small = Paging(expanded=2, plain=10, expand=False)
    stream = MoySkladSource(client, small).read(moysklad_key(customer.token), reading(chosen))
    found = list((await anext(stream)).rows)
    # An order for a counterparty that did not exist when the dictionary was read.
    await customer.post("/add", type="counterparty", count=1)
    fresh = (await customer.post("/add", type="customerorder", count=20))["ids"]
    async for page in stream:
        found.extend(page.rows)
    assert {row.key for row in found} >= set(fresh)
    assert all(row.cells[2] and row.cells[3] for row in found)


async def _archive_counterparties(emulator: Any, customer: Any) -> None:
    agents = (await emulator.control.get(f"{customer.path}/objects/counterparty")).json()
    headers = {"Authorization": f"Bearer {customer.token}", "Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(base_url=f"{emulator.base_url}/api/remap/1.2", headers=headers) as api:
        for agent in agents[:2]:
            answer = await api.put(f"/entity/counterparty/{agent['id']}", json={"archived": True})
            assert answer.is_success, answer.text


async def test_positions_that_came_cut_off_are_completed_however_many_there_are(
    client: MoySkladClient, emulator: Any
) -> None:
    customer = await emulator.customer(orders=3, counterparties=3, products=20, positionsPerOrder=1150)
    await emulator.post("/settings", nestedPositionsLimit=100)
    mode = RowMode.POSITION
    ids = {"position.id", "name", "position.assortment.name", "position.quantity", "position.sum"}
    chosen = tuple(column for column in ORDERS.offered(mode) if column.id in ids)
    wanted = Reading(ORDERS, chosen, (), None, MOSCOW, NOW, mode)
    await emulator.control.delete("/journal")
    found = rows(await pages(MoySkladSource(client), customer.token, wanted))
    assert len({row.key for row in found}) == len(found) == 3 * 1150
    assert all(cell is not None for row in found for cell in row.cells)
    asked = await emulator.requests()
    assert sum(entry["path"].endswith("/positions") for entry in asked) == 3 * 2

    totals = tuple(column for column in ORDERS.offered(RowMode.TOTALS) if column.id in {"id", "positions.quantity"})
    summed = rows(
        await pages(
            MoySkladSource(client), customer.token, Reading(ORDERS, totals, (), None, MOSCOW, NOW, RowMode.TOTALS)
        )
    )
    place = [column.id for column in chosen].index("position.quantity")
    for key, quantity in (row.cells for row in summed):
        assert quantity == sum(row.cells[place] for row in found if row.parent == key)  # type: ignore[misc]
