"""A company is handed over and erased, whatever happens meanwhile."""

import json
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.records import MemoryCompanyTraces
from adapters.memory.store import StoredCall
from application.connections.commands.disconnect_company import DisconnectCompany
from application.delivery.commands.export_company import ExportCompany
from application.delivery.commands.purge_expired import ERASURE_PATIENCE, PurgeExpired, Retention
from application.delivery.erase_command import EraseCompany, ErasureReport
from application.tenants.record_ports import CompanyTraces
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyNotFound
from domain.tenants.erasure import CompanyErased, Erasure, ErasureUnconfirmed
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import SMALL, Party, Story
from tests.integration.stories.test_trouble import Gate, under_way

DAY = timedelta(days=1)


@pytest.fixture
async def worked(romashka: Party) -> Party:
    """A company that has exported something, with the webhooks and the ledger of that."""
    config = await romashka.create(on_change=True)
    assert (await romashka.run(config)).state == "finished"
    await romashka.story.work()
    return romashka


async def erase(party: Party, name: str | None = "romashka") -> ErasureReport:
    return await party.app.execute(EraseCompany(company_id=party.id, name=name))


def left(story: Story, company: CompanyId) -> dict[str, int]:
    """Rows of the company in each table, whatever transaction would show."""
    tables = {name: rows for name, rows in vars(story.world.store).items() if getattr(rows, "has_owners", False)}
    found = {name: sum(rows._owner(row) == company for row in rows._rows.values()) for name, rows in tables.items()}
    return {name: number for name, number in found.items() if number}


async def traces(story: Story) -> MemoryCompanyTraces:
    found = await story.world.container.get(CompanyTraces)
    assert isinstance(found, MemoryCompanyTraces)
    return found


async def test_everything_goes_and_nothing_of_others(story: Story, worked: Party) -> None:
    other = await story.party("vasilek")
    other.fill(3)
    config = await other.create()
    await other.run(config)
    before = left(story, other.id)
    assert left(story, worked.id)["exported_rows"] == 10
    report = await erase(worked)
    assert left(story, worked.id) == {}
    assert report.left
    assert set(report.left.values()) == {0}
    assert report.google == "revoked"
    assert report.webhooks.endswith("removed")
    assert sum(report.kept.values()) == 10
    assert left(story, other.id) == before
    assert (await other.run(config)).state == "finished"
    (forgotten, *_) = (await traces(story)).forgotten
    assert forgotten[:2] == (worked.id, worked.account_id)
    assert len(forgotten[2]) == 1


async def test_it_has_to_be_named(story: Story, worked: Party) -> None:
    before = left(story, worked.id)
    for name in ("", "Romashka", "romashka "):
        with pytest.raises(ErasureUnconfirmed):
            await erase(worked, name)
    assert left(story, worked.id) == before
    with pytest.raises(CompanyNotFound):
        await worked.app.execute(EraseCompany(company_id=CompanyId(worked.account_id), name="romashka"))


async def test_saying_it_again_is_no_error(story: Story, worked: Party) -> None:
    first = await erase(worked)
    again = await erase(worked)
    assert (again.google, again.kept, again.left) == ("gone before", first.kept, first.left)


async def test_an_account_may_come_back_as_another_company(story: Story, worked: Party) -> None:
    await erase(worked)
    back = await story.install("romashka", token="token-2")
    assert back.id != worked.id
    await back.sign_in()
    await back.connect_google()
    back.fill(2)
    config = await back.create()
    assert (await back.run(config)).counts.appended == 2
    assert left(story, worked.id) == {}


async def test_a_run_that_goes_on_meanwhile_brings_nothing_back(
    story: Story, worked: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await worked.create(tab="Ещё", name="Ещё")
    await worked.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, worked, gate)
    await erase(worked)
    gate.opened.set()
    await work
    assert left(story, worked.id) == {}
    await story.pass_time()
    await story.work()
    assert left(story, worked.id) == {}


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
async def test_killed_at_any_step_it_comes_to_its_end(applied: bool) -> None:
    steps = await _steps()
    assert len(steps) > 10
    for at in range(1, len(steps) + 1):
        async for story, party in _worked():
            ordeal = Ordeal(story.world, at, Killed(), applied=applied)
            with ordeal.watched():
                await ordeal.endure(_told(party))
            if await _begun(story, party.id):
                story.clock.advance(ERASURE_PATIENCE + timedelta(minutes=11))
                for _ in range(2):
                    await story.app.execute(PurgeExpired())
                    await story.work()
            else:
                await erase(party)
            assert left(story, party.id) == {}, (at, ordeal.steps)
            assert await _over(story, party.id), (at, ordeal.steps)
            async with story.world.container() as scope:
                del scope


async def _worked() -> AsyncIterator[tuple[Story, Party]]:
    story = await Story.begin(SMALL)
    party = await story.party("romashka")
    party.fill(4)
    assert (await party.run(await party.create())).state == "finished"
    yield story, party
    await story.world.container.close()


async def _steps() -> list[str]:
    async for story, party in _worked():
        ordeal = Ordeal(story.world)
        with ordeal.watched():
            await ordeal.endure(_told(party))
        return ordeal.steps
    raise AssertionError


async def _told(party: Party) -> None:
    await erase(party)


async def _begun(story: Story, company: CompanyId) -> bool:
    return company in story.world.store.erasures


async def _over(story: Story, company: CompanyId) -> bool:
    return story.world.store.erasures[company].finished_at is not None


async def test_a_vendor_that_fails_stops_nothing(story: Story, worked: Party) -> None:
    story.world.consent.failures.plan("revoke", VendorFailed(reason="down"))
    worked.world.source.revoke(worked.token)
    report = await erase(worked)
    assert report.google == VendorFailed.code
    assert left(story, worked.id) == {}


async def test_a_grant_that_another_company_rests_on_is_not_revoked(story: Story, romashka: Party) -> None:
    vasilek = await story.install("vasilek")
    await vasilek.sign_in()
    await vasilek.connect_google(subject="google-romashka")
    assert "another company" in (await erase(romashka)).google
    vasilek.fill(1)
    assert (await vasilek.run(await vasilek.create())).state == "finished"


async def test_redis_that_is_lost_is_told_and_erasing_goes_on_later(story: Story, worked: Party) -> None:
    lost = await traces(story)
    lost.failing = VendorFailed(reason="lost")
    with pytest.raises(VendorFailed):
        await erase(worked)
    lost.failing = None
    assert set((await erase(worked)).left.values()) == {0}


async def test_who_left_is_erased_when_the_time_has_come(story: Story, worked: Party) -> None:
    await worked.leave("Uninstall")
    await worked.confirm()
    story.clock.advance(Retention().companies - DAY)
    await story.app.execute(PurgeExpired())
    await story.work()
    assert left(story, worked.id)["companies"] == 1
    story.clock.advance(2 * DAY)
    await story.app.execute(PurgeExpired())
    await story.app.execute(PurgeExpired())
    await story.work()
    assert left(story, worked.id) == {}
    assert await _over(story, worked.id)


async def test_an_installation_that_comes_meanwhile_is_asked_to_come_again(story: Story, worked: Party) -> None:
    story.world.store.erasures[worked.id] = Erasure(worked.id, story.clock.now())
    with pytest.raises(CompanyErased) as refused:
        await story.install("romashka", token="token-2")
    assert isinstance(refused.value, VendorBusy)
    assert refused.value.retry_after > 0
    await erase(worked)
    assert (await story.install("romashka", token="token-2")).id != worked.id


async def test_what_came_in_after_a_killed_erasure_goes_too(story: Story, worked: Party) -> None:
    await erase(worked)
    store = story.world.store
    erasure = store.erasures[worked.id]
    erasure.finished_at = None
    late = StoredCall(worked.id, worked.account_id, story.clock.now(), b"{}", None)
    store.webhook_deliveries._rows[worked.id, worked.account_id] = late
    await story.app.execute(PurgeExpired())
    assert left(story, worked.id) == {"webhook_deliveries": 1}
    story.clock.advance(ERASURE_PATIENCE)
    await story.app.execute(PurgeExpired())
    assert left(story, worked.id) == {}
    assert await _over(story, worked.id)


async def test_who_came_back_in_time_stays(story: Story, worked: Party) -> None:
    await worked.leave("Uninstall")
    await worked.confirm()
    story.clock.advance(Retention().companies - DAY)
    await story.install("romashka", token=worked.token)
    story.clock.advance(2 * DAY)
    await story.app.execute(PurgeExpired())
    await story.work()
    assert left(story, worked.id)["export_configs"] == 1


async def test_everything_is_handed_over(story: Story, worked: Party, tmp_path: Path) -> None:
    place = tmp_path / "romashka.zip"
    archive = await worked.app.execute(ExportCompany(company_id=worked.id, to=str(place)))
    with zipfile.ZipFile(place) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    counts = {table.name: table.rows for table in archive.tables}
    assert {name: rows for name, rows in counts.items() if rows} == left(story, worked.id)
    for table in archive.tables:
        lines = parts[table.file].splitlines()
        assert len(lines) == table.rows
        for line in lines:
            assert isinstance(json.loads(line), dict)
    assert json.loads(parts["manifest.json"])["companyId"] == str(worked.id)
    assert worked.token.encode() not in b"".join(parts.values())
    with pytest.raises(CompanyNotFound):
        await worked.app.execute(ExportCompany(company_id=CompanyId(worked.account_id), to=str(place)))


async def test_disconnecting_begins_the_time_too(story: Story) -> None:
    party = await story.install("astra")
    story.world.store.installations._rows.clear()
    await party.app.execute(DisconnectCompany(company_id=party.id))
    assert story.world.store.companies._rows[party.id].left_at == story.clock.now()
