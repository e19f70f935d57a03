"""`python -m benchmarks.matching [--goods N] [--positions N]`: what it takes to find what a document names.

An account of the emulator has so many goods; a document of another account names some of them, in each of several ways.
Request units are counted by the emulator; a published app has 45 of them in three seconds. *Cold* nothing is known yet,
*warm* everything was found before. Exits with 1 where finding took more than 15 units cold or 1 warm, or where not all
was found. The emulator shares the process with whoever asks it, so the seconds are those of both together.
"""

import argparse
import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web
from rich.console import Console
from rich.table import Table

from adapters.memory.machine import MemoryIds
from adapters.memory.matching import MemoryMatchPairs, MemoryMatchReviews
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemoryTransaction
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.target_catalogue import MoySkladTargetCatalogue
from adapters.system.clock import SystemClock
from application.automations.matcher import MOST_UNITS, Matcher
from application.automations.reviews import Reviews
from application.connections.ports import MoySkladKey, Urgency
from domain.automations.matching import MatchBy, MatchKind, Wanted
from domain.shared.identities import CompanyId
from emulators.common.options import Options
from emulators.moysklad.app import build

API = "/api/remap/1.2"
AT_ONCE = 1000
Naming = Callable[[int], dict[str, Any]]


def good(number: int) -> dict[str, Any]:
    """A good of the account: no two share a value."""
    return {
        "name": f"Саморез универсальный оцинкованный {number:06} (упаковка)",
        "externalCode": f"X{number:021}",
        "code": f"{number:06}",
        "article": f"АРТ-{number:06}",
        "barcodes": [{"code128": f"46{number:011}"}],
    }


KEYS = ("external code", "code", "article", "barcode", "name")
NAMINGS: dict[str, Naming] = {
    "external code": lambda number: {"external_code": f"X{number:021}"},
    "code": lambda number: {"external_code": f"Y{number:021}", "code": f"{number:06}"},
    "article": lambda number: {"external_code": f"Y{number:021}", "article": f"АРТ-{number:06}"},
    "barcode": lambda number: {"external_code": f"Y{number:021}", "barcodes": (f"46{number:011}",)},
    "name": lambda number: {"external_code": f"Y{number:021}", "name": good(number)["name"]},
    "whatever there is": lambda number: NAMINGS[KEYS[number % len(KEYS)]](number),
}


def wanted(naming: Naming, positions: int, goods: int) -> list[Wanted]:
    """Goods from all over the catalogue, as another account knows them."""
    numbers = [(place * 7919) % goods for place in range(positions)]
    return [
        Wanted(MatchKind.GOODS, str(uuid4()), "product", **{"name": f"Чужой товар {number}", **naming(number)})
        for number in numbers
    ]


@asynccontextmanager
async def emulator() -> AsyncIterator[str]:
    """A running emulator; answers its address."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    runner = web.AppRunner(build(Options(base_url=base)), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    try:
        yield base
    finally:
        await runner.cleanup()


class Bench:
    """The account, and who looks for things in it."""

    def __init__(self, base: str, session: aiohttp.ClientSession, client: MoySkladClient, token: str) -> None:
        self._base = base
        self._session = session
        self._key = MoySkladKey(token, uuid4(), Urgency.EVENT)
        store, clock = MemoryStore(), SystemClock()
        reviews = Reviews(MemoryMatchReviews(store), MemoryIds(), clock)
        catalogue = MoySkladTargetCatalogue(client)
        self._matcher = Matcher(MemoryTransaction(store), MemoryMatchPairs(store), reviews, catalogue, clock)
        self._company = CompanyId(uuid4())

    async def match(self, source: CompanyId, sought: Sequence[Wanted]) -> tuple[int, int, float]:
        """How many were found, in how many units and seconds."""
        await self._session.delete(f"{self._base}/_control/journal")
        began = time.perf_counter()
        matched = await self._matcher.match(self._key, self._company, source, sought, tuple(MatchBy))
        took = time.perf_counter() - began
        async with self._session.get(f"{self._base}/_control/journal", params={"last": 1000}) as answer:
            entries = (await answer.json())["entries"]
        return len(matched.found), sum(one["path"].startswith(API) for one in entries), took


async def account(base: str, session: aiohttp.ClientSession, goods: int) -> str:
    """An account with so many goods; answers the app's token."""

    async def post(path: str, body: Any, **headers: str) -> Any:
        async with session.post(f"{base}{path}", json=body, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)

    made = await post("/_control/accounts", {"name": "target"})
    app = await post("/_control/apps", {"endpointBase": "http://127.0.0.1:9"})
    tokens = f"/_control/accounts/{made['accountId']}/tokens"
    token = str((await post(tokens, {"kind": "app", "appId": app["appId"]}))["token"])
    await post("/_control/settings", {"quotas": False})
    allowed = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    for start in range(0, goods, AT_ONCE):
        portion = [good(number) for number in range(start, min(start + AT_ONCE, goods))]
        await post(f"{API}/entity/product", portion, **allowed)
    await post("/_control/settings", {"quotas": True})
    return token


async def measured(goods: int, positions: int, console: Console) -> bool:
    """Prints the table; answers whether everything was found for no more than was promised."""
    shown = Table(title=f"{positions:,} positions, {goods:,} goods")
    for title in ("known by", "found", "units cold", "seconds", "units warm", "seconds"):
        shown.add_column(title, justify="left" if title == "known by" else "right")
    well = True
    async with emulator() as base, aiohttp.ClientSession() as session:
        token = await account(base, session, goods)
        async with MoySkladClient(f"{base}{API}") as client:
            bench = Bench(base, session, client, token)
            for title, naming in NAMINGS.items():
                source, sought = CompanyId(uuid4()), wanted(naming, positions, goods)
                found, cold, cold_took = await bench.match(source, sought)
                again, warm, warm_took = await bench.match(source, sought)
                well = well and found == again == positions and cold <= MOST_UNITS and warm <= 1
                shown.add_row(title, f"{found:,}", f"{cold}", f"{cold_took:.1f}", f"{warm}", f"{warm_took:.2f}")
    console.print(shown)
    return well


def main() -> int:
    """The measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goods", type=int, default=50_000)
    parser.add_argument("--positions", type=int, default=1_000)
    options = parser.parse_args()
    return 0 if asyncio.run(measured(options.goods, options.positions, Console())) else 1


if __name__ == "__main__":
    sys.exit(main())
