"""A user agent for the emulator, in the terms that its tests speak."""

import itertools
from dataclasses import dataclass
from typing import Any

import httpx

from tests.integration.harness import once

_NUMBERS = itertools.count(1)


@dataclass
class User:
    """An account with a token of a client that belongs to a project of its own."""

    base: str
    email: str
    client_id: str
    token: str
    refresh_token: str

    def call(self, method: str, path: str, json: Any = None, **query: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return once.request(method, self.base + path, json=json, params=query, headers=headers, timeout=30)

    def ok(self, method: str, path: str, json: Any = None, **query: Any) -> Any:
        response = self.call(method, path, json, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, method: str, path: str, json: Any = None, **query: Any) -> dict[str, Any]:
        response = self.call(method, path, json, **query)
        assert response.status_code >= 400, response.text
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        error: dict[str, Any] = response.json()["error"]
        assert error["code"] == response.status_code
        return error

    def create(
        self, title: str = "Book", *, locale: str = "en_US", sheets: list[dict[str, Any]] | None = None
    ) -> "Book":
        body: dict[str, Any] = {"properties": {"title": title, "locale": locale}}
        if sheets:
            body["sheets"] = [{"properties": one} for one in sheets]
        return Book(self, self.ok("POST", "/v4/spreadsheets", body)["spreadsheetId"])


@dataclass
class Book:
    """One spreadsheet through one user."""

    user: User
    id: str

    @property
    def path(self) -> str:
        return f"/v4/spreadsheets/{self.id}"

    def batch(self, *requests: dict[str, Any], **more: Any) -> Any:
        return self.user.ok("POST", f"{self.path}:batchUpdate", {"requests": list(requests), **more})

    def refused(self, *requests: dict[str, Any]) -> str:
        error = self.user.error("POST", f"{self.path}:batchUpdate", {"requests": list(requests)})
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
        return str(error["message"])

    def put(self, where: str, rows: list[list[Any]], option: str = "RAW", **more: Any) -> Any:
        return self.user.ok("PUT", f"{self.path}/values/{where}", {"values": rows}, valueInputOption=option, **more)

    def get(self, where: str, render: str = "UNFORMATTED_VALUE", **more: Any) -> Any:
        return self.user.ok("GET", f"{self.path}/values/{where}", valueRenderOption=render, **more)

    def rows(self, where: str, render: str = "UNFORMATTED_VALUE") -> list[list[Any]]:
        return list(self.get(where, render).get("values", []))

    def append(self, where: str, rows: list[list[Any]], **more: Any) -> Any:
        query = {"valueInputOption": "RAW", **more}
        return self.user.ok("POST", f"{self.path}/values/{where}:append", {"values": rows}, **query)

    def resource(self, **query: Any) -> Any:
        return self.user.ok("GET", self.path, **query)

    def contents(self) -> Any:
        return once.get(f"{self.user.base}/_control/spreadsheets/{self.id}").json()


@dataclass
class Google:
    """The emulator."""

    base: str

    def control(self, method: str, path: str, json: Any = None) -> Any:
        response = once.request(method, f"{self.base}/_control/{path}", json=json, timeout=30)
        assert response.status_code < 300, response.text
        return response.json()

    def client(self, *redirects: str, project: str = "") -> tuple[str, str]:
        number = next(_NUMBERS)
        client_id, word = f"client-{number}.apps.googleusercontent.com", f"word-{number}"
        body = {
            "clientId": client_id,
            "clientSecret": word,
            "redirectUris": list(redirects),
            "projectNumber": project or str(700_000 + number),
        }
        self.control("POST", "clients", body)
        return client_id, word

    def email(self) -> str:
        return f"person{next(_NUMBERS)}@example.com"

    def user(self, *scopes: str, email: str = "", client_id: str = "", project: str = "") -> User:
        client_id = client_id or self.client(project=project)[0]
        email = email or self.email()
        body: dict[str, Any] = {"email": email, "clientId": client_id}
        if scopes:
            body["scopes"] = list(scopes)
        tokens = self.control("POST", "tokens", body)
        return User(self.base, email, client_id, tokens["access_token"], tokens["refresh_token"])
