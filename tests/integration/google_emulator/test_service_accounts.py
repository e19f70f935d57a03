"""Service accounts: google-auth's way of signing, done by hand, and what the account then sees."""

import time
from typing import Any

import httpx
import jwt
import pytest
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from tests.integration.google_emulator.agent import Google, User
from tests.integration.harness import once

SHEETS = "https://www.googleapis.com/auth/spreadsheets"
FILE = "https://www.googleapis.com/auth/drive.file"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def asked(google: Google, key: dict[str, Any], **changed: Any) -> httpx.Response:
    now = int(time.time())
    claims = {"iss": key["client_email"], "scope": SHEETS, "aud": key["token_uri"], "iat": now, "exp": now + 3600}
    claims = {name: value for name, value in {**claims, **changed}.items() if value is not None}
    assertion = jwt.encode(claims, key["private_key"], "RS256", headers={"kid": key["private_key_id"]})
    return once.post(f"{google.base}/token", data={"grant_type": GRANT, "assertion": assertion})


@pytest.fixture
def key(google: Google) -> dict[str, Any]:
    made: dict[str, Any] = google.control(
        "POST", "service-accounts", {"email": f"robot-{google.email()}", "projectNumber": "900"}
    )
    return made


def test_it_sees_what_was_shared_with_it_and_spends_its_own_quota(google: Google, key: dict[str, Any]) -> None:
    answer = asked(google, key).json()
    assert (answer["expires_in"], answer["token_type"]) == (3599, "Bearer")
    assert "refresh_token" not in answer
    robot = User(google.base, key["client_email"], key["client_email"], answer["access_token"], "")
    book = google.control("POST", "spreadsheets", {"email": google.email(), "title": "Theirs"})["spreadsheetId"]
    assert robot.error("GET", f"/v4/spreadsheets/{book}")["code"] == 403
    google.control("POST", f"spreadsheets/{book}/share", {"email": key["client_email"], "role": "reader"})
    assert robot.ok("GET", f"/v4/spreadsheets/{book}")["properties"]["title"] == "Theirs"
    assert robot.error("POST", f"/v4/spreadsheets/{book}/values/A1:clear")["code"] == 403
    google.control("POST", f"spreadsheets/{book}/share", {"email": key["client_email"]})
    robot.ok("POST", f"/v4/spreadsheets/{book}/values/A1:clear")
    used = [one for one in google.control("GET", "quotas") if one["user"] == key["client_email"]]
    assert {one["project"] for one in used} == {"900"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"aud": "https://elsewhere.example/token"}, "invalid_grant"),
        ({"iss": "nobody@example.com"}, "invalid_grant"),
        ({"exp": int(time.time()) + 7200}, "invalid_grant"),
        ({"iat": 1_000_000, "exp": 1_003_600}, "invalid_grant"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "https://example.com/made-up"}, "invalid_scope"),
    ],
)
def test_an_assertion_that_will_not_do(
    google: Google, key: dict[str, Any], changed: dict[str, Any], error: str
) -> None:
    answer = asked(google, key, **changed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_old_key_and_nonsense_are_refused(google: Google, key: dict[str, Any]) -> None:
    google.control("POST", "service-accounts", {"email": key["client_email"]})
    answer = asked(google, key)
    assert answer.json() == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    nonsense = once.post(f"{google.base}/token", data={"grant_type": GRANT, "assertion": "nonsense"})
    assert nonsense.json()["error"] == "invalid_request"


def test_revoking_a_grant_ends_every_token_of_that_account_and_client_and_no_other(google: Google) -> None:
    email = google.email()
    one = google.user(FILE, email=email)
    same = google.user(FILE, email=email, client_id=one.client_id)
    other = google.user(FILE, email=email)
    somebody = google.user(FILE, client_id=one.client_id)
    assert once.post(f"{google.base}/revoke", data={"token": one.refresh_token}).status_code == 200
    for dead in (one, same):
        assert dead.error("POST", "/v4/spreadsheets", {})["code"] == 401
    for alive in (other, somebody):
        alive.create()


def test_projects_have_quotas_of_their_own(google: Google) -> None:
    before = google.control("GET", "settings")
    google.control("POST", "settings", {"writesPerMinutePerProject": 2, "windowSeconds": 3600})
    google.control("DELETE", "quotas")
    try:
        one, same, other = (google.user(FILE, project=project) for project in ("801", "801", "802"))
        one.create()
        same.create()
        error = one.error("POST", "/v4/spreadsheets", {})
        metadata = error["details"][0]["metadata"]
        assert (metadata["consumer"], metadata["quota_limit"]) == ("projects/801", "WriteRequestsPerMinutePerProject")
        other.create()
    finally:
        google.control("POST", "settings", before)
        google.control("DELETE", "quotas")


def test_googles_own_library_is_let_in(google: Google, key: dict[str, Any]) -> None:
    credentials = service_account.Credentials.from_service_account_info(key, scopes=[SHEETS])
    credentials.refresh(Request())
    robot = User(google.base, key["client_email"], key["client_email"], credentials.token, "")
    assert robot.error("GET", "/v4/spreadsheets/nothing")["code"] == 404
