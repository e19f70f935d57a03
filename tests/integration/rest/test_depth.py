"""Bodies that are nested deeper than anything of ours."""

import pytest

from tests.integration.rest.conftest import Api, check_problem

V1 = "/api/v1"
DEEP = b"[" * 200_000
VENDOR = "/api/moysklad/vendor/1.0/apps/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000002"


@pytest.mark.parametrize("deep", [DEEP, DEEP + b"]" * 200_000, b'{"a":' * 100_000, b'[{"a":[' * 1000])
@pytest.mark.parametrize(
    ("method", "path", "before", "status"),
    [
        ("POST", f"{V1}/sessions", b"", 400),
        ("POST", f"{V1}/sessions", b'{"contextKey":', 400),
        ("POST", f"{V1}/links", b"", 400),
        ("POST", f"{V1}/export-configs", b'{"name":"a","exporter":"b","columns":', 400),
        ("PUT", VENDOR, b'{"accountName":"a","cause":"Install","access":[{"resource":"x","scope":', 400),
        ("PUT", VENDOR, b'{"accountName":"a","cause":"Install","news":', 400),
        ("DELETE", VENDOR, b'{"cause":"Uninstall","news":', 400),
        ("PUT", f"{VENDOR}/event", b'{"cause":"a","news":', 400),
        ("POST", f"{VENDOR}/scenario", b'{"news":', 400),
        ("POST", "/webhooks/moysklad/x", b'{"events":', 404),
        ("POST", "/webhooks/moysklad/x", b"", 404),
    ],
)
async def test_a_body_that_is_nested_without_end_is_malformed(
    api: Api, admin: dict[str, str], method: str, path: str, before: bytes, status: int, deep: bytes
) -> None:
    for extra in ({}, {"Idempotency-Key": "k"}):
        headers = {**admin, **extra, "Content-Type": "application/json"}
        answer = await api.http.request(method, path, content=before + deep, headers=headers)
        check_problem(answer, status, {400: "request_invalid", 404: "not_found"}[status])
