"""Asynchronous exchange: the queue, its states, the result on another host (reference 1.14)."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.harness import once

from .conftest import Customer, Emulator, code

TASK = {"asyncPendingSeconds": 0, "asyncProcessingSeconds": 0}
SLOW = {"asyncPendingSeconds": 60, "asyncProcessingSeconds": 600}


@pytest.fixture
def quick(shop: Customer, calm: Emulator) -> Customer:
    """Tasks are done at once."""
    calm.post("/settings", TASK)
    shop.post("/stock", {"count": 5})
    return shop


def start(shop: Customer, path: str, **parameters: str) -> httpx.Response:
    answer = shop.api.get(path, params={"async": "true", **parameters})
    assert answer.status_code == 202, answer.text
    return answer


def result(shop: Customer, answer: httpx.Response) -> Any:
    found = shop.api.get(answer.headers["Location"])
    assert found.status_code == 302, found.text
    return once.get(found.headers["Location"], headers={"Accept-Encoding": "gzip"}).json()


def test_a_task_goes_through_its_states(shop: Customer, calm: Emulator) -> None:
    calm.post("/settings", SLOW)
    answer = start(shop, "/report/stock/all")
    status = answer.headers["Content-Location"]
    assert answer.headers["Location"] == f"{status}/result"
    shown = shop.api.get(status).json()
    assert (shown["state"], "resultUrl" in shown) == ("PENDING", False)
    assert shown["request"].endswith("/report/stock/all?async=true")
    assert shown["owner"]["meta"]["type"] == "application"
    assert code(shop.api.get(answer.headers["Location"])) == 61006
    calm.post("/settings", {"clockOffsetSeconds": 100})
    assert shop.api.get(status).json()["state"] == "PROCESSING"
    assert code(shop.api.get(answer.headers["Location"])) == 61006
    calm.post("/settings", {"clockOffsetSeconds": 700})
    done = shop.api.get(status).json()
    assert (done["state"], done["resultUrl"]) == ("DONE", answer.headers["Location"])
    assert done["deletionDate"] > "2026"
    calm.post("/settings", {"clockOffsetSeconds": 700 + 3700})
    assert code(shop.api.get(answer.headers["Location"])) == 61003
    assert shop.api.get("/async").json()["meta"]["size"] == 1
    calm.post("/settings", {"clockOffsetSeconds": 8 * 86400})
    assert shop.api.get("/async").json()["meta"]["size"] == 0, "a week later"


@pytest.mark.parametrize("path", ["/report/stock/all", "/report/stock/bystore", "/report/counterparty"])
def test_the_result_is_the_whole_report_without_pages(quick: Customer, path: str) -> None:
    whole = result(quick, start(quick, path))
    pages = quick.api.get(path).json()
    assert whole["rows"] == pages["rows"]
    assert set(pages["meta"]) - set(whole["meta"]) == {"limit", "offset"}
    assert whole["meta"]["href"].endswith("?async=true")


@pytest.mark.parametrize("path", ["/entity/counterparty", "/entity/assortment"])
def test_lists_without_a_thousand_row_cap(quick: Customer, path: str) -> None:
    if path.endswith("counterparty"):
        quick.post("/add", {"type": "counterparty", "count": 1100})
    whole = result(quick, start(quick, path))
    assert len(whole["rows"]) == whole["meta"]["size"] == quick.api.get(path).json()["meta"]["size"]
    assert len({row["id"] for row in whole["rows"]}) == len(whole["rows"])
    assert not {"limit", "offset", "nextHref"} & set(whole["meta"])


def test_the_filter_of_a_list_holds_in_the_background(quick: Customer) -> None:
    name = quick.objects("counterparty")[0]["name"]
    whole = result(quick, start(quick, "/entity/counterparty", filter=f"name={name}"))
    assert [row["name"] for row in whole["rows"]] == [name]


def test_the_result_lies_on_another_host_that_must_not_see_the_token(quick: Customer, calm: Emulator) -> None:
    calm.control.delete("/journal")
    location = quick.api.get(start(quick, "/report/stock/all").headers["Location"]).headers["Location"]
    assert urlsplit(location).netloc != urlsplit(calm.base_url).netloc
    leaked = once.get(location, headers={"Authorization": f"Bearer {quick.token}"})
    assert leaked.status_code == 400
    assert calm.get("/journal")["kinds"]["token-leak"] == 1
    assert once.get(location).status_code == 200
    assert once.get(location.replace("temp_url_sig=", "temp_url_sig=0")).status_code == 401
    calm.post("/settings", {"clockOffsetSeconds": 301})
    assert once.get(location).status_code == 401
    assert quick.api.get("/async").json()["rows"][0]["state"] == "DONE"


def test_four_tasks_wait_for_one_account(shop: Customer, calm: Emulator) -> None:
    calm.post("/settings", SLOW)
    first, *_ = [start(shop, "/report/dashboard/day") for _ in range(4)]
    refused = shop.api.get("/report/dashboard/day", params={"async": "true"})
    assert code(refused) == 61002
    assert shop.api.put(f"{first.headers['Content-Location']}/cancel").status_code == 204
    assert shop.api.get(first.headers["Content-Location"]).json()["state"] == "CANCEL"
    assert code(shop.api.get(first.headers["Location"])) == 61005
    assert code(shop.api.put(f"{first.headers['Content-Location']}/cancel")) == 61007
    start(shop, "/report/dashboard/day")
    user = calm.client(shop.post("/tokens", {"kind": "user"})["token"])
    assert code(user.get("/report/dashboard/day", params={"async": "true"})) == 61002, "shared by the account"


@pytest.mark.parametrize(
    ("path", "parameters", "known"),
    [
        ("/report/stock/all", {"limit": "10"}, 61001),
        ("/entity/counterparty", {"offset": "10"}, 61001),
        ("/report/turnover/all", {}, 61000),
        ("/report/stock/all/current", {}, 61000),
        ("/entity/customerorder", {}, 61000),
        ("/entity/product", {}, 61000),
    ],
)
def test_what_cannot_be_done_in_the_background(
    shop: Customer, calm: Emulator, path: str, parameters: dict[str, str], known: int
) -> None:
    answer = shop.api.get(path, params={"async": "true", **parameters})
    assert code(answer) == known
    assert shop.api.get(path, params={"async": "false"}).status_code == 200


def test_a_refusal_of_the_report_becomes_the_tasks(quick: Customer) -> None:
    answer = start(quick, "/report/stock/all", filter="nothing=1")
    shown = quick.api.get(answer.headers["Content-Location"]).json()
    assert (shown["state"], shown["errors"][0]["code"]) == ("API_ERROR", 1034)
    refused = quick.api.get(answer.headers["Location"])
    assert (refused.status_code, code(refused)) == (400, 1034)


def test_failures_can_be_planned(quick: Customer) -> None:
    quick.post("/async", {"outcomes": ["ERROR"]})
    answer = start(quick, "/report/dashboard/day")
    assert quick.api.get(answer.headers["Content-Location"]).json()["state"] == "ERROR"
    assert code(quick.api.get(answer.headers["Location"])) == 61004
    assert result(quick, start(quick, "/report/dashboard/day"))["sales"]["count"] == 0


def test_tasks_are_listed_and_filtered(quick: Customer) -> None:
    start(quick, "/report/dashboard/day")
    start(quick, "/report/stock/all", filter="nothing=1")
    listed = quick.api.get("/async").json()
    assert [row["state"] for row in listed["rows"]] == ["API_ERROR", "DONE"]
    done = quick.api.get("/async", params={"filter": "state=DONE;deletionDate>2020-01-01 00:00:00"}).json()
    assert done["meta"]["size"] == 1
    assert quick.api.get("/async", params={"filter": "state!=DONE"}).json()["meta"]["size"] == 1
    assert code(quick.api.get("/async", params={"filter": "state=OVER"})) == 1014
    assert quick.api.get("/async/00000000-0000-0000-0000-000000000000").status_code == 404


def test_a_task_for_a_heavy_report_costs_five_units(shop: Customer, emulator: Emulator) -> None:
    emulator.post("/settings", {"quotas": True})
    emulator.post("/quotas/reset")
    answer = start(shop, "/report/stock/all")
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("9", "8")
