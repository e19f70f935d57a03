"""While the API runs it takes deliveries in, and says so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from application.bus import Application
from application.webhooks.commands.notice_outage import NoticeOutage
from entrypoints.rest.webhooks.intake import Intake

BEAT_SECONDS = 10.0


@asynccontextmanager
async def attended(application: Application, report: Callable[[BaseException], None]) -> AsyncIterator[Intake]:
    """An intake at work. Somebody is there to take deliveries in, and notes that; after nobody was for a while, exports
    look for themselves.
    """
    intake = Intake(application, report)
    working = [asyncio.create_task(intake.serve()), asyncio.create_task(_beat(application, report))]
    try:
        yield intake
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _beat(application: Application, report: Callable[[BaseException], None]) -> None:
    while True:
        try:
            await application.execute(NoticeOutage())
        except Exception as failed:  # noqa: BLE001 - a lost database must not end us
            report(failed)
        await asyncio.sleep(BEAT_SECONDS)
