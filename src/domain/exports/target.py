"""Where an export lands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.shared.errors import RuleViolated

_SPREADSHEET_ID = re.compile(r"[A-Za-z0-9_-]{20,120}")
_IN_ADDRESS = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]{20,120})")
TITLE_LIMIT = 100


class SpreadsheetIdInvalid(RuleViolated):
    """Neither a spreadsheet's id nor its address."""

    code = "exports.spreadsheet_id_invalid"


class TitleInvalid(RuleViolated):
    """A title is empty, longer than 100 characters, or holds a NUL, which no database keeps."""

    code = "exports.title_invalid"


class ObstacleUnknown(RuleViolated):
    """There is no such way of treating a tab that cannot be used."""

    code = "exports.on_obstacle_unknown"


class OnObstacle(StrEnum):
    """What becomes of a first run, or a full one, whose tab cannot be used: something else stands there, the table's
    place is protected or merged, a chart has its title, a column's title stands twice. `refuse` fails the run,
    `next_tab` goes on in another tab and leaves that one alone.
    """

    REFUSE = "refuse"
    NEXT_TAB = "next_tab"


@dataclass(frozen=True, slots=True)
class SheetTarget:
    """A tab of a spreadsheet. Without `spreadsheet_id` the first run creates a spreadsheet titled `title`.

    `sheet_id` is Google's number of the tab, known after the first run; it survives renaming, unlike the title.
    `chosen` is the title that the company chose, where the export had to go on in another tab.
    """

    spreadsheet_id: str | None
    title: str
    tab: str
    sheet_id: int | None = None
    on_obstacle: OnObstacle = OnObstacle.REFUSE
    chosen: str | None = None

    def placed(self, spreadsheet_id: str, sheet_id: int) -> "SheetTarget":
        """The same target once spreadsheet and tab exist."""
        return replace(self, spreadsheet_id=spreadsheet_id, sheet_id=sheet_id)

    def next_tab(self, taken: Iterable[str]) -> "SheetTarget":
        """The same target in a tab yet to be made: the chosen title with the first number from 2 on whose title is not
        `taken`, nor the one it has. Google ignores case.
        """
        chosen = self.chosen or self.tab
        return replace(self, tab=free_title(chosen, (chosen, self.tab, *taken)), sheet_id=None, chosen=chosen)

    def address(self) -> str | None:
        """The link that opens the tab in a browser."""
        if self.spreadsheet_id is None:
            return None
        fragment = "" if self.sheet_id is None else f"#gid={self.sheet_id}"
        return f"https://docs.google.com/spreadsheets/d/{self.spreadsheet_id}/edit{fragment}"


def spreadsheet_id_from(text: str) -> str:
    """Reads an id out of an id or a pasted address. Raises SpreadsheetIdInvalid."""
    inside = _IN_ADDRESS.search(text)
    if inside is not None:
        return inside.group(1)
    if _SPREADSHEET_ID.fullmatch(text.strip()) is None:
        raise SpreadsheetIdInvalid(value=text[:100])
    return text.strip()


def free_title(title: str, taken: Iterable[str]) -> str:
    """The title, or with the first number from 2 on what is not `taken`. Google ignores case."""
    known = {one.casefold() for one in taken}
    found, number = title, 2
    while found.casefold() in known:
        found, number = _numbered(title, number), number + 1
    return found


def check_title(text: str, field: str) -> str:
    """The title without surrounding blanks. Raises TitleInvalid."""
    title = text.strip()
    if not 0 < len(title) <= TITLE_LIMIT or "\x00" in title:
        raise TitleInvalid(field=field, limit=TITLE_LIMIT)
    return title


def on_obstacle_named(name: str) -> OnObstacle:
    """The way of that name. Raises ObstacleUnknown."""
    try:
        return OnObstacle(name)
    except ValueError as wrong:
        raise ObstacleUnknown(value=name[:50], known=", ".join(OnObstacle)) from wrong


def _numbered(title: str, number: int) -> str:
    suffix = f" {number}"
    return title[: TITLE_LIMIT - len(suffix)] + suffix
