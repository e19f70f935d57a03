import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from adapters.redis.connection import connect
from devstack.guardian import Guardian
from devstack.processes import free_port
from devstack.valkey import embedded_valkey


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    guardian = Guardian()
    try:
        with embedded_valkey(Path(tmp_path_factory.mktemp("redis")), guardian, durable=False) as address:
            yield address
    finally:
        guardian.close()


@pytest.fixture
async def client(url: str) -> AsyncIterator[Redis]:
    opened = connect(url)
    await opened.flushdb()
    yield opened
    await opened.aclose()


@pytest.fixture
async def lost() -> AsyncIterator[Redis]:
    opened = connect(f"redis://127.0.0.1:{free_port()}/0")
    yield opened
    await opened.aclose()


@pytest.fixture
async def hung() -> AsyncIterator[Redis]:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    opened = connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    yield opened
    await opened.aclose()
    server.close()
