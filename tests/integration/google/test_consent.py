import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msgspec
import pytest

from adapters.google.consent import DEFAULT_SCOPES, GoogleOAuthConsent, scopes_for
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from domain.connections.google import ConsentDenied, ConsentInvalid, GoogleDisconnected
from domain.exports.spreadsheet import SpreadsheetNotFound
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.google.conftest import CLIENT, DRIVE_FILE, REDIRECT, Emulator, Pauses
from tests.integration.harness.samples import google_key, spreadsheet_made

NOW = datetime.now(UTC)


async def agree(
    emulator: Emulator, address: str, email: str, scopes: tuple[str, ...] = (DRIVE_FILE,)
) -> dict[str, str]:
    """What a person does on the consent page; answers what the browser brings back."""
    form = [("account", email), ("decision", "allow"), *(("scope", scope) for scope in scopes)]
    async with emulator.http.post(address, data=form, allow_redirects=False) as response:
        assert response.status == 302, await response.text()
        location = urlsplit(response.headers["Location"])
    return {name: value for name, (value,) in parse_qs(location.query).items()}


def verifier() -> str:
    return secrets.token_urlsafe(32)


def id_token(**changed: Any) -> str:
    claims = {
        "iss": "https://accounts.google.com",
        "aud": CLIENT,
        "sub": "117",
        "email": "a@example.com",
        "exp": int(NOW.timestamp()) + 3600,
    }
    kept = {name: value for name, value in {**claims, **changed}.items() if value is not ...}
    return jwt.PyJWS().encode(msgspec.json.encode(kept), "k" * 32, algorithm="HS256")


def tokens(**changed: Any) -> dict[str, Any]:
    usual = {
        "access_token": "ya29.x",
        "expires_in": 3599,
        "refresh_token": "1//x",
        "scope": f"openid https://www.googleapis.com/auth/userinfo.email {DRIVE_FILE}",
        "id_token": id_token(),
        "token_type": "Bearer",
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not ...}


def test_the_address_says_everything_properly_encoded() -> None:
    consent = GoogleOAuthConsent(GoogleSession(), GoogleEndpoints(), Pacing(), CLIENT, "client secret", REDIRECT)
    check = verifier()
    address = consent.address("state &=+/", check)
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://accounts.google.com/o/oauth2/v2/auth"
    assert "+" not in parts.query
    assert "client%20secret" not in address
    challenge = urlsafe_b64encode(hashlib.sha256(check.encode()).digest()).rstrip(b"=").decode()
    assert parse_qs(parts.query, strict_parsing=True) == {
        "client_id": [CLIENT],
        "redirect_uri": [REDIRECT],
        "response_type": ["code"],
        "scope": ["openid email https://www.googleapis.com/auth/drive.file"],
        "state": ["state &=+/"],
        "access_type": ["offline"],
        "prompt": ["consent"],
        "include_granted_scopes": ["true"],
        "code_challenge": [challenge],
        "code_challenge_method": ["S256"],
    }


async def test_consent_gives_a_grant_that_works(
    consent: GoogleOAuthConsent, spreadsheets: GoogleSpreadsheets, emulator: Emulator
) -> None:
    check = verifier()
    brought = await agree(emulator, consent.address("the state", check), "owner@example.com")
    assert brought["state"] == "the state"
    grant = await consent.exchange(brought["code"], check, NOW)
    assert grant.email == "owner@example.com"
    assert grant.subject.isdecimal()
    assert grant.expires_at == NOW + timedelta(seconds=3599)
    assert grant.scopes == DEFAULT_SCOPES
    assert (await spreadsheet_made(spreadsheets, google_key(grant.access_token), "T", "t", "UTC")).title == "T"
    renewed = await consent.renew(grant.refresh_token, NOW)
    assert renewed.expires_at == NOW + timedelta(seconds=3599)
    assert renewed.access_token != grant.access_token
    assert (await spreadsheet_made(spreadsheets, google_key(renewed.access_token), "U", "t", "UTC")).title == "U"


@pytest.mark.parametrize(("file_access", "opens"), [("drive.file", False), ("spreadsheets", True)])
async def test_a_spreadsheet_of_theirs_opens_with_the_wider_scope_only(
    session: GoogleSession,
    endpoints: GoogleEndpoints,
    pacing: Pacing,
    spreadsheets: GoogleSpreadsheets,
    emulator: Emulator,
    file_access: str,
    opens: bool,
) -> None:
    email = f"{file_access}@example.com"
    theirs = await emulator.control("POST", "spreadsheets", {"email": email, "title": "Их таблица"})
    scopes = scopes_for(file_access)
    consent = GoogleOAuthConsent(session, endpoints, pacing, CLIENT, "client secret", REDIRECT, scopes)
    check = verifier()
    brought = await agree(emulator, consent.address("s", check), email, scopes[2:])
    grant = await consent.exchange(brought["code"], check, NOW)
    assert grant.scopes == scopes
    if opens:
        found = await spreadsheets.inspect(google_key(grant.access_token), theirs["spreadsheetId"])
        assert found.title == "Их таблица"
    else:
        with pytest.raises(SpreadsheetNotFound):
            await spreadsheets.inspect(google_key(grant.access_token), theirs["spreadsheetId"])


async def test_an_answer_of_another_issuer_is_not_trusted(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    brought = await agree(emulator, consent.address("s", verifier()), "issuer@example.com")
    assert consent.trusts(brought["iss"])
    assert consent.trusts("https://accounts.google.com")
    assert consent.trusts(None)
    assert not consent.trusts("https://accounts.google.com.evil.example")
    assert not consent.trusts("")
    google = GoogleOAuthConsent(GoogleSession(), GoogleEndpoints(), Pacing(), CLIENT, "client secret", REDIRECT)
    assert not google.trusts(brought["iss"])


async def test_consenting_again_gives_the_same_subject(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    grants = []
    for _ in range(2):
        check = verifier()
        brought = await agree(emulator, consent.address("s", check), "twice@example.com")
        grants.append(await consent.exchange(brought["code"], check, NOW))
    assert grants[0].subject == grants[1].subject
    assert grants[0].refresh_token != grants[1].refresh_token


async def test_a_code_works_once_and_only_with_its_verifier(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    check = verifier()
    brought = await agree(emulator, consent.address("s", check), "once@example.com")
    with pytest.raises(ConsentInvalid):
        await consent.exchange(brought["code"], verifier(), NOW)
    await consent.exchange(brought["code"], check, NOW)
    with pytest.raises(ConsentInvalid) as raised:
        await consent.exchange(brought["code"], check, NOW)
    assert raised.value.details == {"reason": "code"}
    with pytest.raises(ConsentInvalid):
        await consent.exchange("no code", check, NOW)


async def test_an_unticked_scope_is_told_of(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    check = verifier()
    brought = await agree(emulator, consent.address("s", check), "sceptic@example.com", scopes=())
    with pytest.raises(ConsentDenied) as raised:
        await consent.exchange(brought["code"], check, NOW)
    assert raised.value.details == {"reason": "scopes", "missing": DRIVE_FILE}


@pytest.mark.parametrize(
    ("answer", "kind", "details"),
    [
        (tokens(refresh_token=...), ConsentDenied, {"reason": "offline"}),
        (tokens(scope=...), ConsentDenied, {"reason": "scopes", "missing": f"openid {DRIVE_FILE}"}),
        (tokens(id_token=...), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token="nonsense"), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token=id_token(iss="https://evil.example")), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token=id_token(iss=["x"])), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token=id_token(aud="another")), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token=id_token(aud=...)), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (
            tokens(id_token=id_token(exp=int(NOW.timestamp()) - 61)),
            VendorFailed,
            {"vendor": "google", "reason": "answer"},
        ),
        (tokens(id_token=id_token(exp=...)), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token=id_token(sub="")), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(id_token=id_token(sub=...)), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(access_token=...), VendorFailed, {"vendor": "google", "reason": "answer"}),
        (tokens(expires_in="soon"), VendorFailed, {"vendor": "google", "reason": "answer"}),
    ],
)
async def test_an_answer_that_will_not_do(
    consent: GoogleOAuthConsent,
    emulator: Emulator,
    answer: dict[str, Any],
    kind: type[Exception],
    details: dict[str, str],
) -> None:
    await emulator.fault("status", path="/token", status=200, body=answer)
    with pytest.raises(kind) as raised:
        await consent.exchange("code", verifier(), NOW)
    assert getattr(raised.value, "details", None) == details
    assert "ya29.x" not in repr(raised.value)
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    "answer",
    [
        tokens(),
        tokens(id_token=id_token(aud=["x", CLIENT])),
        tokens(id_token=id_token(iss="accounts.google.com")),
        tokens(id_token=id_token(exp=int(NOW.timestamp()) - 30)),
        tokens(refresh_token_expires_in=1000, unknown="x"),
    ],
)
async def test_an_answer_that_will_do(consent: GoogleOAuthConsent, emulator: Emulator, answer: dict[str, Any]) -> None:
    await emulator.fault("status", path="/token", status=200, body=answer)
    grant = await consent.exchange("code", verifier(), NOW)
    assert (grant.subject, grant.email, grant.scopes) == ("117", "a@example.com", DEFAULT_SCOPES)


async def test_no_email_is_no_obstacle(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    answer = tokens(scope=f"openid {DRIVE_FILE}", id_token=id_token(email=...))
    await emulator.fault("status", path="/token", status=200, body=answer)
    grant = await consent.exchange("code", verifier(), NOW)
    assert (grant.email, grant.scopes) == ("", ("openid", DRIVE_FILE))


async def test_a_revoked_grant_is_disconnected_and_not_asked_twice(
    consent: GoogleOAuthConsent, emulator: Emulator, pauses: Pauses
) -> None:
    account = await emulator.account()
    await emulator.control("POST", "grants/revoke", {"email": account.email})
    with pytest.raises(GoogleDisconnected) as raised:
        await consent.renew(account.refresh, NOW)
    assert raised.value.details == {"reason": "grant"}
    assert account.refresh not in repr(raised.value)
    assert pauses.taken == []


async def test_revoking_ends_the_grant_and_a_dead_one_is_no_error(
    consent: GoogleOAuthConsent, spreadsheets: GoogleSpreadsheets, emulator: Emulator
) -> None:
    account = await emulator.account()
    await consent.revoke(account.refresh)
    with pytest.raises(GoogleDisconnected):
        await consent.renew(account.refresh, NOW)
    with pytest.raises(GoogleDisconnected):
        await spreadsheet_made(spreadsheets, account.token, "T", "t", "UTC")
    await consent.revoke(account.refresh)
    await consent.revoke("never was")


async def test_revoking_survives_a_lost_answer(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    account = await emulator.account()
    await emulator.fault("drop", path="/revoke", when="after")
    await consent.revoke(account.refresh)


async def test_our_own_mistakes_are_named_and_break_no_connection(
    session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing, emulator: Emulator
) -> None:
    account = await emulator.account()
    wrong = GoogleOAuthConsent(session, endpoints, pacing, CLIENT, "wrong secret", REDIRECT)
    with pytest.raises(VendorFailed) as raised:
        await wrong.renew(account.refresh, NOW)
    assert raised.value.details == {"vendor": "google", "status": 401, "reason": "configuration"}
    with pytest.raises(VendorFailed):
        await wrong.exchange("code", verifier(), NOW)


async def test_renewing_is_repeated_and_exchanging_is_not(
    consent: GoogleOAuthConsent, emulator: Emulator, pauses: Pauses
) -> None:
    account = await emulator.account()
    await emulator.fault("status", path="/token", status=503, times=2)
    assert (await consent.renew(account.refresh, NOW)).access_token
    assert pauses.taken == [1.5, 2.5]
    await emulator.fault("html", path="/token", status=500, times=3)
    with pytest.raises(VendorFailed):
        await consent.renew(account.refresh, NOW)
    pauses.taken.clear()
    check = verifier()
    brought = await agree(emulator, consent.address("s", check), "unlucky@example.com")
    await emulator.fault("drop", path="/token")
    with pytest.raises(VendorFailed):
        await consent.exchange(brought["code"], check, NOW)
    assert pauses.taken == []


async def test_a_busy_token_endpoint(consent: GoogleOAuthConsent, emulator: Emulator) -> None:
    account = await emulator.account()
    await emulator.fault("status", path="/token", status=429, times=2)
    with pytest.raises(VendorBusy):
        await consent.renew(account.refresh, NOW)
    await emulator.control("DELETE", "faults")
    await emulator.fault("status", path="/token", status=429)
    with pytest.raises(VendorBusy):
        await consent.exchange("code", verifier(), NOW)
