"""A session as a state machine: two tabs, lost answers, crashes, and somebody who copied a token."""

import asyncio
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.digests import digest
from application.tenants.commands.refresh_session import RefreshSession
from application.tenants.commands.sign_out import SignOut
from application.tenants.queries.identify import Identify
from domain.tenants.session import GRACE, SESSION_LIFETIME, SessionEnded
from tests.integration.harness.stories import Party, Story

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("refresh"), st.integers(0, 3)),
        st.tuples(st.just("both"), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.sampled_from([1, 30, 59, 60, 61, 3600])),
        st.tuples(st.just("sign_out"), st.just(0)),
    ),
    max_size=12,
)


class Model:
    """What should be: the tokens in the order in which they were given out, and when the newest exchange was."""

    def __init__(self, first: str) -> None:
        self.tokens = [first]
        self.over = False
        self.rotated_at = timedelta()
        self.now = timedelta()

    def expected(self, token: str) -> str:
        """`next`, `same` or `ended`."""
        if self.over:
            return "ended"
        place = self.tokens.index(token)
        if place == len(self.tokens) - 1:
            return "next"
        if place == len(self.tokens) - 2 and self.now - self.rotated_at < GRACE:
            return "same"
        return "ended"


async def refreshed(story: Story, token: str) -> str | None:
    try:
        return (await story.app.execute(RefreshSession(refresh_token=token))).refresh_token
    except SessionEnded:
        return None


async def step(story: Story, party: Party, model: Model, kind: str, number: int) -> None:
    if kind == "wait":
        story.clock.advance(timedelta(seconds=number))
        model.now += timedelta(seconds=number)
        return
    if kind == "sign_out":
        assert party.identity is not None
        assert party.identity.session_id is not None
        await story.app.execute(SignOut(company_id=party.id, session_id=party.identity.session_id))
        model.over = True
        return
    token = model.tokens[-1 - min(number, len(model.tokens) - 1)]
    expected = model.expected(token)
    tabs = 2 if kind == "both" else 1
    answers = set(await asyncio.gather(*(refreshed(story, token) for _ in range(tabs))))
    assert len(answers) == 1, "two tabs are answered alike"
    (answer,) = answers
    if expected == "ended":
        assert answer is None
        model.over = True
    elif expected == "same":
        assert answer == model.tokens[-1]
    else:
        assert answer is not None
        assert answer not in model.tokens
        model.tokens.append(answer)
        model.rotated_at = model.now


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_session_does_what_its_model_says(steps: list[tuple[str, int]]) -> None:
    async def told() -> None:
        story = await Story.begin()
        party = await story.install("romashka")
        model = Model((await party.sign_in()).refresh_token)
        for kind, number in steps:
            await step(story, party, model, kind, number)
        await story.world.container.close()

    asyncio.run(told())


async def test_an_answer_that_got_lost_is_given_again_and_the_session_goes_on(story: Story) -> None:
    party = await story.install("romashka")
    token = (await party.sign_in()).refresh_token
    lost = await refreshed(story, token)
    story.clock.advance(GRACE - timedelta(seconds=1))
    again = await refreshed(story, token)
    assert again == lost
    assert again is not None
    assert await refreshed(story, again) is not None


async def test_whoever_copied_a_token_is_noticed_at_the_next_refresh_of_the_other(story: Story) -> None:
    party = await story.install("romashka")
    token = (await party.sign_in()).refresh_token
    stolen = await refreshed(story, token)
    assert stolen is not None
    assert await refreshed(story, stolen) is not None, "the thief goes on"
    assert await refreshed(story, token) is None, "and the owner's refresh ends it for both"
    assert await refreshed(story, stolen) is None


async def test_what_is_stored_does_not_tell_the_next_token(story: Story) -> None:
    party = await story.install("romashka")
    token = (await party.sign_in()).refresh_token
    following = await refreshed(story, token)
    assert following is not None
    async with story.world.store.lock:
        (row,) = list(story.world.store.sessions._rows.values())
    assert (row.token_digest, row.previous_digest) == (digest(following), digest(token))
    assert following.rsplit(".", 1)[1] not in repr(row)


async def test_access_tokens_last_ten_minutes(story: Story) -> None:
    party = await story.install("romashka")
    pair = await party.sign_in()
    assert (pair.expires_in, pair.refresh_expires_in) == (600, SESSION_LIFETIME.total_seconds())
    assert (await story.app.ask(Identify(access_token=pair.access_token))).company_id == party.id
