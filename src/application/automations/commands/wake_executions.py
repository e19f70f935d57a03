"""A company's own executions go on that waited for something of its own."""

from application.automations.execute_command import send_execution
from application.automations.ports import Executions
from application.automations.wake_command import WakeExecutions
from application.messages import Outcome
from application.ports import Clock, Outbox, Transaction

BATCH = 200


class WakeExecutionsHandler:
    """Batch by batch; whatever they lack still, they wait for again."""

    def __init__(self, transaction: Transaction, executions: Executions, outbox: Outbox, clock: Clock) -> None:
        self._transaction = transaction
        self._executions = executions
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: WakeExecutions) -> Outcome:
        """Raises nothing that was foreseen."""
        now, more = self._clock.now(), True
        while more:
            async with self._transaction(command.company_id):
                waiting = await self._executions.waiting_of(command.company_id, BATCH)
                for execution in waiting:
                    execution.resume(now)
                    await send_execution(self._outbox, execution, now)
                    await self._executions.put(execution)
            more = len(waiting) == BATCH
        return Outcome(state="woken")
