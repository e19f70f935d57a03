"""`python -m benchmarks.rest_yardstick PORT DATABASE_URL`: the least that could answer, to be measured beside the API.

The same server (uvicorn, uvloop, httptools) around a function: `/bare` answers two signs at once, and `/asked/…` asks
PostgreSQL about one export as the API does, with the company bound, and answers its columns as JSON. Nothing is
counted, logged, measured, dressed or checked: whatever the API is slower by is its own, and what these answer at most
is what this machine can do.
"""

import asyncio
import gc
import sys
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvicorn

from adapters.postgres.engine import APPLICATION_ROLE
from adapters.postgres.views.exports import ONE_CONFIG

CONNECTIONS = 8
_JSON = (b"content-type", b"application/json")
_BARE = b"{}"


class Yardstick:
    """An ASGI application."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._free: asyncio.Queue[asyncpg.Connection[asyncpg.Record]] = asyncio.LifoQueue()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        steps = scope["path"].split("/")
        body = await self._asked(*map(UUID, steps[2:])) if steps[1] == "asked" else _BARE
        headers = [_JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _asked(self, company: UUID, config: UUID) -> bytes:
        connection = await self._free.get()
        try:
            text, twice = ONE_CONFIG.said(str(company), {"company_id": company, "config_id": config})
            rows = await connection.fetchmany(text, twice)
        finally:
            self._free.put_nowait(connection)
        return msgspec.json.encode(dict(rows[-1]))

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        for _ in range(CONNECTIONS):
            settings = {"role": APPLICATION_ROLE, "jit": "off"}
            self._free.put_nowait(await asyncpg.connect(self._database_url, server_settings=settings))
        gc.freeze()
        gc.set_threshold(20_000, 10, 20)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        while not self._free.empty():
            await self._free.get_nowait().close()
        await send({"type": "lifespan.shutdown.complete"})


def main(port: str, database_url: str) -> None:
    """Serves until stopped."""
    uvicorn.run(
        Yardstick(database_url),
        port=int(port),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
