"""The web-server flow whole: consent, exchange, refresh, revocation, scopes."""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.integration.google_emulator.agent import Google
from tests.integration.harness import once

REDIRECT = "https://app.example.com/google/callback"
FILE = "https://www.googleapis.com/auth/drive.file"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
DEAD = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}


class Flow:
    """One client going through consent and exchange."""

    def __init__(self, google: Google) -> None:
        self.base = google.base
        self.client_id, self.word = google.client(REDIRECT)
        self.email = google.email()
        google.control("POST", "accounts", {"email": self.email, "name": "Person"})
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.query = {
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": f"openid email {FILE}",
            "state": "state-1",
            "access_type": "offline",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }

    def page(self, **more: Any) -> httpx.Response:
        return once.get(f"{self.base}/o/oauth2/v2/auth", params={**self.query, **more})

    def decide(
        self, decision: str = "allow", scopes: tuple[str, ...] = (FILE,), files: Sequence[str] = (), **more: Any
    ) -> dict[str, str]:
        form = {"account": self.email, "scope": list(scopes), "decision": decision, "file": list(files)}
        response = once.post(f"{self.base}/o/oauth2/v2/auth", params={**self.query, **more}, data=form)
        assert response.status_code == 302
        assert response.headers["location"].startswith(REDIRECT)
        return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}

    def exchange(self, code: str, **more: Any) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "client_id": self.client_id,
            "client_secret": self.word,
            "code_verifier": self.verifier,
        }
        return once.post(f"{self.base}/token", data={**form, **more})

    def refresh(self, token: str, **more: Any) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id,
                "client_secret": self.word, **more}  # fmt: skip
        return once.post(f"{self.base}/token", data=form)

    def tokens(self, **more: Any) -> dict[str, Any]:
        return self.exchange(self.decide(**more)["code"]).json()

    def get(self, path: str, token: str) -> httpx.Response:
        return once.get(self.base + path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def flow(google: Google) -> Flow:
    return Flow(google)


def test_the_whole_flow(flow: Flow) -> None:
    page = flow.page()
    assert page.status_code == 200
    assert flow.email in page.text
    assert 'name="decision"' in page.text
    answer = flow.decide()
    assert (answer["state"], answer["iss"]) == ("state-1", flow.base)
    tokens = flow.exchange(answer["code"]).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3599)
    assert set(tokens["scope"].split()) == {"openid", EMAIL, FILE}
    padded = tokens["id_token"].split(".")[1] + "=="
    claims = json.loads(base64.urlsafe_b64decode(padded))
    assert (claims["email"], claims["aud"], claims["iss"]) == (flow.email, flow.client_id, flow.base)
    assert flow.get("/oauth2/v2/userinfo", tokens["access_token"]).json()["email"] == flow.email
    assert flow.get("/v1/userinfo", tokens["access_token"]).json()["sub"] == claims["sub"]
    info = once.get(f"{flow.base}/oauth2/v2/tokeninfo", params={"access_token": tokens["access_token"]}).json()
    assert info["audience"] == flow.client_id
    renewed = flow.refresh(tokens["refresh_token"]).json()
    assert "refresh_token" not in renewed
    assert renewed["access_token"] != tokens["access_token"]
    assert len(tokens["access_token"]) <= 2048
    assert len(tokens["refresh_token"]) <= 512
    assert len(answer["code"]) <= 256


def test_codes_are_single_use_and_bound(flow: Flow) -> None:
    code = flow.decide()["code"]
    assert flow.exchange(code, code_verifier="x" * 50).json()["error"] == "invalid_grant"
    assert flow.exchange(code, code_verifier="").json()["error"] == "invalid_grant"
    assert flow.exchange(code, redirect_uri="https://else.example.com").json()["error"] == "redirect_uri_mismatch"
    assert flow.exchange(code).status_code == 200
    again = flow.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert flow.exchange("4/0nonsense").json()["error"] == "invalid_grant"


def test_clients_authenticate_by_post_or_basic(flow: Flow) -> None:
    code = flow.decide()["code"]
    wrong = flow.exchange(code, client_secret="wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert flow.exchange(code, client_id="nobody").json()["error"] == "invalid_client"
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": flow.verifier}
    assert once.post(f"{flow.base}/token", data=form, auth=(flow.client_id, flow.word)).status_code == 200
    assert flow.exchange(code, grant_type="password").json()["error"] == "unsupported_grant_type"


def test_refresh_token_only_on_first_consent_or_when_asked(flow: Flow) -> None:
    assert "refresh_token" in flow.tokens()
    assert "refresh_token" not in flow.tokens()
    assert "refresh_token" in flow.tokens(prompt="consent")
    assert "refresh_token" not in flow.tokens(prompt="consent", access_type="online")
    silent = flow.page(login_hint=flow.email)
    assert silent.status_code == 302
    assert "code=" in silent.headers["location"]


def test_granular_consent_and_denial(flow: Flow) -> None:
    tokens = flow.tokens(scopes=())
    assert FILE not in tokens["scope"]
    error = flow.get("/v4/spreadsheets/x", tokens["access_token"]).json()["error"]
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert error["message"] == "Request had insufficient authentication scopes."
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    denied = flow.decide("deny")
    assert (denied["error"], denied["state"]) == ("access_denied", "state-1")
    assert "code" not in denied


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"redirect_uri": REDIRECT + "/"}, 400, "redirect_uri_mismatch"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"scope": "https://nonsense"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"code_challenge_method": "S1"}, 400, "invalid_request"),
        ({"access_type": "never"}, 400, "invalid_request"),
    ],
)
def test_bad_requests_stay_on_the_page(flow: Flow, change: dict[str, str], status: int, code: str) -> None:
    page = flow.page(**change)
    assert page.status_code == status
    assert code in page.text


def test_revoking_any_token_ends_the_grant(flow: Flow) -> None:
    first, second = flow.tokens(), flow.tokens(prompt="consent")
    assert once.post(f"{flow.base}/revoke", data={"token": first["access_token"]}).status_code == 200
    for tokens in (first, second):
        answer = flow.refresh(tokens["refresh_token"])
        assert (answer.status_code, answer.json()) == (400, DEAD)
        error = flow.get("/v4/spreadsheets/x", tokens["access_token"]).json()["error"]
        assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")
    again = once.post(f"{flow.base}/revoke", data={"token": first["access_token"]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")
    assert "refresh_token" in flow.tokens(), "the next consent is a first one again"


def test_the_hundred_and_first_refresh_token_kills_the_oldest(google: Google) -> None:
    client_id, word = google.client()
    email = google.email()
    held = [google.user(email=email, client_id=client_id).refresh_token for _ in range(101)]
    form = {"grant_type": "refresh_token", "client_id": client_id, "client_secret": word}
    oldest = once.post(f"{google.base}/token", data={**form, "refresh_token": held[0]})
    assert (oldest.status_code, oldest.json()) == (400, DEAD)
    assert once.post(f"{google.base}/token", data={**form, "refresh_token": held[1]}).status_code == 200


def test_expiry_and_revocation_from_outside(google: Google, flow: Flow) -> None:
    tokens = flow.tokens()
    google.control("POST", "tokens/expire", {"email": flow.email})
    assert flow.get("/v4/spreadsheets/x", tokens["access_token"]).status_code == 401
    fresh = flow.refresh(tokens["refresh_token"]).json()
    assert flow.get("/v4/spreadsheets/x", fresh["access_token"]).status_code == 404
    google.control("POST", "grants/revoke", {"email": flow.email})
    assert flow.refresh(tokens["refresh_token"]).json() == DEAD


def test_drive_file_sees_only_its_own_files(google: Google) -> None:
    owner = google.user(FILE)
    mine = owner.create()
    whole = google.user(SHEETS, email=owner.email)
    other = google.user(FILE, email=owner.email)
    stranger = google.user(SHEETS)
    assert whole.ok("GET", mine.path)["spreadsheetId"] == mine.id
    assert other.error("GET", mine.path)["code"] == 404
    error = stranger.error("GET", mine.path)
    assert (error["code"], error["message"]) == (403, "The caller does not have permission")
    missing = stranger.error("GET", "/v4/spreadsheets/nothing")
    assert (missing["status"], missing["message"]) == ("NOT_FOUND", "Requested entity was not found.")
    share = {"type": "user", "role": "reader", "emailAddress": stranger.email}
    owner.ok("POST", f"/drive/v3/files/{mine.id}/permissions", share)
    assert stranger.ok("GET", mine.path)["spreadsheetId"] == mine.id
    assert stranger.error("POST", f"{mine.path}:batchUpdate", {"requests": []})["code"] == 403
    readonly = google.user(SHEETS + ".readonly", email=owner.email)
    assert readonly.ok("GET", f"{mine.path}/values/A1")["range"] == "Sheet1!A1"
    denied = readonly.error("POST", f"{mine.path}/values/A1:clear")
    assert denied["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_picker_in_the_consent_page(google: Google, flow: Flow) -> None:
    by_hand = google.control("POST", "spreadsheets", {"email": flow.email, "title": "Made by hand"})
    picks = {"scope": FILE, "prompt": "consent", "trigger_onepick": "true"}
    assert "Made by hand" in flow.page(**picks).text
    first = flow.exchange(flow.decide(**picks)["code"]).json()
    path = f"/v4/spreadsheets/{by_hand['spreadsheetId']}"
    assert flow.get(path, first["access_token"]).status_code == 404
    answer = flow.decide(files=[by_hand["spreadsheetId"]], **picks)
    assert answer["picked_file_ids"] == by_hand["spreadsheetId"]
    tokens = flow.exchange(answer["code"]).json()
    assert flow.get(path, tokens["access_token"]).status_code == 200


def test_the_picker_is_particular(google: Google, flow: Flow) -> None:
    files = [
        google.control("POST", "spreadsheets", {"email": flow.email, "title": title})["spreadsheetId"]
        for title in ("One", "Two")
    ]
    picks = {"scope": FILE, "prompt": "consent", "trigger_onepick": "true"}
    for wrong in ({"scope": f"openid {FILE}"}, {"prompt": "select_account"}, {"include_granted_scopes": "true"}):
        assert flow.page(**{**picks, **wrong}).status_code == 400
    assert "One" not in flow.page(**picks, mimetypes="application/pdf").text
    many = flow.decide(files=files, **picks, allow_multiple="true", access_type="online")
    assert many["picked_file_ids"].split(",") == files
    assert "refresh_token" not in flow.exchange(many["code"]).json()
    form = {"account": flow.email, "scope": [FILE], "decision": "allow", "file": files}
    one = once.post(f"{flow.base}/o/oauth2/v2/auth", params={**flow.query, **picks}, data=form)
    assert one.status_code == 400
