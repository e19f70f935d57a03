"""When access is taken away, and what the control surface tells of limits (reference 2.1, 2.3, 2.4)."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import httpx
import pytest

from emulators.moysklad.accounts import Account, Caller, Person
from emulators.moysklad.bans import IDENTICAL_FAILURES, MINUTE, PUTS, REFUSALS, Bans
from emulators.moysklad.errors import ApiError
from emulators.moysklad.limits import Quotas, weight
from emulators.moysklad.links import Links

from .conftest import API, Customer, Emulator, code
from .test_quotas import burst, caller


class Moments:
    """A clock for tests."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def emulator(emulator: Emulator) -> Iterator[Emulator]:
    """Nothing is held against anybody, before and after."""
    emulator.control.delete("/limits")
    yield emulator
    emulator.control.delete("/limits")


def banned(bans: Bans) -> bool:
    try:
        bans.check(caller(draft=True))
    except ApiError as refused:
        return (refused.status, refused.code) == (403, 1061)
    return False


@pytest.mark.parametrize(
    ("method", "status", "most"),
    [("GET", 404, IDENTICAL_FAILURES), ("GET", 429, REFUSALS), ("PUT", 200, PUTS)],
)
def test_access_goes_with_one_more_than_the_limit_in_a_minute(method: str, status: int, most: int) -> None:
    moments = Moments()
    bans, who = Bans(moments), caller(draft=True)
    for _ in range(most):
        bans.judge(who, method, "/entity/product/1", b"", status)
        moments.now += MINUTE / (most + 2)
    assert not banned(bans)
    bans.judge(who, method, "/entity/product/1", b"", status)
    assert banned(bans)
    assert bans.lift() == 1
    assert not banned(bans)


@pytest.mark.parametrize(("method", "status", "most"), [("GET", 404, IDENTICAL_FAILURES), ("PUT", 200, PUTS)])
def test_what_is_slow_or_varied_costs_no_access(method: str, status: int, most: int) -> None:
    moments = Moments()
    bans, who = Bans(moments), caller(draft=True)
    for number in range(2 * most):
        bans.judge(who, method, "/entity/product/1", b"", status)
        bans.judge(who, method, f"/entity/product/other{number}", b"", status)
        moments.now += MINUTE / most * 1.01
    assert not banned(bans)


def test_refusals_count_whatever_was_asked() -> None:
    bans, who = Bans(Moments()), caller(draft=True)
    for number in range(REFUSALS + 1):
        bans.judge(who, "GET", f"/entity/product/{number}", b"", 429)
    assert banned(bans)


def test_a_banned_solution_is_refused_until_support_lifts_it(shop: Customer, emulator: Emulator) -> None:
    emulator.post("/settings", {"connectionRequests": 0})
    with emulator.client(shop.token) as api:
        answers = [api.get("/entity/group").status_code for _ in range(45 + REFUSALS + 1)]
        assert answers.count(429) == REFUSALS + 1
        emulator.post("/quotas/reset")
        refused = api.get("/entity/group")
        assert (refused.status_code, code(refused)) == (403, 1061)
        limits = emulator.get("/limits")
        assert (limits["bans"], limits["blocked"], limits["windowRefusals"]) == (1, 1, REFUSALS + 1)
        (row,) = [one for one in limits["credentials"] if one["banned"]]
        assert (row["banned"], row["credential"], row["peakUnits"]) == ("refusals", shop.app["appId"], 45)
        user = emulator.client(shop.post("/tokens", {"kind": "user"})["token"])
        assert user.get("/entity/group").status_code == 200, "everybody else works on"
        key = {"account": row["account"], "credential": row["credential"]}
        assert emulator.post("/limits/lift", key) == {"lifted": 1}
        assert api.get("/entity/group").status_code == 200


def test_an_obedient_client_shows_no_refusals(shop: Customer, emulator: Emulator) -> None:
    burst(shop, shop.token, 40)
    limits = emulator.get("/limits")
    assert [limits[name] for name in ("windowRefusals", "parallelRefusals", "bans", "blocked")] == [0, 0, 0, 0]
    assert limits["units"] == limits["requests"] == 40


def test_nobody_is_banned_where_bans_are_off(shop: Customer, emulator: Emulator) -> None:
    emulator.post("/settings", {"bans": False, "connectionRequests": 0})
    assert burst(shop, shop.token, 45 + REFUSALS + 2).count(429) == REFUSALS + 2
    emulator.post("/quotas/reset")
    assert burst(shop, shop.token, 1) == [200]


@pytest.mark.parametrize("path", ["/report/stock/all", "/report/stock/bystore", "/report/stock/all/"])
def test_stock_reports_cost_five_units_for_everybody(path: str) -> None:
    for who in (caller(), caller(draft=True), caller(draft=False)):
        assert weight(who, date(2026, 12, 31), path) == 5
    assert weight(caller(draft=False), date(2026, 12, 31), "/report/stock/all/current") == 1


def test_nine_stock_reports_fill_the_window(shop: Customer, emulator: Emulator) -> None:
    emulator.post("/quotas/reset")
    with emulator.client(shop.token) as api:
        answers = [api.get("/report/stock/all") for _ in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert answers[0].headers["X-RateLimit-Limit"] == "9"
    assert code(answers[-1]) == 1049


def test_a_connection_carries_a_hundred_requests(shop: Customer, emulator: Emulator) -> None:
    transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=1))
    headers = {"Authorization": f"Bearer {shop.token}", "Accept-Encoding": "gzip"}
    with httpx.Client(base_url=emulator.base_url + API, headers=headers, transport=transport) as api:
        statuses = []
        for number in range(102):
            if number % 40 == 0:
                emulator.post("/quotas/reset")
            statuses.append(api.get("/entity/group").status_code)
    assert statuses == [200] * 100 + [500, 200], "the worn connection is closed, the next one is new"
    assert emulator.get("/limits")["wornConnections"] == 1


def test_a_connection_for_every_request_costs_access(shop: Customer, emulator: Emulator) -> None:
    emulator.post("/settings", {"newConnectionsPerMinute": 20})
    statuses = [shop.api.get("/entity/group").status_code for _ in range(22)]
    assert (statuses[:20], statuses[21]) == ([200] * 20, 403)
    assert emulator.get("/limits")["credentials"][0]["banned"] == "newConnections"


def test_long_addresses_are_refused(shop: Customer, emulator: Emulator) -> None:
    identifier = "00000000-0000-0000-0000-000000000000"
    short = ";".join([f"id={identifier}"] * 150)
    assert shop.api.get("/entity/product", params={"filter": short}).status_code == 200
    assert shop.api.get("/entity/product", params={"filter": ";".join([f"id={identifier}"] * 250)}).status_code == 414


def test_an_account_has_twenty_parallel_requests_whoever_makes_them() -> None:
    account, quotas = Account("a", "a", Links("http://x")), Quotas()
    people = [Caller(account, person=Person(str(n), str(n), "p", admin=True)) for n in range(5)]
    with ExitStack() as held:
        for who in people[:4]:
            for _ in range(5):
                held.enter_context(quotas.running(who))
        with pytest.raises(ApiError) as refused, quotas.running(people[4]):
            pass
        assert (refused.value.status, refused.value.code) == (429, 1073)
    with quotas.running(people[4]):
        assert quotas.tally(people[4].key).parallel_refusals == 1
