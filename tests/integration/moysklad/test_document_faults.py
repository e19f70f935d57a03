"""Whatever goes wrong with whichever request, one document is made, whole, and nothing in it is doubled."""

import asyncio
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.moysklad import document_writer
from adapters.moysklad.document_writer import MoySkladDocumentWriter
from application.automations.vendor_ports import DocumentGone, Made
from domain.connections.moysklad import MoySkladRejected
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.harness.ordeals import Killed
from tests.integration.harness.target_accounts import FAULTS, LASTING, OWN_WEBHOOKS, EmulatedTarget, answer

MOST = 3
TRIES = 6
KIND = "customerorder"
BODIES = {"short": (2, False), "short and valid": (3, True), "long": (8, False), "long and valid": (7, True)}
SYNC = UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture(autouse=True)
def few_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand positions in a request are three here: what matters is that they do not fit into one."""
    monkeypatch.setattr(document_writer, "MOST_POSITIONS", MOST)


def wanted(account: EmulatedTarget, name: str) -> dict[str, Any]:
    count, applicable = BODIES[name]
    lines = account.lines(count)
    lines[-1] = {**lines[0], "quantity": 0.5}  # a good that comes twice
    return account.header(positions=lines, applicable=applicable)


def check(account: EmulatedTarget, body: dict[str, Any], made: Made | None = None) -> None:
    """There is one document, and it is what was wanted."""
    (record,) = account.emulated.account.shelves[KIND]
    assert record.fields["applicable"] is body["applicable"]
    there = [(line.assortment.id, line.quantity, line.price) for line in record.positions or ()]
    lines = [
        (one["assortment"]["meta"]["href"].rsplit("/", 1)[-1], one["quantity"], one["price"])
        for one in body["positions"]
    ]
    assert sorted(there) == sorted(lines)
    if made is not None:
        assert made.document["id"] == record.id
        assert [line["quantity"] for line in made.document["positions"]] == [
            one["quantity"] for one in body["positions"]
        ]


async def persist(account: EmulatedTarget, body: dict[str, Any]) -> Made:
    """Workers that try again, as long as that may help."""
    for _ in range(TRIES):
        writer = MoySkladDocumentWriter(account.new_client(), OWN_WEBHOOKS)
        try:
            return await writer.make(account.key, KIND, SYNC, body)
        except (VendorFailed, VendorBusy):
            continue
    raise AssertionError("it was never made")


async def requests_of(name: str) -> int:
    account = EmulatedTarget()
    body = wanted(account, name)
    check(account, body, await account.writer.make(account.key, KIND, SYNC, body))
    return account.wire.asked


@pytest.mark.parametrize(
    ("name", "repeated"),
    [("short", "existing"), ("short and valid", "refused"), ("long", "refused"), ("long and valid", "existing")],
)
async def test_every_fault_of_every_request(name: str, repeated: str) -> None:
    usual = await requests_of(name)
    assert usual >= 2
    tried = 0
    for skip in range(usual):
        for title, fault in FAULTS.items():
            for times in (1, 3) if title in LASTING else (1,):
                account = EmulatedTarget()
                account.emulated.world.settings.repeated_sync_id = repeated
                body = wanted(account, name)
                account.wire.fault, account.wire.skip, account.wire.times = fault, skip, times
                try:
                    made = await persist(account, body)
                    check(account, body, made)
                    check(account, body, await persist(account, body))
                except Exception as wrong:
                    raise AssertionError(f"{title}, {times} times from request {skip + 1} of {usual}") from wrong
                tried += 1
    assert tried == usual * (len(FAULTS) + len(LASTING))


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("name", BODIES)
async def test_a_worker_dies_at_every_request(name: str, applied: bool) -> None:
    for skip in range(await requests_of(name)):

        def dies(_: httpx.Request, serve: Callable[[], httpx.Response]) -> httpx.Response:
            if applied:
                serve()
            raise Killed

        account = EmulatedTarget()
        body = wanted(account, name)
        account.wire.fault, account.wire.skip, account.wire.times = dies, skip, 1
        with pytest.raises(Killed):
            await account.writer.make(account.key, KIND, SYNC, body)
        check(account, body, await account.writer.make(account.key, KIND, SYNC, body))


@pytest.mark.parametrize("repeated", ["existing", "refused"])
@pytest.mark.parametrize("name", BODIES)
async def test_two_at_once_make_one(name: str, repeated: str) -> None:
    orders = set()
    for seed in range(25):
        account = EmulatedTarget()
        account.emulated.world.settings.repeated_sync_id = repeated
        body = wanted(account, name)
        lots, order = random.Random(seed), []

        async def waits(request: httpx.Request, whose: int, inner: Any, lots: Any = lots, order: Any = order) -> Any:
            for _ in range(lots.randrange(12)):
                await asyncio.sleep(0)
            order.append(whose)
            return await inner(request)

        clients = [account.new_client() for _ in range(2)]
        for whose, client in enumerate(clients):
            inner = client._http._transport.handle_async_request
            client._http._transport = _Slow(lambda request, w=whose, i=inner, f=waits: f(request, w, i))  # type: ignore[misc]
        writers = [MoySkladDocumentWriter(client, OWN_WEBHOOKS) for client in clients]
        made = await asyncio.gather(*(one.make(account.key, KIND, SYNC, body) for one in writers))
        check(account, body)
        assert len({one.document["id"] for one in made}) == 1
        orders.add(tuple(order))
    assert len(orders) > 5, "they did not get in each other's way"


class _Slow(httpx.AsyncBaseTransport):
    def __init__(self, serve: Callable[[httpx.Request], Any]) -> None:
        self._serve = serve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        served: httpx.Response = await self._serve(request)
        return served


@pytest.mark.parametrize("trashed", ["existing", "new", "refused"])
async def test_whatever_moysklad_does_about_the_trash_nothing_is_made_again(trashed: str) -> None:
    account = EmulatedTarget()
    account.emulated.world.settings.trashed_sync_id = trashed
    body = wanted(account, "short")
    made = await account.writer.make(account.key, KIND, SYNC, body)
    account.trash(KIND, made.document["id"])
    again = await account.writer.make(account.key, KIND, SYNC, body)
    assert (again.document["id"], again.new, account.count(KIND)) == (made.document["id"], False, 1)


async def test_what_people_changed_stays() -> None:
    account = EmulatedTarget()
    body = wanted(account, "long and valid")
    made = await account.writer.make(account.key, KIND, SYNC, body)
    record = account.record(KIND, made.document["id"])
    kept = [
        {"id": line["id"], "assortment": line["assortment"], "quantity": 50.0}
        for line in made.document["positions"][:2]
    ]
    account.emulated.change(record, positions=kept, description="правили руками")
    again = await account.writer.make(account.key, KIND, SYNC, body)
    assert [line["quantity"] for line in again.document["positions"]] == [50.0, 50.0]
    assert again.document["description"] == "правили руками"


async def test_our_own_webhooks_hear_nothing_of_it() -> None:
    account = EmulatedTarget()
    await account.writer.make(account.key, KIND, SYNC, wanted(account, "long and valid"))
    methods = [
        headers.get("X-Lognex-WebHook-DisableByPrefix")
        for headers in account.wire.headers
        if headers.get("content-type") == "application/json"
    ]
    assert len(methods) >= 4
    assert set(methods) == {OWN_WEBHOOKS}


@pytest.mark.parametrize(
    ("address", "sent"), [("http://api:8000/x/", False), ("http://localhost:8000/x/", True), ("", False)]
)
async def test_a_host_that_moysklad_would_refuse_is_not_named(address: str, sent: bool) -> None:
    account = EmulatedTarget()
    writer = MoySkladDocumentWriter(account.client, address)
    await writer.make(account.key, KIND, SYNC, wanted(account, "short"))
    assert ("X-Lognex-WebHook-DisableByPrefix" in account.wire.headers[-1]) is sent


async def test_a_good_document_takes_two_requests() -> None:
    assert await requests_of("short") == 2


@pytest.mark.parametrize("title", FAULTS)
async def test_changing_can_be_repeated(title: str) -> None:
    account = EmulatedTarget()
    body = wanted(account, "long and valid")
    made = await account.writer.make(account.key, KIND, SYNC, body)
    identifier, fewer = made.document["id"], {**body, "positions": body["positions"][:5]}
    start = account.wire.asked
    await account.writer.change(account.key, KIND, identifier, fewer)
    usual = account.wire.asked - start
    for skip in range(usual):
        await account.writer.change(account.key, KIND, identifier, body)
        account.wire.fault, account.wire.skip, account.wire.times = FAULTS[title], account.wire.asked + skip, 1
        for _ in range(TRIES):
            writer = MoySkladDocumentWriter(account.new_client(), OWN_WEBHOOKS)
            try:
                await writer.change(account.key, KIND, identifier, fewer)
                break
            except (VendorFailed, VendorBusy):
                continue
        account.wire.times = 0
        check(account, fewer)


async def test_a_document_that_vanishes_in_the_middle_is_gone() -> None:
    account = EmulatedTarget()
    body = wanted(account, "long")

    def vanish(number: int) -> None:
        if number == 3:
            (record,) = list(account.emulated.account.shelves[KIND])
            account.purge(KIND, record.id)

    account.wire.before = vanish
    with pytest.raises(DocumentGone):
        await account.writer.make(account.key, KIND, SYNC, body)


async def test_what_moysklad_refuses_is_told_in_its_words() -> None:
    account = EmulatedTarget()
    for refusal in (answer(400, 2011), answer(412, 4711), answer(400, 4711), answer(404), answer(415)):
        account.wire.fault, account.wire.skip, account.wire.times = (
            (lambda _, __, r=refusal: r),
            account.wire.asked + 1,
            1,
        )  # type: ignore[misc]
        with pytest.raises(MoySkladRejected):
            await account.writer.make(account.key, KIND, uuid4(), wanted(account, "short"))
