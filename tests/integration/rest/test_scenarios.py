"""Scenarios of MoySklad's call us, and call again for a day."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.harness.stories import APP_ID, Party
from tests.integration.harness.telling import Teller, order_id
from tests.integration.rest.conftest import Api, check_problem


def path(party: Party) -> str:
    return f"/api/moysklad/vendor/1.0/apps/{APP_ID}/{party.account_id}/scenario"


def call(action: str = "update_exports", object_id: str | None = None, kind: str = "CustomerOrder") -> dict[str, Any]:
    return {
        "actionName": action,
        "actionType": "CHANGE_STATUS",
        "objectId": object_id or order_id(1),
        "objectType": kind,
        "somethingNew": 1,
    }


def signed(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.story.signature()}", "X_Lognex_RequestId": str(uuid4())}


async def ready(party: Party, **fields: Any) -> Any:
    party.order(order_id(1))
    config = await party.create(**fields)
    await party.story.work()
    await party.run(config)
    return config


@pytest.mark.parametrize("action", ["update_exports", "export_customerorder", "Заказы на сегодня"])
@pytest.mark.parametrize("follows", [False, True])
async def test_an_action_reads_its_object(api: Api, romashka: Party, action: str, follows: bool) -> None:
    config = await ready(romashka, on_change=follows)
    romashka.order(order_id(1), name="статус сменился")
    for _ in range(3):  # it does not hear our answer, and asks again
        answer = await api.http.post(path(romashka), json=call(action), headers=signed(api))
        assert (answer.status_code, answer.content) == (204, b"")
    assert await Teller(romashka).follow() == 1
    await romashka.check_sheet(config)
    task = (await romashka.tasks())[0]
    assert (task.trigger, task.counts.read) == ("scenario", 1)
    assert await Teller(romashka).follow() == 0


@pytest.mark.parametrize(
    "told", [call("нет такой выгрузки"), call(kind="Supply"), call("export_supply")], ids=["name", "type", "kind"]
)
async def test_why_it_cannot_is_told_in_moyskladswords(api: Api, romashka: Party, told: dict[str, Any]) -> None:
    await ready(romashka)
    answer = await api.http.post(path(romashka), json=told, headers=signed(api))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert set(error) == {"code", "errorMessage"}
    assert "выгрузка" in error["errorMessage"]
    assert "{" not in error["errorMessage"]


async def test_who_may_call(api: Api, romashka: Party) -> None:
    await ready(romashka)
    once = signed(api)
    assert (await api.http.post(path(romashka), json=call(), headers=once)).status_code == 204
    for headers, code in (
        (once, "tenants.vendor_signature_invalid"),
        ({"Authorization": "Bearer forged"}, "tenants.vendor_signature_invalid"),
        ({}, "tenants.access_token_invalid"),
    ):
        check_problem(await api.http.post(path(romashka), json=call(), headers=headers), 401, code)
    stranger = path(romashka).replace(str(romashka.account_id), str(uuid4()))
    answer = await api.http.post(stranger, json=call(), headers=signed(api))
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"actionName": 5}', b'{"actionName": "x", "objectId": "y"}'])
async def test_malformed_calls(api: Api, romashka: Party, body: bytes) -> None:
    answer = await api.http.post(
        path(romashka), content=body, headers={**signed(api), "Content-Type": "application/json"}
    )
    check_problem(answer, 400, "request_invalid")
