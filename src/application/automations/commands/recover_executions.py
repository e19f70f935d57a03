"""Executions that nobody works on are sent to the workers again."""

from datetime import timedelta

from application.automations.execute_command import send_execution
from application.automations.ports import Executions
from application.messages import SystemCommand
from application.ports import Clock, Outbox, SystemTransaction

BATCH = 200
PATIENCE = timedelta(seconds=60)


class RecoverExecutions(SystemCommand[int], frozen=True, kw_only=True, tag="rules.recover"):
    """Told by the scheduler, again and again."""


class RecoverExecutionsHandler:
    """Finds, in PostgreSQL alone, those that are due and of which no worker was told lately, and those whose worker
    died.
    """

    def __init__(
        self, system_transaction: SystemTransaction, executions: Executions, outbox: Outbox, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._executions = executions
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RecoverExecutions) -> int:
        """How many were sent."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            stranded = await self._executions.stranded(now, now - PATIENCE, BATCH)
            for execution in stranded:
                await send_execution(self._outbox, execution, now)
                await self._executions.put(execution)
        return len(stranded)
