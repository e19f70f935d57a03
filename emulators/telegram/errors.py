"""What the Bot API answers where it refuses (core.telegram.org/bots/api, "Making requests" and ResponseParameters)."""

import math
from http import HTTPStatus
from typing import Any


class BotError(Exception):
    """A refusal: `{"ok": false, "error_code", "description", "parameters"}`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(what: str, **parameters: int) -> BotError:
    """400."""
    return BotError(400, f"Bad Request: {what}", **parameters)


def forbidden(what: str) -> BotError:
    """403."""
    return BotError(403, f"Forbidden: {what}")


def conflict(what: str) -> BotError:
    """409."""
    return BotError(409, f"Conflict: {what}")


def unauthorized() -> BotError:
    """401: no such bot, or its token was revoked."""
    return BotError(401, "Unauthorized")


def not_found() -> BotError:
    """404: nothing that looks like a token."""
    return BotError(404, "Not Found")


def no_method() -> BotError:
    """404: no such method, or one that is not emulated."""
    return BotError(404, "Not Found: method not found")


def too_many_requests(seconds: float) -> BotError:
    """429: how many whole seconds to wait is told twice, in words and in `parameters`."""
    wait = max(1, math.ceil(seconds))
    return BotError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def error_body(status: int, _: str) -> dict[str, Any]:
    """The body of a planned fault with that status."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return too_many_requests(1).body()
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"
    return BotError(status, phrase).body()
