"""A list of dealers whose taking in is killed at any of its steps, and begins again."""

import pytest

from adapters.memory.dealers import MemoryDealers
from application.dealers.commands.import_dealers import ImportDealers, ListedLine
from application.dealers.import_report import LineOutcome
from domain.dealers.dealers import Dealer
from domain.dealers.imported import Cell
from domain.webhooks.interests import Audience
from tests.integration.harness.stories import Party, Story

NAMES = ("Север", "Юг", "Запад", "Восток")


class Killed(BaseException):
    """As nothing that the service would catch."""


def listed(party: Party) -> ImportDealers:
    kinds = ("order", "payment", "order", "state")
    lines = (
        ListedLine(row=row, cells={Cell.NAME: name, Cell.NOTICES: kind})
        for row, (name, kind) in enumerate(zip(NAMES, kinds, strict=True), 2)
    )
    return ImportDealers(company_id=party.id, lines=tuple(lines))


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", range(1, 5))
async def test_killed_anywhere_the_same_list_makes_the_rest(
    monkeypatch: pytest.MonkeyPatch, step: int, before: bool
) -> None:
    party = await (await Story.begin()).party("romashka")
    put, puts = MemoryDealers.put, 0

    async def deadly(self: MemoryDealers, dealer: Dealer) -> None:
        nonlocal puts
        puts += 1
        if puts == step and before:
            raise Killed
        await put(self, dealer)
        if puts == step:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(MemoryDealers, "put", deadly)
        with pytest.raises(Killed):
            await party.app.execute(listed(party))
    stored = party.world.store.dealers._rows
    assert [one.name for one in stored.values()] == list(NAMES[: step - 1])
    report = await party.app.execute(listed(party))
    made = [line.outcome for line in report.lines]
    assert made == [LineOutcome.UNCHANGED] * (step - 1) + [LineOutcome.CREATED] * (5 - step)
    assert sorted(one.name for one in stored.values()) == sorted(NAMES)
    interests = {row.type for row in party.world.store.event_interests._rows.values()}
    assert interests == {"customerorder", "paymentin", "cashin", "demand"}
    assert {row.audience for row in party.world.store.event_interests._rows.values()} == {Audience.NOTICES}


async def test_what_was_listened_for_when_a_list_was_killed_suffices_for_what_was_made() -> None:
    party = await (await Story.begin()).party("romashka")
    original, calls = MemoryDealers.put, 0

    async def second_dies(self: MemoryDealers, dealer: Dealer) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Killed
        await original(self, dealer)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MemoryDealers, "put", second_dies)
        with pytest.raises(Killed):
            await party.app.execute(listed(party))
    interests = {row.type for row in party.world.store.event_interests._rows.values()}
    assert interests == {"customerorder", "paymentin", "cashin"}


async def test_somebody_else_may_change_the_directory_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    party = await (await Story.begin()).party("romashka")
    await party.app.execute(listed(party))
    get = MemoryDealers.get

    async def removed(self: MemoryDealers, company_id: object, dealer_id: object) -> None:
        del self, company_id, dealer_id

    changed = ImportDealers(
        company_id=party.id,
        lines=(ListedLine(row=2, cells={Cell.NAME: "Север", Cell.NOTICES: "state"}),),
    )
    with monkeypatch.context() as patched:
        patched.setattr(MemoryDealers, "get", removed)
        (line,) = (await party.app.execute(changed)).lines
    assert (line.outcome, line.code) == (LineOutcome.REFUSED, "dealers.not_found")
    assert get is MemoryDealers.get
    (line,) = (await party.app.execute(changed)).lines
    assert (line.outcome, line.changed) == (LineOutcome.CHANGED, ("notices",))
