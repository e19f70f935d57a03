"""Coming in without MoySklad's catalogue, and with it, through real processes."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jwt
import pytest

from devstack.people import Administrator
from devstack.processes import ROOT, base_environment, python
from tests.integration.e2e.conftest import Place
from tests.integration.harness.command_line import commanded

pytestmark = pytest.mark.e2e


def told(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `skladsheets` answers on the service's own machine, as a process of its own."""
    return subprocess.run(
        python("entrypoints.cli.main", *arguments),
        env={**base_environment(), **place.stack.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_an_operator_lets_somebody_in_and_a_machine_follows(place: Place) -> None:
    administrator = Administrator(place.stack, place.vendors, "sign-on")
    administrator.install()
    tokens = administrator.sign_in()
    company = tokens["companyId"]
    environment = place.stack.environment
    unknown = commanded(environment, "people", "invite", "--company", administrator.account_id, "--name", "Никто")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "tenants.company_not_found" in unknown.stderr
    invited = told(place, "people", "invite", "--company", company, "--role", "admin", "--name", "Вера")
    assert invited.returncode == 0, invited.stderr
    address, _, token = invited.stdout.strip().partition("#")
    with httpx.Client(base_url=place.stack.api_url, trust_env=False, timeout=60) as http:
        assert http.get(address).status_code == 200
        body = {"token": token}
        with ThreadPoolExecutor(4) as several:
            answers = list(several.map(lambda _: http.post("/api/v1/sessions/links", json=body), range(4)))
        assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
        vera = next(answer.json() for answer in answers if answer.status_code == 201)
        _checks_with_published_keys(http, vera["accessToken"])
        _two_tabs(http, vera["refreshToken"])
        headers = {"Authorization": f"Bearer {vera['accessToken']}"}
        made = http.post("/api/v1/api-keys", json={"name": "1С", "scopes": ["run_exports"]}, headers=headers).json()
        machine = {"Authorization": f"Bearer {made['secret']}"}
        me = http.get("/api/v1/me", headers=machine).json()
        assert (me["companyId"], me["permissions"]) == (company, ["read", "run_exports"])
        (mine,) = http.get("/api/v1/me/companies", headers=headers).json()
        assert (mine["companyId"], mine["role"]) == (company, "admin")
        members = http.get("/api/v1/members", headers=machine).json()
        vera_id = next(one["id"] for one in members if one["name"] == "Вера")
        administrator.call("DELETE", f"/api/v1/members/{vera_id}")
        assert http.get("/api/v1/me", headers=machine).status_code == 401
    listed = commanded(environment, "people", "list", "--company", company).stdout
    assert f"{vera_id}  admin    removed  Вера" in listed


def _checks_with_published_keys(http: httpx.Client, token: str) -> None:
    """As anybody may who knows our address."""
    keys = jwt.PyJWKSet.from_dict(http.get("/.well-known/jwks.json").json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(token, key.key, ["EdDSA"], audience="skladsheets.api")
    assert claims["exp"] - claims["iat"] == 600


def _two_tabs(http: httpx.Client, refresh: str) -> None:
    body = {"refreshToken": refresh}
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda _: http.post("/api/v1/sessions/refresh", json=body), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refreshToken"] for answer in answers}) == 1
