"""However many add dealers at once, one by one and from lists, there are never more than the plan has room for."""

import asyncio
from types import SimpleNamespace
from typing import Any

from application.dealers.commands.create_dealer import CreateDealer, CreateDealerHandler
from application.dealers.commands.import_dealers import ImportDealers, ImportDealersHandler, ListedLine
from application.dealers.import_report import LineOutcome
from application.dealers.point_lookups import FoundPoints
from domain.dealers.dealers import TooManyDealers
from domain.dealers.imported import Cell
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World

LIMIT, EACH = 5, 4


class Quotas:
    """A plan with room for so many dealers."""

    async def of(self, company_id: CompanyId) -> Any:
        del company_id
        return SimpleNamespace(plan=SimpleNamespace(dealers=LIMIT)), None


class Wishes:
    """Whoever has added a dealer takes a while to commit: without a lock the others would have counted meanwhile."""

    async def follow(self, company_id: CompanyId) -> None:
        del company_id
        await asyncio.sleep(0.05)


class Lookups:
    """Nothing of MoySklad's is named."""

    async def find(self, company_id: CompanyId, lines: Any) -> FoundPoints:
        del company_id, lines
        return FoundPoints({}, {}, ())


async def test_imports_and_additions_at_once_stay_within_the_plan(world: World) -> None:
    company = await samples.stored_company(world)
    quotas: Any = Quotas()
    wishes: Any = Wishes()
    lookups: Any = Lookups()
    adding = CreateDealerHandler(world.transaction, world.dealers, wishes, quotas, world.ids, world.clock)
    taking = ImportDealersHandler(world.transaction, world.dealers, wishes, quotas, lookups, world.ids, world.clock)

    async def add(name: str) -> int:
        try:
            await adding(CreateDealer(company_id=company, name=name))
        except TooManyDealers:
            return 0
        return 1

    async def take_in(name: str) -> int:
        lines = tuple(ListedLine(row=row, cells={Cell.NAME: f"{name} {row}"}) for row in range(2, 2 + EACH))
        report = await taking(ImportDealers(company_id=company, lines=lines))
        assert {one.code for one in report.lines} <= {None, TooManyDealers.code}
        return sum(one.outcome is LineOutcome.CREATED for one in report.lines)

    made = await asyncio.gather(*(add(f"А{one}") for one in range(EACH)), take_in("Б"), take_in("В"))
    async with world.transaction(company):
        assert await world.dealers.count(company) == LIMIT
    assert sum(made) == LIMIT
