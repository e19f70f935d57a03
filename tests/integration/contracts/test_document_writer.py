"""Contracts of DocumentWriter, TargetLists and Documents, over the fake account and over the emulator's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from application.automations.vendor_ports import DocumentGone
from application.connections.document_ports import Document
from domain.connections.moysklad import MoySkladDisconnected, MoySkladRejected
from tests.integration.harness.samples import moysklad_key
from tests.integration.harness.target_accounts import EmulatedTarget, MemoryTarget, TargetAccount


@pytest.fixture(params=[MemoryTarget, EmulatedTarget])
def account(request: pytest.FixtureRequest) -> TargetAccount:
    made: TargetAccount = request.param()
    return made


def quantities(document: Document) -> list[float]:
    return [line["quantity"] for line in document["positions"]]


async def test_a_document_is_made_once(account: TargetAccount) -> None:
    sync_id, body = uuid4(), account.header(description="первый", positions=account.lines(3))
    assert await account.writer.find(account.key, "customerorder", sync_id) is None
    made = await account.writer.make(account.key, "customerorder", sync_id, body)
    again = await account.writer.make(account.key, "customerorder", sync_id, {**body, "description": "второй"})
    assert (made.new, again.new) == (True, False)
    assert made.document["id"] == again.document["id"]
    assert (again.document["description"], again.document["syncId"]) == ("первый", str(sync_id))
    assert account.count("customerorder") == 1
    assert quantities(made.document) == quantities(again.document) == [1.0, 2.0, 3.0]
    assert len({line["id"] for line in made.document["positions"]}) == 3
    found = await account.writer.find(account.key, "customerorder", sync_id)
    assert found is not None
    assert (found["id"], quantities(found)) == (made.document["id"], [1.0, 2.0, 3.0])


async def test_types_do_not_share_sync_ids(account: TargetAccount) -> None:
    sync_id = uuid4()
    order = await account.writer.make(account.key, "customerorder", sync_id, account.header())
    invoice = await account.writer.make(account.key, "invoiceout", sync_id, account.header())
    assert order.new
    assert invoice.new
    assert order.document["id"] != invoice.document["id"]


async def test_kinds_without_positions_are_made_too(account: TargetAccount) -> None:
    sync_id = uuid4()
    body = account.header(sum=500.0)
    made = await account.writer.make(account.key, "paymentin", sync_id, body)
    assert not (await account.writer.make(account.key, "paymentin", sync_id, body)).new
    assert (made.document["sum"], account.count("paymentin")) == (500.0, 1)
    assert await account.writer.find(account.key, "paymentin", sync_id) is not None


async def test_goods_are_made_like_documents(account: TargetAccount) -> None:
    sync_id, before = uuid4(), account.count("product")
    made = await account.writer.make(account.key, "product", sync_id, {"name": "Гвоздь"})
    account.archive("product", made.document["id"])
    assert not (await account.writer.make(account.key, "product", sync_id, {"name": "Гвоздь"})).new
    assert account.count("product") == before + 1


async def test_what_lies_in_the_trash_was_made_already(account: TargetAccount) -> None:
    sync_id, body = uuid4(), account.header(positions=account.lines(2))
    made = await account.writer.make(account.key, "customerorder", sync_id, body)
    account.trash("customerorder", made.document["id"])
    found = await account.writer.find(account.key, "customerorder", sync_id)
    assert found is not None
    assert found["deleted"]
    again = await account.writer.make(account.key, "customerorder", sync_id, body)
    assert (again.new, again.document["id"], account.count("customerorder")) == (False, made.document["id"], 1)


async def test_what_came_back_out_of_the_trash_is_there_again(account: TargetAccount) -> None:
    sync_id, body = uuid4(), account.header(positions=account.lines(2))
    made = await account.writer.make(account.key, "customerorder", sync_id, body)
    identifier = made.document["id"]
    account.trash("customerorder", identifier)
    account.restore("customerorder", identifier)
    found = await account.writer.find(account.key, "customerorder", sync_id)
    assert found is not None
    assert "deleted" not in found
    assert "deleted" not in (await account.writer.make(account.key, "customerorder", sync_id, body)).document
    changed = await account.writer.change(account.key, "customerorder", identifier, {"description": "снова"})
    assert changed["description"] == "снова"


@pytest.mark.parametrize("count", [1000, 1001, 2500])
async def test_positions_beyond_a_thousand(account: TargetAccount, count: int) -> None:
    body = account.header(positions=account.lines(count), applicable=False)
    made = await account.writer.make(account.key, "customerorder", uuid4(), body)
    assert quantities(made.document) == [1.0 + number for number in range(count)]
    assert not made.document["applicable"]
    fewer = {"positions": [{**line, "quantity": 7.0} for line in made.document["positions"][:1200]]}
    changed = await account.writer.change(account.key, "customerorder", made.document["id"], fewer)
    assert quantities(changed) == [7.0] * min(count, 1200)


async def test_a_long_document_becomes_valid_at_last(account: TargetAccount) -> None:
    body = account.header(positions=account.lines(1001))
    made = await account.writer.make(account.key, "customerorder", uuid4(), body)
    assert made.document["applicable"]


async def test_lines_keep_their_ids_when_the_document_changes(account: TargetAccount) -> None:
    made = await account.writer.make(account.key, "customerorder", uuid4(), account.header(positions=account.lines(3)))
    first, _, third = made.document["positions"]
    kept = {"id": third["id"], "assortment": third["assortment"], "quantity": 30.0}
    positions = [kept, {"assortment": first["assortment"], "quantity": 9.0}]
    changed = await account.writer.change(
        account.key, "customerorder", made.document["id"], {"positions": positions, "description": "новое"}
    )
    assert changed["description"] == "новое"
    assert quantities(changed) == [30.0, 9.0]
    assert changed["positions"][0]["id"] == third["id"]
    assert changed["positions"][1]["id"] not in {first["id"], third["id"]}


async def test_only_what_is_named_changes(account: TargetAccount) -> None:
    made = await account.writer.make(
        account.key, "customerorder", uuid4(), account.header(description="раз", positions=account.lines(2))
    )
    changed = await account.writer.change(account.key, "customerorder", made.document["id"], {"description": "два"})
    assert (changed["description"], quantities(changed)) == ("два", [1.0, 2.0])


@pytest.mark.parametrize("how", ["trash", "purge"])
async def test_what_is_gone_cannot_be_changed(account: TargetAccount, how: str) -> None:
    made = await account.writer.make(account.key, "customerorder", uuid4(), account.header())
    getattr(account, how)("customerorder", made.document["id"])
    with pytest.raises(DocumentGone):
        await account.writer.change(account.key, "customerorder", made.document["id"], {"description": "x"})


async def test_links_have_to_lead_somewhere(account: TargetAccount) -> None:
    body = account.header()
    agent = account.put("counterparty", name="Уйдёт")
    account.purge("counterparty", agent["id"])
    with pytest.raises(MoySkladRejected) as refused:
        await account.writer.make(account.key, "customerorder", uuid4(), {**body, "agent": {"meta": agent["meta"]}})
    assert refused.value.details["number"] == 1021
    made = await account.writer.make(account.key, "customerorder", uuid4(), body)
    with pytest.raises(MoySkladRejected):
        await account.writer.change(
            account.key, "customerorder", made.document["id"], {"agent": {"meta": agent["meta"]}}
        )
    assert account.count("customerorder") == 1


async def test_a_closed_period_refuses(account: TargetAccount) -> None:
    body = account.header()
    account.close()
    with pytest.raises(MoySkladRejected) as refused:
        await account.writer.make(account.key, "customerorder", uuid4(), body)
    assert refused.value.details["number"] == 17009
    assert account.count("customerorder") == 0


async def test_a_token_that_opens_nothing(account: TargetAccount) -> None:
    stranger = moysklad_key("nobody")
    for asked in (
        account.writer.make(stranger, "customerorder", uuid4(), {}),
        account.writer.find(stranger, "customerorder", uuid4()),
        account.writer.change(stranger, "customerorder", str(uuid4()), {}),
        account.writer.describe(stranger, "customerorder"),
        account.lists.all(stranger, "store"),
    ):
        with pytest.raises(MoySkladDisconnected):
            await asked


async def test_a_kind_is_described(account: TargetAccount) -> None:
    described = await account.writer.describe(account.key, "customerorder")
    assert isinstance(described["attributes"], list)
    assert isinstance(described["states"], list)


async def test_lists_leave_the_archive_out(account: TargetAccount) -> None:
    before = {one["id"] for one in await account.lists.all(account.key, "store")}
    kept, gone = (account.put("store", name=f"Склад {number}") for number in range(2))
    account.archive("store", gone["id"])
    assert {one["id"] for one in await account.lists.all(account.key, "store")} == before | {kept["id"]}


async def test_documents_are_read_with_all_their_positions(account: TargetAccount) -> None:
    long = await account.writer.make(
        account.key, "customerorder", uuid4(), account.header(positions=account.lines(150))
    )
    short = await account.writer.make(account.key, "customerorder", uuid4(), account.header(positions=account.lines(1)))
    gone = await account.writer.make(account.key, "customerorder", uuid4(), account.header())
    account.trash("customerorder", gone.document["id"])
    ids = [made.document["id"] for made in (long, short, gone)]
    read = await account.documents.read(account.key, "customerorder", [*ids, str(uuid4()), ids[0]], ("positions",))
    assert read.keys() == set(ids[:2])
    assert sorted(quantities(read[ids[0]])) == [1.0 + number for number in range(150)]
    assert quantities(read[ids[1]]) == [1.0]
    with pytest.raises(MoySkladDisconnected):
        await account.documents.read(moysklad_key("nobody"), "customerorder", ids)


async def test_changes_are_found_in_their_order(account: TargetAccount) -> None:
    ids = [account.put("counterparty", name=str(number))["id"] for number in range(3)]
    long_ago, soon = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    assert set(ids) <= set(await gathered(account.documents.changed(account.key, "counterparty", long_ago)))
    assert await gathered(account.documents.changed(account.key, "counterparty", soon)) == []


async def gathered(pages: AsyncIterator[Any]) -> list[str]:
    return [one for page in [page async for page in pages] for one in page]
