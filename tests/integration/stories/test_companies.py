"""Companies that are connected by a token, without the catalogue."""

from uuid import UUID, uuid4

import pytest

from application.connections.commands.connect_by_token import ConnectByToken
from application.connections.commands.disconnect_company import DisconnectCompany
from application.connections.installation_ports import TokenOwner, TokenOwners
from application.connections.queries.list_companies import ListCompanies
from application.connections.queries.list_connections import ListConnections
from domain.connections.moysklad import MoySkladDisconnected
from domain.shared.errors import VendorFailed
from domain.tenants.company import CompanyHasApp, CompanyInactive
from tests.integration.harness.stories import Party, Story


async def owners(story: Story) -> "object":
    found = await story.world.container.get(TokenOwners)
    found.known["token"] = TokenOwner(account_id=UUID(int=5), account_name="romashka", administrator=True)
    found.known["newer"] = TokenOwner(account_id=UUID(int=5), account_name="romashka", administrator=True)
    for token in ("token", "newer"):
        story.world.source.open(token)
    return found


async def connected(story: Story, token: str = "token", **fields: str) -> Party:
    await owners(story)
    company_id = await story.app.execute(ConnectByToken(token=token, **fields))
    return Party(story, "romashka", company_id, UUID(int=5), token)


async def test_a_company_with_a_token_exports_like_any_other() -> None:
    story = await Story.begin()
    party = await connected(story, name="ООО Ромашка")
    await party.sign_in()
    await party.connect_google()
    await story.work()  # there is no installation that could be confirmed
    party.fill(5)
    config = await party.create()
    assert (await party.run(config)).state == "finished"
    await party.check_sheet(config)
    (listed,) = await story.app.ask(ListCompanies(limit=10))
    shown = (listed.id, listed.account_name, listed.status, listed.moysklad, listed.google)
    assert shown == (party.id, "ООО Ромашка", "active", "active", "active")


async def test_a_new_token_takes_the_place_of_the_old_one() -> None:
    story = await Story.begin()
    first, again = await connected(story), await connected(story, "newer")
    assert first.id == again.id
    await again.sign_in()
    await again.connect_google()
    again.fill(2)
    task = await again.run(await again.create())
    assert (task.state, task.counts.appended) == ("finished", 2)


async def test_a_token_that_moysklad_does_not_take_connects_nobody() -> None:
    story = await Story.begin()
    await owners(story)
    with pytest.raises(MoySkladDisconnected):
        await story.app.execute(ConnectByToken(token="forged"))
    (await story.world.container.get(TokenOwners)).failures.plan("owner", VendorFailed(vendor="moysklad"))
    with pytest.raises(VendorFailed):
        await story.app.execute(ConnectByToken(token="token"))
    assert await story.app.ask(ListCompanies(limit=10)) == []


async def test_a_company_that_has_the_app_is_left_to_moysklad() -> None:
    story = await Story.begin()
    party = await story.party("romashka")
    found = await story.world.container.get(TokenOwners)
    found.known["token"] = TokenOwner(account_id=party.account_id, account_name="x", administrator=True)
    with pytest.raises(CompanyHasApp):
        await story.app.execute(ConnectByToken(token="token"))
    with pytest.raises(CompanyHasApp):
        await story.app.execute(DisconnectCompany(company_id=party.id))
    await party.leave("Uninstall")
    await story.app.execute(ConnectByToken(token="token"))
    states = {one.vendor: str(one.state) for one in await story.app.ask(ListConnections(company_id=party.id))}
    assert states == {"moysklad": "active", "google": "active"}


async def test_a_company_is_disconnected_and_comes_back() -> None:
    story = await Story.begin()
    party = await connected(story)
    await party.sign_in()
    await party.connect_google()
    party.fill(2)
    config = await party.create()
    await story.app.execute(DisconnectCompany(company_id=party.id))
    assert (await party.connections())["moysklad"] == "suspended"
    with pytest.raises(CompanyInactive):
        await party.run(config)
    back = await connected(story, "newer")
    assert back.id == party.id
    party.token = back.token
    assert (await party.config(config)).name


async def test_lists_end_where_they_are_told_to() -> None:
    story = await Story.begin()
    for name in ("a", "b", "c"):
        await story.install(f"{name}-{uuid4()}")
    assert len(await story.app.ask(ListCompanies(limit=2))) == 2
