"""Executions go on that waited for somebody at the target's company."""

from application.automations.execute_command import send_execution
from application.automations.ports import Executions
from application.automations.resume_command import ResumeExecutions
from application.messages import Outcome
from application.ports import Clock, Outbox, SystemTransaction

BATCH = 200


class ResumeExecutionsHandler:
    """Of whichever companies they are; what they lack still, they wait for again."""

    def __init__(
        self, system_transaction: SystemTransaction, executions: Executions, outbox: Outbox, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._executions = executions
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ResumeExecutions) -> Outcome:
        """Raises nothing that was foreseen."""
        now, more = self._clock.now(), True
        while more:
            async with self._system_transaction():
                waiting = await self._executions.waiting_at(command.company_id, BATCH)
                for execution in waiting:
                    execution.resume(now)
                    await send_execution(self._outbox, execution, now)
                    await self._executions.put(execution)
            more = len(waiting) == BATCH
        return Outcome(state="resumed")
