"""A plan is what a reading then costs: counted by the reading itself and by the emulator."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.planning import plan
from application.exports.vendor_ports import Reading
from domain.exports.columns import ChosenColumn
from domain.exports.exporter import RowMode
from emulators.moysklad.filling import Filler
from emulators.moysklad.seeding import Generator, Plan
from tests.integration.harness.emulated import EmulatedAccount
from tests.integration.harness.samples import moysklad_key

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CATALOGUE = ScannedExporters()
FEW = "id,name,agent.name,state.name,organization.name,sum"


def account_with(kind: str, objects: int, counterparties: int) -> EmulatedAccount:
    """Objects of different stamps: where many share one, a reading has to go over some of them twice."""
    account = EmulatedAccount("planned", 1_767_225_600.0)
    if kind == "customerorder":
        generator = Generator(account.world, account.account, 1)
        generator.fill(Plan(orders=0, counterparties=counterparties, products=20, positions=2, seed=1, days=90))
        filler_days = 90.0
    else:
        filler_days = 30.0
    Filler(account.world, account.account, 1, filler_days).fill(kind, objects, 2, attributes=False)
    shelf = account.account.shelves[kind]
    agents = [record.ref for record in account.account.shelves["counterparty"]]
    for number, record in enumerate(sorted(shelf, key=lambda one: one.id)):
        shelf.take(record)
        day, rest = divmod(number, 86_400)
        record.fields["updated"] = (
            f"2025-11-{day + 1:02} {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}.{number % 1000:03}"
        )
        if kind == "customerorder":  # an organization can be an agent too, which no plan can foresee
            record.fields["agent"] = agents[number % len(agents)]
        shelf.put(record)
    return account


@pytest.mark.parametrize(
    ("key", "columns", "mode", "objects", "counterparties", "way"),
    [
        ("customerorder", FEW, RowMode.DOCUMENT, 0, 5, "expanded"),
        ("customerorder", FEW, RowMode.DOCUMENT, 50, 40, "expanded"),
        ("customerorder", FEW, RowMode.DOCUMENT, 400, 300, "expanded"),
        ("customerorder", FEW, RowMode.DOCUMENT, 2_500, 1_200, "joined"),
        ("customerorder", FEW, RowMode.DOCUMENT, 20_000, 2_500, "joined"),
        ("customerorder", "id,name,sum", RowMode.DOCUMENT, 2_500, 5, "plain"),
        (
            "customerorder",
            "id,name,position.id,position.assortment.name",
            RowMode.POSITION,
            950,
            5,
            "expanded, for the lines",
        ),
        ("customerorder", "id,positions.sum", RowMode.TOTALS, 250, 5, "expanded, for the lines"),
        ("counterparty", "id,name,inn", RowMode.DOCUMENT, 3_100, 0, "plain"),
        ("product", "id,name,article,uom.name", RowMode.DOCUMENT, 1_500, 0, "joined"),
    ],
)
async def test_a_plan_is_what_the_reading_costs(
    key: str, columns: str, mode: RowMode, objects: int, counterparties: int, way: str
) -> None:
    exporter = CATALOGUE.get(key)
    account = account_with(exporter.entity, objects, counterparties)
    assert account.token is not None
    chosen = exporter.resolve(tuple(ChosenColumn(one, one) for one in columns.split(",")), (), mode)
    sizes = {kind: len(shelf) for kind, shelf in account.account.shelves.items()}
    planned = plan(exporter, Mapping(exporter, chosen, MOSCOW, mode), sizes[exporter.entity], sizes)
    assert planned.way == way
    reading = Reading(exporter, chosen, (), None, MOSCOW, NOW, mode)
    account.wire.asked = 0
    pages = [page async for page in account.source.read(moysklad_key(account.token), reading)]
    read = sum(page.read for page in pages)
    assert read == sizes[exporter.entity]
    assert (sum(page.units for page in pages), account.wire.asked) == (planned.units, planned.requests)


async def test_a_hundred_thousand_orders_cost_what_their_pages_and_dictionaries_do() -> None:
    exporter = CATALOGUE.get("customerorder")
    chosen = exporter.resolve(tuple(ChosenColumn(one, one) for one in FEW.split(",")), ())
    made = plan(exporter, Mapping(exporter, chosen, MOSCOW), 100_000, {"counterparty": 10_000})
    assert made.units == 1 + 100 + 10 + 1 + 1
