"""The ledger of notices over REST."""

from uuid import uuid4

from domain.dealers.notices import ChatLost
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.stories.test_notices import notice, queue


async def test_the_ledger_says_what_became_of_each_and_why(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    from adapters.memory.notices import MemoryMessenger
    from application.dealers.notice_ports import Messenger

    messenger = await api.story.world.container.get(Messenger)
    assert isinstance(messenger, MemoryMessenger)
    await queue(romashka, notice(romashka, "a"), notice(romashka, "b"))
    messenger.refusals = [None, ChatLost()]
    await romashka.story.work()
    page = (await api.http.get("/api/v1/notices", headers=admin)).json()
    blocked, sent = page["items"]
    assert (sent["state"], sent["messageId"], sent["reason"]) == ("sent", "1", None)
    assert (blocked["state"], blocked["reason"]["code"]) == ("blocked", "dealers.chat_lost")
    assert "Попросите дилера" in str(blocked["reason"])
    first = (await api.http.get("/api/v1/notices", params={"limit": 1}, headers=admin)).json()
    rest = (await api.http.get("/api/v1/notices", params={"cursor": first["nextCursor"]}, headers=admin)).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [blocked["id"], sent["id"]]
    only = (await api.http.get("/api/v1/notices", params={"state": "sent"}, headers=admin)).json()
    assert [one["id"] for one in only["items"]] == [sent["id"]]
    one = (await api.http.get(f"/api/v1/notices/{sent['id']}", headers=admin)).json()
    assert one == sent
    again = await api.http.post(f"/api/v1/notices/{blocked['id']}/resend", headers=admin)
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    refused = await api.http.post(f"/api/v1/notices/{sent['id']}/resend", headers=admin)
    check_problem(refused, 409, "dealers.notice_not_resendable")


async def test_bad_questions_and_strangers(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await queue(romashka, notice(romashka, "a"))
    (mine,) = (await api.http.get("/api/v1/notices", headers=admin)).json()["items"]
    check_problem(
        await api.http.get("/api/v1/notices", params={"state": "lost"}, headers=admin),
        422,
        "dealers.notice_state_unknown",
    )
    check_problem(await api.http.get(f"/api/v1/notices/{uuid4()}", headers=admin), 404, "dealers.notice_not_found")
    stranger = await api.member(await api.story.party("vasilek"))
    assert (await api.http.get("/api/v1/notices", headers=stranger)).json()["items"] == []
    check_problem(
        await api.http.get(f"/api/v1/notices/{mine['id']}", headers=stranger), 404, "dealers.notice_not_found"
    )
    viewer = await api.member(romashka, administrator=False)
    assert (await api.http.get("/api/v1/notices", headers=viewer)).status_code == 200
    refused = await api.http.post(f"/api/v1/notices/{mine['id']}/resend", headers=viewer)
    check_problem(refused, 403, "tenants.permission_missing")
