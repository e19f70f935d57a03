"""A very small calculator: numbers, cell references, + - * /, parentheses and SUM, or one text. The rest is `#NAME?`.

References in a formula are not rewritten when rows or columns move, which the real product does.
"""

import re
from typing import Any

from emulators.google import a1
from emulators.google.cells import Formula
from emulators.google.rect import Rect

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<sum>SUM|СУММ)\s*\("
    r"|(?P<range>(?:'(?:[^']|'')+'!|\w+!)?\$?[A-Za-z]{1,3}\$?\d*(?::\$?[A-Za-z]{1,3}\$?\d*)?)|(?P<sign>[-+*/()]))",
    re.IGNORECASE,
)
_TEXT = re.compile(r'=\s*"((?:[^"]|"")*)"\s*')
DEEPEST = 20


class CellError(ValueError):
    """The formula's value is an error such as #DIV/0!."""


def evaluate(book: Any, tab: Any, formula: Formula, depth: int = 0) -> str | float | bool:
    """The formula's value, or the text of its error."""
    if depth > DEEPEST:
        return "#REF!"
    text = _TEXT.fullmatch(formula.text)
    if text is not None:
        return text[1].replace('""', '"')
    try:
        return _Reader(book, tab, formula.text[1:], depth).value()
    except CellError as error:
        return str(error)


class _Reader:
    def __init__(self, book: Any, tab: Any, text: str, depth: int) -> None:
        self._book, self._tab, self._depth = book, tab, depth
        self._tokens: list[tuple[str, str]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise CellError("#NAME?")
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self._at = 0

    def value(self) -> str | float | bool:
        if len(self._tokens) == 1 and self._tokens[0][0] == "range":
            only = self._cells(self._tokens[0][1])
            return only[0] if len(only) == 1 else (0 if not only else "#VALUE!")
        result = self._sum()
        if self._at != len(self._tokens):
            raise CellError("#ERROR!")
        return result

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise CellError("#ERROR!")
        self._at += 1
        return self._tokens[self._at - 1]

    def _sum(self) -> float:
        result = self._product()
        while self._peek() in {"+", "-"}:
            sign = self._take()[1]
            other = self._product()
            result = result + other if sign == "+" else result - other
        return result

    def _product(self) -> float:
        result = self._one()
        while self._peek() in {"*", "/"}:
            sign = self._take()[1]
            other = self._one()
            if sign == "/" and not other:
                raise CellError("#DIV/0!")
            result = result * other if sign == "*" else result / other
        return result

    def _one(self) -> float:
        kind, text = self._take()
        if kind == "number":
            number = float(text.replace(",", "."))
            return int(number) if number.is_integer() else number
        if kind == "range":
            found = self._cells(text)
            return _number(found[0]) if found else 0
        if kind == "sum":
            result = self._total()
        elif text == "(":
            result = self._sum()
        elif text in {"+", "-"}:
            return self._one() if text == "+" else -self._one()
        else:
            raise CellError("#ERROR!")
        if self._take()[1] != ")":
            raise CellError("#ERROR!")
        return result

    def _total(self) -> float:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if kind != "range":
            return self._sum()
        self._at += 1
        return sum(value for value in self._cells(text) if isinstance(value, int | float) and value is not True)

    def _cells(self, text: str) -> list[str | float | bool]:
        title, rest, _ = a1.split_title(text)
        tab = self._tab if title is None else self._book.tab_titled(title)
        parsed = a1.parse_cells(rest)
        if tab is None or parsed is None:
            raise CellError("#REF!" if parsed else "#NAME?")
        rect: Rect = parsed[0]
        found: list[str | float | bool] = []
        for row in tab.block(rect.clamp(tab.row_count, tab.column_count)):
            for cell in row:
                if isinstance(cell, Formula):
                    found.append(evaluate(self._book, tab, cell, self._depth + 1))
                elif cell is not None:
                    found.append(cell)
        return found


def _number(value: str | float | bool) -> float:
    if isinstance(value, str):
        raise CellError(value if value.startswith("#") else "#VALUE!")
    return value
