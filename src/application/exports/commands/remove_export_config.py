"""An administrator removes an export."""

from application.exports.ports import ExportConfigs, ExportTasks
from application.messages import Command
from application.ports import Transaction
from domain.exports.task import ExportAlreadyRunning
from domain.shared.identities import ConfigId


class RemoveExportConfig(Command[None], frozen=True, kw_only=True, tag="exports.remove_config"):
    """The spreadsheet stays as it is."""

    config_id: ConfigId


class RemoveExportConfigHandler:
    """Forgets the export with its history. One that is running has to be cancelled first."""

    def __init__(self, transaction: Transaction, configs: ExportConfigs, tasks: ExportTasks) -> None:
        self._transaction = transaction
        self._configs = configs
        self._tasks = tasks

    async def __call__(self, command: RemoveExportConfig) -> None:
        """Raises ConfigNotFound or ExportAlreadyRunning."""
        async with self._transaction(command.company_id):
            await self._configs.get(command.company_id, command.config_id)
            running = await self._tasks.running(command.company_id, command.config_id)
            if running is not None:
                raise ExportAlreadyRunning(task=str(running.id))
            await self._configs.remove(command.company_id, command.config_id)
