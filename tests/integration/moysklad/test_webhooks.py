"""The adapter of webhooks against the emulator, and objects read by their ids."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.webhooks import MoySkladRegisteredWebhooks
from application.connections.ports import MoySkladKey
from application.exports.vendor_ports import Reading
from domain.connections.moysklad import MoySkladPermissionMissing, MoySkladRejected, TariffRefused
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition
from domain.shared.moments import MOSCOW
from domain.webhooks.registration import Family, Subject
from emulators.moysklad.links import API
from tests.integration.harness import samples
from tests.integration.harness.emulated import BASE, EmulatedAccount

ORDERS = ScannedExporters().get("customerorder")
UPDATE = Subject(Family.ENTITY, "customerorder", "UPDATE")
STOCK = Subject(Family.STOCK, "all")


@pytest.fixture
def account() -> EmulatedAccount:
    return EmulatedAccount("romashka", 1_767_225_600.0)


@pytest.fixture
def key(account: EmulatedAccount) -> MoySkladKey:
    assert account.token is not None
    return samples.moysklad_key(account.token)


@pytest.fixture
def webhooks(account: EmulatedAccount) -> MoySkladRegisteredWebhooks:
    client = MoySkladClient(f"{BASE}{API}", f"{BASE}/vendor", transport=account.wire, units=1_000_000, backoff=0.0)
    return MoySkladRegisteredWebhooks(client)


async def test_the_life_of_webhooks(webhooks: MoySkladRegisteredWebhooks, key: MoySkladKey) -> None:
    for subject in (UPDATE, replace(UPDATE, action="DELETE"), STOCK):
        await webhooks.create(key, subject, "https://ours.example/1")
    found = await webhooks.found(key)
    assert {(one.subject, one.url, one.enabled) for one in found} == {
        (subject, "https://ours.example/1", True) for subject in (UPDATE, replace(UPDATE, action="DELETE"), STOCK)
    }
    for webhook in found:
        await webhooks.correct(key, replace(webhook, enabled=False), "https://ours.example/2")
    assert {one.url for one in await webhooks.found(key)} == {"https://ours.example/2"}
    for _ in range(2):  # the second time nothing is left to remove
        for webhook in found:
            await webhooks.remove(key, webhook)
    assert await webhooks.found(key) == []


async def test_refusals(account: EmulatedAccount, webhooks: MoySkladRegisteredWebhooks, key: MoySkladKey) -> None:
    await webhooks.create(key, UPDATE, "https://ours.example/1")
    for url, number in (("https://ours.example/1", 30003), ("https://ours.example/2", 30007)):
        with pytest.raises(MoySkladRejected) as refused:
            await webhooks.create(key, UPDATE, url)
        assert refused.value.details["number"] == number
    account.account.hooks.allowed = False
    with pytest.raises(TariffRefused):
        await webhooks.create(key, STOCK, "https://ours.example/1")
    (install,) = account.account.installs.values()
    install.denied["webhook"] = {"view"}
    with pytest.raises(MoySkladPermissionMissing):
        await webhooks.found(key)


def reading(ids: tuple[str, ...], columns: tuple[str, ...] = ("id", "name", "agent.name"), **fields: Any) -> Reading:
    offered = {column.id: column for column in ORDERS.columns}
    return Reading(
        exporter=ORDERS,
        columns=tuple(offered[one] for one in columns),
        conditions=fields.pop("conditions", ()),
        cursor=None,
        zone=MOSCOW,
        now=datetime(2026, 1, 1, tzinfo=UTC),
        ids=ids,
        **fields,
    )


async def read(account: EmulatedAccount, key: MoySkladKey, asked: Reading) -> tuple[dict[str, Any], int]:
    rows, total = {}, 0
    async for page in account.source.read(key, asked):
        rows.update({row.key: row for row in page.rows})
        total = page.total
        assert page.cursor is None
        assert not page.complete
    return rows, total


async def made(account: EmulatedAccount, count: int) -> list[str]:
    fields = {"organization": account.first("organization"), "agent": account.first("counterparty")}
    return [account.create("customerorder", **fields).id for _ in range(count)]


async def test_objects_are_read_by_their_ids(account: EmulatedAccount, key: MoySkladKey) -> None:
    account.create("counterparty", name="Покупатель")
    ids = await made(account, 260)
    gone, trashed, *wanted = ids[:240]
    shelf = account.account.shelves["customerorder"]
    account.purge(shelf.records[gone])
    account.trash(shelf.records[trashed])
    before = len(account.wire.questions)
    rows, total = await read(account, key, reading(tuple(ids[:240])))
    assert set(rows) == set(wanted)
    assert total == 240
    asked = [parameters for path, parameters in account.wire.questions[before:] if path.endswith("/customerorder")]
    assert [parameters["filter"].count("id=") for parameters in asked] == [100, 100, 40]
    assert all(int(parameters["limit"]) <= 100 for parameters in asked)
    assert {row.cells[2] for row in rows.values()} == {"Покупатель"}
    everything = reading(tuple(ids[:240]))
    assert await account.source.existing(key, everything, ids[:240]) == set(wanted)


async def test_ids_and_conditions_go_together(account: EmulatedAccount, key: MoySkladKey) -> None:
    account.create("counterparty", name="Покупатель")
    ids = await made(account, 5)
    names = {one: account.account.shelves["customerorder"].records[one].fields["name"] for one in ids}
    conditions = (Condition("name", "=", names[ids[2]]),)
    rows, _ = await read(account, key, reading(tuple(ids), conditions=conditions))
    assert set(rows) == {ids[2]}


async def test_lines_come_with_their_documents(account: EmulatedAccount, key: MoySkladKey) -> None:
    account.create("counterparty", name="Покупатель")
    product = account.link(account.create("product", name="Товар"))
    fields = {"organization": account.first("organization"), "agent": account.first("counterparty")}
    positions = [{"assortment": product, "quantity": number} for number in (1, 2, 3)]
    order = account.create("customerorder", **fields, positions=positions)
    await made(account, 3)
    asked = reading((order.id,), ("position.id", "id", "position.quantity"), mode=RowMode.POSITION)
    rows, _ = await read(account, key, asked)
    assert {row.parent for row in rows.values()} == {order.id}
    assert sorted(row.cells[2] for row in rows.values()) == [1, 2, 3]
