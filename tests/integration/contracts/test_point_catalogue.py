"""Contracts of PointCatalogue, over the fake account and over the emulator's."""

from uuid import UUID

import pytest

from adapters.memory.documents import MemoryDocuments
from adapters.memory.point_catalogue import MemoryPointCatalogue
from adapters.moysklad.point_catalogue import MoySkladPointCatalogue
from application.dealers.import_ports import PointCatalogue
from domain.connections.moysklad import MoySkladDisconnected
from domain.dealers.naming import Named, PointKind
from tests.integration.harness.samples import moysklad_key
from tests.integration.harness.target_accounts import EmulatedTarget, MemoryTarget, TargetAccount


@pytest.fixture(params=[MemoryTarget, EmulatedTarget])
def account(request: pytest.FixtureRequest) -> TargetAccount:
    made: TargetAccount = request.param()
    return made


def catalogue_of(account: TargetAccount) -> PointCatalogue:
    if isinstance(account, EmulatedTarget):
        return MoySkladPointCatalogue(account.client)
    assert isinstance(account.documents, MemoryDocuments)
    return MemoryPointCatalogue(account.documents)


async def names(account: TargetAccount, *texts: str) -> set[str]:
    return {one.name for one in await catalogue_of(account).partners(account.key, texts)}


async def test_partners_are_found_by_everything_that_names_them(account: TargetAccount) -> None:
    made = account.put("counterparty", name="ООО «Север; Ко»", code="S-1", inn="0507708389")
    account.put("counterparty", name="Иной")
    expected = Named(UUID(made["id"]), "ООО «Север; Ко»", "S-1", "0507708389")
    for text in (made["id"], made["id"].upper(), "ООО «Север; Ко»", "S-1", "0507708389", "507708389"):
        assert await catalogue_of(account).partners(account.key, ["нет такого", text]) == [expected], text


async def test_many_texts_and_hostile_ones_find_what_is_there(account: TargetAccount) -> None:
    account.put("counterparty", name="Контрагент 7")
    hostile = ["~", "~x", "a\\", ";", "=", "a;b=c", "'\"", "&limit=0", "я" * 9000, " "]
    assert await names(account, *hostile, *(f"Контрагент {number}" for number in range(400))) == {"Контрагент 7"}


async def test_namesakes_are_all_found_and_the_archived_are_not(account: TargetAccount) -> None:
    for _ in range(2):
        account.put("counterparty", name="Север")
    gone = account.put("counterparty", name="Север")
    account.archive("counterparty", gone["id"])
    found = await catalogue_of(account).partners(account.key, ["Север", gone["id"]])
    assert len(found) == 2
    assert UUID(gone["id"]) not in {one.id for one in found}


async def test_what_is_alike_is_searched_for(account: TargetAccount) -> None:
    account.put("counterparty", name="ООО Северный ветер")
    account.put("counterparty", name="ООО Юг")
    assert {one.name for one in await catalogue_of(account).alike(account.key, "северный")} == {"ООО Северный ветер"}


@pytest.mark.parametrize("kind", [PointKind.RETAIL_STORE, PointKind.STORE, PointKind.SALES_CHANNEL])
async def test_dictionaries_are_read_whole(account: TargetAccount, kind: PointKind) -> None:
    before = {one.name for one in await catalogue_of(account).every(account.key, kind)}
    made = [account.put(kind.value, name=f"Точка {number}", **_needs(account, kind)) for number in range(3)]
    account.archive(kind.value, made[0]["id"])
    found = {one.name for one in await catalogue_of(account).every(account.key, kind)} - before
    assert found == {"Точка 1", "Точка 2"}


def _needs(account: TargetAccount, kind: PointKind) -> dict[str, object]:
    """What the emulator, as MoySklad does, wants of such an object beside its name."""
    if kind is PointKind.SALES_CHANNEL:
        return {"type": "OTHER"}
    if kind is PointKind.RETAIL_STORE and isinstance(account, EmulatedTarget):
        links = {one: account.first(one) for one in ("organization", "store")}
        return {**links, "priceType": account.emulated.account.price_types[0]}
    return {}


async def test_groups_are_told(account: TargetAccount) -> None:
    account.put("counterparty", name="Север", tags=["опт", "свои"])
    assert {"опт", "свои"} <= set(await catalogue_of(account).groups(account.key))


async def test_a_foreign_token_is_refused(account: TargetAccount) -> None:
    with pytest.raises(MoySkladDisconnected):
        await catalogue_of(account).partners(moysklad_key("nobody"), ["Север"])
    with pytest.raises(MoySkladDisconnected):
        await catalogue_of(account).groups(moysklad_key("nobody"))
