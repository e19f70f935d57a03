"""What the people who run a company should act upon, over HTTP."""

from typing import Any
from uuid import uuid4

import pytest_asyncio

from application.dealers.commands.bind_chat import BindChat
from application.dealers.commands.create_bind_link import CreateBindLink
from application.dealers.commands.create_dealer import CreateDealer
from application.dealers.commands.note_lost_chat import NoteLostChat
from application.dealers.lost_command import TellLostChat
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BotRemoved
from domain.shared.identities import DealerId
from tests.integration.harness.stories import Party, command_of
from tests.integration.rest.conftest import Api, check_problem

ANNOUNCEMENTS = "/api/v1/announcements"


@pytest_asyncio.fixture
async def party(api: Api) -> Party:
    return await api.story.party("romashka")


async def bind(party: Party, dealer: DealerId) -> None:
    link = await party.app.execute(CreateBindLink(company_id=party.id, dealer_id=dealer))
    now, address = party.story.clock.now(), Address(Channel.TELEGRAM, "5")
    token = link.url.partition("=")[2]
    await party.app.execute(BindChat(company_id=party.id, token=token, address=address, title="Опт", asked_at=now))


async def lose(party: Party) -> None:
    """The chat throws the bot out, and a worker tells of it twice."""
    now = party.story.clock.now()
    assert await party.app.execute(NoteLostChat(recipient="5", reason=BotRemoved.code, at=now)) == 1
    stored = [command_of(one.message) for one in party.world.store.outbox._rows.values()]
    for told in [one for one in stored if isinstance(one, TellLostChat)] * 2:
        await party.app.execute(told)


async def shown(api: Api, who: dict[str, str], query: str = "", **headers: str) -> list[dict[str, Any]]:
    answer = await api.http.get(f"{ANNOUNCEMENTS}{query}", headers=who | headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_lost_chat_is_announced_once_until_it_is_bound_again(api: Api, party: Party) -> None:
    admin = await api.member(party)
    dealer = await party.app.execute(CreateDealer(company_id=party.id, name="Север"))
    await bind(party, dealer)
    assert await shown(api, admin) == []
    await lose(party)
    (one,) = await shown(api, admin)
    assert (one["code"], one["count"], one["endedAt"]) == ("announcements.chat_lost", 1, None)
    assert one["words"]["ru"]["title"] == "В чат «Опт» дилера «Север» больше нельзя писать"
    assert one["words"]["en"]["title"].startswith("The chat “Опт” of the dealer “Север”")
    assert one["title"] in {one["words"][language]["title"] for language in ("ru", "en")}
    assert await shown(api, await api.member(await api.story.party("vasilek"))) == []
    await bind(party, dealer)
    assert await shown(api, admin) == []
    (ended,) = await shown(api, admin, "?ended=true")
    assert (ended["endedAt"] is not None, ended["endedBy"]) == (True, None)


async def test_an_announcement_can_be_put_aside(api: Api, party: Party) -> None:
    admin, looker = await api.member(party), await api.member(party, administrator=False)
    dealer = await party.app.execute(CreateDealer(company_id=party.id, name="Север"))
    await bind(party, dealer)
    await lose(party)
    (one,) = await shown(api, admin)
    dismissal = f"{ANNOUNCEMENTS}/{one['id']}/dismissal"
    check_problem(await api.http.post(dismissal, headers=looker), 403, "tenants.permission_missing")
    stranger = await api.member(await api.story.party("vasilek"))
    check_problem(await api.http.post(dismissal, headers=stranger), 404, "tenants.announcement_not_found")
    unknown = f"{ANNOUNCEMENTS}/{uuid4()}/dismissal"
    check_problem(await api.http.post(unknown, headers=admin), 404, "tenants.announcement_not_found")
    for _ in range(2):
        assert (await api.http.post(dismissal, headers=admin)).status_code == 204
    assert await shown(api, admin) == []
    (ended,) = await shown(api, admin, "?ended=true")
    assert ended["endedBy"] is not None
