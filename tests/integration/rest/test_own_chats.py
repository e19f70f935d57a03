"""Owners and admins bind their own chats and addresses over HTTP, and are told there."""

import re
from typing import Any
from uuid import uuid4

import pytest_asyncio

from adapters.memory.notices import MemoryMessenger
from application.dealers.notice_ports import Messenger
from application.ports import Transaction
from application.tenants.announcing import GATHERING, Announcing
from domain.shared.identities import CompanyId
from entrypoints.botting import BotSettings
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.rest.test_dealers import KEY, say

ME = "/api/v1/me"
BASE = "https://skladsheets.test"


@pytest_asyncio.fixture
async def party(api: Api) -> Party:
    api.app.state.bot = BotSettings(name="skladsheets_bot", secret=KEY)
    return await api.story.party("romashka")


async def link(api: Api, who: dict[str, str]) -> str:
    made = await api.http.post(f"{ME}/bind-links", headers=who)
    assert made.status_code == 201, made.text
    return str(made.json()["url"].partition("?start=")[2])


async def chats(api: Api, who: dict[str, str]) -> list[dict[str, Any]]:
    answer = await api.http.get(f"{ME}/chats", headers=who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def sent(api: Api) -> list[tuple[str, str]]:
    messenger = await api.story.world.container.get(Messenger)
    assert isinstance(messenger, MemoryMessenger)
    return [(address.recipient, text) for address, text in messenger.sent]


async def announce(api: Api, company: CompanyId, cause: str) -> None:
    async with api.story.world.container() as scope:
        transaction, announcing = await scope.get(Transaction), await scope.get(Announcing)
        async with transaction(company):
            await announcing.tell(company, cause, cause, "announcements.google_broke", email="a@example.org")
    api.story.clock.advance(GATHERING)
    for _ in range(3):
        await api.story.work()


async def test_an_owner_binds_a_chat_is_told_there_and_stops_it(api: Api, party: Party) -> None:
    owner = await api.member(party)
    token = await link(api, owner)
    assert token not in repr(list(api.story.world.store.bind_links._rows.values()))
    assert "Чат привязан к компании romashka" in (await say(api, f"/start {token}", chat=7))["text"]
    assert "Ссылка не подходит" in (await say(api, f"/start {token}", chat=8))["text"]
    (chat,) = await chats(api, owner)
    assert (chat["channel"], chat["recipient"], chat["title"]) == ("telegram", "7", "Анна К.")
    await announce(api, party.id, "google")
    ((to, text),) = await sent(api)
    assert (to, "Google больше не пускает нас" in text) == ("7", True)
    assert "Уведомления отключены" in (await say(api, "/stop", chat=7))["text"]
    assert await chats(api, owner) == []
    await announce(api, party.id, "google 2")
    assert len(await sent(api)) == 1


async def test_an_address_is_told_once_it_was_confirmed(api: Api, party: Party) -> None:
    owner = await api.member(party)
    asked = await api.http.post(f"{ME}/emails", json={"address": "boss@example.org"}, headers=owner)
    assert (asked.status_code, asked.json()["bound"]) == (202, False)
    await announce(api, party.id, "google")
    ((to, mail),) = await sent(api)
    assert (to, "romashka" in mail) == ("boss@example.org", True)
    (path,) = set(re.findall(rf'href="{BASE}(/mail/confirm/[A-Za-z0-9_-]+)"', mail))
    confirmed = await api.http.post(path)
    assert (confirmed.status_code, "romashka" in confirmed.text) == (200, True)
    await announce(api, party.id, "google 2")
    assert [to for to, _ in await sent(api)] == ["boss@example.org"] * 2
    (chat,) = await chats(api, owner)
    assert (await api.http.delete(f"{ME}/chats/{chat['id']}", headers=owner)).status_code == 204
    check_problem(await api.http.delete(f"{ME}/chats/{chat['id']}", headers=owner), 404, "dealers.own_chat_not_found")
    await announce(api, party.id, "google 3")
    assert len(await sent(api)) == 2


async def test_nobody_else_has_to_do_with_them(api: Api, party: Party) -> None:
    owner = await api.member(party)
    await say(api, f"/start {await link(api, owner)}", chat=7)
    (chat,) = await chats(api, owner)
    await announce(api, party.id, "google")
    looker = await api.member(party, administrator=False)
    calls = (
        ("GET", "/chats"),
        ("POST", "/bind-links"),
        ("POST", "/emails"),
        ("DELETE", f"/chats/{chat['id']}"),
    )
    for method, path in calls:
        body = {"address": "a@example.org"} if path == "/emails" else None
        refused = await api.http.request(method, ME + path, headers=looker, json=body)
        check_problem(refused, 403, "tenants.permission_missing")
    key = await api.http.post(
        "/api/v1/api-keys", json={"name": "n", "scopes": ["read", "manage_connections"]}, headers=owner
    )
    machine = {"Authorization": f"Bearer {key.json()['secret']}"}
    check_problem(await api.http.get(f"{ME}/chats", headers=machine), 403, "tenants.session_needed")
    stranger = await api.member(await api.story.party("vasilek"))
    assert await chats(api, stranger) == []
    for gone in (chat["id"], str(uuid4())):
        refused = await api.http.delete(f"{ME}/chats/{gone}", headers=stranger)
        check_problem(refused, 404, "dealers.own_chat_not_found")
    bad = await api.http.post(f"{ME}/emails", json={"address": "no address"}, headers=stranger)
    check_problem(bad, 422, "dealers.mail_address_invalid")
    shown = {}
    for name, who in (("owner", owner), ("looker", looker)):
        (notice,) = (await api.http.get("/api/v1/notices", headers=who)).json()["items"]
        shown[name] = (notice["dealerId"], notice["recipient"], notice["state"])
    assert shown == {"owner": (None, "7", "sent"), "looker": (None, "", "sent")}
