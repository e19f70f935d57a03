"""An administrator removes an export."""

from dataclasses import replace

from application.connections.webhooks_command import tend_webhooks
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.schedule_ports import Occurrences
from application.exports.untold import UntoldRuns
from application.exports.versions import require_version
from application.exports.views import ExportViews
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from domain.exports.occurrences import OccurrenceKind, Owner, SkipReason, skipped
from domain.exports.schedule import AfterSchedule
from domain.exports.task import ExportAlreadyRunning
from domain.shared.identities import ConfigId


class RemoveExportConfig(Command[None], frozen=True, kw_only=True, tag="exports.remove_config"):
    """The spreadsheet stays as it is. `expected` are versions of the export, of which it has to be one."""

    config_id: ConfigId
    expected: frozenset[str] | None = None


class RemoveExportConfigHandler:
    """Forgets the export with its history. One that is running has to be cancelled first.

    Exports that follow it rest from now on; their schedules and their ledgers tell so.
    """

    def __init__(
        self,
        transaction: Transaction,
        configs: ExportConfigs,
        views: ExportViews,
        tasks: ExportTasks,
        occurrences: Occurrences,
        untold: UntoldRuns,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._views = views
        self._tasks = tasks
        self._occurrences = occurrences
        self._untold = untold
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RemoveExportConfig) -> None:
        """Raises ConfigNotFound, PreconditionFailed or ExportAlreadyRunning."""
        async with self._transaction(command.company_id):
            await self._configs.links(command.company_id)  # nobody begins to follow it meanwhile
            config = await self._configs.get(command.company_id, command.config_id)
            require_version(await self._views.config(command.company_id, command.config_id), command.expected)
            running = await self._tasks.running(command.company_id, command.config_id)
            if running is not None:
                raise ExportAlreadyRunning(task=str(running.id))
            await self._let_followers_rest(command)
            await self._configs.remove(command.company_id, command.config_id)
            await self._untold.over(command.company_id, command.config_id)
            if config.on_change:
                await tend_webhooks(self._outbox, command.company_id)

    async def _let_followers_rest(self, command: RemoveExportConfig) -> None:
        now = self._clock.now()
        for follower in await self._configs.followers(command.company_id, command.config_id):
            if isinstance(follower.schedule, AfterSchedule):
                follower.schedule = replace(follower.schedule, removed=True)
                await self._configs.put(follower)
            owner = Owner(follower.company_id, follower.id, OccurrenceKind.AFTER, now)
            await self._occurrences.add([owner.entry(now, skipped(SkipReason.AFTER_REMOVED))])
