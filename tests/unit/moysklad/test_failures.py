"""The table of failures, line by line."""

import json

import pytest

from adapters.moysklad.failures import BY_CODE, Refusal, Verdict, not_permitted
from domain.connections.moysklad import MoySkladDisconnected
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
        (403, 1043, MoySkladDisconnected, 1043),
        (403, 1070, MoySkladDisconnected, 1070),
        (403, 37000, MoySkladDisconnected, 37000),
        (403, 47000, MoySkladDisconnected, 47000),
        (403, 30006, MoySkladDisconnected, 30006),
        (403, 1016, MoySkladDisconnected, 1016),
        (403, 1064, MoySkladDisconnected, 1064),
        (403, 1075, MoySkladDisconnected, 1075),
        (403, None, VendorFailed, 403),
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


def test_missing_rights_are_told_from_a_dead_token() -> None:
    for code, verdict in BY_CODE.items():
        error = refusal(403, code).error()
        if isinstance(error, MoySkladDisconnected):
            assert not_permitted(error) is (verdict is Verdict.NOT_PERMITTED)
