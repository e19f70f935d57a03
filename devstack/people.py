"""What people and vendors do, over HTTP: install the app, come in, consent, export, look."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import httpx

from devstack.errors import StackError
from devstack.stack import Stack

TASK_SECONDS = 600.0


class Vendors:
    """The emulators' control surfaces, and the sheet as it is at Google."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._http = httpx.Client(trust_env=False, timeout=120)

    def moysklad(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Tells (with a body) or asks (without one) MoySklad's control surface."""
        return self._call(self._stack.moysklad_url, path, body)

    def google(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Tells (with a body) or asks (without one) Google's control surface."""
        return self._call(self._stack.google_url, path, body)

    def forget_requests(self) -> None:
        """Both journals count anew."""
        for url in (self._stack.moysklad_url, self._stack.google_url):
            self._http.delete(f"{url}/_control/journal").raise_for_status()

    def forget_faults(self) -> None:
        """Both vendors answer as they should again."""
        for url in (self._stack.moysklad_url, self._stack.google_url):
            self._http.delete(f"{url}/_control/faults").raise_for_status()

    def requests(self, vendor: str) -> dict[str, int]:
        """How many requests of each kind `moysklad` or `google` has answered since."""
        url = self._stack.moysklad_url if vendor == "moysklad" else self._stack.google_url
        kinds: dict[str, int] = self._call(url, "/journal", None)["kinds"]
        return kinds

    def sheet(self, spreadsheet_id: str, sheet_id: int | None = None) -> dict[str, Any]:
        """One tab as Google has it; the first one where none is named."""
        contents = self.google(f"/spreadsheets/{spreadsheet_id}")
        tabs: list[dict[str, Any]] = contents["sheets"]
        return next(tab for tab in tabs if sheet_id is None or tab["sheetId"] == sheet_id)

    def _call(self, url: str, path: str, body: dict[str, Any] | None) -> Any:
        address = f"{url}/_control{path}"
        answer = self._http.get(address) if body is None else self._http.post(address, json=body)
        if answer.is_error:
            raise StackError(f"{address} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()


class Administrator:
    """An administrator of one MoySklad account, with a browser and our REST API."""

    def __init__(self, stack: Stack, vendors: Vendors, account: str) -> None:
        self._stack = stack
        self._vendors = vendors
        self.account = account
        self.email = f"owner@{account}.example"
        self.account_id: str = vendors.moysklad("/accounts", {"name": account})["accountId"]
        self.http = httpx.Client(base_url=stack.api_url, trust_env=False, timeout=60)
        self._admin = True

    def install(self) -> None:
        """Installs the app in MoySklad, which tells us."""
        answer = self._vendors.moysklad(f"/accounts/{self.account_id}/install", {"appId": self._stack.app_id})
        if answer["status"] not in {"SettingsRequired", "Activated"}:
            raise StackError(f"The installation ended as {answer}")

    def installation(self) -> str:
        """How the installation stands, as MoySklad knows it."""
        (install,) = self._vendors.moysklad(f"/accounts/{self.account_id}")["installs"]
        status: str = install["status"]
        return status

    def context_key(self, *, admin: bool = True) -> str:
        """What MoySklad puts into the address of our iframe when the app is opened."""
        body = {"appId": self._stack.app_id, "admin": admin}
        key: str = self._vendors.moysklad(f"/accounts/{self.account_id}/context-keys", body)["contextKey"]
        return key

    def sign_in(self, *, admin: bool = True) -> dict[str, Any]:
        """Opens the app inside MoySklad. From now on `http` speaks for this person."""
        self._admin = admin
        self.http.headers.pop("Authorization", None)
        tokens: dict[str, Any] = self.call("POST", "/api/v1/sessions", {"contextKey": self.context_key(admin=admin)})
        self.http.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
        return tokens

    def connect_google(self) -> str:
        """Goes to Google's consent page and allows everything. Answers the page that the browser ends at."""
        address = self.call("POST", "/api/v1/connections/google/consents")["authorizationUrl"]
        with httpx.Client(trust_env=False, timeout=60) as browser:
            page = browser.get(address)
            page.raise_for_status()
            scopes = _ticked_scopes(page.text)
            sent = browser.post(address, data={"email": self.email, "scope": scopes, "decision": "allow"})
            back = browser.get(urljoin(address, sent.headers["Location"]))
        if back.is_error:
            raise StackError(f"Connecting Google ended with {back.status_code}: {back.text[:500]}")
        return back.text

    def create_export(self, description: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Describes an export."""
        config: dict[str, Any] = self.call("POST", "/api/v1/export-configs", description, key)
        return config

    def start(self, config_id: str, mode: str = "incremental", key: str | None = None) -> dict[str, Any]:
        """Starts a run."""
        task: dict[str, Any] = self.call("POST", f"/api/v1/export-configs/{config_id}/tasks", {"mode": mode}, key)
        return task

    def wait(
        self, task_id: str, seconds: float = TASK_SECONDS, watch: Callable[[dict[str, Any]], None] | None = None
    ) -> dict[str, Any]:
        """Waits until the run is over; `watch` sees every look at it."""
        deadline = time.monotonic() + seconds
        task: dict[str, Any] = {}
        while time.monotonic() < deadline:
            task = self.call("GET", f"/api/v1/tasks/{task_id}")
            if watch is not None:
                watch(task)
            if task["state"] in {"finished", "failed", "cancelled"}:
                return task
            time.sleep(0.1)
        raise StackError(f"The run {task_id} was not over after {seconds} s: {task}")

    def run(self, config_id: str, watch: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
        """Starts a run and waits for it to finish well."""
        task = self.wait(self.start(config_id)["id"], watch=watch)
        if task["state"] != "finished":
            raise StackError(f"The run ended as {task['state']}: {task['error']}")
        return task

    def config(self, config_id: str) -> dict[str, Any]:
        """The export as it is now."""
        config: dict[str, Any] = self.call("GET", f"/api/v1/export-configs/{config_id}")
        return config

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """One call of our API; a problem ends the story. Whoever stays longer than a token lasts comes in anew."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.http.request(method, path, json=body, headers=headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED and "Authorization" in self.http.headers:
            self.sign_in(admin=self._admin)
            answer = self.http.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise StackError(f"{method} {path} answered {answer.status_code}: {answer.text[:1000]}")
        return answer.json() if answer.content else None


def _ticked_scopes(page: str) -> list[str]:
    marker = 'type="checkbox" name="scope" value="'
    return [part.split('"', 1)[0] for part in page.split(marker)[1:]]
