"""A worker tells that it lives."""

from uuid import UUID

from application.exports.dispatch_ports import Workers
from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction
from domain.exports.sharing import room_of


class ReportForWork(SystemCommand[None], frozen=True, kw_only=True, tag="exports.report_for_work"):
    """Told by each worker, again and again. With no `threads` it takes no more."""

    worker_id: UUID
    threads: int


class ReportForWorkHandler:
    """Notes the worker's places, so that it is told of no more runs than it can carry out."""

    def __init__(self, system_transaction: SystemTransaction, workers: Workers, clock: Clock) -> None:
        self._system_transaction = system_transaction
        self._workers = workers
        self._clock = clock

    async def __call__(self, command: ReportForWork) -> None:
        """See above."""
        async with self._system_transaction():
            if command.threads:
                await self._workers.report(command.worker_id, room_of(command.threads), self._clock.now())
            else:
                await self._workers.leave(command.worker_id)
