"""What Google's refusals mean to us: one table for the Sheets API, one for OAuth.

An error never carries a token, a cell or a range: Google quotes such things in its messages, so a message is passed
on only up to the first thing it quotes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from adapters.google.session import Answer
from domain.connections.google import ConsentDenied, ConsentInvalid, GoogleDisconnected
from domain.exports.spreadsheet import (
    CELLS_LIMIT,
    TABS_LIMIT,
    DriveFull,
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    TabMissing,
    TabTitleTaken,
    TooManyTabs,
)
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed

_VENDOR = "google"
_MINUTE = 60.0
_TOLD_LENGTH = 100
_QUOTED = re.compile(r"""["'(<]|\[(?!\d+\])|: (?=\S*!)|[^ -~]""")
"""Where a message begins to quote: a quotation mark, a bracket other than an index's, a range after a colon, or a
character that Google's English has no use for.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not a success, taken apart. `spoken` tells Google's own words from a proxy's page."""

    status: int
    spoken: bool
    name: str = ""
    message: str = ""
    reasons: frozenset[str] = frozenset()
    limit: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """What an answer means. `passing` failures may be gone a moment later; what was asked may have been applied."""

    error: SkladSheetsError
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A refusal of that status, with those words in its message, name or reasons, means this."""

    status: int
    words: str
    error: Callable[[Refusal], SkladSheetsError]
    passing: bool = False

    def covers(self, refusal: Refusal) -> bool:
        """Whether the rule is about this refusal."""
        if self.status != refusal.status:
            return False
        wanted = self.words.lower()
        return any(wanted in text.lower() for text in (refusal.message, refusal.name, *refusal.reasons))


def _failed(refusal: Refusal) -> SkladSheetsError:
    return VendorFailed(vendor=_VENDOR, status=refusal.status, reason=refusal.name or "unknown")


def _told(refusal: Refusal) -> SkladSheetsError:
    said = _QUOTED.split(refusal.message, maxsplit=1)[0].strip()[:_TOLD_LENGTH]
    return VendorFailed(vendor=_VENDOR, status=refusal.status, reason=refusal.name or "unknown", message=said)


def _reason(reason: str) -> Callable[[Refusal], SkladSheetsError]:
    return lambda refusal: VendorFailed(vendor=_VENDOR, status=refusal.status, reason=reason)


def _busy(refusal: Refusal) -> SkladSheetsError:
    whose = "project" if refusal.limit.endswith("PerProject") else "user"
    return VendorBusy(refusal.wait, vendor=_VENDOR, quota=whose)


def _disconnected(reason: str) -> Callable[[Refusal], SkladSheetsError]:
    return lambda _: GoogleDisconnected(reason=reason)


def _plain(error: Callable[[], SkladSheetsError]) -> Callable[[Refusal], SkladSheetsError]:
    return lambda _: error()


SHEETS: tuple[Rule, ...] = (
    Rule(400, "above the limit of 10000000 cells", lambda _: SpreadsheetFull(limit=CELLS_LIMIT)),
    Rule(400, "above the limit of 200 sheets", lambda _: TooManyTabs(limit=TABS_LIMIT)),
    Rule(400, "unable to parse range", _plain(TabMissing)),
    Rule(400, "no grid with id", _plain(TabMissing)),
    Rule(400, "no sheet with id", _plain(TabMissing)),
    Rule(400, "already exists. please enter another name", _plain(TabTitleTaken)),
    Rule(400, "protected cell or object", lambda _: SpreadsheetForbidden(reason="protected")),
    Rule(400, "not supported for this document", lambda _: SpreadsheetNotFound(reason="other_format")),
    Rule(400, "exceeds grid limits", _reason("outside_grid")),
    Rule(400, "tried writing to", _reason("outside_grid")),
    Rule(400, "maximum of 50000 characters", _reason("cell_too_long")),
    Rule(400, "", _told),
    Rule(401, "", _disconnected("access_token")),
    Rule(403, "SCOPE_INSUFFICIENT", _disconnected("scope")),
    Rule(403, "insufficient authentication scopes", _disconnected("scope")),
    Rule(403, "SERVICE_DISABLED", _reason("configuration")),
    Rule(403, "rateLimitExceeded", _busy),
    Rule(403, "RATE_LIMIT_EXCEEDED", _busy),
    Rule(403, "PERMISSION_DENIED", _plain(SpreadsheetForbidden)),
    Rule(404, "NOT_FOUND", _plain(SpreadsheetNotFound)),
    Rule(408, "", _failed, passing=True),
    Rule(409, "", _failed, passing=True),
    Rule(499, "", _failed, passing=True),
)
"""Refusals of the Sheets API, in the order in which rules are tried."""

DRIVE: tuple[Rule, ...] = (
    Rule(403, "storageQuotaExceeded", _plain(DriveFull)),
    Rule(403, "activeItemCreationLimitExceeded", _plain(DriveFull)),
    Rule(403, "insufficientFilePermissions", _plain(SpreadsheetForbidden)),
    Rule(403, "appNotAuthorizedToFile", _plain(SpreadsheetNotFound)),
    Rule(403, "accessNotConfigured", _reason("configuration")),
    Rule(404, "notFound", _plain(SpreadsheetNotFound)),
    *SHEETS,
)
"""Refusals of the Drive API, which has reasons of its own and no status (Drive API guide, "Resolve errors")."""

_OURS: tuple[Rule, ...] = (
    Rule(400, "invalid_client", _reason("configuration")),
    Rule(401, "invalid_client", _reason("configuration")),
    Rule(400, "unauthorized_client", _reason("configuration")),
    Rule(401, "unauthorized_client", _reason("configuration")),
    Rule(401, "deleted_client", _reason("configuration")),
    Rule(401, "disabled_client", _reason("configuration")),
    Rule(400, "redirect_uri_mismatch", _reason("configuration")),
    Rule(403, "rate_limit_exceeded", _busy),
)
RENEWAL: tuple[Rule, ...] = (
    Rule(400, "invalid_grant", _disconnected("grant")),
    Rule(400, "admin_policy_enforced", _disconnected("policy")),
    Rule(403, "admin_policy_enforced", _disconnected("policy")),
    Rule(400, "access_denied", _disconnected("policy")),
    Rule(403, "access_denied", _disconnected("policy")),
    *_OURS,
)
"""Answers of the token endpoint to a refresh token (RFC 6749, 5.2, and Google's additions)."""

ASSERTION: tuple[Rule, ...] = (
    Rule(400, "invalid_grant", _reason("configuration")),
    *_OURS,
)
"""Answers of the token endpoint to a service account's own signature: what is wrong with it is ours to mend."""

EXCHANGE: tuple[Rule, ...] = (
    Rule(400, "invalid_grant", lambda _: ConsentInvalid(reason="code")),
    Rule(400, "admin_policy_enforced", lambda _: ConsentDenied(reason="policy")),
    Rule(403, "admin_policy_enforced", lambda _: ConsentDenied(reason="policy")),
    Rule(400, "access_denied", lambda _: ConsentDenied(reason="refused")),
    Rule(403, "access_denied", lambda _: ConsentDenied(reason="refused")),
    *_OURS,
)
"""Answers of the token endpoint to a code: `invalid_grant` now says that the code is wrong, old or used."""

REVOCATION: tuple[Rule, ...] = (
    Rule(400, "invalid_token", _disconnected("grant")),
    Rule(400, "invalid_grant", _disconnected("grant")),
    *_OURS,
)
"""Answers of the revocation endpoint (RFC 7009, 2.2.1); Google answers `invalid_token` for a token that is dead."""


def judge(answer: Answer, now: float, rules: tuple[Rule, ...] = SHEETS) -> Failure | None:
    """What the answer means; None for a success. `now` is in seconds since the epoch.

    A 429 is VendorBusy whoever says it. For the rest the first rule that covers a refusal decides, if Google said it;
    what is left, such as a proxy's page, passes if its status is 500 or above.
    """
    if 200 <= answer.status < 300:
        return None
    refusal = _refusal(answer, now)
    if refusal.status == 429:
        return Failure(_busy(refusal))
    if refusal.spoken:
        for rule in rules:
            if rule.covers(refusal):
                return Failure(rule.error(refusal), rule.passing)
    return Failure(_failed(refusal), passing=refusal.status >= 500)


def lost(error: BaseException) -> Failure:
    """The connection broke or nothing came in time."""
    reason = "timeout" if isinstance(error, TimeoutError) else "connection"
    return Failure(VendorFailed(vendor=_VENDOR, reason=reason), passing=True)


def unreadable() -> VendorFailed:
    """A success whose body is not what Google documents."""
    return VendorFailed(vendor=_VENDOR, reason="answer")


def _refusal(answer: Answer, now: float) -> Refusal:
    wait = _wait(answer, now)
    try:
        body: Any = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Refusal(answer.status, spoken=False, wait=wait)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return Refusal(answer.status, spoken=True, name=error, wait=wait)
    if not isinstance(error, dict):
        return Refusal(answer.status, spoken=False, wait=wait)
    details = [detail for detail in error.get("details") or () if isinstance(detail, dict)]
    details += [detail for detail in error.get("errors") or () if isinstance(detail, dict)]
    limits = [detail["metadata"].get("quota_limit") for detail in details if isinstance(detail.get("metadata"), dict)]
    return Refusal(
        answer.status,
        spoken=True,
        name=str(error.get("status") or ""),
        message=str(error.get("message") or ""),
        reasons=frozenset(str(detail["reason"]) for detail in details if "reason" in detail),
        limit=next((str(limit) for limit in limits if limit), ""),
        wait=wait,
    )


def _wait(answer: Answer, now: float) -> float:
    """Seconds to wait after a 429. Nobody has seen Google send Retry-After to it; quotas refill every minute."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else _MINUTE - now % _MINUTE
