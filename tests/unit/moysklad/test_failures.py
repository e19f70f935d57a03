"""The table of failures, line by line."""

import json

import pytest

from adapters.moysklad.failures import BY_CODE, Refusal, Verdict
from domain.connections.moysklad import (
    MoySkladDisconnected,
    MoySkladPermissionMissing,
    MoySkladRejected,
    TariffRefused,
)
from domain.exports.filters import FilterRefused
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed


def refusal(status: int, code: int | None = None, words: str = "слова", **headers: str) -> Refusal:
    entry = {"error": words} | ({"code": code} if code else {})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, named, json.dumps({"errors": [entry]}).encode())


@pytest.mark.parametrize(
    ("status", "code", "kind", "reason"),
    [
        (401, None, MoySkladDisconnected, 401),
        (401, 1056, MoySkladDisconnected, 1056),
        (401, 1048, MoySkladDisconnected, 1048),
        (403, 1061, MoySkladDisconnected, 1061),
        (403, 1043, TariffRefused, None),
        (403, 1070, TariffRefused, None),
        (403, 37000, TariffRefused, None),
        (403, 47000, TariffRefused, None),
        (403, 30006, TariffRefused, None),
        (403, 1016, MoySkladPermissionMissing, None),
        (403, 1064, MoySkladPermissionMissing, None),
        (403, 1075, MoySkladPermissionMissing, None),
        (403, None, MoySkladPermissionMissing, None),
        (403, 38000, MoySkladPermissionMissing, None),
        (412, 3006, MoySkladRejected, None),
        (412, 3000, MoySkladRejected, None),
        (409, 1028, MoySkladRejected, None),
        (400, 14013, MoySkladRejected, None),
        (400, 17024, MoySkladRejected, None),
        (412, 22004, MoySkladRejected, None),
        (400, 30003, MoySkladRejected, None),
        (413, None, MoySkladRejected, None),
        (400, 1088, MoySkladRejected, None),
        (400, 2022, MoySkladRejected, None),
        (412, 1065, VendorBusy, 1065),
        (429, 61002, VendorBusy, 61002),
        (404, 61006, VendorBusy, 61006),
        (500, 51007, VendorFailed, 51007),
        (404, 1008, FilterRefused, None),
        (404, None, VendorFailed, 404),
        (404, 1005, VendorFailed, 1005),
        (404, 1021, FilterRefused, None),
        (400, 1034, FilterRefused, None),
        (400, 1014, FilterRefused, None),
        (400, 1035, FilterRefused, None),
        (400, 1063, FilterRefused, None),
        (400, 1089, FilterRefused, None),
        (414, None, FilterRefused, None),
        (415, None, VendorFailed, 415),
        (400, None, VendorFailed, 400),
        (400, 99999, VendorFailed, 99999),
        (410, None, VendorFailed, 410),
        (302, None, VendorFailed, 302),
        (500, None, VendorFailed, 500),
        (503, 1074, VendorFailed, 1074),
        (503, 1095, VendorBusy, 1095),
        (429, 1049, VendorBusy, 1049),
        (429, 1073, VendorBusy, 1073),
        (429, None, VendorBusy, 429),
    ],
)
def test_the_table(status: int, code: int | None, kind: type[SkladSheetsError], reason: int | None) -> None:
    error = refusal(status, code).error()
    assert type(error) is kind
    if reason is not None:
        assert error.details["reason"] == reason
    if kind is VendorFailed:
        assert error.details["status"] == status


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_servers_trouble_may_pass(status: int) -> None:
    assert Refusal(status, {}, b"<html>nginx</html>").verdict is Verdict.PASSING


def test_the_two_kinds_of_too_many_requests() -> None:
    assert refusal(429).verdict is Verdict.PARALLEL
    window = refusal(429, x_lognex_retry_after="1500")
    assert window.verdict is Verdict.WINDOW
    busy = window.error()
    assert isinstance(busy, VendorBusy)
    assert busy.retry_after == 1.5
    assert refusal(429, 1073, x_lognex_retry_after="10").verdict is Verdict.PARALLEL


def test_moyskladswords_are_kept_and_cut() -> None:
    assert refusal(400, 1034, "Ошибка фильтрации").error().details["reason"] == "Ошибка фильтрации"
    assert len(str(refusal(400, 1034, "я" * 5000).error().details["reason"])) == 300


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b'{"errors":"x"}', b'{"errors":[{"code":"x"}]}', b"\xff\xfe", b"[]", b'{"errors":[]}'],
)
def test_an_unreadable_body_leaves_the_status(body: bytes) -> None:
    assert Refusal(401, {}, body).error().details["reason"] == 401


def test_an_array_of_error_objects() -> None:
    body = json.dumps([{"errors": []}, {"errors": [{"error": "нет прав", "code": 1016}]}]).encode()
    assert Refusal(403, {}, body).code == 1016


def test_every_code_of_the_table_becomes_the_error_of_its_verdict() -> None:
    kinds = {
        Verdict.DISCONNECTED: MoySkladDisconnected,
        Verdict.NOT_PERMITTED: MoySkladPermissionMissing,
        Verdict.TARIFF: TariffRefused,
        Verdict.REFUSED: FilterRefused,
        Verdict.ABSENT: FilterRefused,
        Verdict.REJECTED: MoySkladRejected,
        Verdict.SPLIT: MoySkladRejected,
        Verdict.PASSING: VendorFailed,
    }
    for code, verdict in BY_CODE.items():
        error = refusal(400, code).error()
        assert type(error) is kinds.get(verdict, VendorBusy)
        if not isinstance(error, VendorBusy | VendorFailed | MoySkladDisconnected):
            assert error.details == {"reason": "слова", "number": code}


def test_the_time_to_wait_is_the_one_that_the_refusal_asks_for() -> None:
    waits = {code: refusal(429, code).error() for code in (1095, 61002, 61006, 1065)}
    assert {code: busy.retry_after for code, busy in waits.items() if isinstance(busy, VendorBusy)} == {
        1095: 60,
        61002: 30,
        61006: 5,
        1065: 1,
    }
