"""RFC 9457 problems: the one place where errors become HTTP statuses."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from domain.shared.errors import (
    Conflict,
    ConnectionBroken,
    Forbidden,
    NotFound,
    PreconditionFailed,
    QuotaExceeded,
    RequestUnderWay,
    RuleViolated,
    SkladSheetsError,
    TooManyRequests,
    Unauthenticated,
    VendorBusy,
    VendorFailed,
)
from entrypoints.rest.words import Text, Wording, Words

PROBLEM = "application/problem+json"
STATUSES: tuple[tuple[type[SkladSheetsError], int], ...] = (
    (Unauthenticated, 401),
    (QuotaExceeded, 402),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (ConnectionBroken, 409),
    (PreconditionFailed, 412),
    (RuleViolated, 422),
    (TooManyRequests, 429),
    (VendorFailed, 502),
    (VendorBusy, 503),
)
HTTP_CODES = {
    400: "request_invalid",
    401: "tenants.unauthenticated",
    404: "not_found",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "media_type_unsupported",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What went wrong. `detail` says what to do next; `words` has both languages, title and detail the caller's."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    words: Words
    details: dict[str, str | int] = {}
    invalid: list[str] = []
    action: str | None = None


def status_of(error: SkladSheetsError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


class Problems:
    """Makes problems. Registered with Litestar for every exception."""

    def __init__(self, wording: Wording, report: Callable[[BaseException], None]) -> None:
        self._wording = wording
        self._report = report

    def refused(self, request: Request[Any, Any, Any], error: SkladSheetsError) -> Response[Problem]:
        """An error of the taxonomy."""
        response = self._answer(request, status_of(error), error.code, error.details)
        if isinstance(error, VendorBusy | RequestUnderWay | TooManyRequests):
            response.headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
        if isinstance(error, Unauthenticated):
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def malformed(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
        """A request that Litestar itself refused."""
        invalid = _invalid(error) if isinstance(error, ValidationException) else [error.detail]
        if error.status_code >= 500:
            self._report(error)
        status = 400 if error.status_code == 422 else error.status_code
        code = HTTP_CODES.get(status, "request_invalid" if status < 500 else SkladSheetsError.code)
        response = self._answer(request, status, code, {}, invalid if status < 500 and status != 404 else [])
        response.headers.update(error.headers or {})
        return response

    def unforeseen(self, request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
        """Anything else: it is reported, and no detail leaves the house."""
        self._report(error)
        return self._answer(request, 500, SkladSheetsError.code, {})

    def _answer(
        self,
        request: Request[Any, Any, Any],
        status: int,
        code: str,
        details: Mapping[str, str | int],
        invalid: list[str] | None = None,
    ) -> Response[Problem]:
        words = self._wording(code, details)
        text = language(request, words)
        problem = Problem(
            type=f"/problems/{code}",
            title=text.title,
            status=status,
            detail=text.action,
            code=code,
            request_id=str(request.scope.get("state", {}).get("request_id", "")),
            words=words,
            details=dict(details),
            invalid=invalid or [],
            action="/api/v1/connections" if code.startswith("connections.") else None,
        )
        return Response(problem, status_code=status, media_type=PROBLEM)


def language(request: Request[Any, Any, Any], words: Words) -> Text:
    """That of the member, as MoySklad told it. Without it, English for callers who ask for it first, and Russian."""
    told = request.scope.get("state", {}).get("locale")
    if told is not None:
        return words.ru if str(told).lower().startswith("ru") else words.en
    first = request.headers.get("accept-language", "ru").split(",")[0].strip().lower()
    return words.en if first.startswith("en") else words.ru


def _invalid(error: ValidationException) -> list[str]:
    items = error.extra if isinstance(error.extra, list) else []
    told = [f"{item.get('key', '')}: {item.get('message', '')}".strip(": ") for item in items if isinstance(item, dict)]
    return told or [error.detail]
