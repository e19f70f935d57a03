"""What the processes print and send away holds no secret, and tells whose each line is."""

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest

from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.connections import SqlGoogleConnections, SqlMoySkladConnections
from adapters.postgres.transaction import SqlTransaction
from adapters.vault.keys import parse_key_ring
from adapters.vault.secrets import AesGcmVault
from devstack.people import Administrator
from devstack.stack import VENDORS
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import CompanyId
from tests.integration.e2e.conftest import Place, wait_until
from tests.integration.e2e.test_failures import failure

pytestmark = pytest.mark.e2e

CONFIGURED = ("DATABASE_URL", "MOYSKLAD_SECRET_KEY", "GOOGLE_CLIENT_SECRET", "ENCRYPTION_KEYS", "SESSION_KEYS")


def test_no_secret_leaves_the_processes_and_every_line_says_whose_it_is(place: Place) -> None:
    administrator = Administrator(place.stack, place.vendors, "secrets")
    administrator.install()
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/seed", {"orders": 20})
    used = [administrator.context_key()]
    pair = administrator.call("POST", "/api/v1/sessions", {"contextKey": used[0]})
    fresh = administrator.call("POST", "/api/v1/sessions/refresh", {"refreshToken": pair["refreshToken"]})
    used += [pair["accessToken"], pair["refreshToken"], fresh["accessToken"], fresh["refreshToken"]]
    later = administrator.call("POST", "/api/v1/sessions/refresh", {"refreshToken": fresh["refreshToken"]})
    used += [later["accessToken"], later["refreshToken"]]
    administrator.http.headers["Authorization"] = f"Bearer {fresh['accessToken']}"
    link = administrator.call("POST", "/api/v1/links", {"name": "Борис"})["token"]
    key = administrator.call("POST", "/api/v1/api-keys", {"name": "1С"})["secret"]
    used += [link, key]
    administrator.connect_google()
    me = administrator.call("GET", "/api/v1/me")

    config = place.export(administrator)
    asked = {"X-Request-ID": "the-request-that-started-it"}
    started = administrator.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={}, headers=asked)
    assert started.headers["x-request-id"] == asked["X-Request-ID"]
    assert administrator.wait(started.json()["id"], 120)["state"] == "finished"
    used += asyncio.run(_sealed(place, CompanyId(UUID(me["companyId"]))))
    _fail_in_many_ways(place, administrator, config, used)
    used += asyncio.run(_sealed(place, CompanyId(UUID(me["companyId"]))))
    used += _configured(place)

    wait_until(lambda: b"RunExport" in place.collector.received())
    for name in place.supervisor.names:
        if name not in {"api", *VENDORS} and place.supervisor.running(name):
            place.supervisor.restart(name)  # whatever is still to be sent is sent at the end
    printed, sent = place.stack.printed(), place.collector.received()
    assert len(set(used)) >= 14
    for number, secret in enumerate(sorted(set(used))):
        assert len(secret) >= 8
        for form in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}:
            assert form not in printed, f"secret {number}, of {len(secret)} characters, was printed"
            assert form.encode() not in sent, f"secret {number}, of {len(secret)} characters, was sent away"

    lines = [json.loads(line) for line in printed.split("\n") if line]
    assert len(lines) > 50
    assert all({"company_id", "request_id", "process", "level", "timestamp"} <= set(line) for line in lines)
    traced = [line for line in lines if line["request_id"] == asked["X-Request-ID"]]
    assert {line["process"] for line in traced} == {"api", "worker"}
    assert {line["company_id"] for line in traced} == {me["companyId"]}
    assert any(line.get("message") == "RunExport" for line in traced)
    assert "tenants.context_key_used" in {line.get("error") for line in lines}, "codes are no secrets"
    assert asked["X-Request-ID"].encode() in sent
    assert me["companyId"].encode() in sent


def _fail_in_many_ways(place: Place, administrator: Administrator, config: dict[str, Any], used: list[str]) -> None:
    """Each refusal is an occasion to print what was refused."""
    http = administrator.http
    assert http.post("/api/v1/sessions", json={"contextKey": used[0]}).status_code == 401
    assert http.post("/api/v1/sessions/refresh", json={"refreshToken": used[2]}).status_code == 401
    assert http.get("/api/v1/me", headers={"Authorization": f"Bearer {used[1]}x"}).status_code == 401
    link, key = used[7:9]
    for _ in range(2):
        http.post("/api/v1/sessions/links", json={"token": link})
    assert http.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert http.get("/api/v1/me", headers={"Authorization": f"Bearer {key}x"}).status_code == 401
    state = "0" * 32 + ".state-of-somebody-elses"
    code = "4/0-code-of-somebody-elses"
    used += [state, code]
    assert http.get("/oauth/google/callback", params={"state": state, "code": code}).status_code == 422
    place.vendors.google("/faults", {"action": "html", "path": "values:batchGet", "status": 500})
    place.vendors.moysklad("/faults", {"action": "status", "path": "entity/customerorder", "status": 500})
    place.vendors.google("/tokens/expire", {"email": administrator.email})
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/touch", {"type": "customerorder", "count": 2})
    administrator.run(config["id"])
    account = place.vendors.moysklad(f"/accounts/{administrator.account_id}")
    used.append(account["installs"][0]["token"])
    place.vendors.google("/grants/revoke", {"email": administrator.email})
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/touch", {"type": "customerorder", "count": 2})
    assert failure(administrator, config) == "connections.google_broken"
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/revoke", {"token": used[-1]})
    administrator.connect_google()
    assert failure(administrator, config) == "connections.moysklad_broken"


def _configured(place: Place) -> list[str]:
    environment = place.stack.environment
    password = urlsplit(environment["DATABASE_URL"]).password
    assert password
    return [password, *(environment[name] for name in CONFIGURED), environment["ENCRYPTION_KEYS"].partition(":")[2]]


async def _sealed(place: Place, company_id: CompanyId) -> list[str]:
    """The secrets that the service keeps of this company now."""
    environment = place.stack.environment
    vault = AesGcmVault(parse_key_ring(environment["ENCRYPTION_KEYS"]))
    engine = make_engine(environment["DATABASE_URL"])
    async with SqlTransaction(engine)(company_id):
        google = await SqlGoogleConnections().get(company_id)
        moysklad = await SqlMoySkladConnections().get(company_id)
    await engine.dispose()
    assert google is not None
    assert moysklad is not None
    assert moysklad.token is not None
    return [
        vault.unseal(company_id, SecretPurpose.GOOGLE_ACCESS, google.access_token),
        vault.unseal(company_id, SecretPurpose.GOOGLE_REFRESH, google.refresh_token),
        vault.unseal(company_id, SecretPurpose.MOYSKLAD_TOKEN, moysklad.token),
    ]
