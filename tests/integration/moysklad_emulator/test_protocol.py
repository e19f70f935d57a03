"""Headers, credentials, sizes and unknown addresses (reference 1.2, 1.3, 2.1, 2.5)."""

import gzip
import json

import httpx
import pytest

from tests.integration.harness import once

from .conftest import API, Customer, Emulator, code


def raw(shop: Customer, **headers: str) -> httpx.Response:
    known = {"Authorization": f"Bearer {shop.token}", "Accept-Encoding": "gzip"} | headers
    return once.get(f"{shop.emulator.base_url}{API}/entity/store", headers=known)


@pytest.mark.parametrize("encoding", ["identity", "br", "deflate", ""])
def test_without_gzip_the_answer_is_an_empty_415(shop: Customer, encoding: str) -> None:
    answer = raw(shop, **{"Accept-Encoding": encoding})
    assert (answer.status_code, answer.content) == (415, b"")


def test_answers_are_compressed(shop: Customer) -> None:
    with httpx.stream(
        "GET",
        f"{shop.emulator.base_url}{API}/entity/customerorder",
        headers={"Authorization": f"Bearer {shop.token}", "Accept-Encoding": "gzip, deflate"},
    ) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert json.loads(gzip.decompress(b"".join(answer.iter_raw())))["rows"]


def test_compression_can_be_switched_off(shop: Customer) -> None:
    shop.emulator.post("/settings", {"compress": False})
    answer = raw(shop)
    assert "Content-Encoding" not in answer.headers
    assert answer.json()["rows"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json;charset=utf-8"])
def test_accept_may_be_json(shop: Customer, accept: str) -> None:
    assert raw(shop, Accept=accept).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/json;charset=cp1251"])
def test_other_accept_is_refused(shop: Customer, accept: str) -> None:
    answer = raw(shop, Accept=accept)
    assert (answer.status_code, code(answer)) == (400, 1062)


def test_bad_token_is_refused_with_details(shop: Customer) -> None:
    answer = raw(shop, Authorization="Bearer nothing")
    assert (answer.status_code, code(answer)) == (401, 1056)
    assert answer.headers["X-Lognex-Auth"] == "1056"
    assert "X-Lognex-Auth-Message" in answer.headers


def test_too_many_bad_attempts(shop: Customer) -> None:
    codes = [code(raw(shop, Authorization="Bearer guess")) for _ in range(21)]
    assert codes[0] == 1056
    assert codes[-1] == 1048
    assert raw(shop).status_code == 200


def test_basic_and_a_user_token(shop: Customer, calm: Emulator) -> None:
    pair = (shop.account["login"], shop.account["password"])
    url = calm.base_url + API
    headers = {"Accept-Encoding": "gzip"}
    assert once.get(f"{url}/entity/store", auth=pair, headers=headers).status_code == 200
    first = once.post(f"{url}/security/token", auth=pair, headers=headers).json()["access_token"]
    assert len(first) == 40
    assert calm.client(first).get("/context/employee").json()["permissions"]["admin"]["view"] == "ALL"
    second = once.post(f"{url}/security/token", auth=pair, headers=headers).json()["access_token"]
    assert calm.client(first).get("/entity/store").status_code == 401
    assert calm.client(second).get("/entity/store").status_code == 200


def test_contexts_are_for_their_own_credentials(shop: Customer, calm: Emulator) -> None:
    app = shop.api.get("/context/application").json()
    assert app["appUid"] == f"{shop.app['appUid']}@{shop.account['accountName']}"
    wrong = shop.api.get("/context/employee")
    assert (wrong.status_code, code(wrong)) == (403, 55006)
    user = calm.client(shop.post("/tokens", {"kind": "user"})["token"])
    wrong = user.get("/context/application")
    assert (wrong.status_code, code(wrong)) == (403, 55005)
    assert user.get("/context/employee").json()["uid"] == shop.account["login"]


def test_company_settings(shop: Customer) -> None:
    body = shop.api.get("/context/companysettings").json()
    assert body["currency"]["isoCode"] == "RUB"
    assert body["useRecycleBin"] is True
    kinds = shop.api.get("/context/companysettings/pricetype").json()
    assert [one["name"] for one in kinds] == ["Цена продажи"]


def test_unknown_addresses(shop: Customer, calm: Emulator) -> None:
    nobody = "00000000-0000-4000-a000-000000000000"
    cases = {
        "/entity/unicorn": (404, 1005),
        f"/entity/customerorder/{nobody}": (404, 1021),
        "/entity/customerorder/first": (400, 1000),
        "/nothing": (404, 1002),
        f"/entity/customerorder/syncid/{nobody}": (404, 1021),
    }
    for path, expected in cases.items():
        answer = shop.api.get(path)
        assert (answer.status_code, code(answer)) == expected, path
    answer = shop.api.patch("/entity/customerorder", json={})
    assert (answer.status_code, code(answer)) == (405, 1039)


def test_sizes_of_requests(shop: Customer, calm: Emulator) -> None:
    api = shop.api
    assert api.get(f"/entity/customerorder?filter={'id=1;' * 2000}").status_code == 414
    assert api.post("/entity/counterparty", json=[{"name": "a"}] * 1001).status_code == 413
    deep: object = 1
    for _ in range(11):
        deep = {"a": deep}
    answer = api.post("/entity/counterparty", json=deep)
    assert (answer.status_code, code(answer)) == (400, 2006)


def test_bodies_must_be_json(shop: Customer) -> None:
    api = shop.api
    answer = api.post("/entity/counterparty", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, code(answer)) == (400, 2001)
    answer = api.post("/entity/counterparty", content=b"name=1", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, code(answer)) == (415, 1037)


def test_lenient_mode_accepts_anyone(lenient: Emulator) -> None:
    for token in ("a", "b"):
        for _ in range(60):
            last = once.get(
                f"{lenient.base_url}{API}/entity/store",
                headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            )
            assert last.status_code == 200
    assert len(lenient.get("/accounts")) == 1
