from collections.abc import AsyncIterator

import pytest_asyncio

from tests.integration.harness.emulated_telegram import Telegram, emulated_telegram


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with emulated_telegram() as running:
        yield running
