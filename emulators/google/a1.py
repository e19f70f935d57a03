"""A1 and R1C1 notation: reading what clients ask for and writing what replies echo."""

import re
from typing import NamedTuple

from emulators.google.rect import END, Rect

MAX_COLUMNS = 18_278
_END = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,8})?")
_R1C1 = re.compile(r"R([1-9][0-9]*)C([1-9][0-9]*)")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[^\W\d][\w]*")
_LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]")


class Reference(NamedTuple):
    """A range as asked for. Without a `title` the tab is the first visible one.

    `anchor` says that the sides do not bound what is written: a single cell, or a side left open.
    """

    title: str | None
    rect: Rect
    anchor: bool


def letters(column: int) -> str:
    """Column letters for an index counted from zero."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def column(text: str) -> int:
    """The index, counted from zero, that column letters mean."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def split_title(text: str) -> tuple[str | None, str, bool]:
    """Title, the rest, and whether the title was quoted. `'Bob''s'!A1` and `Sheet1!A1` name a tab; `A1` does not."""
    if text.startswith("'"):
        match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if match:
            return match[1].replace("''", "'"), match[2] or "", True
    title, mark, rest = text.rpartition("!")
    return (title, rest, False) if mark else (None, text, False)


def parse_cells(text: str) -> tuple[Rect, bool] | None:
    """The rectangle and whether it is an anchor; None when the text is no A1 or R1C1 range."""
    first, mark, second = text.partition(":")
    start = _parse_end(first)
    end = _parse_end(second) if mark else start
    if start is None or end is None:
        return None
    if not mark:
        row, col = start
        return (Rect(row, row + 1, col, col + 1), True) if row is not None and col is not None else None
    top, bottom = _side(start[0], end[0])
    left, right = _side(start[1], end[1])
    return Rect(top, bottom, left, right), END in (bottom, right)


def _side(first: int | None, second: int | None) -> tuple[int, int]:
    if first is None or second is None:
        return (first if first is not None else second or 0), END
    return min(first, second), max(first, second) + 1


def _parse_end(text: str) -> tuple[int | None, int | None] | None:
    relative = _R1C1.fullmatch(text)
    if relative:
        return int(relative[1]) - 1, int(relative[2]) - 1
    match = _END.fullmatch(text)
    if match is None or (match[1] is None and match[2] is None):
        return None
    return (int(match[2]) - 1 if match[2] else None), (column(match[1]) if match[1] else None)


def quote(title: str) -> str:
    """A title as echoes write it: quoted only when needed."""
    if _PLAIN_TITLE.fullmatch(title) and not _LOOKS_LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def cells(rect: Rect) -> str:
    """`A1:B2`, `A1` for one cell, `A:B` or `1:2` for open sides."""
    if rect.bottom == END and rect.right == END:
        return f"{letters(rect.left)}{rect.top + 1}"
    if rect.bottom == END:
        top = str(rect.top + 1) if rect.top else ""
        return f"{letters(rect.left)}{top}:{letters(rect.right - 1)}"
    if rect.right == END:
        left = letters(rect.left) if rect.left else ""
        return f"{left}{rect.top + 1}:{rect.bottom}"
    start = f"{letters(rect.left)}{rect.top + 1}"
    end = f"{letters(max(rect.right - 1, rect.left))}{max(rect.bottom, rect.top + 1)}"
    return start if start == end else f"{start}:{end}"


def echo(title: str, rect: Rect) -> str:
    """The range as replies name it."""
    return f"{quote(title)}!{cells(rect)}"
