"""Several OAuth clients and a service account, against the emulator."""

import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.google.clients import GoogleClients
from adapters.google.consent import GoogleOAuthConsent, project_of
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.service_account import GoogleServiceAccount, ServiceAccountKey
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from application.connections.ports import GoogleKey, Urgency
from domain.connections.google import (
    ConsentDenied,
    ConsentInvalid,
    GoogleClientGone,
    GoogleDisconnected,
    SpreadsheetNeeded,
)
from domain.exports.spreadsheet import SpreadsheetForbidden, SpreadsheetNotFound
from domain.shared.errors import VendorFailed
from tests.integration.google.conftest import CLIENT, DRIVE_FILE, REDIRECT, Emulator, Pauses
from tests.integration.google.test_consent import agree
from tests.integration.harness.samples import google_key, spreadsheet_made

NOW = datetime.now(UTC)
SECOND = "222-second.apps.googleusercontent.com"


@pytest.fixture
async def key_file(emulator: Emulator) -> dict[str, Any]:
    asked = {"email": f"robot{secrets.token_hex(4)}@skladsheets.iam.gserviceaccount.com", "projectNumber": "222"}
    made: dict[str, Any] = await emulator.control("POST", "service-accounts", asked)
    return made


@pytest.fixture
async def clients(
    session: GoogleSession,
    endpoints: GoogleEndpoints,
    pacing: Pacing,
    emulator: Emulator,
    key_file: dict[str, Any],
) -> GoogleClients:
    second = {"clientId": SECOND, "clientSecret": "second", "redirectUris": [REDIRECT], "projectNumber": "222"}
    await emulator.control("POST", "clients", second)
    made = {
        CLIENT: GoogleOAuthConsent(session, endpoints, pacing, CLIENT, "client secret", REDIRECT),
        SECOND: GoogleOAuthConsent(session, endpoints, pacing, SECOND, "second", REDIRECT),
    }
    key = ServiceAccountKey(key_file["client_email"], key_file["private_key"], key_file["private_key_id"])
    return GoogleClients(made, GoogleServiceAccount(session, endpoints, pacing, key))


def verifier() -> str:
    return secrets.token_urlsafe(32)


async def connect(clients: GoogleClients, emulator: Emulator, client: str, email: str) -> tuple[str, GoogleKey]:
    check = verifier()
    brought = await agree(emulator, clients.address(client, "s", check), email)
    grant = await clients.exchange(client, brought["code"], check, NOW)
    return grant.refresh_token, google_key(grant.access_token, grant.subject, project=clients.project(client))


async def test_each_grant_is_renewed_and_revoked_by_its_own_client(
    clients: GoogleClients, emulator: Emulator, spreadsheets: GoogleSpreadsheets
) -> None:
    email = f"both{secrets.token_hex(4)}@example.com"
    grants = {client: (await connect(clients, emulator, client, email))[0] for client in (CLIENT, SECOND)}
    for client, refresh in grants.items():
        assert (await clients.renew(client, refresh, NOW)).access_token
    with pytest.raises(VendorFailed) as raised:
        await clients.renew(SECOND, grants[CLIENT], NOW)
    assert raised.value.details["reason"] == "configuration"
    await clients.revoke(CLIENT, grants[CLIENT])
    with pytest.raises(GoogleDisconnected):
        await clients.renew(CLIENT, grants[CLIENT], NOW)
    renewed = await clients.renew(SECOND, grants[SECOND], NOW)
    await spreadsheet_made(spreadsheets, google_key(renewed.access_token), "T", "t", "UTC")


async def test_the_empty_name_is_the_first_client_and_a_lost_one_says_so(
    clients: GoogleClients, emulator: Emulator
) -> None:
    account = await emulator.account()
    assert (await clients.renew("", account.refresh, NOW)).access_token
    assert clients.project("") == clients.project(CLIENT) == "client"
    assert clients.project(SECOND) == "222"
    for call in (
        lambda: clients.project("lost"),
        lambda: clients.address("lost", "s", "v"),
        lambda: clients.picking_address("lost", "s", "v", "e"),
    ):
        with pytest.raises(GoogleClientGone):
            call()
    with pytest.raises(GoogleClientGone):
        await clients.renew("lost", account.refresh, NOW)
    await clients.revoke("lost", account.refresh)
    assert (await clients.renew("", account.refresh, NOW)).access_token


async def test_a_service_account_does_without_clients(
    clients: GoogleClients, session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing, key_file: dict[str, Any]
) -> None:
    key = ServiceAccountKey(key_file["client_email"], key_file["private_key"], key_file["private_key_id"])
    alone = GoogleClients({}, GoogleServiceAccount(session, endpoints, pacing, key))
    address = alone.service_account()
    assert address is not None
    assert (alone.clients(), alone.trusts(None)) == ((), False)
    assert alone.project(address) == address.partition("@")[2].partition(".")[0]
    assert (await alone.renew(address, "", NOW)).access_token
    for client in ("", CLIENT):
        with pytest.raises(GoogleClientGone):
            alone.address(client, "s", "v")
        await alone.revoke(client, "refresh")
    with pytest.raises(ValueError, match="is needed"):
        GoogleClients({}, None)


def test_the_project_is_the_number_at_the_beginning() -> None:
    assert project_of("123456-abc.apps.googleusercontent.com") == project_of("123456-d.apps.googleusercontent.com")
    assert project_of("123456-abc.apps.googleusercontent.com") == "123456"


async def test_picking_opens_a_spreadsheet_of_theirs_to_the_grant_that_is_there(
    clients: GoogleClients, emulator: Emulator, spreadsheets: GoogleSpreadsheets
) -> None:
    email = f"picker{secrets.token_hex(4)}@example.com"
    refresh, key = await connect(clients, emulator, SECOND, email)
    theirs = [await emulator.control("POST", "spreadsheets", {"email": email, "title": title}) for title in "АБ"]
    ids = [one["spreadsheetId"] for one in theirs]
    with pytest.raises(SpreadsheetNotFound):
        await spreadsheets.inspect(key, ids[0])
    check = verifier()
    address = clients.picking_address(SECOND, "the state", check, email)
    asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert asked["scope"] == DRIVE_FILE
    assert (asked["login_hint"], asked["access_type"], asked["include_granted_scopes"]) == (email, "online", "false")
    assert asked["mimetypes"] == "application/vnd.google-apps.spreadsheet"
    form = [("decision", "allow"), ("scope", DRIVE_FILE), *(("file", one) for one in ids)]
    async with emulator.http.post(address, data=form, allow_redirects=False) as response:
        location = urlsplit(response.headers["Location"])
    brought = {name: value for name, (value,) in parse_qs(location.query).items()}
    assert (brought["picked_file_ids"], brought["state"]) == (",".join(ids), "the state")
    await clients.confirm_picking(SECOND, brought["code"], check)
    assert [(await spreadsheets.inspect(key, one)).title for one in ids] == ["А", "Б"]
    assert (await clients.renew(SECOND, refresh, NOW)).access_token
    with pytest.raises(ConsentInvalid):
        await clients.confirm_picking(SECOND, brought["code"], check)


async def test_picking_without_the_scope_is_refused(clients: GoogleClients, emulator: Emulator) -> None:
    answer = {"access_token": "ya29.x", "expires_in": 3599, "scope": "openid", "token_type": "Bearer"}
    await emulator.fault("status", path="/token", status=200, body=answer)
    with pytest.raises(ConsentDenied) as raised:
        await clients.confirm_picking(SECOND, "code", verifier())
    assert raised.value.details == {"reason": "scopes", "missing": DRIVE_FILE}


async def test_the_service_account_writes_where_it_was_let_in(
    clients: GoogleClients, emulator: Emulator, spreadsheets: GoogleSpreadsheets, key_file: dict[str, Any]
) -> None:
    address = clients.service_account()
    assert address == key_file["client_email"]
    renewed = await clients.renew(address, "", NOW)
    assert 3000 < (renewed.expires_at - NOW).total_seconds() < 3600
    company = google_key("x").company_id
    key = GoogleKey(renewed.access_token, address, clients.project(address), company, Urgency.ROUTINE, False)
    made = await emulator.control("POST", "spreadsheets", {"email": "owner@example.com", "title": "Общая"})
    with pytest.raises(SpreadsheetForbidden):
        await spreadsheets.inspect(key, made["spreadsheetId"])
    await emulator.control("POST", f"spreadsheets/{made['spreadsheetId']}/share", {"email": address})
    await spreadsheets.add_tab(key, made["spreadsheetId"], "Данные")
    with pytest.raises(SpreadsheetNeeded) as needed:
        await spreadsheet_made(spreadsheets, key, "T", "t", "UTC")
    assert needed.value.details == {"address": address}
    await clients.revoke(address, "")  # there is nothing to revoke
    await spreadsheets.inspect(key, made["spreadsheetId"])


async def test_a_service_accounts_dead_key_is_our_own_mistake(
    clients: GoogleClients, emulator: Emulator, key_file: dict[str, Any], pauses: Pauses
) -> None:
    await emulator.control("POST", "service-accounts", {"email": key_file["client_email"]})
    with pytest.raises(VendorFailed) as raised:
        await clients.renew(key_file["client_email"], "", NOW)
    assert raised.value.details == {"vendor": "google", "status": 400, "reason": "configuration"}
    assert pauses.taken == []
    assert "PRIVATE" not in repr(ServiceAccountKey("a@b", key_file["private_key"]))
