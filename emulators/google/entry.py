"""What typing a text into a cell makes of it (USER_ENTERED): a formula, a boolean, a number, a date, or a text."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from emulators.google.cells import Cell, Formula
from emulators.google.locales import Locale, conventions
from emulators.google.serials import SECONDS, to_serial

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)Z?)?")
_PARTED = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?: (\d{1,2}:\d{2}(?::\d{2})?))?")
_TIME = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
Format = dict[str, Any]


def parse(text: str, locale: str) -> tuple[Cell, Format | None]:
    """The value, and the number format that the cell gets if it has none."""
    if text.startswith("'"):
        return text[1:], None
    if text.startswith("=") and len(text) > 1:
        return Formula(text), None
    words = conventions(locale)
    plain = text.strip()
    if plain.upper() in {"TRUE", words.true}:
        return True, None
    if plain.upper() in {"FALSE", words.false}:
        return False, None
    if not any(letter.isdigit() for letter in plain):
        return text, None
    return _number(plain, words) or _moment(plain, words) or (text, None)


@lru_cache(maxsize=32)
def _number_shape(decimal: str, group: str, currency: str) -> re.Pattern[str]:
    grouped = (
        rf"\d{{1,3}}(?:[{re.escape(group)} ]\d{{3}})+"
        if group == "\u00a0"
        else rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+"
    )
    money = re.escape(currency)
    return re.compile(
        rf"(?P<sign>[-+])?(?P<money>{money})?(?P<sign2>-)?(?P<whole>{grouped}|\d*)"
        rf"(?:{re.escape(decimal)}(?P<fraction>\d*))?(?:[eE](?P<power>[-+]?\d{{1,3}}))?\s?(?P<tail>%|{money})?"
    )


def _number(text: str, words: Locale) -> tuple[Cell, Format | None] | None:
    match = _number_shape(words.decimal, words.group, words.currency).fullmatch(text)
    if match is None or not (match["whole"] or match["fraction"]):
        return None
    whole = re.sub(r"\D", "", match["whole"])
    value = float(f"{whole or 0}.{match['fraction'] or 0}e{match['power'] or 0}")
    if "-" in {match["sign"], match["sign2"]}:
        value = -value
    fraction = match["fraction"] or ""
    shape: Format | None = None
    if match["tail"] == "%":
        value /= 100
        shape = {"type": "PERCENT", "pattern": "0.00%" if fraction else "0%"}
    elif match["money"] or match["tail"]:
        sign, digits = f'"{words.currency}"', "#,##0.00" if fraction else "#,##0"
        shape = {"type": "CURRENCY", "pattern": sign + digits if match["money"] else digits + sign}
    elif whole != match["whole"]:
        shape = {"type": "NUMBER", "pattern": "#,##0.00" if fraction else "#,##0"}
    elif match["power"]:
        shape = {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    return (int(value) if value.is_integer() and abs(value) < 2**53 else value), shape


def _moment(text: str, words: Locale) -> tuple[Cell, Format | None] | None:
    iso = _ISO.fullmatch(text)
    if iso:
        day = _day(int(iso[1]), int(iso[2]), int(iso[3]))
        return _with_time(day, iso[4], "yyyy-mm-dd", "yyyy-mm-dd h:mm:ss")
    parted = _PARTED.fullmatch(text)
    if parted and (parted[2] != "." or words.day_first) and not (parted[2] == "." and not parted[4] and parted[5]):
        first, second = int(parted[1]), int(parted[3])
        day_number, month = (first, second) if words.day_first else (second, first)
        year = int(parted[4]) if parted[4] else datetime.now(UTC).year
        day = _day(year + (2000 if year < 50 else 1900) if year < 100 else year, month, day_number)
        names = ("d", "m") if words.day_first else ("m", "d")
        pattern = parted[2].join(names) if not parted[4] else words.date.lower()
        return _with_time(day, parted[5], pattern, f"{pattern} h:mm:ss")
    time = _TIME.fullmatch(text)
    if time:
        return _seconds(text) / SECONDS, {"type": "TIME", "pattern": "h:mm:ss" if time[3] else "h:mm"}
    return None


def _day(year: int, month: int, day: int) -> float | None:
    try:
        return to_serial(datetime(year, month, day, tzinfo=UTC))
    except ValueError:
        return None


def _with_time(day: float | None, time: str | None, dated: str, timed: str) -> tuple[Cell, Format | None] | None:
    if day is None:
        return None
    if time is None:
        return day, {"type": "DATE", "pattern": dated}
    return day + _seconds(time) / SECONDS, {"type": "DATE_TIME", "pattern": timed}


def _seconds(time: str) -> float:
    hours, minutes, *seconds = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + (float(seconds[0]) if seconds else 0)
