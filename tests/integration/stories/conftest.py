from collections.abc import AsyncIterator

import pytest_asyncio

from tests.integration.harness.stories import SMALL, Party, Story


@pytest_asyncio.fixture
async def story() -> AsyncIterator[Story]:
    begun = await Story.begin(SMALL)
    begun.world.source.page_size = 3
    yield begun
    await begun.world.container.close()


@pytest_asyncio.fixture
async def romashka(story: Story) -> Party:
    """A company with ten orders, connected to Google."""
    party = await story.party("romashka")
    party.fill(10)
    return party


@pytest_asyncio.fixture
async def party(story: Story) -> Party:
    """A company with seven orders, which are three pages."""
    party = await story.party("romashka")
    party.fill(7)
    return party
