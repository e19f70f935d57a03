"""Whatever dies whenever, a request with a key is carried out once at most, and never blocks for ever."""

import asyncio
from enum import Enum

from hypothesis import given, settings
from hypothesis import strategies as st

from application.delivery.commands.begin_request import BeginRequest
from application.delivery.commands.keep_answer import KeepAnswer
from application.delivery.commands.release_request import ReleaseRequest
from application.delivery.holding import HOLD
from application.tenants.commands.create_api_key import CreateApiKey
from application.tenants.kept_answers import Claim
from application.tenants.occasions import Occasion, during
from application.tenants.queries.list_api_keys import ListApiKeys
from domain.shared.errors import AnswerLost, RequestSuperseded, RequestUnderWay
from tests.integration.harness.stories import Party, Story


class End(Enum):
    """How an attempt goes."""

    WELL = "well"
    DIES_FIRST = "dies before it changes anything"
    DIES_AFTER = "dies before it answers"
    REFUSED = "is refused"
    SLEEPS = "goes on after its time, when somebody else may have come"


class Attempt:
    """A process that carries a request out, as the REST API does."""

    def __init__(self, party: Party, claim: Claim) -> None:
        self._party = party
        self._claim = claim

    async def work(self) -> str | None:
        identity = self._party.identity
        assert identity is not None
        with during(Occasion(claim=self._claim)):
            command = CreateApiKey(company_id=self._party.id, acting=identity.acting, name="bot", scopes=frozenset())
            try:
                return (await self._party.app.execute(command)).secret
            except RequestSuperseded:
                return None

    async def answer(self, body: str) -> None:
        keeping = KeepAnswer(company_id=self._party.id, claim=self._claim, status=201, headers={}, body=body)
        await self._party.app.execute(keeping)

    async def let_go(self) -> None:
        await self._party.app.execute(ReleaseRequest(company_id=self._party.id, claim=self._claim))


class Caller:
    """Sends the same request again until it knows how it ended, and remembers every answer."""

    def __init__(self, story: Story, party: Party) -> None:
        self._story = story
        self._party = party
        self.answers: set[str] = set()
        self.lost = False
        self.asleep: list[Attempt] = []

    async def ask(self, end: End) -> None:
        asking = BeginRequest(company_id=self._party.id, route="POST /x", key="key", fingerprint="body")
        try:
            begun = await self._party.app.execute(asking)
        except RequestUnderWay:
            return
        except AnswerLost:
            self.lost = True
            return
        if begun.answered is not None:
            self.answers.add(begun.answered.body.decode())
            return
        assert begun.claim is not None
        await self._go(Attempt(self._party, begun.claim), end)

    async def _go(self, attempt: Attempt, end: End) -> None:
        if end is End.SLEEPS:
            self.asleep.append(attempt)
        elif end is End.REFUSED:
            await attempt.let_go()
        elif end in {End.WELL, End.DIES_AFTER}:
            made = await attempt.work()
            if made is not None and end is End.WELL:
                await attempt.answer(made)
                self.answers.add(made)

    async def wake(self) -> None:
        for attempt in self.asleep:
            made = await attempt.work()
            if made is not None:
                await attempt.answer(made)
        self.asleep.clear()


STEPS = st.lists(st.sampled_from([*End, "time passes", "who slept wakes"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_once_at_most_and_never_blocked(steps: list[End | str]) -> None:
    asyncio.run(_history(steps))


async def _history(steps: list[End | str]) -> None:
    story = await Story.begin()
    party = await story.party("romashka")
    caller = Caller(story, party)
    for step in steps:
        if isinstance(step, End):
            await caller.ask(step)
        elif step == "time passes":
            story.clock.advance(HOLD)
        else:
            await caller.wake()
    await caller.wake()
    story.clock.advance(HOLD)
    await caller.ask(End.WELL)
    assert party.identity is not None
    made = await party.app.ask(ListApiKeys(company_id=party.id, acting=party.identity.acting))
    assert len(made) == 1, "once, and it is done in the end"
    assert len(caller.answers) <= 1
    assert caller.answers or caller.lost, "whoever asks again learns how it ended"
    await story.world.container.close()
