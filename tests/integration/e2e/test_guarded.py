"""Repeated, oversized and interrupted requests, through real processes."""

import csv
import io
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from devstack.people import Administrator
from tests.integration.e2e.conftest import Place, wait_until

pytestmark = pytest.mark.e2e

V1 = "/api/v1"


def came_in(place: Place, name: str) -> Administrator:
    made = Administrator(place.stack, place.vendors, name)
    made.install()
    made.sign_in()
    return made


def test_of_the_same_request_at_once_one_is_carried_out_and_told_of(place: Place) -> None:
    administrator = came_in(place, "guarded-repeats")
    keyed = {"Idempotency-Key": "key"}

    def ask(_: int) -> httpx.Response:
        return administrator.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=keyed)

    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(ask, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 409)
    again = ask(0)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    (only,) = administrator.call("GET", f"{V1}/api-keys")
    assert only["id"] == again.json()["key"]["id"]
    entries = administrator.call("GET", f"{V1}/audit?action=tenants.create_api_key")["items"]
    assert [(entry["targetId"], entry["outcome"], entry["address"]) for entry in entries] == [
        (only["id"], "done", "127.0.0.1")
    ]
    exported = administrator.http.get(f"{V1}/audit/export", params={"form": "csv"})
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert rows[0]["targetId"] == only["id"]
    assert {row["action"] for row in rows} >= {"tenants.sign_in", "connections.activate"}


def test_a_key_whose_process_was_killed_is_free_after_a_while(place: Place) -> None:
    administrator = place.company("guarded-killed", orders=1)
    spreadsheet = place.export(administrator, name="Первая")
    run = administrator.run(spreadsheet["id"])
    assert run["state"] == "finished"
    target = administrator.config(spreadsheet["id"])["target"]["spreadsheetId"]
    wanted = {
        "name": "Вторая",
        "exporter": "customerorder",
        "columns": [{"id": "id"}],
        "target": {"spreadsheet": target, "tab": "Вторая"},
    }
    keyed = {"Idempotency-Key": "key"}
    place.vendors.google("/faults", {"action": "hang", "method": "GET", "path": "/v4/spreadsheets", "seconds": 30})
    with ThreadPoolExecutor(1) as other:
        first = other.submit(administrator.http.post, f"{V1}/export-configs", json=wanted, headers=keyed)
        wait_until(place.hanging)
        place.supervisor.kill9("api")
        with pytest.raises(httpx.TransportError):
            first.result()
    place.supervisor.restart("api")
    place.vendors.forget_faults()

    def repeated() -> httpx.Response:
        return administrator.http.post(f"{V1}/export-configs", json=wanted, headers=keyed)

    waits = repeated()
    assert waits.status_code == 409, waits.text
    assert waits.json()["code"] == "request_under_way"
    assert 1 <= int(waits.headers["retry-after"]) <= 15
    time.sleep(int(waits.headers["retry-after"]) + 0.5)
    created = repeated()
    assert created.status_code == 201, created.text
    assert repeated().content == created.content
    names = [config["name"] for config in administrator.call("GET", f"{V1}/export-configs")["items"]]
    assert names.count("Вторая") == 1


@pytest.mark.parametrize("chunked", [False, True])
def test_ten_megabytes_are_refused_before_they_are_there(place: Place, chunked: bool) -> None:
    address = urlsplit(place.stack.api_url)
    assert address.hostname is not None
    size = "Transfer-Encoding: chunked" if chunked else "Content-Length: 10000000"
    head = f"POST {V1}/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{size}\r\n\r\n"
    piece = b" " * 65536
    sent = 0
    with socket.create_connection((address.hostname, address.port or 80), timeout=20) as line:
        line.sendall(head.encode())
        try:
            while sent < 10_000_000:
                line.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                sent += len(piece)
        except OSError:
            pass  # the server has hung up
        try:
            told = line.recv(65536)
        except OSError:
            told = b""  # what was underway when it hung up made the connection end at once
    assert sent < 10_000_000, "it took everything"
    assert told == b"" or told.startswith(b"HTTP/1.1 413")


def test_answers_are_dressed_by_the_real_server_too(place: Place) -> None:
    answer = httpx.get(f"{place.stack.api_url}{V1}/me", trust_env=False, headers={"X-Forwarded-For": "6.6.6.6"})
    assert answer.status_code == 401
    assert "server" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["ratelimit-limit"] == "6000"
