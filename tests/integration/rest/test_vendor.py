"""MoySklad calls us. It takes any 4xx for final, so none is given where a repetition could help."""

from typing import Any
from uuid import uuid4

import pytest

from domain.shared.errors import VendorFailed
from tests.integration.harness.stories import APP_ID
from tests.integration.rest.conftest import Api, check_problem

ACCOUNT = uuid4()
PATH = f"/api/moysklad/vendor/1.0/apps/{APP_ID}/{ACCOUNT}"
ACTIVATION: dict[str, Any] = {
    "appUid": "skladsheets.vendor",
    "accountName": "romashka",
    "cause": "Install",
    "access": [
        {
            "resource": "https://api.moysklad.ru/api/remap/1.2",
            "scope": ["admin"],
            "access_token": "token-of-romashka",
        }
    ],
    "subscription": {"tariffName": "Базовый", "trial": True},
    "somethingNew": 1,
}


def signed(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.story.signature()}"}


async def test_the_life_of_an_installation(api: Api) -> None:
    check_problem(await api.http.get(PATH, headers=signed(api)), 404, "tenants.company_not_found")
    for _ in range(2):
        answer = await api.http.put(PATH, json=ACTIVATION, headers=signed(api))
        assert (answer.status_code, answer.json()) == (200, {"status": "SettingsRequired"})
    for cause, status in (("TariffChanged", 200), ("Autoprolongation", 200)):
        renewed = {**ACTIVATION, "cause": cause, "access": [{"resource": ACTIVATION["access"][0]["resource"]}]}
        assert (await api.http.put(PATH, json=renewed, headers=signed(api))).status_code == status
    assert (await api.http.get(PATH, headers=signed(api))).json() == {"status": "SettingsRequired"}
    suspended = await api.http.request(
        "DELETE", PATH, json={"cause": "Suspend", "accountName": "romashka"}, headers=signed(api)
    )
    assert suspended.status_code == 204
    assert (await api.http.get(PATH, headers=signed(api))).json() == {"status": "Suspended"}
    resumed = await api.http.put(PATH, json={**ACTIVATION, "cause": "Resume"}, headers=signed(api))
    assert resumed.json() == {"status": "SettingsRequired"}
    assert (await api.http.delete(PATH, headers=signed(api))).status_code == 204
    check_problem(await api.http.get(PATH, headers=signed(api)), 404, "tenants.company_not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_signatures(api: Api, method: str) -> None:
    body = ACTIVATION if method == "PUT" else None
    await api.http.put(PATH, json=ACTIVATION, headers=signed(api))
    once = signed(api)
    assert (await api.http.request(method, PATH, json=body, headers=once)).status_code in {200, 204}
    for headers, code in (
        (once, "tenants.vendor_signature_invalid"),
        ({"Authorization": "Bearer forged"}, "tenants.vendor_signature_invalid"),
        ({"Authorization": "Bearer "}, "tenants.vendor_signature_invalid"),
        ({}, "tenants.access_token_invalid"),
    ):
        check_problem(await api.http.request(method, PATH, json=body, headers=headers), 401, code)
    other_app = PATH.replace(str(APP_ID), str(uuid4()))
    answer = await api.http.request(method, other_app, json=body, headers=signed(api))
    check_problem(answer, 401, "tenants.vendor_signature_invalid")


async def test_an_installation_without_a_token(api: Api) -> None:
    for access in ([], [{"resource": "https://api.moysklad.ru/api/remap/1.2"}], [{"resource": "elsewhere"}]):
        answer = await api.http.put(PATH, json={**ACTIVATION, "access": access}, headers=signed(api))
        check_problem(answer, 422, "tenants.activation_invalid")
    check_problem(await api.http.get(PATH, headers=signed(api)), 404, "tenants.company_not_found")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"cause":5}', b"\xff", b"<html>", b'"Suspend"'])
async def test_malformed_bodies(api: Api, body: bytes) -> None:
    await api.http.put(PATH, json=ACTIVATION, headers=signed(api))
    json_type = {"Content-Type": "application/json"}
    answer = await api.http.put(PATH, content=body, headers={**signed(api), **json_type})
    check_problem(answer, 400, "request_invalid")
    answer = await api.http.request("DELETE", PATH, content=body, headers={**signed(api), **json_type})
    if body:
        check_problem(answer, 400, "request_invalid")
        assert (await api.http.get(PATH, headers=signed(api))).json() == {"status": "SettingsRequired"}
    else:
        assert answer.status_code == 204


async def test_an_account_without_the_app_may_leave(api: Api) -> None:
    for cause in ("Uninstall", "Suspend"):
        assert (await api.http.request("DELETE", PATH, json={"cause": cause}, headers=signed(api))).status_code == 204
    check_problem(await api.http.get(PATH, headers=signed(api)), 404, "tenants.company_not_found")
    wrong = await api.http.request("DELETE", PATH, json={"cause": "Whim"}, headers=signed(api))
    check_problem(wrong, 422, "tenants.deactivation_invalid")


async def test_addresses_that_are_none(api: Api) -> None:
    for path in (PATH[:-5], PATH + "/more", PATH.replace(str(APP_ID), "app")):
        check_problem(await api.http.get(path, headers=signed(api)), 404, "not_found")


async def test_moysklad_in_trouble_does_not_use_up_a_context_key(api: Api) -> None:
    party = await api.story.install("romashka")
    api.story.world.context_keys.let_in("key", party.visitor())
    api.story.world.context_keys.failures.plan("exchange", VendorFailed(vendor="moysklad"))
    check_problem(await api.http.post("/api/v1/sessions", json={"contextKey": "key"}), 502, "vendors.failed")
    assert (await api.http.post("/api/v1/sessions", json={"contextKey": "key"})).status_code == 201
