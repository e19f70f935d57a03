"""Port of the exports area to notes of what is about to be written."""

from dataclasses import dataclass, replace
from typing import Protocol

from domain.exports.write_strategies.gathering import Gathered
from domain.shared.identities import CompanyId, ConfigId, TaskId


@dataclass(frozen=True, slots=True)
class WriteIntent:
    """The last atomic batch of an export: its marker in the spreadsheet, and the one it took the place of.

    While it is `pending` nobody knows whether it was applied; `rows` are then its keys with fingerprints and parents.
    A `final` one has left the table as the task wanted it, and nothing `gathered` in a hidden tab.
    """

    marker: int | None
    previous: int | None
    task_id: TaskId
    rows: tuple[tuple[str, bytes, str], ...] = ()
    pending: bool = False
    final: bool = False
    gathered: Gathered | None = None

    def settled(self, *, applied: bool) -> "WriteIntent":
        """The same once it is known what became of it."""
        if applied:
            return replace(self, rows=(), pending=False, gathered=None if self.final else self.gathered)
        return WriteIntent(self.previous, None, self.task_id, gathered=self.gathered)


class WriteIntents(Protocol):
    """One note for each export of what is about to be written, so that a crash neither loses nor repeats it."""

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> WriteIntent | None:
        """The last one."""
        ...

    async def put(self, company_id: CompanyId, config_id: ConfigId, intent: WriteIntent) -> None:
        """Stores it in place of the last one."""
        ...

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """The export begins anew in another tab."""
        ...
