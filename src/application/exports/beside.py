"""Tabs that an export makes beside its table for its own use. It knows them by the signs that they bear alone: a tab
that has such a title without a sign is somebody's, and is neither written nor deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from application.exports.sheet_calls import SheetCalls
from application.exports.sheets import Layout, Sign, Tab, TabRole
from domain.exports.config import ExportConfig
from domain.exports.spreadsheet import TabTitleTaken
from domain.exports.target import free_title

_SMALLEST = (2, 1)
"""Rows and columns of a tab that is made."""
_LOOKS = 3
"""How often a title is chosen, where people make tabs at the same moment."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The tabs beside one export's table."""

    calls: SheetCalls
    config: ExportConfig

    def find(self, tabs: Iterable[Tab], role: TabRole) -> Tab | None:
        """The tab of that role, however people call it now."""
        wanted = self._sign(role)
        return next((tab for tab in tabs if wanted in tab.signs and tab.row_count), None)

    async def add(self, spreadsheet_id: str, tabs: Sequence[Tab], role: TabRole, table: tuple[Layout, int]) -> Tab:
        """A new tab of that role, under a title that none of the spreadsheet's `tabs` has, with that layout and so many
        rows, the header included. One write, and one read more for each time that somebody took the title just now.
        Raises TabTitleTaken and what Spreadsheets raises.
        """
        for _ in range(_LOOKS - 1):
            try:
                return await self._add(spreadsheet_id, tabs, role, table)
            except TabTitleTaken:
                found = await self.calls.read(lambda key: self.calls.spreadsheets.inspect(key, spreadsheet_id))
                tabs = found.tabs
        return await self._add(spreadsheet_id, tabs, role, table)

    def planned(self, tabs: Iterable[Tab], role: TabRole, sheet_id: int) -> Tab:
        """A tab of that role and number for a batch to make, of the smallest size, under a title that is free."""
        title, sign, hidden = self._title(tabs, role), self._sign(role), role is not TabRole.ARCHIVE
        return Tab(sheet_id, title, *_SMALLEST, hidden=hidden, signs=(sign,))

    async def _add(self, spreadsheet_id: str, tabs: Iterable[Tab], role: TabRole, table: tuple[Layout, int]) -> Tab:
        title, sign, hidden = self._title(tabs, role), self._sign(role), role is not TabRole.ARCHIVE
        return await self.calls.write(
            lambda key: self.calls.spreadsheets.add_tab(
                key, spreadsheet_id, title, hidden=hidden, sign=sign, table=table
            )
        )

    def _sign(self, role: TabRole) -> Sign:
        return Sign(self.config.id.hex, role)

    def _title(self, tabs: Iterable[Tab], role: TabRole) -> str:
        wanted = {
            TabRole.STAGING: self.config.staging_tab,
            TabRole.PREVIOUS: self.config.previous_tab,
            TabRole.ARCHIVE: self.config.archive_tab,
        }[role]()
        return free_title(wanted, [*(tab.title for tab in tabs), *self.config.kept_titles()])
