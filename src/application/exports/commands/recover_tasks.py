"""Tasks that nobody works on are sent to the workers again."""

from datetime import timedelta

from application.exports.ports import ExportTasks, Tellings
from application.exports.resting import Resting
from application.exports.run_command import send_to_worker
from application.exports.tidings import Tidings
from application.exports.untold import TellUntoldRun
from application.messages import SystemCommand
from application.ports import Clock, Outbox, SystemTransaction
from domain.exports.task import TaskError
from domain.exports.telling import RunNotTold

BATCH = 100
PATIENCE = timedelta(seconds=60)
"""How long a task may wait for a worker before its message is taken for lost. Sending it twice does no harm, but a
busy queue should not be flooded, so this is also the shortest time between two messages about one waiting task."""


class RecoverTasks(SystemCommand[int], frozen=True, kw_only=True, tag="exports.recover"):
    """Told by the scheduler, again and again."""


class RecoverTasksHandler:
    """Finds, in Postgres alone, tasks whose worker died or whose message was lost, even with the whole of Redis;
    runs that ended and still have to be told about; and runs
    that rested because of their plan and may go on.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        tasks: ExportTasks,
        tellings: Tellings,
        outbox: Outbox,
        tidings: Tidings,
        resting: Resting,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._tasks = tasks
        self._tellings = tellings
        self._outbox = outbox
        self._tidings = tidings
        self._resting = resting
        self._clock = clock

    async def __call__(self, command: RecoverTasks) -> int:
        """How many tasks were sent again, tellings included."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            stranded = await self._tasks.stranded(now, now - PATIENCE, BATCH)
            for task in stranded:
                await send_to_worker(self._outbox, task, now)
                await self._tasks.save(task)
            resumed = await self._resting.resume(now, now - PATIENCE, BATCH)
            untold = await self._tellings.lost(now - PATIENCE, BATCH)
            for telling in untold:
                if telling.overdue(now):
                    telling.give_up((TaskError(RunNotTold.code, {}),))
                    await self._tellings.put(telling)
                    told = TellUntoldRun(
                        company_id=telling.company_id, config_id=telling.config_id, task_id=telling.task_id
                    )
                    await self._outbox.put(told)
                else:
                    await self._tidings.send(telling, now)
        return len(stranded) + resumed + len(untold)
