"""One worker process of the soak: reads without a pause through the client and the shared budgets, and keeps time."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import uvloop

from adapters.moysklad.client import MoySkladClient
from adapters.redis.budgets import RedisBudgets
from adapters.redis.connection import connect
from application.connections.ports import MoySkladKey, Turn, Urgency, VendorBudgets
from domain.shared.errors import SkladSheetsError

_PATH = "/entity/customerorder"
_PAGE = 100


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker does: `readers` tasks read the accounts of `keys` in turn; `visits` is how often in a second a
    person asks for something beside them. The result is written to `report`.
    """

    api_url: str
    redis_url: str
    seconds: float
    keys: list[tuple[str, UUID]]
    urgency: int
    readers: int
    visits: float
    rows: int
    report: str


class TimedBudgets:
    """Budgets that remember how long each turn was waited for, in seconds, by urgency."""

    def __init__(self, budgets: VendorBudgets) -> None:
        self._budgets = budgets
        self.waits: dict[str, list[float]] = {}

    @asynccontextmanager
    async def turn(
        self,
        credential: str,
        account: str,
        units: int,
        urgency: Urgency,
        *,
        subject: str = "",
        put: bool = False,
        patience: float = 30.0,
    ) -> AsyncIterator[Turn]:
        """See application.connections.ports.VendorBudgets."""
        asked = time.perf_counter()
        more: dict[str, Any] = {"subject": subject, "put": put, "patience": patience}
        async with self._budgets.turn(credential, account, units, urgency, **more) as turn:
            self.waits.setdefault(urgency.name, []).append(time.perf_counter() - asked)
            yield turn


class Reading:
    """The tasks of one worker."""

    def __init__(self, plan: Plan, client: MoySkladClient) -> None:
        self._plan = plan
        self._client = client
        self._end = time.monotonic() + plan.seconds
        self.requests = 0
        self.errors: dict[str, int] = {}

    async def run(self) -> None:
        """Until the time is over."""
        readers = [self._read(number) for number in range(self._plan.readers)]
        if self._plan.visits:
            readers.append(self._visit())
        await asyncio.gather(*readers)

    async def _read(self, number: int) -> None:
        urgency, turn = Urgency(self._plan.urgency), number
        while time.monotonic() < self._end:
            token, account = self._plan.keys[turn % len(self._plan.keys)]
            offset = turn * _PAGE % self._plan.rows
            await self._ask(MoySkladKey(token, account, urgency), offset)
            turn += 1

    async def _visit(self) -> None:
        token, account = self._plan.keys[0]
        while time.monotonic() < self._end:
            await self._ask(MoySkladKey(token, account, Urgency.INTERACTIVE), 0)
            await asyncio.sleep(1 / self._plan.visits)

    async def _ask(self, key: MoySkladKey, offset: int) -> None:
        try:
            await self._client.get(key, _PATH, (("limit", str(_PAGE)), ("offset", str(offset))))
            self.requests += 1
        except SkladSheetsError as error:
            self.errors[str(error)] = self.errors.get(str(error), 0) + 1
            await asyncio.sleep(1)


async def _work(plan: Plan) -> dict[str, Any]:
    redis = connect(plan.redis_url)
    shared = RedisBudgets(redis)
    budgets = TimedBudgets(shared)
    cpu = time.process_time()
    async with MoySkladClient(plan.api_url, budgets=budgets) as client:
        reading = Reading(plan, client)
        await reading.run()
    await shared.close()
    await redis.aclose()
    return {
        "requests": reading.requests,
        "errors": reading.errors,
        "waits": budgets.waits,
        "cpu": time.process_time() - cpu,
    }


def main() -> None:
    """Carries out the plan in SOAK_PLAN."""
    plan = msgspec.json.decode(os.environ["SOAK_PLAN"], type=Plan)
    Path(plan.report).write_text(json.dumps(uvloop.run(_work(plan))))


if __name__ == "__main__":
    main()
