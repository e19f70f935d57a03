"""Contract of application.exports.ports.ExportedRows."""

from uuid import uuid4

from domain.shared.identities import CompanyId, ConfigId
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


async def test_what_was_rolled_back_was_not_written(world: World, company: CompanyId) -> None:
    config = ConfigId(uuid4())
    async with world.transaction(company):
        await world.rows.remember(company, config, {"a": b"1"})
    async with troubled(world.transaction(company)):
        await world.rows.remember(company, config, {"a": b"2", "b": b"2"})
        await world.rows.forget(company, config)
    async with world.transaction(company):
        assert await world.rows.fingerprints(company, config, ["a", "b"]) == {"a": b"1"}
