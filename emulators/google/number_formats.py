"""How values look: number format patterns and the spreadsheet's locale."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from emulators.google.locales import Locale, conventions
from emulators.google.serials import SECONDS, from_serial

DATES = {"DATE", "TIME", "DATE_TIME"}
Scalar = str | float | bool
_DATE_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<elapsed>h+|m+|s+)\]'
    r"|(?P<ampm>am/pm|a/p)|(?P<field>y+|m+|d+|h+|s+|\.?0+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER_PART = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?(?:E\+?0+)?|\.[#0?]+", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.', re.DOTALL)


@lru_cache(maxsize=4096)
def formatter(kind: str, pattern: str, locale: str) -> Callable[[Scalar], str]:
    """A function from values to texts for one number format; `kind` is empty when the cell has none."""
    words = conventions(locale)
    if kind in DATES:
        shape = pattern or _default_date(kind, words)
        return lambda value: _date(value, shape, words) if _is_number(value) else plain(value, words)
    if kind == "TEXT" or not (kind or pattern) or (not pattern and kind == "NUMBER_FORMAT_TYPE_UNSPECIFIED"):
        return lambda value: plain(value, words)
    shape = pattern or {
        "PERCENT": "0.00%",
        "CURRENCY": f'#,##0.00"{words.currency}"' if words.day_first else f'"{words.currency}"#,##0.00',
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "#,##0.00")
    sections = _sections(shape)
    return lambda value: _number(float(value), sections, words) if _is_number(value) else plain(value, words)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def plain(value: Scalar, words: Locale) -> str:
    """The look of a value without a number format."""
    if isinstance(value, bool):
        return words.true if value else words.false
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value.is_integer():
        whole = int(value)
        return str(whole) if abs(whole) < 10**15 else f"{value:.5E}".replace(".", words.decimal)
    text = f"{value:.10g}"
    return text.upper().replace(".", words.decimal)


def _default_date(kind: str, words: Locale) -> str:
    if kind == "DATE":
        return words.date
    return "H:mm:ss" if kind == "TIME" else f"{words.date} H:mm:ss"


def _date(value: Any, pattern: str, words: Locale) -> str:
    moment = from_serial(value)
    if moment is None:
        return plain(value, words)
    tokens = list(_DATE_TOKEN.finditer(pattern))
    half_day = any(token["ampm"] for token in tokens)
    fields = [(token["field"] or token["elapsed"] or "")[:1].lower() for token in tokens]
    parts = []
    for place, token in enumerate(tokens):
        if token["field"]:
            minutes = fields[place] == "m" and _beside_time(fields, place)
            parts.append(_field(token["field"], moment, half_day=half_day, minutes=minutes))
        elif token["elapsed"]:
            unit = {"h": 3600, "m": 60, "s": 1}[token["elapsed"][0].lower()]
            parts.append(str(int(value * SECONDS + 0.0005) // unit).zfill(len(token["elapsed"])))
        elif token["ampm"]:
            parts.append("AM" if moment.hour < 12 else "PM")
        else:
            parts.append(token["quoted"] or token["escaped"] or token["other"] or "")
    return "".join(parts)


def _beside_time(fields: list[str], place: int) -> bool:
    before = next((name for name in reversed(fields[:place]) if name), "")
    after = next((name for name in fields[place + 1 :] if name), "")
    return before == "h" or after == "s"


def _field(text: str, moment: datetime, *, half_day: bool, minutes: bool) -> str:
    letter, width = text[0].lower(), len(text)
    if letter in ".0":
        return ("." if text[0] == "." else "") + f"{moment.microsecond // 1000:03d}"[: text.count("0")]
    if letter == "y":
        return f"{moment.year % 100:02d}" if width <= 2 else f"{moment.year:04d}"
    if letter == "m" and not minutes and width >= 3:
        return moment.strftime("%b" if width == 3 else "%B")
    if letter == "d" and width >= 3:
        return moment.strftime("%a" if width == 3 else "%A")
    number = {
        "m": moment.minute if minutes else moment.month,
        "d": moment.day,
        "h": (moment.hour - 1) % 12 + 1 if half_day else moment.hour,
        "s": moment.second,
    }[letter]
    return str(number).zfill(min(width, 2))


def _sections(pattern: str) -> list[str]:
    found, quoted = [""], False
    for letter in pattern:
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            found.append("")
        else:
            found[-1] += letter
    return found


def _number(value: float, sections: list[str], words: Locale) -> str:
    section, sign = sections[0], "-" if value < 0 else ""
    if len(sections) > 1 and value < 0:
        section, sign = sections[1], ""
    elif len(sections) > 2 and value == 0:
        section = sections[2]
    literals: list[str] = []

    def hide(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or "")
        return "\x00"

    hidden = _LITERAL.sub(hide, section)
    value = abs(value) * 100 ** hidden.count("%")
    part = _NUMBER_PART.search(hidden)
    if part is None:
        text = hidden
    else:
        shown = _digits(value, part[0], words)
        if not any("1" <= digit <= "9" for digit in shown):
            sign = ""
        text = sign + hidden[: part.start()] + shown + hidden[part.end() :]
    for literal in literals:
        text = text.replace("\x00", literal, 1)
    return text


def _digits(value: float, pattern: str, words: Locale) -> str:
    mantissa, exponent, power = pattern.upper().partition("E")
    whole, _, fraction = mantissa.partition(".")
    if exponent:
        digits, _, number = f"{value:.{len(fraction)}E}".partition("E")
        return f"{digits.replace('.', words.decimal)}E{number[0]}{number[1:].lstrip('0').zfill(power.count('0'))}"
    while whole.endswith(","):
        whole, value = whole[:-1], value / 1000
    text = f"{value:.{len(fraction)}f}" if fraction else str(int(value + 0.5))
    integer, _, rest = text.partition(".")
    integer = integer.lstrip("0").zfill(whole.count("0"))
    if "," in whole:
        integer = f"{int(integer or 0):,}".replace(",", words.group) if integer else integer
    least = fraction.count("0")
    while len(rest) > least and rest.endswith("0"):
        rest = rest[:-1]
    return integer + (words.decimal + rest if rest else "")
