"""Quotas: units in a window and parallel requests (reference 2.1, 2.2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from emulators.moysklad.accounts import Account, Application, Caller, Install, Person
from emulators.moysklad.errors import ApiError
from emulators.moysklad.limits import Quotas, weight
from emulators.moysklad.links import Links

from .conftest import Customer, Emulator, code


def burst(customer: Customer, token: str, count: int) -> list[int]:
    with customer.emulator.client(token) as api:
        return [api.get("/entity/group").status_code for _ in range(count)]


def test_a_published_solution_sends_45_requests(emulator: Emulator) -> None:
    shop = emulator.account()
    statuses = burst(shop, shop.token, 46)
    assert statuses == [200] * 45 + [429]
    answer = shop.api.get("/entity/group")
    assert (answer.status_code, code(answer)) == (429, 1049)
    assert answer.headers["X-RateLimit-Limit"] == "45"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-Lognex-Retry-TimeInterval"] == "3000"
    assert 0 < int(answer.headers["X-Lognex-Retry-After"]) <= 3000
    assert int(answer.headers["X-Lognex-Reset"]) > 0


def test_a_draft_sends_11_requests_and_is_counted_apart(emulator: Emulator) -> None:
    shop = emulator.account(draft=True)
    assert burst(shop, shop.token, 12) == [200] * 11 + [429]
    user = shop.post("/tokens", {"kind": "user"})["token"]
    assert burst(shop, user, 1) == [200]


def test_headers_count_down(emulator: Emulator) -> None:
    shop = emulator.account()
    left = [int(shop.api.get("/entity/group").headers["X-RateLimit-Remaining"]) for _ in range(3)]
    assert left == [44, 43, 42]
    assert shop.api.get("/entity/group").headers["X-Lognex-Reset"] == "0"
    assert "X-RateLimit-Limit" in shop.api.get("/entity/nothing").headers


def test_the_sixth_parallel_request_is_refused(emulator: Emulator) -> None:
    shop = emulator.account()
    emulator.post("/settings", {"latencySeconds": 0.5})
    with ThreadPoolExecutor(6) as pool, shop.emulator.client(shop.token) as api:
        answers = list(pool.map(lambda _: api.get("/entity/group"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert code(refused) == 1073
    assert "X-Lognex-Retry-After" not in refused.headers
    assert int(refused.headers["X-RateLimit-Remaining"]) < 45, "what the others spent"


def caller(*, draft: bool | None = None) -> Caller:
    account = Account("a", "a", Links("http://x"))
    if draft is None:
        return Caller(account, person=Person("p", "p", "p", admin=True))
    return Caller(account, install=Install(Application("i", "u", "s", "e", draft)))


@pytest.mark.parametrize(
    ("who", "day", "units"),
    [
        (caller(draft=False), date(2026, 12, 31), 1),
        (caller(draft=True), date(2026, 1, 1), 4),
        (caller(), date(2026, 8, 31), 2),
        (caller(), date(2026, 11, 30), 3),
        (caller(), date(2026, 12, 1), 4),
    ],
)
def test_weights(who: Caller, day: date, units: int) -> None:
    assert weight(who, day) == units


def test_the_window_slides() -> None:
    now = [100.0]
    quotas, who = Quotas(lambda: now[0]), caller(draft=True)
    for _ in range(11):
        quotas.spend(who, 4)
        now[0] += 0.1
    with pytest.raises(ApiError) as refused:
        quotas.spend(who, 4)
    wait = int(refused.value.headers["X-Lognex-Retry-After"])
    now[0] += wait / 1000 + 0.001
    assert quotas.spend(who, 4)["X-RateLimit-Remaining"] == "0"
