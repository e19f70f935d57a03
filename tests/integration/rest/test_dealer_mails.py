"""E-mail addresses of dealers over HTTP, and what follows from the links in mails."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from dishka import Provider, Scope, provide

from adapters.memory.notices import MemoryMessenger
from application.dealers.mail_ports import Mailing
from application.dealers.notice_ports import Messenger
from application.dealers.queueing_ports import NewNotice
from domain.dealers.addresses import Address, Channel
from domain.dealers.notices import DeliveryFailed
from domain.shared.identities import BindingId, DealerId
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem, opened_api
from tests.integration.stories.test_notices import queue

DEALERS = "/api/v1/dealers"
BASE = "https://skladsheets.test"


@pytest_asyncio.fixture
async def admin(api: Api, romashka: Party) -> dict[str, str]:
    return await api.member(romashka)


async def messenger_of(api: Api) -> MemoryMessenger:
    messenger = await api.story.world.container.get(Messenger)
    assert isinstance(messenger, MemoryMessenger)
    return messenger


async def add(api: Api, who: dict[str, str], name: str = "Север") -> str:
    return str((await api.http.post(DEALERS, json={"name": name}, headers=who)).json()["id"])


async def ask(api: Api, who: dict[str, str], dealer: str, address: str = "dealer@example.org") -> httpx.Response:
    return await api.http.post(f"{DEALERS}/{dealer}/emails", json={"address": address}, headers=who)


async def chats(api: Api, who: dict[str, str], dealer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.http.get(f"{DEALERS}/{dealer}", headers=who)).json()["chats"]
    return found


async def mailed(api: Api) -> str:
    """The path of the link in the latest mail."""
    _, text = (await messenger_of(api)).sent[-1]
    (link,) = set(re.findall(rf'href="{BASE}(/mail/confirm/[A-Za-z0-9_-]+)"', text))
    return str(link)


async def bind(api: Api, who: dict[str, str], dealer: str, address: str = "dealer@example.org") -> dict[str, Any]:
    assert (await ask(api, who, dealer, address)).status_code == 202
    assert (await api.http.post(await mailed(api))).status_code == 200
    return (await chats(api, who, dealer))[-1]


def told(api: Api, chat: dict[str, Any], dealer: str, key: str) -> NewNotice:
    address = Address(Channel.EMAIL, chat["recipient"])
    now = api.story.clock.now()
    return NewNotice(DealerId(uuid4()), BindingId(_id(chat["id"])), address, "order", key, key, key, now)


def _id(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


async def test_an_address_is_bound_once_whoever_reads_its_mail_has_confirmed_it(
    api: Api, admin: dict[str, str]
) -> None:
    dealer = await add(api, admin)
    asked = await ask(api, admin, dealer, " Dealer@EXAMPLE.org ")
    assert (asked.status_code, asked.json()["address"], asked.json()["bound"]) == (202, "Dealer@example.org", False)
    assert await chats(api, admin, dealer) == []
    ((to, _),) = (await messenger_of(api)).sent
    assert to == Address(Channel.EMAIL, "Dealer@example.org")
    link = await mailed(api)
    assert link.rsplit("/", 1)[1] not in repr(list(api.story.world.store.bind_links._rows.values()))
    looked = await api.http.get(link)
    assert looked.status_code == 200
    assert "<button>" in looked.text
    assert await chats(api, admin, dealer) == []  # programs that look into mails bind nothing
    for _ in range(2):
        confirmed = await api.http.post(link)
        assert (confirmed.status_code, "Север" in confirmed.text) == (200, True)
    (chat,) = await chats(api, admin, dealer)
    assert (chat["channel"], chat["recipient"], chat["lost"]) == ("email", "Dealer@example.org", None)
    again = await ask(api, admin, dealer, "Dealer@example.org")
    assert (again.json()["bound"], len((await messenger_of(api)).sent)) == (True, 1)
    assert (await api.http.delete(f"{DEALERS}/{dealer}/chats/{chat['id']}", headers=admin)).status_code == 204
    assert (await api.http.post(link)).status_code == 200  # told again it brings nothing back
    assert await chats(api, admin, dealer) == []


async def test_links_end_and_are_not_guessed(api: Api, admin: dict[str, str]) -> None:
    dealer = await add(api, admin)
    await ask(api, admin, dealer)
    link = await mailed(api)
    wrong = link[:-1] + ("A" if link[-1] != "A" else "B")
    foreign = "/mail/confirm/" + "A" * 22 + link[-32:]
    for path in (wrong, foreign, "/mail/confirm/x", "/mail/confirm/%D1%8B"):
        refused = await api.http.post(path)
        assert (refused.status_code, "не подходит" in refused.text) == (422, True), path
    # A chat's link confirms no address, and a mailed one binds no chat.
    made = (await api.http.post(f"{DEALERS}/{dealer}/bind-links", headers=admin)).json()["url"]
    assert (await api.http.post(f"/mail/confirm/{made.split('=')[1]}")).status_code == 422
    assert await chats(api, admin, dealer) == []
    api.story.clock.advance(timedelta(days=1))
    assert (await api.http.post(link)).status_code == 422
    assert not api.story.world.store.dealer_chats._rows


async def test_mails_are_not_sent_without_end(api: Api, admin: dict[str, str], romashka: Party) -> None:
    first, second = await add(api, admin), await add(api, admin, "Юг")
    for dealer in (first, second, first):
        assert (await ask(api, admin, dealer)).status_code == 202
    refused = await ask(api, admin, second, "DEALER@example.org")
    check_problem(refused, 429, "dealers.mails_too_many")
    assert int(refused.headers["retry-after"]) > 80_000
    assert len((await messenger_of(api)).sent) == 3
    for number in range(47):
        assert (await ask(api, admin, first, f"d{number}@example.org")).status_code == 202
    check_problem(await ask(api, admin, first, "more@example.org"), 429, "dealers.mails_too_many")
    api.story.clock.advance(timedelta(days=1, seconds=1))
    later = await api.member(romashka)
    assert (await ask(api, later, first)).status_code == 202


@pytest.mark.parametrize(
    "address", ["x", "a@b", "a b@example.org", "a@example.org\r\nBcc: x@y.zz", "ы@example.org", "a@-b.org", "@b.org"]
)
async def test_what_is_no_address_is_refused(api: Api, admin: dict[str, str], address: str) -> None:
    refused = await ask(api, admin, await add(api, admin), address)
    assert refused.status_code in {400, 422}, refused.text
    assert (await messenger_of(api)).sent == []


async def test_a_mail_that_cannot_be_sent_is_told_and_asked_for_again(api: Api, admin: dict[str, str]) -> None:
    dealer = await add(api, admin)
    (await messenger_of(api)).refusals = [DeliveryFailed(reason="451")]
    check_problem(await ask(api, admin, dealer), 502, "dealers.delivery_failed")
    assert (await bind(api, admin, dealer))["recipient"] == "dealer@example.org"


async def test_every_notice_has_a_way_out_that_one_click_uses(api: Api, admin: dict[str, str], romashka: Party) -> None:
    dealer = await add(api, admin)
    chat = await bind(api, admin, dealer)
    await queue(romashka, told(api, chat, dealer, "a"))
    await romashka.story.work()
    messenger = await messenger_of(api)
    assert messenger.sent[-1] == (Address(Channel.EMAIL, "dealer@example.org"), "a")
    way = messenger.ways_out[-1].removeprefix(BASE)
    assert way.startswith("/mail/leave/")
    assert "<button>" in (await api.http.get(way)).text
    assert len(await chats(api, admin, dealer)) == 1
    await queue(romashka, told(api, chat, dealer, "b"))
    for _ in range(2):
        gone = await api.http.post(way, data={"List-Unsubscribe": "One-Click"})
        assert gone.status_code == 200
    assert await chats(api, admin, dealer) == []
    await romashka.story.work()
    assert messenger.sent[-1][1] == "a"  # what waited is not told
    (waited, _) = (await api.http.get("/api/v1/notices", headers=admin)).json()["items"]
    assert (waited["state"], waited["reason"]["code"]) == ("blocked", "dealers.chat_unbound")
    for one in (await api.http.get("/api/v1/notices", headers=admin)).json()["items"]:
        again = await api.http.post(f"/api/v1/notices/{one['id']}/resend", headers=admin)
        check_problem(again, 409, "dealers.chat_unbound")
    assert (await api.http.post("/mail/leave/x")).status_code == 422


async def test_another_company_binds_for_itself_and_nothing_is_seen_of_it(api: Api, admin: dict[str, str]) -> None:
    mine = await add(api, admin)
    other = await api.member(await api.story.party("vasilek"))
    theirs = await add(api, other)
    check_problem(await ask(api, other, mine), 404, "dealers.not_found")
    chat = await bind(api, admin, mine)
    assert (await ask(api, other, theirs)).json()["bound"] is False
    assert await chats(api, other, theirs) == []
    gone = await api.http.delete(f"{DEALERS}/{theirs}/chats/{chat['id']}", headers=other)
    check_problem(gone, 404, "dealers.chat_not_found")
    reader = await api.member(await api.story.party("lutik"), administrator=False)
    check_problem(await ask(api, reader, mine), 403, "tenants.permission_missing")


class _NoMail(Provider):
    scope = Scope.APP

    @provide
    def mailing(self) -> Mailing:
        return Mailing(None, BASE)


async def test_without_a_mail_server_it_is_refused_with_what_to_do() -> None:
    async with opened_api(_NoMail()) as api:
        who = await api.member(await api.story.party("romashka"))
        problem = check_problem(await ask(api, who, await add(api, who)), 409, "dealers.mail_not_configured")
        assert "SMTP_HOST" in problem["detail"]
        assert api.unforeseen == []


async def test_an_address_is_asked_in_the_dealers_language(api: Api, admin: dict[str, str]) -> None:
    dealer = await add(api, admin)
    await api.http.patch(f"{DEALERS}/{dealer}", json={"language": "en"}, headers=admin)
    assert (await ask(api, admin, dealer)).status_code == 202
    messenger = await messenger_of(api)
    assert messenger.subjects[-1] == "Confirm the address for notices"
    assert "wants to tell the dealer Север of" in messenger.sent[-1][1]
    assert await mailed(api)
