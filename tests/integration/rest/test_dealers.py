"""Dealers over HTTP, and what is said to the bot."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio

from application.billing.commands.set_plan import SetPlan
from application.dealers.lost_command import TellLostChat
from domain.billing.plans import PlanKey
from domain.webhooks.interests import Audience
from entrypoints.botting import BotSettings
from entrypoints.rest.telegram import SECRET
from tests.integration.harness.stories import command_of
from tests.integration.rest.conftest import Api, check_problem

DEALERS = "/api/v1/dealers"
TELEGRAM = "/webhooks/telegram"
KEY = "x" * 40


@pytest_asyncio.fixture
async def admin(api: Api) -> dict[str, str]:
    api.app.state.bot = BotSettings(name="skladsheets_bot", secret=KEY)
    return await api.member(await api.story.party("romashka"))


async def add(api: Api, who: dict[str, str], name: str = "Север", **body: Any) -> dict[str, Any]:
    answer = await api.http.post(DEALERS, json={"name": name, **body}, headers=who)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def shown(api: Api, who: dict[str, str], dealer: dict[str, Any]) -> dict[str, Any]:
    answer = await api.http.get(f"{DEALERS}/{dealer['id']}", headers=who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def tell(api: Api, update: dict[str, Any], secret: str = KEY) -> httpx.Response:
    return await api.http.post(TELEGRAM, json={"update_id": 1, **update}, headers={SECRET: secret})


async def say(
    api: Api,
    text: str,
    chat: int = 5,
    *,
    topic: int | None = None,
    late: timedelta = timedelta(0),
    speaks: str | None = None,
) -> dict[str, Any]:
    """What the bot answers to it; `late` is how long ago it was said."""
    said = {
        "message_id": 1,
        "date": int((api.story.clock.now() - late).timestamp()),
        "chat": {"id": chat, "type": "private", "first_name": "Анна", "last_name": "К."},
        "text": text,
    }
    if speaks is not None:
        said["from"] = {"id": chat, "is_bot": False, "first_name": "Анна", "language_code": speaks}
    answer = await tell(
        api, {"message": said | ({"message_thread_id": topic, "is_topic_message": True} if topic else {})}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def link(api: Api, who: dict[str, str], dealer: dict[str, Any]) -> str:
    answer = await api.http.post(f"{DEALERS}/{dealer['id']}/bind-links", headers=who)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    start, token = made["url"].split("?start=")
    assert start == "https://t.me/skladsheets_bot"
    assert made["groupUrl"].endswith(f"?startgroup={token}")
    assert len(token) <= 64
    return str(token)


async def test_a_dealer_is_added_changed_listed_and_removed(api: Api, admin: dict[str, str]) -> None:
    store = str(uuid4())
    quiet = {"begins": "22:00:00", "ends": "08:00:00"}
    made = await add(api, admin, points={"stores": [store], "groups": ["опт"]}, notices=["order", "state"], quiet=quiet)
    assert made["points"]["stores"] == [store]
    assert set(made["notices"]) == {"order", "state"}
    assert made["quiet"] == quiet
    interests = {row.type for row in api.story.world.store.event_interests._rows.values()}
    assert interests == {"customerorder", "demand", "paymentin", "cashin"}
    changed = await api.http.patch(f"{DEALERS}/{made['id']}", json={"notices": ["order"], "quiet": None}, headers=admin)
    assert changed.status_code == 200, changed.text
    assert changed.json()["notices"] == {"order": made["notices"]["order"]}
    assert changed.json()["quiet"] is None
    assert changed.json()["points"] == made["points"]
    rows = api.story.world.store.event_interests._rows.values()
    assert {(row.audience, row.type) for row in rows} == {(Audience.NOTICES, "customerorder")}
    second = await add(api, admin, "Юг")
    page = (await api.http.get(DEALERS, params={"limit": 1}, headers=admin)).json()
    rest = (await api.http.get(DEALERS, params={"limit": 1, "cursor": page["nextCursor"]}, headers=admin)).json()
    assert [one["id"] for one in page["items"] + rest["items"]] == [made["id"], second["id"]]
    assert rest["nextCursor"] is None
    assert (await api.http.delete(f"{DEALERS}/{made['id']}", headers=admin)).status_code == 204
    check_problem(await api.http.get(f"{DEALERS}/{made['id']}", headers=admin), 404, "dealers.not_found")
    assert not api.story.world.store.event_interests._rows


async def test_what_does_not_do_is_refused_with_what_to_do(api: Api, admin: dict[str, str]) -> None:
    made = await add(api, admin)
    check_problem(await api.http.post(DEALERS, json={"name": "Север"}, headers=admin), 409, "dealers.name_taken")
    same = {"begins": "08:00:00", "ends": "08:00:00"}
    refused = await api.http.post(DEALERS, json={"name": "Юг", "quiet": same}, headers=admin)
    check_problem(refused, 422, "dealers.quiet_hours_invalid")
    many = {"name": "Юг", "points": {"groups": [str(one) for one in range(501)]}}
    check_problem(await api.http.post(DEALERS, json=many, headers=admin), 422, "dealers.too_many_points")
    other = await api.member(await api.story.party("vasilek"))
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/bind-links"), ("DELETE", f"/chats/{uuid4()}")):
        answer = await api.http.request(method, f"{DEALERS}/{made['id']}{path}", headers=other)
        assert answer.status_code == 404, (method, path)


async def test_a_link_binds_one_chat_once_and_the_chat_may_leave(api: Api, admin: dict[str, str]) -> None:
    dealer = await add(api, admin)
    token = await link(api, admin, dealer)
    assert "Чат привязан: Север" in (await say(api, f"/start {token}"))["text"]
    assert "Чат привязан" in (await say(api, f"/start {token}"))["text"]
    (chat,) = (await shown(api, admin, dealer))["chats"]
    assert (chat["recipient"], chat["thread"], chat["title"], chat["lost"]) == ("5", None, "Анна К.", None)
    refused = await say(api, f"/start {token}", chat=6)
    assert refused["method"] == "sendMessage"
    assert refused["chat_id"] == "6"
    assert "Ссылка не подходит" in refused["text"]
    # Something said before the link was used arrives late, and says nothing of it.
    assert "не привязан" in (await say(api, "/stop", late=timedelta(minutes=1)))["text"]
    assert len((await shown(api, admin, dealer))["chats"]) == 1
    api.story.clock.advance(timedelta(seconds=5))
    assert "Уведомления отключены" in (await say(api, "/stop@skladsheets_bot"))["text"]
    assert (await shown(api, admin, dealer))["chats"] == []
    # The update that bound it, told again, brings nothing back.
    await say(api, f"/start {token}", late=timedelta(seconds=5))
    assert (await shown(api, admin, dealer))["chats"] == []


async def test_links_end_and_tokens_are_not_guessed(api: Api, admin: dict[str, str]) -> None:
    dealer = await add(api, admin)
    token = await link(api, admin, dealer)
    other = "A" * 22 + token[22:]
    for wrong in (token[:-1] + ("a" if token[-1] != "a" else "b"), other, "x", "ы" * 54, token + "x"):
        assert "Ссылка не подходит" in (await say(api, f"/start {wrong}"))["text"]
    api.story.clock.advance(timedelta(minutes=10))
    assert "Ссылка не подходит" in (await say(api, f"/start {token}"))["text"]
    assert not api.story.world.store.dealer_chats._rows
    stored = api.story.world.store.bind_links._rows
    assert token not in repr(list(stored.values()))


async def test_topics_are_chats_of_their_own_and_companies_share_a_group(api: Api, admin: dict[str, str]) -> None:
    other = await api.member(await api.story.party("vasilek"))
    mine, theirs = await add(api, admin), await add(api, other)
    await say(api, f"/start@skladsheets_bot {await link(api, admin, mine)}", chat=-100)
    await say(api, f"/start {await link(api, admin, mine)}", chat=-100, topic=7)
    await say(api, f"/start {await link(api, other, theirs)}", chat=-100)
    assert [one["thread"] for one in (await shown(api, admin, mine))["chats"]] == [None, 7]
    assert await say(api, "/stop@another_bot", chat=-100) == {}
    await say(api, "/stop", chat=-100)
    assert [one["thread"] for one in (await shown(api, admin, mine))["chats"]] == [7]
    assert (await shown(api, other, theirs))["chats"] == []
    (left,) = (await shown(api, admin, mine))["chats"]
    assert (await api.http.delete(f"{DEALERS}/{mine['id']}/chats/{left['id']}", headers=admin)).status_code == 204
    gone = await api.http.delete(f"{DEALERS}/{mine['id']}/chats/{left['id']}", headers=admin)
    check_problem(gone, 404, "dealers.chat_not_found")


async def test_a_group_that_moves_is_followed_and_a_bot_that_is_sent_away_is_told_once(
    api: Api, admin: dict[str, str]
) -> None:
    dealer = await add(api, admin)
    await say(api, f"/start {await link(api, admin, dealer)}", chat=-5)
    now = int(api.story.clock.now().timestamp())
    moved = {"message_id": 2, "date": now, "chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -1005}
    for _ in range(2):
        assert (await tell(api, {"message": moved})).json() == {}
    assert [one["recipient"] for one in (await shown(api, admin, dealer))["chats"]] == ["-1005"]
    await api.story.relay()
    kicked = {"date": now + 1, "chat": {"id": -1005}, "new_chat_member": {"status": "kicked"}}
    for _ in range(2):
        assert (await tell(api, {"my_chat_member": kicked})).status_code == 200
    assert [one["lost"] for one in (await shown(api, admin, dealer))["chats"]] == ["dealers.bot_removed"]
    told = [command_of(one) for one in await api.story.relay()]
    lost = [one for one in told if isinstance(one, TellLostChat)]
    assert len(lost) == 1
    assert (await api.story.world.application.execute(lost[0])).error == "dealers.bot_removed"
    api.story.clock.advance(timedelta(minutes=1))
    await say(api, f"/start {await link(api, admin, dealer)}", chat=-1005)
    assert [one["lost"] for one in (await shown(api, admin, dealer))["chats"]] == [None]
    assert (await api.story.world.application.execute(lost[0])).error is None
    # Told once more of what was before, nobody sends the bot away again.
    await tell(api, {"my_chat_member": kicked})
    assert [one["lost"] for one in (await shown(api, admin, dealer))["chats"]] == [None]


async def test_only_telegram_is_heard(api: Api, admin: dict[str, str]) -> None:
    check_problem(await tell(api, {}, secret="y" * 40), 401, "dealers.update_refused")
    check_problem(await api.http.post(TELEGRAM, json={}), 401, "dealers.update_refused")
    for body in (b"", b"[]", b'{"update_id": "x"}', b'{"update_id": 1, "message": {"text": 5}}'):
        answer = await api.http.post(TELEGRAM, content=body, headers={SECRET: KEY})
        assert (answer.status_code, answer.json()) == (200, {}), body
    for text in ("/start", "/help"):
        assert "SkladSheets" in (await say(api, text))["text"]
    for text in ("", "привет", "/unknown", "start"):
        assert await say(api, text) == {}
    api.app.state.bot = BotSettings()
    check_problem(await tell(api, {}), 409, "dealers.bot_not_configured")


async def test_only_telegram_knows_the_way_in() -> None:
    assert KEY not in repr(BotSettings(name="skladsheets_bot", secret=KEY))


async def test_a_plan_has_room_for_so_many_dealers(api: Api) -> None:
    party = await api.story.party("vasilek")
    who = await api.member(party)
    await api.story.app.execute(SetPlan(company_id=party.id, plan=PlanKey.FREE))
    plan = (await api.http.get("/api/v1/plan", headers=who)).json()
    assert (plan["limits"]["dealers"], plan["limits"]["noticesPerMonth"]) == (3, 100)
    made = [await add(api, who, name) for name in ("А", "Б", "В")]
    refused = await api.http.post(DEALERS, json={"name": "Г"}, headers=who)
    check_problem(refused, 402, "dealers.too_many_dealers")
    assert (await api.http.delete(f"{DEALERS}/{made[0]['id']}", headers=who)).status_code == 204
    await add(api, who, "Г")


async def test_a_dealer_says_how_often(api: Api, admin: dict[str, str]) -> None:
    made = await add(api, admin)
    assert made["rhythm"] == {"often": "at_once", "at": None, "quietAsOne": False}
    address = f"{DEALERS}/{made['id']}"
    daily = {"often": "daily", "at": "09:00:00", "quietAsOne": True}
    changed = await api.http.patch(address, json={"rhythm": daily}, headers=admin)
    assert changed.json()["rhythm"] == daily
    assert (await api.http.patch(address, json={"name": "Юг"}, headers=admin)).json()["rhythm"] == daily
    for wrong in ({"often": "daily"}, {"often": "hourly", "at": "09:00:00"}):
        answer = await api.http.patch(address, json={"rhythm": wrong}, headers=admin)
        check_problem(answer, 422, "dealers.rhythm_invalid")
    assert (await add(api, admin, "Запад", rhythm={"often": "hourly"}))["rhythm"]["often"] == "hourly"


async def test_a_dealer_has_a_language(api: Api, admin: dict[str, str]) -> None:
    made = await add(api, admin)
    assert made["language"] == "ru"
    address = f"{DEALERS}/{made['id']}"
    assert (await api.http.patch(address, json={"language": "en"}, headers=admin)).json()["language"] == "en"
    assert (await api.http.patch(address, json={"name": "Юг"}, headers=admin)).json()["language"] == "en"
    assert (await add(api, admin, "Запад", language="en"))["language"] == "en"
    wrong = await api.http.patch(address, json={"language": "de"}, headers=admin)
    assert wrong.status_code == 400
    assert "language" in wrong.text


async def test_the_bot_answers_in_the_language_of_the_dealer(api: Api, admin: dict[str, str]) -> None:
    dealer = await add(api, admin, language="en")
    token = await link(api, admin, dealer)
    # Whoever is told things in English is answered so, whatever their Telegram speaks.
    assert "The chat is bound: Север" in (await say(api, f"/start {token}", speaks="ru"))["text"]
    assert "The link" in (await say(api, f"/start {token}", chat=6, speaks="ru"))["text"]
    assert "This is the bot of SkladSheets" in (await say(api, "/start", speaks="ru"))["text"]
    api.story.clock.advance(timedelta(seconds=5))
    assert "Уведомления" not in (await say(api, "/stop", speaks="ru"))["text"]
    # Nobody is told anything there any more: the person's own language counts, and without one it is Russian.
    assert "не привязан" in (await say(api, "/stop", speaks="ru"))["text"]
    assert "не привязан" in (await say(api, "/stop"))["text"]
    assert "не привязан" not in (await say(api, "/stop", speaks="en-GB"))["text"]


async def test_a_chat_of_dealers_of_both_languages_is_answered_as_its_people_speak(
    api: Api, admin: dict[str, str]
) -> None:
    for name, own in (("Север", "ru"), ("North", "en")):
        await say(api, f"/start {await link(api, admin, await add(api, admin, name, language=own))}", chat=-100)
    russian = (await say(api, "/help", chat=-100, speaks="ru"))["text"]
    english = (await say(api, "/help", chat=-100, speaks="en"))["text"]
    assert russian != english
    assert (await say(api, "/help", chat=-100))["text"] == russian
