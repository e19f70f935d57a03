"""Where an export lands."""

import re
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class SheetTarget:
    """A tab of a spreadsheet. Without `spreadsheet_id` the first run creates a spreadsheet titled `title`.

    `sheet_id` is Google's number of the tab, known after the first run; it survives renaming, unlike the title.
    """

    spreadsheet_id: str | None
    title: str
    tab: str
    sheet_id: int | None = None

    def placed(self, spreadsheet_id: str, sheet_id: int) -> "SheetTarget":
        """The same target once spreadsheet and tab exist."""
        return replace(self, spreadsheet_id=spreadsheet_id, sheet_id=sheet_id)

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


def check_title(text: str, field: str) -> str:
    """The title without surrounding blanks. Raises TitleInvalid."""
    title = text.strip()
    if not 0 < len(title) <= TITLE_LIMIT or "\x00" in title:
        raise TitleInvalid(field=field, limit=TITLE_LIMIT)
    return title
