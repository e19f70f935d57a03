"""Signatures and context keys."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.owners import MoySkladTokenOwners
from adapters.moysklad.vendor_api import (
    MoySkladContextKeys,
    MoySkladInstallations,
    MoySkladVendorSignatures,
    VendorApp,
)
from domain.connections.installation import ToldInstallation, VendorStatus
from domain.connections.moysklad import MoySkladDisconnected
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed
from domain.tenants.sign_on import ContextKeyInvalid, VendorSignatureInvalid
from domain.tenants.subscription import Subscription
from tests.integration.moysklad.wire import Wire

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, 21, tzinfo=UTC)
SECRET = "s" * 64
APP_ID = uuid4()
OURS = MoySkladVendorSignatures({APP_ID: VendorApp("sklad.vendor", SECRET)})


def signed(secret: str = SECRET, algorithm: str = "HS256", drop: str = "", **claims: Any) -> str:
    issued = int(NOW.timestamp())
    full = {"iat": issued, "exp": issued + 300, "jti": "6S3BQLsaSRNdEnhPCoW9lplY2LozRUOq"} | claims
    full.pop(drop, None)
    return jwt.encode(full, secret, algorithm=algorithm)


def test_a_good_signature() -> None:
    stamp = OURS.read(signed(), APP_ID, NOW)
    assert stamp.jti == "6S3BQLsaSRNdEnhPCoW9lplY2LozRUOq"
    assert stamp.issued_at == NOW
    assert stamp.expires_at >= NOW + timedelta(seconds=300)
    OURS.read(signed(iat=int(NOW.timestamp()) + 20), APP_ID, NOW)
    OURS.read(signed(exp=int(NOW.timestamp()) - 20), APP_ID, NOW)
    OURS.read(signed(nbf=int(NOW.timestamp()) + 20), APP_ID, NOW)


@pytest.mark.parametrize(
    "token",
    [
        signed("t" * 64),
        signed(algorithm="HS512"),
        jwt.encode({"iat": 1, "exp": 9_999_999_999, "jti": "x"}, "", algorithm="none"),
        signed(drop="jti"),
        signed(drop="exp"),
        signed(drop="iat"),
        signed(jti=""),
        signed(jti="x" * 300),
        signed(exp=int(NOW.timestamp()) - 31),
        signed(iat=int(NOW.timestamp()) + 31),
        signed(jti="a\x00b"),
        signed(nbf=int(NOW.timestamp()) + 31),
        signed(nbf="soon"),
        signed(exp=10**30),
        signed(exp=True),
        signed(iat=None),
        "",
        "a.b.c",
        "юникод",
    ],
)
def test_bad_signatures(token: str) -> None:
    with pytest.raises(VendorSignatureInvalid) as caught:
        OURS.read(token, APP_ID, NOW)
    assert SECRET not in repr(caught.value)


def test_texts_for_times_are_refused() -> None:
    header, payload, _ = signed().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    for name in ("iat", "exp"):
        with pytest.raises(VendorSignatureInvalid):
            OURS.read(signed(**{name: str(claims[name])}), APP_ID, NOW)
    with pytest.raises(VendorSignatureInvalid):
        OURS.read(f"{header}.{payload}.", APP_ID, NOW)


def test_only_the_app_in_the_address_counts() -> None:
    other = uuid4()
    both = MoySkladVendorSignatures({APP_ID: VendorApp("a", SECRET), other: VendorApp("b", "t" * 64)})
    with pytest.raises(VendorSignatureInvalid):
        both.read(signed(), other, NOW)
    with pytest.raises(VendorSignatureInvalid):
        both.read(signed(), uuid4(), NOW)
    with pytest.raises(VendorSignatureInvalid):
        MoySkladVendorSignatures({APP_ID: VendorApp("a", "")}).read(signed(), APP_ID, NOW)


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(VendorApp("a", SECRET))


def app_of(customer: Any) -> dict[UUID, VendorApp]:
    app = customer.app
    return {UUID(app["appId"]): VendorApp(app["appUid"], app["secretKey"])}


async def test_a_key_of_either_version_of_the_app_opens_it(client: MoySkladClient, emulator: Any) -> None:
    customer, foreign = await emulator.customer(), await emulator.customer()
    keys = MoySkladContextKeys(client, {**app_of(foreign), **app_of(customer)})
    key = (await customer.post("/context-keys", appId=customer.app["appId"]))["contextKey"]
    assert (await keys.exchange(key, datetime.now(UTC))).account_id == UUID(customer.account["accountId"])
    with pytest.raises(ContextKeyInvalid):
        await keys.exchange("unknown", datetime.now(UTC))


@pytest.mark.parametrize("admin", [True, False])
async def test_whose_token_it_is(client: MoySkladClient, emulator: Any, admin: bool) -> None:
    customer = await emulator.customer()
    token = (await customer.post("/tokens", kind="user", admin=admin))["token"]
    owner = await MoySkladTokenOwners(client).owner(token)
    assert owner.account_id == UUID(customer.account["accountId"])
    assert owner.account_name
    assert owner.administrator is admin


async def test_tokens_of_nobody(client: MoySkladClient, emulator: Any) -> None:
    customer = await emulator.customer()
    owners = MoySkladTokenOwners(client)
    for token in ("forged", "", "with space", "перевод", "a\nb"):
        with pytest.raises(MoySkladDisconnected):
            await owners.owner(token)
    with pytest.raises(SkladSheetsError) as refused:  # the app's own token is no employee's
        await owners.owner(customer.token)
    assert customer.token not in str(refused.value)


async def test_how_an_installation_stands(client: MoySkladClient, emulator: Any) -> None:
    customer = await emulator.customer()
    apps = app_of(customer)
    (app_id,), account_id = apps, UUID(customer.account["accountId"])
    installations, now = MoySkladInstallations(client, apps), datetime.now(UTC)
    told = await installations.told(app_id, account_id, now)
    assert told is not None
    assert told.status in {VendorStatus.ACTIVATING, VendorStatus.ACTIVATED}
    assert told.subscription is not None
    assert told.subscription.expires_at is not None
    assert told.permissions == '{"permissions":{},"scope":["admin"]}'
    assert await installations.report_ready(app_id, account_id, now)
    told = await installations.told(app_id, account_id, now)
    assert told is not None
    assert told.status is VendorStatus.ACTIVATED
    assert await installations.told(app_id, uuid4(), now) is None
    assert not await installations.report_ready(app_id, uuid4(), now)
    with pytest.raises(VendorFailed):
        await installations.told(uuid4(), account_id, now)


GRANTED = {"viewStockReport": True, "customerOrder": {"view": "ALL"}}
STANDS: dict[str, Any] = {
    "status": "Suspended",
    "cause": "Suspend",
    "subscription": {
        "tariffId": "t",
        "tariffName": "Бизнес",
        "expiryMoment": "2026-12-01T00:00:00+03:00",
        "partner": True,
    },
    "access": [
        {"resource": "https://elsewhere.test", "scope": ["admin"]},
        {"resource": "https://api.moysklad.ru/api/remap/1.2/", "scope": ["custom"], "permissions": GRANTED},
    ],
    "somethingNew": 1,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ToldInstallation(VendorStatus.SUSPENDED, "Suspend", Subscription("t", "Бизнес", False, MIDNIGHT, True))),
        ({"status": "Dreaming"}, ToldInstallation(None, "Suspend")),
        ({"subscription": None}, ToldInstallation(VendorStatus.SUSPENDED, "Suspend", None)),
        ({"subscription": [1]}, ToldInstallation(VendorStatus.SUSPENDED, "Suspend", None)),
        (
            {"subscription": {"tariffId": 7, "trial": "yes", "expiryMoment": "tomorrow"}},
            ToldInstallation(VendorStatus.SUSPENDED, "Suspend", None),
        ),
        (
            {"subscription": {"tariffId": "t", "expiryMoment": "2026-12-01T00:00:00"}},
            ToldInstallation(VendorStatus.SUSPENDED, "Suspend", Subscription("t")),
        ),
    ],
)
async def test_what_moysklad_says_of_an_installation(changed: dict[str, Any], expected: ToldInstallation) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept-encoding"] == "gzip"
        return httpx.Response(200, json={**STANDS, **changed})

    async with MoySkladClient(transport=Wire(answer)) as client:
        installations = MoySkladInstallations(client, {APP_ID: VendorApp("a", SECRET)})
        told = await installations.told(APP_ID, uuid4(), NOW)
    assert told is not None
    assert (told.status, told.cause) == (expected.status, expected.cause)
    if expected.status is not None:
        assert told.subscription == expected.subscription
    assert told.permissions is not None
    assert json.loads(told.permissions) == {"scope": ["custom"], "permissions": GRANTED}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, b"", VendorFailed),
        (404, b"<html>", VendorFailed),
        (404, b'{"errors":[{"code":1002}]}', VendorFailed),
        (429, b"", VendorBusy),
        (500, b"", VendorFailed),
        (401, b"", VendorFailed),
        (200, b"[]", VendorFailed),
    ],
)
async def test_installations_that_are_not_told_of(status: int, body: bytes, kind: type[Exception]) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body)

    async with MoySkladClient(transport=Wire(answer)) as client:
        installations = MoySkladInstallations(client, {APP_ID: VendorApp("a", SECRET)})
        with pytest.raises(kind):
            await installations.told(APP_ID, uuid4(), NOW)


async def test_who_opened_our_page(client: MoySkladClient, emulator: Any) -> None:
    customer = await emulator.customer()
    keys = MoySkladContextKeys(client, app_of(customer))
    for admin in (True, False):
        key = (await customer.post("/context-keys", appId=customer.app["appId"], admin=admin))["contextKey"]
        visitor = await keys.exchange(key, datetime.now(UTC))
        assert (visitor.administrator, visitor.sees_everything) == (admin, admin)
        assert visitor.account_id == UUID(customer.account["accountId"])
        assert "@" in visitor.uid
        assert visitor.name
    foreign = await emulator.customer()
    key = (await foreign.post("/context-keys", appId=foreign.app["appId"]))["contextKey"]
    for wrong in (key, "unknown"):
        with pytest.raises(ContextKeyInvalid):
            await keys.exchange(wrong, datetime.now(UTC))


@pytest.mark.parametrize("key", ["", "a/b", "a?b", "../x", "..", "a b", "ключ", "x" * 201, "a\nb", "a%2Fb"])
async def test_a_misshapen_key_is_never_sent(key: str) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    async with MoySkladClient(transport=Wire(refuse)) as client:
        with pytest.raises(ContextKeyInvalid):
            await MoySkladContextKeys(client, {APP_ID: VendorApp("a", SECRET)}).exchange(key, NOW)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, b'{"errors":[{"code":1049}]}', VendorBusy),
        (429, b"", VendorBusy),
        (500, b"<html>", VendorFailed),
        (503, b"", VendorFailed),
        (401, b'{"errors":[{"code":1056}]}', VendorFailed),
        (302, b"", VendorFailed),
        (200, b"<html>", VendorFailed),
        (200, b"{}", VendorFailed),
    ],
)
async def test_other_answers(status: int, body: bytes, kind: type[Exception]) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, content=body, headers={"location": "https://evil.test"})

    async with MoySkladClient(transport=Wire(answer)) as client:
        with pytest.raises(kind) as caught:
            await MoySkladContextKeys(client, {APP_ID: VendorApp("sklad.vendor", SECRET)}).exchange("key", NOW)
    assert len(asked) == 1
    bearer = asked[0].headers["authorization"].removeprefix("Bearer ")
    assert bearer not in repr(caught.value)
    claims = jwt.decode(bearer, SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
    assert claims["sub"] == "sklad.vendor"
    assert claims["exp"] - claims["iat"] == 120
    assert claims["jti"]
