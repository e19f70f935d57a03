"""One taxonomy, one table of statuses."""

import pytest

from application.digests import TokenMalformed
from domain.connections.google import GoogleDisconnected, GoogleNotConnected
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.config import ConfigNotFound
from domain.exports.filters import OperatorUnknown
from domain.exports.spreadsheet import SpreadsheetNotFound
from domain.exports.task import ExportAlreadyRunning
from domain.shared.errors import (
    IdempotencyKeyReused,
    QuotaExceeded,
    SkladSheetsError,
    Unauthenticated,
    VendorBusy,
    VendorFailed,
)
from domain.tenants.member import PermissionMissing
from entrypoints.rest.problems import HTTP_CODES, STATUSES, status_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unauthenticated(), 401),
        (TokenMalformed(), 401),
        (QuotaExceeded(), 402),
        (PermissionMissing(), 403),
        (ConfigNotFound(), 404),
        (ExportAlreadyRunning(), 409),
        (IdempotencyKeyReused(), 422),
        (GoogleNotConnected(), 409),
        (GoogleDisconnected(), 409),
        (MoySkladDisconnected(), 409),
        (OperatorUnknown(), 422),
        (SpreadsheetNotFound(), 422),
        (VendorFailed(), 502),
        (VendorBusy(1.0), 503),
        (SkladSheetsError(), 500),
    ],
)
def test_statuses(error: SkladSheetsError, status: int) -> None:
    assert status_of(error) == status


def test_every_kind_of_error_has_a_status() -> None:
    assert {kind for kind, _ in STATUSES} == set(SkladSheetsError.__subclasses__())


def test_codes_of_plain_http_refusals_are_codes_that_have_words() -> None:
    from adapters.wording.texts import TEXTS

    assert set(HTTP_CODES.values()) <= set(TEXTS)
