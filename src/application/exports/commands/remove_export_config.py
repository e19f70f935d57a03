"""An administrator removes an export."""

from application.connections.webhooks_command import tend_webhooks
from application.exports.ports import ExportConfigs, ExportTasks
from application.messages import Command
from application.ports import Outbox, Transaction
from domain.exports.task import ExportAlreadyRunning
from domain.shared.identities import ConfigId


class RemoveExportConfig(Command[None], frozen=True, kw_only=True, tag="exports.remove_config"):
    """The spreadsheet stays as it is."""

    config_id: ConfigId


class RemoveExportConfigHandler:
    """Forgets the export with its history. One that is running has to be cancelled first."""

    def __init__(self, transaction: Transaction, configs: ExportConfigs, tasks: ExportTasks, outbox: Outbox) -> None:
        self._transaction = transaction
        self._configs = configs
        self._tasks = tasks
        self._outbox = outbox

    async def __call__(self, command: RemoveExportConfig) -> None:
        """Raises ConfigNotFound or ExportAlreadyRunning."""
        async with self._transaction(command.company_id):
            config = await self._configs.get(command.company_id, command.config_id)
            running = await self._tasks.running(command.company_id, command.config_id)
            if running is not None:
                raise ExportAlreadyRunning(task=str(running.id))
            await self._configs.remove(command.company_id, command.config_id)
            if config.on_change:
                await tend_webhooks(self._outbox, command.company_id)
