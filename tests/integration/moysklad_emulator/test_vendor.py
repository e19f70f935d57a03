"""The Vendor API in both directions (reference 6.2–6.6)."""

import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio
from aiohttp import web

from tests.integration.harness import once

from .conftest import Customer, Emulator, code


class Vendor:
    """A vendor's server that remembers calls and answers what it is told to."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answers: list[tuple[int, Any]] = []
        self.base_url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(
            {"method": request.method, "path": request.path, "headers": dict(request.headers), "body": body}
        )
        status, shown = self.answers.pop(0) if self.answers else (200, {"status": "SettingsRequired"})
        return web.json_response(shown, status=status) if shown is not None else web.Response(status=status)


@pytest_asyncio.fixture
async def vendor() -> AsyncIterator[Vendor]:
    vendor = Vendor()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", vendor.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    vendor.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield vendor
    await runner.cleanup()


@pytest.fixture
def customer(emulator: Emulator, vendor: Vendor) -> Customer:
    emulator.post("/settings", {"retryEverySeconds": 0.1, "retryForSeconds": 0.35})
    customer = emulator.account()
    customer.app = emulator.app(endpointBase=vendor.base_url)
    return customer


async def act(customer: Customer, what: str, **body: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=30) as client:
        address = f"{customer.emulator.base_url}/_control{customer.path}/{what}"
        answer = await client.post(address, json={"appId": customer.app["appId"], **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def vendor_url(customer: Customer, path: str) -> str:
    return f"{customer.emulator.base_url}/api/vendor/1.0{path}"


def signed(app: dict[str, Any], **changes: Any) -> dict[str, str]:
    claims = {"sub": app["appUid"], "iat": int(time.time()), "jti": uuid.uuid4().hex, **changes}
    token = jwt.encode({key: one for key, one in claims.items() if one is not None}, app["secretKey"], "HS256")
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}


async def test_install_gives_a_working_token(customer: Customer, vendor: Vendor) -> None:
    done = await act(customer, "install")
    assert (done["httpStatus"], done["status"], done["body"]) == (
        200,
        "SettingsRequired",
        {"status": "SettingsRequired"},
    )
    call = vendor.calls[0]
    assert call["method"] == "PUT"
    account_id = customer.account["accountId"]
    assert call["path"] == f"/api/moysklad/vendor/1.0/apps/{customer.app['appId']}/{account_id}"
    body = call["body"]
    assert (body["appUid"], body["cause"]) == (customer.app["appUid"], "Install")
    assert body["accountName"] == customer.account["accountName"]
    assert set(body["access"][0]) == {"resource", "scope", "access_token"}
    assert set(body["subscription"]) == {
        "tariffId",
        "trial",
        "tariffName",
        "expiryMoment",
        "notForResale",
        "partner",
    }
    assert call["headers"]["X_Lognex_RequestId"]
    token = call["headers"]["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, customer.app["secretKey"], algorithms=["HS256"])
    assert {"iat", "exp", "jti"} == set(claims)
    customer.token = body["access"][0]["access_token"]
    assert customer.api.get("/entity/organization").status_code == 200


async def test_temporary_failures_are_retried_with_the_same_request_id(customer: Customer, vendor: Vendor) -> None:
    vendor.answers = [(500, {}), (503, None), (200, {"status": "Activated"})]
    done = await act(customer, "install")
    assert (done["status"], done["attempts"]) == ("Activated", 3)
    assert len({call["headers"]["X_Lognex_RequestId"] for call in vendor.calls}) == 1
    assert len({call["headers"]["Authorization"] for call in vendor.calls}) == 3


@pytest.mark.parametrize("status", [400, 404, 551])
async def test_final_refusals_kill_the_token(customer: Customer, vendor: Vendor, status: int) -> None:
    vendor.answers = [(status, {"error": "no"})]
    done = await act(customer, "install")
    assert (done["status"], done["attempts"], done["token"]) == ("ActivationFailed", 1, None)
    customer.token = vendor.calls[0]["body"]["access"][0]["access_token"]
    assert customer.api.get("/entity/store").status_code == 401


async def test_endless_failures_end_the_activation(customer: Customer, vendor: Vendor) -> None:
    vendor.answers = [(500, None)] * 20
    done = await act(customer, "install")
    assert done["status"] == "ActivationFailed"
    assert 2 <= done["attempts"] <= 5


async def test_suspend_resume_uninstall(customer: Customer, vendor: Vendor) -> None:
    first = (await act(customer, "install"))["token"]
    assert (await act(customer, "suspend"))["status"] == "Suspended"
    assert vendor.calls[-1]["method"] == "DELETE"
    assert vendor.calls[-1]["body"]["cause"] == "Suspend"
    customer.token = first
    assert customer.api.get("/entity/store").status_code == 401
    second = await act(customer, "resume")
    assert second["token"] != first
    assert vendor.calls[-1]["body"]["cause"] == "Resume"
    await act(customer, "tariff", tariffName="Pro")
    assert "access" not in vendor.calls[-1]["body"]
    assert vendor.calls[-1]["body"]["subscription"]["tariffName"] == "Pro"
    vendor.answers = [(204, None)]
    assert (await act(customer, "uninstall"))["status"] == "Uninstalled"
    assert vendor.calls[-1]["body"]["cause"] == "Uninstall"


async def test_status_can_be_read_and_moved(customer: Customer, vendor: Vendor) -> None:
    address = vendor_url(customer, f"/apps/{customer.app['appId']}/{customer.account['accountId']}/status")
    missing = once.get(address, headers=signed(customer.app))
    assert (missing.status_code, code(missing)) == (404, 2004)
    await act(customer, "install")
    body = once.get(address, headers=signed(customer.app)).json()
    assert (body["status"], body["cause"]) == ("SettingsRequired", "Install")
    assert "access_token" not in body["access"][0]
    moved = once.put(address, headers=signed(customer.app), json={"status": "Activated"})
    assert (moved.status_code, moved.json()["status"]) == (200, "Activated")
    assert once.put(address, headers=signed(customer.app), json={"status": "Activating"}).status_code == 409


async def test_context_key_tells_who_opened_the_page(customer: Customer, emulator: Emulator) -> None:
    key = customer.post("/context-keys", {"appId": customer.app["appId"]})["contextKey"]
    body = once.post(vendor_url(customer, f"/context/{key}"), headers=signed(customer.app)).json()
    assert body["accountId"] == customer.account["accountId"]
    assert body["uid"] == customer.account["login"]
    assert body["permissions"]["admin"] == {"view": "ALL"}
    key = customer.post("/context-keys", {"appId": customer.app["appId"], "admin": False})["contextKey"]
    body = once.post(vendor_url(customer, f"/context/{key}"), headers=signed(customer.app)).json()
    assert "admin" not in body["permissions"]
    other = emulator.app()
    assert once.post(vendor_url(customer, f"/context/{key}"), headers=signed(other)).status_code == 403
    assert once.post(vendor_url(customer, "/context/none"), headers=signed(customer.app)).status_code == 404
    emulator.post("/settings", {"clockOffsetSeconds": 301})
    late = signed(customer.app, iat=int(time.time()) + 301)
    assert once.post(vendor_url(customer, f"/context/{key}"), headers=late).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"jti": None}, {"iat": None}, {"sub": "nobody"}, {"iat": int(time.time()) - 400}, {"exp": int(time.time()) - 5}],
)
async def test_bad_tokens_are_refused(customer: Customer, changes: dict[str, Any]) -> None:
    answer = once.post(vendor_url(customer, "/context/any"), headers=signed(customer.app, **changes))
    assert answer.status_code == 401


async def test_tokens_are_single_use_and_signed(customer: Customer) -> None:
    headers = signed(customer.app)
    assert once.post(vendor_url(customer, "/context/any"), headers=headers).status_code == 404
    assert once.post(vendor_url(customer, "/context/any"), headers=headers).status_code == 401
    forged = signed({**customer.app, "secretKey": "x" * 40})
    assert once.post(vendor_url(customer, "/context/any"), headers=forged).status_code == 401
    plain = {**signed(customer.app), "Accept-Encoding": "identity"}
    assert once.post(vendor_url(customer, "/context/any"), headers=plain).status_code == 415
