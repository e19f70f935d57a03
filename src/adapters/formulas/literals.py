"""Texts between quotes, taken out of an expression before the library's grammar sees it.

The grammar tells where a text ends by a pattern that backtracks without bound: a few dozen backslashes and no closing
quote keep it busy for years. Here a text is found in one pass.
"""

import re

from adapters.formulas.reasons import Unreadable

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*)"""
    r"""|(?P<word>[A-Za-z_0-9]+(?=["']))"""
    r"""|(?P<quote>\"{3}|'{3}|["'])""",
)
_PREFIXES = frozenset({"r", "R"})
_BYTES = frozenset({"b", "B", "br", "bR", "Br", "BR", "rb", "rB", "Rb", "RB"})
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"} | {
    one: one for one in "\\?\"'`"
}


def take_out(expression: str) -> tuple[str, dict[int, str]]:
    """The expression with an empty text in the place of each one, every other character where it was, and the texts by
    their places. Comments become blanks. Raises Unreadable.
    """
    parts: list[str] = []
    texts: dict[int, str] = {}
    at = 0
    while found := _TOKEN.search(expression, at):
        parts.append(expression[at : found.start()])
        start, end = found.start(), found.end()
        if found["comment"] is not None:
            parts.append(" " * (end - start))
        else:
            prefix = found["word"] or ""
            if prefix in _BYTES:
                raise Unreadable("bytes cannot be used")
            if prefix and prefix not in _PREFIXES:
                raise Unreadable(f"it cannot be understood at character {end + 1}")
            end, texts[start] = _text(expression, end if prefix else start, raw=bool(prefix))
            parts.append('""' + " " * (end - start - 2))
        at = end
    parts.append(expression[at:])
    return "".join(parts), texts


def _text(expression: str, start: int, *, raw: bool) -> tuple[int, str]:
    """Where the text that begins there ends, and what it says."""
    quote = expression[start]
    quote = quote * 3 if expression.startswith(quote * 3, start) else quote
    begin = at = start + len(quote)
    while at < len(expression):
        if expression.startswith(quote, at):
            body = expression[begin:at]
            return at + len(quote), body if raw else _ESCAPE.sub(_unescaped, body)
        if expression[at] == "\n" and len(quote) == 1:
            break
        at += 2 if expression[at] == "\\" and not raw else 1
    raise Unreadable(f"a text that begins at character {start + 1} has no end")


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) == 1:
        if code not in _ESCAPES:
            raise Unreadable(f"there is no escape \\{code}")
        return _ESCAPES[code]
    number = int(code[1:], 16) if code[0] in "xuU" else int(code, 8)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise Unreadable(f"there is no character \\{code}")
    return chr(number)
