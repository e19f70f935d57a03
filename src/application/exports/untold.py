"""That runs cannot be told about in their spreadsheet is announced, and that they can be again."""

from application.messages import Command, Outcome
from application.tenants.announcing import Announcing
from domain.exports.config import ExportConfig
from domain.exports.telling import Telling, TellingState
from domain.shared.identities import CompanyId, ConfigId, TaskId


class TellUntoldRun(Command[Outcome], frozen=True, kw_only=True, tag="exports.tell_untold"):
    """Told by the queue, perhaps more than once: nobody will tell of that run in the sheet. It is stored with the
    change where that is noted across companies.
    """

    config_id: ConfigId
    task_id: TaskId


class UntoldRuns:
    """Announces, in the transaction that notes what became of a telling. One announcement for each export."""

    def __init__(self, announcing: Announcing) -> None:
        self._announcing = announcing

    async def noted(self, config: ExportConfig, telling: Telling) -> None:
        """What has problems for good is announced; what was told whole ends that."""
        if telling.state is TellingState.DUE:
            return
        if telling.problems:
            await self._announcing.tell(
                config.company_id,
                _cause(config.id),
                str(telling.task_id),
                "announcements.run_untold",
                export=config.name,
                reason=telling.problems[0].code,
            )
        elif telling.state is TellingState.TOLD:
            await self.over(config.company_id, config.id)

    async def over(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Nobody wants to be told there any more, or the export is gone."""
        await self._announcing.over(company_id, _cause(config_id))


def _cause(config_id: ConfigId) -> str:
    return f"sheet:{config_id}"
