"""What MoySklad's two public demo apps are called with, and how they answer: the same calls come to the same here
(moysklad/python-demo-app, moysklad/php-dummyapp-marketplace-1.0).

Where they differ from each other, what the Vendor API's documentation says holds: a deactivation is answered with any
2xx (theirs are 200 and 204), and an account that does not have the app with 404 (theirs is 204).
"""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.harness.stories import APP_ID
from tests.integration.rest.conftest import Api, check_problem

RESOURCE = "https://api.moysklad.ru/api/remap/1.2"
BOUGHT = {
    "tariffId": "5f3c5489-6a17-48b7-9fe5-b2000eb807fe",
    "tariffName": "Базовый",
    "trial": False,
    "notForResale": False,
    "partner": False,
    "expiryMoment": "2030-01-01 00:00:00.000",
}
Call = tuple[str, dict[str, Any] | None, frozenset[int], str | None]
"""The method, the body, statuses that MoySklad takes for the same, and the status of the installation in the answer."""


def activation(cause: str, token: str | None = None) -> dict[str, Any]:
    access: dict[str, Any] = {"resource": RESOURCE, "scope": ["admin"], "permissions": {"viewDashboard": {}}}
    told = {"appUid": "skladsheets.vendor", "accountName": "demo", "cause": cause, "subscription": BOUGHT}
    return {**told, "additional": {}, **({} if token is None else {"access": [{**access, "access_token": token}]})}


def put(cause: str, token: str | None = None) -> Call:
    return "PUT", activation(cause, token), frozenset({200}), "SettingsRequired"


def gone(cause: str) -> Call:
    body = {"appUid": "skladsheets.vendor", "accountName": "demo", "cause": cause}
    return "DELETE", body, frozenset({200, 204}), None


def told(status: str) -> Call:
    return "GET", None, frozenset({200}), status


ABSENT: Call = ("GET", None, frozenset({404}), None)
LIVES: dict[str, list[Call]] = {
    "installed and asked": [ABSENT, put("Install", "t1"), told("SettingsRequired")],
    "installed twice": [put("Install", "t1"), put("Install", "t1"), told("SettingsRequired")],
    "renewed without a token": [put("Install", "t1"), put("TariffChanged"), put("Autoprolongation")],
    "suspended and resumed": [
        put("Install", "t1"),
        gone("Suspend"),
        told("Suspended"),
        put("Resume", "t2"),
        told("SettingsRequired"),
    ],
    "suspended twice": [put("Install", "t1"), gone("Suspend"), gone("Suspend"), told("Suspended")],
    "removed, and removed again": [put("Install", "t1"), gone("Uninstall"), gone("Uninstall"), ABSENT],
    "never there, and removed": [gone("Uninstall"), gone("Suspend"), ABSENT],
    "removed while suspended": [put("Install", "t1"), gone("Suspend"), gone("Uninstall"), ABSENT],
    "back again": [put("Install", "t1"), gone("Uninstall"), put("Install", "t2"), told("SettingsRequired")],
}


def signed(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.story.signature()}"}


async def call(api: Api, path: str, made: Call, headers: dict[str, str]) -> None:
    method, body, statuses, status = made
    answer = await api.http.request(method, path, json=body, headers=headers)
    assert answer.status_code in statuses, f"{method} {body}: {answer.status_code} {answer.text}"
    if status is not None:
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.json() == {"status": status}, f"{method} {body}"
    elif answer.status_code == 204:
        assert answer.content == b""


@pytest.mark.parametrize("life", LIVES)
async def test_an_installation_goes_the_same_way(api: Api, life: str) -> None:
    path = f"/api/moysklad/vendor/1.0/apps/{APP_ID}/{uuid4()}"
    for made in LIVES[life]:
        await call(api, path, made, signed(api))
    assert api.unforeseen == []


@pytest.mark.parametrize("again", [put("Install", "t1"), gone("Uninstall"), gone("Suspend"), told("SettingsRequired")])
async def test_a_signature_that_comes_again_opens_nothing(api: Api, again: Call) -> None:
    path = f"/api/moysklad/vendor/1.0/apps/{APP_ID}/{uuid4()}"
    headers = signed(api)
    await call(api, path, put("Install", "t1"), headers)
    method, body, _, _ = again
    answer = await api.http.request(method, path, json=body, headers=headers)
    check_problem(answer, 401, "tenants.vendor_signature_invalid")
    await call(api, path, told("SettingsRequired"), signed(api))


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": ""}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer a.b.c"}]
)
async def test_what_is_not_signed_is_refused_before_it_is_read(api: Api, header: dict[str, str]) -> None:
    path = f"/api/moysklad/vendor/1.0/apps/{APP_ID}/{uuid4()}"
    for method, body, _, _ in (put("Install", "t1"), gone("Uninstall"), told("Activated")):
        assert (await api.http.request(method, path, json=body, headers=header)).status_code == 401
    await call(api, path, ABSENT, signed(api))


@pytest.mark.parametrize("cause", ["Whim", ""])
async def test_a_cause_that_is_none_changes_nothing(api: Api, cause: str) -> None:
    """An activation for a reason that is not known is taken for one all the same, as the PHP app does."""
    path = f"/api/moysklad/vendor/1.0/apps/{APP_ID}/{uuid4()}"
    await call(api, path, put("Install", "t1"), signed(api))
    await call(api, path, put(cause), signed(api))
    answer = await api.http.request("DELETE", path, json={"cause": cause}, headers=signed(api))
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    await call(api, path, told("SettingsRequired"), signed(api))


async def test_a_context_is_loaded_once(api: Api) -> None:
    party = await api.story.install("romashka")
    api.story.world.context_keys.let_in("context-key", party.visitor())
    answers = [await api.http.post("/api/v1/sessions", json={"contextKey": "context-key"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 401]
