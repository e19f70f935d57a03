from typing import Any

import msgspec
import pytest

from adapters.google.failures import EXCHANGE, RENEWAL, REVOCATION, SHEETS, Rule, judge, lost
from adapters.google.session import Answer
from domain.connections.google import ConsentDenied, ConsentInvalid, GoogleDisconnected
from domain.exports.spreadsheet import (
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    TabMissing,
    TabTitleTaken,
    TooManyColumns,
    TooManyTabs,
)
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed

NOW = 1_800_000_000.0 + 20.0
SECRET = "Секретный покупатель"
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def refused(status: int, message: str, *details: dict[str, Any]) -> Answer:
    error = {"code": status, "message": message, "status": STATUSES.get(status, ""), "details": list(details)}
    return Answer(status, {}, msgspec.json.encode({"error": error}))


def reason(name: str, **metadata: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": name, "metadata": metadata}


def oauth(status: int, error: str) -> Answer:
    return Answer(status, {}, msgspec.json.encode({"error": error, "error_description": f"about {SECRET}"}))


TABLE: list[tuple[Answer, type[SkladSheetsError], dict[str, object], bool]] = [
    (
        refused(
            400, "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
        ),
        SpreadsheetFull,
        {"limit": 10_000_000},
        False,
    ),
    (refused(400, "Unable to parse range: 'X'!A1:B2"), TabMissing, {}, False),
    (refused(400, "Invalid data[0]: Unable to parse range: 'X'!A1:B2"), TabMissing, {}, False),
    (refused(400, "Invalid requests[0].updateCells: No grid with id: 7"), TabMissing, {}, False),
    (
        refused(
            400,
            'Invalid requests[0].addSheet: A sheet with the name "Sheet1" already exists. Please enter another name.',
        ),
        TabTitleTaken,
        {},
        False,
    ),
    (
        refused(400, "Invalid data[0]: You are trying to edit a protected cell or object. Please contact the owner."),
        SpreadsheetForbidden,
        {"reason": "protected"},
        False,
    ),
    (
        refused(400, "This operation is not supported for this document"),
        SpreadsheetNotFound,
        {"reason": "other_format"},
        False,
    ),
    (
        refused(400, f"Range ({SECRET}!A100000) exceeds grid limits. Max rows: 1000, max columns: 26"),
        VendorFailed,
        {"vendor": "google", "status": 400, "reason": "outside_grid"},
        False,
    ),
    (
        refused(400, f"Invalid data[0]: Requested writing within range [{SECRET}!A1], but tried writing to row [2]"),
        VendorFailed,
        {"vendor": "google", "status": 400, "reason": "outside_grid"},
        False,
    ),
    (
        refused(400, "This action would increase the number of sheets in the workbook above the limit of 200 sheets."),
        TooManyTabs,
        {"limit": 200},
        False,
    ),
    (
        refused(400, "This action would increase the number of columns in the sheet above the limit of 18278 columns"),
        TooManyColumns,
        {"limit": 18_278},
        False,
    ),
    (
        refused(400, "Your input contains more than the maximum of 50000 characters in a single cell."),
        VendorFailed,
        {"vendor": "google", "status": 400, "reason": "cell_too_long"},
        False,
    ),
    (
        refused(400, f"Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"{SECRET}\""),
        VendorFailed,
        {"vendor": "google", "status": 400, "reason": "INVALID_ARGUMENT", "message": "Invalid value at"},
        False,
    ),
    (
        refused(400, f"Invalid requests[0].sortRange: cannot sort {SECRET} with others"),
        VendorFailed,
        {
            "vendor": "google",
            "status": 400,
            "reason": "INVALID_ARGUMENT",
            "message": "Invalid requests[0].sortRange: cannot sort",
        },
        False,
    ),
    (
        refused(400, "Invalid requests[3].repeatCell: Must specify at least one field."),
        VendorFailed,
        {
            "vendor": "google",
            "status": 400,
            "reason": "INVALID_ARGUMENT",
            "message": "Invalid requests[3].repeatCell: Must specify at least one field.",
        },
        False,
    ),
    (
        refused(401, "Request had invalid authentication credentials.", reason("CREDENTIALS_MISSING")),
        GoogleDisconnected,
        {"reason": "access_token"},
        False,
    ),
    (refused(403, "The caller does not have permission"), SpreadsheetForbidden, {}, False),
    (
        refused(403, "Request had insufficient authentication scopes.", reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT")),
        GoogleDisconnected,
        {"reason": "scope"},
        False,
    ),
    (
        refused(403, "Google Sheets API has not been used in project 1 before", reason("SERVICE_DISABLED")),
        VendorFailed,
        {"vendor": "google", "status": 403, "reason": "configuration"},
        False,
    ),
    (refused(404, "Requested entity was not found."), SpreadsheetNotFound, {}, False),
    (refused(409, "Aborted"), VendorFailed, {"vendor": "google", "status": 409, "reason": "ABORTED"}, True),
    (
        refused(429, "Quota", reason("RATE_LIMIT_EXCEEDED", quota_limit="WriteRequestsPerMinutePerUser")),
        VendorBusy,
        {"vendor": "google", "quota": "user"},
        False,
    ),
    (
        refused(429, "Quota", reason("RATE_LIMIT_EXCEEDED", quota_limit="WriteRequestsPerMinutePerProject")),
        VendorBusy,
        {"vendor": "google", "quota": "project"},
        False,
    ),
    (Answer(429, {}, b"<html>We're sorry</html>"), VendorBusy, {"vendor": "google", "quota": "user"}, False),
    (refused(499, "Cancelled"), VendorFailed, {"vendor": "google", "status": 499, "reason": "CANCELLED"}, True),
    (
        refused(500, "Internal error encountered."),
        VendorFailed,
        {"vendor": "google", "status": 500, "reason": "INTERNAL"},
        True,
    ),
    (
        refused(503, "The service is currently unavailable."),
        VendorFailed,
        {"vendor": "google", "status": 503, "reason": "UNAVAILABLE"},
        True,
    ),
    (
        Answer(502, {}, b"<html>Bad gateway</html>"),
        VendorFailed,
        {"vendor": "google", "status": 502, "reason": "unknown"},
        True,
    ),
    (Answer(503, {}, b""), VendorFailed, {"vendor": "google", "status": 503, "reason": "unknown"}, True),
    # Pages of somebody in between are never taken for Google's own word.
    (
        Answer(401, {}, b"<html>Proxy</html>"),
        VendorFailed,
        {"vendor": "google", "status": 401, "reason": "unknown"},
        False,
    ),
    (Answer(403, {}, b"\xff\xfe"), VendorFailed, {"vendor": "google", "status": 403, "reason": "unknown"}, False),
    (Answer(404, {}, b"[]"), VendorFailed, {"vendor": "google", "status": 404, "reason": "unknown"}, False),
    (Answer(302, {}, b""), VendorFailed, {"vendor": "google", "status": 302, "reason": "unknown"}, False),
    (
        Answer(400, {}, b'{"error":{"details":[1],"errors":null}}'),
        VendorFailed,
        {"vendor": "google", "status": 400, "reason": "unknown", "message": ""},
        False,
    ),
]


@pytest.mark.parametrize(("answer", "kind", "details", "passing"), TABLE)
def test_sheets(answer: Answer, kind: type[SkladSheetsError], details: dict[str, object], passing: bool) -> None:
    failure = judge(answer, NOW)
    assert failure is not None
    assert type(failure.error) is kind
    assert failure.error.details == details
    assert failure.passing is passing
    assert SECRET not in str(failure.error) + repr(failure.error)


def test_the_table_above_walks_every_rule() -> None:
    # Rules with the same outcome as another, for words of Google's that come in several spellings.
    spellings = {"no sheet with id", "insufficient authentication scopes", "rateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
    walked = [
        rule
        for rule in SHEETS
        if any(answer.status == rule.status and rule.words.lower() in lower(answer) for answer, *_ in TABLE)
    ]
    assert {rule.words for rule in SHEETS} - {rule.words for rule in walked} <= spellings


def lower(answer: Answer) -> str:
    return answer.body.decode(errors="replace").lower()


@pytest.mark.parametrize(
    ("rules", "status", "error", "kind", "details"),
    [
        (RENEWAL, 400, "invalid_grant", GoogleDisconnected, {"reason": "grant"}),
        (RENEWAL, 400, "admin_policy_enforced", GoogleDisconnected, {"reason": "policy"}),
        (RENEWAL, 403, "access_denied", GoogleDisconnected, {"reason": "policy"}),
        (EXCHANGE, 400, "invalid_grant", ConsentInvalid, {"reason": "code"}),
        (EXCHANGE, 403, "admin_policy_enforced", ConsentDenied, {"reason": "policy"}),
        (EXCHANGE, 400, "access_denied", ConsentDenied, {"reason": "refused"}),
        (REVOCATION, 400, "invalid_token", GoogleDisconnected, {"reason": "grant"}),
        *(
            (rules, status, error, VendorFailed, {"vendor": "google", "status": status, "reason": "configuration"})
            for rules in (RENEWAL, EXCHANGE, REVOCATION)
            for status, error in [
                (401, "invalid_client"),
                (401, "unauthorized_client"),
                (401, "deleted_client"),
                (401, "disabled_client"),
                (400, "redirect_uri_mismatch"),
            ]
        ),
        (
            RENEWAL,
            400,
            "invalid_request",
            VendorFailed,
            {"vendor": "google", "status": 400, "reason": "invalid_request"},
        ),
        (RENEWAL, 429, "slow_down", VendorBusy, {"vendor": "google", "quota": "user"}),
        (RENEWAL, 403, "rate_limit_exceeded", VendorBusy, {"vendor": "google", "quota": "user"}),
        (
            RENEWAL,
            500,
            "internal_failure",
            VendorFailed,
            {"vendor": "google", "status": 500, "reason": "internal_failure"},
        ),
    ],
)
def test_oauth(
    rules: tuple[Rule, ...], status: int, error: str, kind: type[SkladSheetsError], details: dict[str, object]
) -> None:
    failure = judge(oauth(status, error), NOW, rules)
    assert failure is not None
    assert type(failure.error) is kind
    assert failure.error.details == details
    assert failure.passing is (status >= 500)


@pytest.mark.parametrize(
    ("headers", "wait"), [({}, 40.0), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "soon"}, 40.0)]
)
def test_a_quota_is_waited_for_until_the_next_minute_unless_google_says_otherwise(
    headers: dict[str, str], wait: float
) -> None:
    failure = judge(Answer(429, headers, b""), NOW)
    assert failure is not None
    assert isinstance(failure.error, VendorBusy)
    assert failure.error.retry_after == wait


@pytest.mark.parametrize("status", [200, 204])
def test_a_success_is_no_failure(status: int) -> None:
    assert judge(Answer(status, {}, b""), NOW) is None


@pytest.mark.parametrize(
    ("error", "told"),
    [(TimeoutError("x"), "timeout"), (ConnectionResetError("x"), "connection"), (OSError(), "connection")],
)
def test_a_lost_connection_passes(error: Exception, told: str) -> None:
    failure = lost(error)
    assert failure.passing
    assert failure.error.details == {"vendor": "google", "reason": told}
