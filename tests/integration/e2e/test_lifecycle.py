"""What MoySklad does with an installation, through all processes."""

import asyncio
import subprocess
import time
import uuid
from typing import Any

import asyncpg
import jwt
import pytest

from devstack.people import Administrator
from devstack.processes import base_environment, python
from devstack.stack import PROGRAM
from tests.integration.e2e.conftest import Place, wait_until
from tests.integration.e2e.test_failures import states
from tests.integration.harness.command_line import commanded

pytestmark = pytest.mark.e2e


def tokens(place: Place, administrator: Administrator) -> int:
    """How many sealed MoySklad tokens of the company stand in the database."""

    async def count() -> int:
        connection = await asyncpg.connect(place.stack.servers.database_url)
        try:
            found: int = await connection.fetchval(
                """SELECT (SELECT count(token_ciphertext) FROM moysklad_connections WHERE company_id = c.id)
                        + (SELECT count(token_ciphertext) FROM installations WHERE company_id = c.id)
                   FROM companies AS c WHERE account_id = $1""",
                uuid.UUID(administrator.account_id),
            )
            return found
        finally:
            await connection.close()

    return asyncio.run(count())


def tell(place: Place, administrator: Administrator, body: dict[str, Any], path: str = "", **headers: str) -> int:
    """A call as MoySklad signs it, besides those that the emulator makes."""
    (app,) = [one for one in place.vendors.moysklad("/apps") if one["appId"] == place.stack.app_id]
    now = int(time.time())
    claims = {"iat": now, "exp": now + 300, "jti": uuid.uuid4().hex}
    signature = jwt.encode(claims, app["secretKey"], algorithm="HS256")
    base = "/api/moysklad/vendor/1.0/apps"
    answer = administrator.http.request(
        "PUT",
        f"{base}/{place.stack.app_id}/{administrator.account_id}{path}",
        json=body,
        headers={"Authorization": f"Bearer {signature}", **headers},
    )
    return answer.status_code


def test_the_life_of_an_installation(place: Place) -> None:
    administrator = Administrator(place.stack, place.vendors, "lifecycle")
    administrator.install()
    assert administrator.installation() == "SettingsRequired"
    administrator.sign_in()
    administrator.connect_google()
    wait_until(lambda: administrator.installation() == "Activated")
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/seed", {"orders": 5, "seed": 1})
    config = place.export(administrator)
    administrator.run(config["id"])
    assert tokens(place, administrator) == 2

    account, app = f"/accounts/{administrator.account_id}", {"appId": place.stack.app_id}
    place.vendors.moysklad(f"{account}/suspend", app)
    assert states(administrator)["moysklad"] == "suspended"
    wait_until(lambda: tokens(place, administrator) == 0)
    renewal = {"accountName": "lifecycle", "cause": "TariffChanged", "subscription": {"tariffId": "other"}}
    assert tell(place, administrator, renewal) == 200  # comes late, and revives nothing
    assert states(administrator)["moysklad"] == "suspended"
    resumed = place.vendors.moysklad(f"{account}/resume", app)
    assert resumed["status"] == "Activated"
    assert states(administrator) == {"moysklad": "active", "google": "active"}
    administrator.run(config["id"])
    place.check_sheet(administrator, config)

    place.vendors.moysklad(f"{account}/uninstall", app)
    wait_until(lambda: tokens(place, administrator) == 0)
    assert administrator.install() is None
    assert administrator.installation() == "Activated"  # what was set up is there still
    administrator.sign_in()
    administrator.run(config["id"])
    place.check_sheet(administrator, config)


def test_whatever_stands_in_a_call_the_installation_is_kept(place: Place) -> None:
    administrator = Administrator(place.stack, place.vendors, "odd-calls")
    administrator.install()
    for subscription in (None, 7, [], {}, {"tariffId": "a\0b", "tariffName": "\0", "expiryMoment": "soon"}):
        renewal = {"accountName": "odd\0calls", "cause": "TariffChanged", "subscription": subscription, "access": None}
        assert tell(place, administrator, renewal) == 200
    assert tell(place, administrator, {**renewal, "cause": "Whim"}) == 200


def test_a_renewal_before_the_installation_is_to_come_again(place: Place) -> None:
    administrator = Administrator(place.stack, place.vendors, "too-early")
    renewal = {"accountName": "too-early", "cause": "Autoprolongation"}
    assert tell(place, administrator, renewal) == 503
    assert tell(place, administrator, {"cause": "PermissionsChanged", "access": []}, "/event") == 200
    administrator.install()
    assert tell(place, administrator, renewal) == 200


def test_a_company_is_connected_by_a_token(place: Place) -> None:
    administrator = Administrator(place.stack, place.vendors, "by-token")
    account = f"/accounts/{administrator.account_id}"
    token = place.vendors.moysklad(f"{account}/tokens", {"kind": "user", "admin": True})["token"]

    environment = {**base_environment(), **place.stack.environment, "MOYSKLAD_TOKEN": token}
    command = python(PROGRAM, "companies", "add")
    added = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert token not in added.stdout + added.stderr
    company_id = str(uuid.UUID(added.stdout.removesuffix("\n")))  # and not a word besides

    def standing() -> str:
        listed = commanded(place.stack.environment, "companies", "list")
        assert listed.exit_code == 0, listed.output
        assert token not in listed.output
        return next(line for line in listed.stdout.splitlines() if line.startswith(company_id))

    assert standing().endswith("by-token  (moysklad active, google absent)")
    removed = commanded(place.stack.environment, "companies", "remove", company_id)
    assert removed.exit_code == 0, removed.output
    assert standing().endswith("(moysklad suspended, google absent)")
