"""Others than exports hear of what happens to a company's objects."""

from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

import pytest

from application.messages import Outcome
from application.ports import Transaction
from application.webhooks.commands.book_hearings import PATIENCE, BookHearings
from application.webhooks.commands.interpret_deliveries import InterpretDeliveries
from application.webhooks.commands.notice_outage import NoticeOutage
from application.webhooks.commands.start_by_scenario import StartByScenario
from application.webhooks.hearing_commands import CatchUpEvents
from application.webhooks.listening import Listening
from domain.connections.moysklad import MoySkladDisconnected
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.moments import to_moscow
from domain.webhooks.interests import APPLY_RULES, OVERLAP, Audience
from domain.webhooks.scenario import ScenarioUnmatched
from tests.integration.harness.stories import APP_ID, Party, Story, command_of
from tests.integration.harness.telling import Teller

RULES, NOTICES = Audience.RULES, Audience.NOTICES
LATER = timedelta(minutes=16)


async def want(party: Party, audience: Audience, types: Collection[str], *, settled: bool = True) -> None:
    """What a rule or a notice does that is set up; then the webhooks are registered, and somebody looks once."""
    async with party.world.container() as scope:
        transaction, listening = await scope.get(Transaction), await scope.get(Listening)
        async with transaction(party.id):
            await listening.want(party.id, audience, types)
    await relay_known(party)
    if settled and await party.app.execute(BookHearings()):
        assert await relay_known(party) == ["webhooks.catch_up_events"]
        await catch_up(party)


async def relay_known(party: Party) -> list[str]:
    """Carries out what this tree has handlers for; answers the tags of everything that was sent."""
    tags = []
    for message in await party.story.relay():
        tags.append(message.tag)
        if message.tag == "webhooks.tend":
            await party.app.execute(command_of(message))
    return tags


def waiting(party: Party) -> set[tuple[Audience, str, str]]:
    rows = party.world.store.object_events._rows.values()
    return {(row.audience, row.event.type, row.event.object_id) for row in rows}


async def catch_up(party: Party) -> Outcome:
    return await party.app.execute(CatchUpEvents(company_id=party.id))


def put(party: Party, kind: str) -> str:
    """An object that was changed just now."""
    object_id = str(uuid4())
    party.world.documents.put(party.token, kind, {"id": object_id, "updated": to_moscow(party.story.clock.now())})
    return object_id


@pytest.fixture
async def party() -> Party:
    made = await (await Story.begin()).party("romashka")
    made.world.documents.accounts[made.token] = {}
    return made


async def test_an_audience_hears_of_what_it_wants_and_of_nothing_else(party: Party) -> None:
    await want(party, RULES, ["demand", "customerorder"])
    await want(party, NOTICES, ["customerorder"])
    registered = party.world.registered.account(party.token).webhooks.values()
    assert {one.subject.name for one in registered} == {"demand", "customerorder"}
    assert len(registered) == 6
    teller, order, demand = Teller(party), str(uuid4()), str(uuid4())
    told = [teller.event(order, "CREATE"), teller.event(order), teller.event(demand, "DELETE", "demand")]
    await teller.deliver({"events": [*told, teller.event(str(uuid4()), kind="supply")]})
    await party.app.execute(InterpretDeliveries())
    assert waiting(party) == {
        (RULES, "customerorder", order),
        (NOTICES, "customerorder", order),
        (RULES, "demand", demand),
    }
    assert await party.app.execute(BookHearings()) == 2
    assert sorted(await relay_known(party)) == ["notices.tell", "rules.apply"]
    # Nobody heard: after a while they are told again, and until then they are not.
    assert await party.app.execute(BookHearings()) == 0
    party.story.clock.advance(PATIENCE)
    assert await party.app.execute(BookHearings()) == 2


async def test_what_happened_before_the_webhook_was_there_is_looked_for_at_once(party: Party) -> None:
    await want(party, RULES, ["demand"], settled=False)
    new = put(party, "demand")
    assert await party.app.execute(BookHearings()) == 1
    await catch_up(party)
    assert waiting(party) == {(RULES, "demand", new)}


async def test_what_was_not_told_is_found(party: Party) -> None:
    await want(party, RULES, ["demand"])
    old = put(party, "demand")
    party.story.clock.advance(OVERLAP + timedelta(minutes=1))
    await catch_up(party)
    assert waiting(party) == {(RULES, "demand", old)}  # the interest began when it was made
    party.world.store.object_events._rows.clear()
    party.world.store.event_turns._rows.pop((party.id, RULES))
    party.story.clock.advance(LATER)
    new = put(party, "demand")
    assert await party.app.execute(BookHearings()) == 1
    assert (await catch_up(party)).error is None
    assert waiting(party) == {(RULES, "demand", new)}


@pytest.mark.parametrize("failure", [VendorFailed(), VendorBusy(30), MoySkladDisconnected(state="broken")])
async def test_a_look_that_comes_to_nothing_is_tried_again(party: Party, failure: Exception) -> None:
    await want(party, RULES, ["demand"])
    new = put(party, "demand")
    party.story.clock.advance(LATER)
    assert await party.app.execute(BookHearings()) == 1
    party.world.documents.failures.plan("changed", failure)
    assert (await catch_up(party)).error == type(failure).code  # type: ignore[attr-defined]
    assert waiting(party) == set()
    party.story.clock.advance(LATER)
    assert await party.app.execute(BookHearings()) == 1
    if not isinstance(failure, MoySkladDisconnected):
        await catch_up(party)
        assert waiting(party) == {(RULES, "demand", new)}


async def test_after_an_outage_somebody_looks_soon(party: Party) -> None:
    await want(party, RULES, ["demand"])
    await party.app.execute(NoticeOutage())
    party.story.clock.advance(timedelta(minutes=1))
    assert await party.app.execute(BookHearings()) == 0
    assert await party.app.execute(NoticeOutage()) == 1
    party.story.clock.advance(timedelta(minutes=2))
    assert await party.app.execute(BookHearings()) == 1


async def test_nobody_looks_where_nobody_wants_anything(party: Party) -> None:
    await want(party, RULES, ["demand"])
    await want(party, RULES, [])
    party.story.clock.advance(LATER)
    await party.app.execute(BookHearings())
    assert (await catch_up(party)).state == "nothing to do"
    party.story.clock.advance(LATER)
    assert await party.app.execute(BookHearings()) == 0


async def test_a_person_asks_for_rules_to_be_applied(party: Party) -> None:
    await want(party, RULES, ["demand"])
    await want(party, NOTICES, ["customerorder"])
    object_id = uuid4()

    def asked(kind: str) -> StartByScenario:
        return StartByScenario(
            signature=party.story.signature(),
            app_id=APP_ID,
            account_id=party.account_id,
            action=APPLY_RULES,
            object_type=kind,
            object_id=object_id,
        )

    assert await party.app.execute(asked("Demand")) == 1
    (row,) = party.world.store.object_events._rows.values()
    assert (row.audience, row.event.object_id, row.event.asked) == (RULES, str(object_id), True)
    with pytest.raises(ScenarioUnmatched):
        await party.app.execute(asked("CustomerOrder"))
