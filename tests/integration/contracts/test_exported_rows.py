"""Contract of application.exports.ports.ExportedRows."""

from datetime import timedelta
from random import Random
from uuid import uuid4

from application.exports.ports import RowTotals
from domain.exports.rows import KEY_BYTES, BadRow
from domain.shared.identities import CompanyId, ConfigId, TaskId
from tests.integration.harness.samples import stored_config
from tests.integration.harness.worlds import World, troubled


async def test_fingerprints_of_what_was_written_before(world: World, company: CompanyId) -> None:
    config = ConfigId(uuid4())
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, config, ["a"]) == {}
        await world.rows.remember(company, config, {"a": b"\x00\xff", "б'\"": b""})
    async with world.transaction(company):
        known = await world.rows.fingerprints(company, config, ["б'\"", "a", "c", "a"])
        assert known == {"a": b"\x00\xff", "б'\"": b""}
        await world.rows.remember(company, config, {"a": b"newer", "c": b"new"})
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, config, ["a", "c"]) == {"a": b"newer", "c": b"new"}
        assert await world.rows.fingerprints(company, config, []) == {}
        await world.rows.remember(company, config, {})


async def test_a_key_may_be_as_long_as_keys_are_let_be(world: World, company: CompanyId) -> None:
    config, key = ConfigId(uuid4()), Random(1).randbytes(KEY_BYTES // 2).hex()  # nothing that could be packed
    async with world.transaction(company):
        await world.rows.remember(company, config, {key: b"1"}, {key: "parent"})
        await world.rows.vanish(company, config, [key])
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, config, [key]) == {key: b"1"}


async def test_exports_do_not_share_fingerprints(world: World, company: CompanyId, stranger: CompanyId) -> None:
    one, other = ConfigId(uuid4()), ConfigId(uuid4())
    async with world.transaction(company):
        await world.rows.remember(company, one, {"a": b"1"})
        await world.rows.remember(company, other, {"a": b"2"})
        await world.rows.forget(company, one)
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, one, ["a"]) == {}
        assert await world.rows.fingerprints(company, other, ["a"]) == {"a": b"2"}
    async with world.transaction(stranger):
        assert await world.rows.fingerprints(company, other, ["a"]) == {}
        await world.rows.forget(company, other)
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, other, ["a"]) == {"a": b"2"}


async def test_five_thousand_rows_at_once(world: World, company: CompanyId) -> None:
    config = ConfigId(uuid4())
    written = {str(uuid4()): number.to_bytes(16, "big") for number in range(5_000)}
    async with world.transaction(company):
        await world.rows.remember(company, config, written)
    changed = dict.fromkeys(list(written)[::2], b"changed")
    async with world.transaction(company):
        await world.rows.remember(company, config, changed)
        assert await world.rows.fingerprints(company, config, list(written)) == written | changed


async def test_what_was_gathered_may_be_lost_and_nothing_else(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    config, other = ConfigId(uuid4()), ConfigId(uuid4())
    lost, kept = 2**31 - 1, 8
    async with world.transaction(company):
        await world.rows.remember(company, config, {"a": b"1", "b": b"1", "c": b"1"})
        await world.rows.remember(company, config, {"b": b"2", "d": b"2"}, gathering=kept)
        await world.rows.remember(company, config, {"c": b"3", "e": b"3", "f": b"3", "d": b"3"}, gathering=lost)
        await world.rows.remember(company, config, {"f": b"4"})
        await world.rows.remember(company, other, {"a": b"1"}, gathering=lost)
        assert (await world.rows.totals(company, config)).live == 6
    async with world.transaction(stranger):
        assert await world.rows.lose(company, config, lost) == 0
    async with world.transaction(company):
        assert await world.rows.lose(company, config, lost) == 3
        assert await world.rows.lose(company, config, lost) == 0
        known = await world.rows.fingerprints(company, config, list("abcdef"))
        assert known == {"a": b"1", "b": b"2", "f": b"4"}
        assert await world.rows.fingerprints(company, other, ["a"]) == {"a": b"1"}


async def test_what_was_rolled_back_was_not_written(world: World, company: CompanyId) -> None:
    config = ConfigId(uuid4())
    async with world.transaction(company):
        await world.rows.remember(company, config, {"a": b"1"})
    async with troubled(world.transaction(company)):
        await world.rows.remember(company, config, {"a": b"2", "b": b"2"})
        await world.rows.forget(company, config)
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, config, ["a", "b"]) == {"a": b"1"}


async def test_rows_vanish_by_their_object_and_come_back_when_written_or_met(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    config = ConfigId(uuid4())
    async with world.transaction(company):
        await world.rows.remember(
            company, config, {"a": b"1", "b": b"2", "l1": b"3", "l2": b"4"}, {"l1": "d", "l2": "d"}
        )
    async with world.transaction(stranger):
        assert await world.rows.vanish(stranger, config, ["a", "d"]) == 0
    async with world.transaction(company):
        assert await world.rows.vanish(company, config, ["a", "d", "unknown"]) == 3
        assert await world.rows.vanish(company, config, ["a", "d"]) == 0
        assert await world.rows.totals(company, config) == RowTotals(live=1, vanished=3, kept=0)
        found = await world.rows.vanished(company, config, 10)
        assert [(row.key, row.parent, row.object_id) for row in found] == [
            ("a", "", "a"), ("l1", "d", "d"), ("l2", "d", "d")
        ]  # fmt: skip
        assert len(await world.rows.vanished(company, config, 2)) == 2
        assert set(await world.rows.fingerprints(company, config, ["a", "b", "l1"])) == {"a", "b", "l1"}
    async with world.transaction(company):
        await world.rows.remember(company, config, {"a": b"1"})
        await world.rows.see(company, config, ["l1"], None)
        assert [row.key for row in await world.rows.vanished(company, config, 10)] == ["l2"]


async def test_lines_vanish_when_their_document_has_them_no_longer(world: World, company: CompanyId) -> None:
    config = ConfigId(uuid4())
    parents = {"l1": "d", "l2": "d", "l3": "e"}
    async with world.transaction(company):
        await world.rows.remember(company, config, dict.fromkeys(parents, b"1"), parents)
        assert await world.rows.vanish_lines(company, config, ["d"], ["l2", "l4"]) == 1
        assert [row.key for row in await world.rows.vanished(company, config, 10)] == ["l1"]


async def test_what_was_removed_is_forgotten_or_counted_as_kept(world: World, company: CompanyId) -> None:
    config = ConfigId(uuid4())
    async with world.transaction(company):
        await world.rows.remember(company, config, {"a": b"1", "b": b"2", "c": b"3"})
        await world.rows.vanish(company, config, ["a", "b"])
        await world.rows.removed(company, config, ["a", "c"], kept=True)
        await world.rows.removed(company, config, ["b", "c"], kept=False)
        assert await world.rows.totals(company, config) == RowTotals(live=1, vanished=0, kept=1)
        assert await world.rows.fingerprints(company, config, ["a", "b", "c"]) == {"c": b"3"}
        await world.rows.remember(company, config, {"a": b"1"})
        assert await world.rows.totals(company, config) == RowTotals(live=2, vanished=0, kept=0)


async def test_a_sweep_finds_what_it_has_not_met(world: World, company: CompanyId) -> None:
    config, sweep, earlier = ConfigId(uuid4()), TaskId(uuid4()), TaskId(uuid4())
    async with world.transaction(company):
        await world.rows.remember(company, config, {"a": b"1", "b": b"2", "c": b"3", "d": b"4"}, task_id=earlier)
        await world.rows.remember(company, config, {"a": b"5"}, task_id=sweep)
        await world.rows.see(company, config, ["b", "unknown"], sweep)
        await world.rows.remember(company, config, {"b": b"6"})
        await world.rows.vanish(company, config, ["d"])
        assert [row.key for row in await world.rows.unseen(company, config, sweep, "", 10)] == ["c"]
        assert await world.rows.unseen(company, config, sweep, "c", 10) == []


async def test_bad_rows_are_kept_aside_until_they_are_written(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    config = (await stored_config(world, company)).id
    bad = BadRow("1", "exports.row_unreadable", {"key": "1", "field": "сумма", "length": 5})
    later = world.now + timedelta(hours=1)
    async with world.transaction(company):
        await world.quarantine.put(company, config, [bad, BadRow("2", "exports.cell_too_long", {})], world.now)
        await world.quarantine.put(company, config, [BadRow("2", "exports.row_unreadable", {})], later)
    async with world.transaction(stranger):
        assert await world.views.quarantine(stranger, config, None, 10) == []
        await world.quarantine.release(stranger, config, ["1"])
    async with world.transaction(company):
        first, second = await world.views.quarantine(company, config, None, 10)
        assert (first.key, first.code, first.details, first.found_at) == ("1", bad.code, bad.details, world.now)
        assert (second.key, second.code, second.found_at) == ("2", "exports.row_unreadable", later)
        assert [row.key for row in await world.views.quarantine(company, config, "1", 10)] == ["2"]
        await world.quarantine.clear(company, config, later)
        assert [row.key for row in await world.views.quarantine(company, config, None, 10)] == ["2"]
        await world.quarantine.release(company, config, ["2", "3"])
        assert await world.views.quarantine(company, config, None, 10) == []
