"""MoySklad delivers. It believes nothing but 204, and asks four times within seconds."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from adapters.memory.webhooks import MemoryDeliveries
from application.webhooks.commands.interpret_deliveries import InterpretDeliveries
from application.webhooks.ports import Deliveries
from entrypoints.rest.webhooks import intake
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

BASE = "https://skladsheets.test/webhooks/moysklad/"


async def address(party: Party) -> str:
    """The path that the company's registered webhooks call."""
    await party.create(on_change=True)
    await party.story.work()
    (url,) = {one.url for one in party.world.registered.account(party.token).webhooks.values()}
    assert url.startswith(BASE)
    assert len(url.removeprefix(BASE)) >= 43
    return "/webhooks/moysklad/" + url.removeprefix(BASE)


def event(party: Party, *, kind: str = "customerorder", action: str = "UPDATE", **fields: Any) -> dict[str, Any]:
    href = f"https://api.moysklad.ru/api/remap/1.2/entity/{kind}/{uuid4()}"
    return {"meta": {"type": kind, "href": href}, "action": action, "accountId": str(party.account_id), **fields}


def body(*events: dict[str, Any]) -> dict[str, Any]:
    audit = {"meta": {"type": "audit", "href": "https://x"}, "moment": "2021-07-21 15:51:16", "uid": "test@test"}
    return {"auditContext": audit, "events": list(events), "somethingNew": 1}


async def deliver(api: Api, path: str, told: Any, request_id: str | None = None) -> httpx.Response:
    params = {"requestId": request_id or str(uuid4())}
    return await api.http.post(path, json=told, params=params)


async def today(api: Api, headers: dict[str, str]) -> dict[str, int]:
    await api.story.app.execute(InterpretDeliveries())
    told: dict[str, int] = (await api.http.get("/api/v1/webhooks", headers=headers)).json()["today"]
    return told


async def test_a_delivery_is_taken_and_counted(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    path = await address(romashka)
    answer = await deliver(api, path, body(event(romashka), event(romashka, kind="demand")))
    assert (answer.status_code, answer.content) == (204, b"")
    again = await deliver(api, path, body(event(romashka)))
    assert len(again.headers.get_list("x-request-id")) == 1
    told = await today(api, admin)
    assert (told["deliveries"], told["events"], told["ignored"]) == (2, 3, 1)


async def test_repetitions_are_taken_once(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    path, told, request_id = await address(romashka), body(event(romashka)), str(uuid4())
    answers = await asyncio.gather(*(deliver(api, path, told, request_id) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {204}
    for _ in range(2):  # without a requestId the body tells
        assert (await api.http.post(path, json=body(event(romashka, action="CREATE")))).status_code == 204
    same = json.dumps(body(event(romashka))).encode()
    for _ in range(3):
        assert (await api.http.post(path, content=same)).status_code == 204
    counted = await today(api, admin)
    assert (counted["deliveries"], counted["repeated"]) == (4, 5)


async def test_an_address_that_nobody_has(api: Api, romashka: Party) -> None:
    path = await address(romashka)
    for wrong in (path[:-1], path + "x", "/webhooks/moysklad/" + "a" * 43, "/webhooks/moysklad", path + "/more"):
        problem = check_problem(await deliver(api, wrong, body(event(romashka))), 404, "not_found")
        assert path.rsplit("/", 1)[-1] not in json.dumps(problem)
    for method in ("GET", "PUT", "DELETE"):
        check_problem(await api.http.request(method, path), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"<html>",
        b"{}",
        b'{"events": 5}',
        b'{"events": [5]}',
        b'{"events": [{"meta": {"type": "demand"}, "action": "UPDATE", "accountId": "x"}]}',
        b'{"events": [{"meta": {"type": "demand", "href": "x"}, "action": "UPDATE"}]}',
        b'{"accountId": "x"}',
        b'{"reportType": "all"}',
        b"[" * 100_000,
    ],
)
async def test_bodies_of_no_known_form(api: Api, romashka: Party, admin: dict[str, str], wrong: bytes) -> None:
    path = await address(romashka)
    check_problem(await api.http.post(path, content=wrong), 422, "webhooks.delivery_malformed")
    check_problem(await api.http.post(path[:-2], content=wrong), 404, "not_found")
    counted = await today(api, admin)
    assert (counted["deliveries"], counted["malformed"]) == (0, 1)


async def test_odd_events_come_to_nothing_and_do_no_harm(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    path = await address(romashka)
    odd = [
        {**event(romashka), "accountId": str(uuid4())},
        event(romashka, kind="rocket"),
        event(romashka, action="EXPLODE"),
        {**event(romashka), "meta": {"type": "customerorder", "href": "https://evil/entity/customerorder/not-an-id"}},
        {**event(romashka), "meta": {"type": "customerorder", "href": f"https://x/entity/demand/{uuid4()}"}},
        {**event(romashka), "meta": {"type": "customerorder", "href": ""}},
    ]
    assert (await deliver(api, path, body(*odd))).status_code == 204
    assert (await deliver(api, path, body())).status_code == 204
    stock = {"accountId": str(romashka.account_id), "stockType": "stock", "reportType": "all", "reportUrl": "x"}
    assert (await deliver(api, path, stock)).status_code == 204
    assert (await deliver(api, path, {**stock, "accountId": str(uuid4())})).status_code == 204
    counted = await today(api, admin)
    assert (counted["foreign"], counted["ignored"]) == (2, 6)
    assert api.story.world.store.change_marks._rows == {}


async def test_large_bodies(api: Api, romashka: Party) -> None:
    path = await address(romashka)
    thousand = body(*(event(romashka) for _ in range(1000)))
    assert (await deliver(api, path, thousand)).status_code == 204
    huge = b'{"events": [' + b" " * 1_000_000 + b"]}"
    check_problem(await api.http.post(path, content=huge), 413, "request_too_large")

    async def pieces() -> Any:
        for _ in range(3):
            yield b" " * 400_000

    check_problem(await api.http.post(path, content=pieces()), 413, "request_too_large")


async def test_nothing_is_acknowledged_that_could_not_be_stored(
    api: Api, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await address(romashka)
    deliveries = await api.story.world.container.get(Deliveries)
    assert isinstance(deliveries, MemoryDeliveries)

    async def lost(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr(deliveries, "keep", lost)
        answer = await deliver(api, path, body(event(romashka)))
        check_problem(answer, 503, "webhooks.unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    assert {type(error) for error in api.unforeseen} == {ConnectionRefusedError}
    api.unforeseen.clear()
    assert (await deliver(api, path, body(event(romashka)))).status_code == 204


async def test_whoever_waits_too_long_is_sent_away(api: Api, romashka: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await address(romashka)
    deliveries = await api.story.world.container.get(Deliveries)
    keep = deliveries.keep

    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(0.3)
        return await keep(*arguments)

    monkeypatch.setattr(deliveries, "keep", slow)
    monkeypatch.setattr(intake, "PATIENCE_SECONDS", 0.05)
    request_id = str(uuid4())
    answer = await deliver(api, path, body(event(romashka)), request_id)
    check_problem(answer, 503, "webhooks.unavailable")
    await asyncio.sleep(0.4)
    monkeypatch.undo()
    assert (await deliver(api, path, body(event(romashka)), request_id)).status_code == 204
    assert len(api.story.world.store.webhook_deliveries._rows) == 1


async def test_too_many_at_once_are_sent_away(api: Api, romashka: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await address(romashka)
    monkeypatch.setattr(intake, "MOST_WAITING", 3)
    answers = await asyncio.gather(*(deliver(api, path, body(event(romashka))) for _ in range(12)))
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) == {204, 503}
    assert statuses.count(204) == len(api.story.world.store.webhook_deliveries._rows)


async def test_the_address_is_never_told(
    api: Api, romashka: Party, admin: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = await address(romashka)
    token = path.rsplit("/", 1)[-1]
    await deliver(api, path, body(event(romashka)))
    await deliver(api, path, {"wrong": 1})
    await deliver(api, path + "/x", {})
    told = (await api.http.get("/api/v1/webhooks", headers=admin)).text
    printed = capsys.readouterr()
    assert token not in told
    assert token not in printed.out + printed.err
    assert "/webhooks/moysklad/{token}" in printed.out + printed.err


async def test_how_webhooks_stand(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    before = (await api.http.get("/api/v1/webhooks", headers=admin)).json()
    assert (before["allowed"], before["registrations"], before["exports"]) == (None, [], [])
    assert set(before["today"].values()) == {0}
    await deliver(api, await address(romashka), body(event(romashka)))
    await api.story.app.execute(InterpretDeliveries())
    after = (await api.http.get("/api/v1/webhooks", headers=admin)).json()
    assert (after["allowed"], after["problem"], len(after["exports"])) == (True, None, 1)
    assert [(one["name"], one["action"], one["state"]) for one in after["registrations"]] == [
        ("customerorder", action, "registered") for action in ("CREATE", "DELETE", "UPDATE")
    ]
    assert after["lastDeliveryAt"] is not None
    assert after["lookAgainAt"] > after["lookedAt"]
    check_problem(await api.http.get("/api/v1/webhooks"), 401, "tenants.access_token_invalid")


async def test_an_export_of_whose_changes_nobody_tells(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    new = {"name": "Прибыль", "exporter": "profit.byproduct", "onChange": True}
    answer = await api.http.post("/api/v1/export-configs", json=new, headers=admin)
    check_problem(answer, 422, "exports.changes_untold")
