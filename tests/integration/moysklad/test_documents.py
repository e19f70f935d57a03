"""Single objects as they are read from the emulator: to the last position, in the order of their changing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.moysklad.positions import read_all
from domain.shared.errors import VendorFailed
from domain.shared.moments import from_moscow
from tests.integration.harness.target_accounts import EmulatedTarget, refused

KIND = "customerorder"


@pytest.fixture
def account() -> EmulatedTarget:
    return EmulatedTarget()


def order(account: EmulatedTarget, count: int = 0, **fields: Any) -> str:
    return str(account.put(KIND, **account.header(positions=account.lines(count), **fields))["id"])


async def read(account: EmulatedTarget, *ids: str, expand: tuple[str, ...] = ()) -> dict[str, Any]:
    return await account.documents.read(account.key, KIND, ids, expand)


@pytest.mark.parametrize("along", [0, 1, 100, 1000])
async def test_positions_are_read_however_many_come_along(account: EmulatedTarget, along: int) -> None:
    account.emulated.world.settings.nested_positions_limit = along
    counts = {order(account, count): count for count in (0, 1, 100, 101, 250)}
    found = await read(account, *counts, expand=("positions.assortment", "agent"))
    assert {one: len(found[one]["positions"]) for one in counts} == counts
    for one in found.values():
        assert one["agent"]["name"]
        assert len({line["id"] for line in one["positions"]}) == len(one["positions"])
        assert all(line["assortment"]["name"].startswith("Товар") for line in one["positions"])


async def test_more_than_a_thousand_positions(account: EmulatedTarget) -> None:
    made = await account.writer.make(account.key, KIND, uuid4(), account.header(positions=account.lines(2300)))
    found = await read(account, made.document["id"], expand=("positions",))
    assert len(found[made.document["id"]]["positions"]) == 2300


async def test_without_being_asked_for_positions_stay_where_they_are(account: EmulatedTarget) -> None:
    one = order(account, 2)
    found = await read(account, one)
    assert found[one]["positions"]["meta"]["size"] == 2
    assert account.wire.asked == 1


async def test_a_hundred_in_a_request(account: EmulatedTarget) -> None:
    ids = [order(account) for _ in range(230)]
    assert (await read(account, *ids, *ids)).keys() == set(ids)
    assert account.wire.asked == 3
    assert await read(account) == {}


async def test_the_trash_and_what_never_was_are_left_out(account: EmulatedTarget) -> None:
    kept, trashed, gone = (order(account) for _ in range(3))
    account.trash(KIND, trashed)
    account.purge(KIND, gone)
    assert (await read(account, kept, trashed, gone, str(uuid4()))).keys() == {kept}
    account.emulated.restore(account.record(KIND, trashed))
    assert (await read(account, kept, trashed)).keys() == {kept, trashed}


async def test_changes_come_in_pages_by_the_moment_of_their_changing(account: EmulatedTarget) -> None:
    ids = [order(account) for _ in range(1500)]  # all of one stamp
    since = from_moscow(account.emulated.now)
    account.emulated.clock.pass_time(60)
    late = [order(account) for _ in range(3)]
    account.emulated.change(account.record(KIND, ids[0]), description="ещё раз")
    pages = [page async for page in account.documents.changed(account.key, KIND, since)]
    found = [one for page in pages for one in page]
    assert sorted(found) == sorted({*ids, *late})
    assert set(found[:1000]) <= set(ids[1:])
    assert set(found[-4:]) == {*late, ids[0]}
    assert max(map(len, pages)) <= 1000
    later = [page async for page in account.documents.changed(account.key, KIND, since + timedelta(seconds=30))]
    assert {one for page in later for one in page} == {*late, ids[0]}


async def test_one_that_changes_meanwhile_comes_at_the_end(account: EmulatedTarget) -> None:
    since = from_moscow(account.emulated.now)
    ids = []
    for _ in range(1200):
        ids.append(order(account))
        account.emulated.clock.pass_time(0.001)

    def change(number: int) -> None:
        if number == 2:
            account.emulated.clock.pass_time(60)
            account.emulated.change(account.record(KIND, ids[1100]), description="пока читали")

    account.wire.before = change
    found = [one async for page in account.documents.changed(account.key, KIND, since) for one in page]
    assert set(found) == set(ids)
    assert found[-1] == ids[1100]


async def test_a_passing_failure_passes_and_a_lasting_one_is_told(account: EmulatedTarget) -> None:
    one = order(account, 120)
    account.wire.fault, account.wire.skip, account.wire.times = refused(502), 1, 2
    assert len((await read(account, one, expand=("positions",)))[one]["positions"]) == 120
    account.wire.skip, account.wire.times = 0, 5
    with pytest.raises(VendorFailed):
        await read(account, one)


async def test_positions_that_are_announced_and_do_not_come_are_a_failure() -> None:
    class Asking:
        async def get(self, *_: object) -> bytes:
            return b'{"rows":[],"meta":{"size":3}}'

    with pytest.raises(VendorFailed):
        await read_all(Asking(), "/x")  # type: ignore[arg-type]


async def test_what_is_changed_in_between_comes_once() -> None:
    pages = [
        b'{"rows":[{"id":"a"},{"id":"b"}],"meta":{"size":4}}',
        b'{"rows":[{"id":"b"},{"id":"c"}],"meta":{"size":4}}',
    ]

    class Asking:
        async def get(self, *_: object) -> bytes:
            return pages.pop(0)

    assert [one["id"] for one in await read_all(Asking(), "/x")] == ["a", "b", "c"]  # type: ignore[arg-type]
