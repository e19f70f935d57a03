"""An export configuration: what a company wants to see in which sheet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.exports.columns import ChosenColumn
from domain.exports.cursor import Cursor
from domain.exports.filters import Condition
from domain.exports.schedule import Schedule
from domain.exports.target import SheetTarget
from domain.shared.errors import NotFound, RuleViolated
from domain.shared.identities import CompanyId, ConfigId


class ConfigNotFound(NotFound):
    """The company has no such export."""

    code = "exports.config_not_found"


class StrategyUnknown(RuleViolated):
    """There is no such way of writing."""

    code = "exports.strategy_unknown"


class WriteStrategy(StrEnum):
    """The ways of writing that exist. The set is closed, because stored rows name its members."""

    UPSERT = "upsert"


@dataclass(slots=True)
class ExportConfig:
    """One export of one company.

    `header` are the titles as they were last written into the sheet, None before the first run. `cursor` is how far
    the last finished run has read, None when the next run has to read everything.
    """

    id: ConfigId
    company_id: CompanyId
    name: str
    exporter_key: str
    columns: tuple[ChosenColumn, ...]
    conditions: tuple[Condition, ...]
    strategy: WriteStrategy
    target: SheetTarget
    schedule: Schedule | None
    created_at: datetime
    header: tuple[str, ...] | None = None
    cursor: Cursor | None = None

    def titles(self) -> tuple[str, ...]:
        """The header row that the sheet should show."""
        return tuple(column.title for column in self.columns)

    def write_lock(self) -> str:
        """What two writers must not hold at once: the spreadsheet, or this export while it has none yet."""
        return self.target.spreadsheet_id or f"config:{self.id}"

    def settled(self, spreadsheet_id: str, sheet_id: int, header: tuple[str, ...] | None) -> None:
        """The tab exists; it shows this header, or none yet."""
        self.target = self.target.placed(spreadsheet_id, sheet_id)
        self.header = header

    def read_up_to(self, cursor: Cursor | None) -> None:
        """A run finished; the next one starts from here. A run that saw nothing leaves the cursor where it was."""
        if cursor is not None:
            self.cursor = cursor


def strategy_named(name: str) -> WriteStrategy:
    """The strategy of that name. Raises StrategyUnknown."""
    try:
        return WriteStrategy(name)
    except ValueError as wrong:
        raise StrategyUnknown(strategy=name[:50], known=", ".join(WriteStrategy)) from wrong
