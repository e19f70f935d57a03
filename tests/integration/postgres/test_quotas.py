"""However many workers ask at once, they get beyond the limit by less than one batch."""

import asyncio
from uuid import uuid4

from application.billing.ports import Entry
from domain.billing.usage import Hold, Meter
from domain.shared.identities import ClaimId, CompanyId, TaskId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World

WORKERS = 64
BATCH = 7
LIMIT = 1_000


async def test_sixty_four_workers_do_not_overshoot(world: World) -> None:
    company = await samples.stored_company(world)
    config = (await samples.stored_config(world, company)).id
    most = 0

    async def work() -> int:
        nonlocal most
        task, claim, written = TaskId(uuid4()), ClaimId(uuid4()), 0
        for number in range(100):
            hold = Hold(company, task, claim, number, "2026-11", BATCH)
            async with world.transaction(company):
                if not await world.usage.reserve(hold, LIMIT):
                    break
            async with world.transaction(company):
                meter = await world.usage.settle([hold], Entry(f"{task}:{number}", config, BATCH, world.now))
            most = max(most, meter.used + meter.reserved)
            written += BATCH
        return written

    written = sum(await asyncio.gather(*(work() for _ in range(WORKERS))))
    async with world.transaction(company):
        assert await world.usage.meter(company, "2026-11") == Meter(written, 0)
        assert (await world.usage.overview(company, "2026-11")).mismatches == []
    assert LIMIT <= written < LIMIT + BATCH
    assert most < LIMIT + BATCH


async def test_the_meter_is_compared_with_the_ledger(world: World, company: CompanyId) -> None:
    from sqlalchemy import text

    from adapters.postgres.transaction import connection

    async with world.transaction(company):
        assert (await world.usage.overview(company, "2026-11")).mismatches == []
        await connection().execute(text("UPDATE usage_meters SET used = used + 1"))
        found = (await world.usage.overview(company, "2026-11")).mismatches
        assert [(wrong.ledger, wrong.meter) for wrong in found] == [(5, 6)]
