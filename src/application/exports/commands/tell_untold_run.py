"""A worker tells that a run was not told about in its spreadsheet, nor will be."""

from application.exports.ports import ExportConfigs, Tellings
from application.exports.untold import TellUntoldRun, UntoldRuns
from application.messages import Outcome
from application.ports import Transaction
from domain.exports.config import ConfigNotFound


class TellUntoldRunHandler:
    """Has it announced; told again it changes nothing."""

    def __init__(
        self, transaction: Transaction, configs: ExportConfigs, tellings: Tellings, untold: UntoldRuns
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._tellings = tellings
        self._untold = untold

    async def __call__(self, command: TellUntoldRun) -> Outcome:
        """Raises nothing that was foreseen."""
        async with self._transaction(command.company_id):
            try:
                config = await self._configs.get(command.company_id, command.config_id)
            except ConfigNotFound as gone:
                return Outcome(state="left alone", error=gone.code)
            telling = await self._tellings.get(command.company_id, command.task_id)
            if telling is None or not telling.problems:
                return Outcome(state="left alone")
            await self._untold.noted(config, telling)
        return Outcome(state="announced", error=telling.problems[0].code)
