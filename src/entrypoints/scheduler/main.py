"""Books what has come due, finds what was left behind, has long runs make room, follows what was told, sweeps up."""

import asyncio
from collections.abc import Callable

from application.automations.commands.recover_executions import RecoverExecutions
from application.bus import Application
from application.dealers.commands.recover_notices import RecoverNotices
from application.delivery.commands.purge_expired import PurgeExpired
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.make_room import MakeRoom
from application.exports.commands.recover_tasks import RecoverTasks
from application.webhooks.commands.book_follow_ups import BookFollowUps
from application.webhooks.commands.book_hearings import BookHearings
from application.webhooks.commands.book_tendings import BookTendings
from application.webhooks.commands.interpret_deliveries import BATCH, InterpretDeliveries
from entrypoints.rounds import repeat, wait

TICK_SECONDS = 1.0
PURGE_SECONDS = 600.0
FOLLOW_SECONDS = 0.5


async def schedule(
    application: Application,
    stop: asyncio.Event,
    seconds: Callable[[], float],
    report: Callable[[BaseException], None],
) -> None:
    """Ticks until told to stop. Any number of schedulers may run; rows are locked, so nothing is booked twice.

    `seconds` is a clock that never goes back; `report` is told of failures.
    """
    purged_at = seconds()

    async def step() -> None:
        nonlocal purged_at
        await application.execute(BookDueExports())
        await application.execute(RecoverTasks())
        await application.execute(RecoverExecutions())
        await application.execute(MakeRoom())
        await application.execute(RecoverNotices())
        if seconds() - purged_at >= PURGE_SECONDS:
            purged_at = seconds()
            await application.execute(PurgeExpired())
        await wait(stop, TICK_SECONDS)

    async def follow() -> None:
        interpreted = await application.execute(InterpretDeliveries())
        await application.execute(BookFollowUps())
        await application.execute(BookHearings())
        if interpreted < BATCH:
            await application.execute(BookTendings())
            await wait(stop, FOLLOW_SECONDS)

    await asyncio.gather(repeat(step, stop, report), repeat(follow, stop, report))
