"""Personal data: which columns hold it, and how an export shows it.

A pseudonym is made with a key of the company's own, so that equal values stay equal in all of its exports and nobody
without the key can look a telephone number up by trying all there are.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial

from domain.shared.cells import LIST_SEPARATOR, Cell, as_key
from domain.shared.errors import Conflict, RuleViolated
from domain.shared.moments import from_sheet_serial

PSEUDONYM_KEY_BYTES = 32
HIDDEN = "***"

_SIGN = "p-"
"""What pseudonyms begin with, so that people see what they are and a sheet never takes one for a number."""
_DIGITS = 24
"""Hexadecimal, because sheets compare texts without minding case: 96 bits. That two of a billion values share a
pseudonym has a chance of one in 10**11.
"""
_REMEMBERED = 4096
"""Values of a column for which what is shown is kept at hand: customers and employees come again and again."""
_LONGEST_TOP = 6
"""Letters of a top-level domain that tell nothing: `online` is among the longest that people use."""
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_LEGAL_FORMS = frozenset({"ООО", "АО", "ПАО", "ЗАО", "ОАО", "ИП", "ТОО", "МУП", "ГУП", "ФГУП", "НКО", "КФХ"})


class PersonalKind(StrEnum):
    """What personal data a column holds; it decides what is left of a value that is masked."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    NUMBER = "number"
    """A number that belongs to one person: of a taxpayer, a passport, an account, a card."""
    DATE = "date"
    AMOUNT = "amount"
    TEXT = "text"
    """Words about a person."""


class Treatment(StrEnum):
    """How an export shows what a column holds."""

    AS_IS = "as_is"
    MASKED = "masked"
    PSEUDONYM = "pseudonym"
    LEFT_OUT = "left_out"


class TreatmentUnknown(RuleViolated):
    """There is no such way of showing personal data."""

    code = "exports.treatment_unknown"


class PersonalKeyHidden(RuleViolated):
    """Rows are found by this column: were it masked or left out, different rows would look like one."""

    code = "exports.personal_key_hidden"


class PersonalReadByFormula(RuleViolated):
    """A formula reads a column that is left out, and would come to nothing."""

    code = "exports.personal_read_by_formula"


class PersonalKeySettled(Conflict):
    """Rows stand in the sheet under this key; under another one they would all be strangers."""

    code = "exports.personal_key_settled"


class PersonalRowsSettled(Conflict):
    """The way of writing never touches rows again that stand in the sheet, so they would stay as they are."""

    code = "exports.personal_rows_settled"


@dataclass(frozen=True, slots=True)
class PersonalTerms:
    """How an export shows personal data: `treatment` holds for every column that is known to hold any, `exceptions` for
    single columns, whatever they hold.
    """

    treatment: Treatment = Treatment.AS_IS
    exceptions: tuple[tuple[str, Treatment], ...] = ()

    def of(self, column_id: str, kind: PersonalKind | None) -> Treatment:
        """How the column is shown that holds data of this kind, or none that is known to be personal."""
        for name, treatment in self.exceptions:
            if name == column_id:
                return treatment
        return Treatment.AS_IS if kind is None else self.treatment

    @property
    def makes_pseudonyms(self) -> bool:
        """Whether the company's key may be needed."""
        return Treatment.PSEUDONYM in {self.treatment, *(treatment for _, treatment in self.exceptions)}


SHOWN_AS_IS = PersonalTerms()


def treatment_named(name: str) -> Treatment:
    """The treatment of that name. Raises TreatmentUnknown."""
    try:
        return Treatment(name)
    except ValueError as wrong:
        raise TreatmentUnknown(treatment=name[:50], known=", ".join(Treatment)) from wrong


def treated(treatment: Treatment, kind: PersonalKind | None, key: bytes) -> Callable[[Cell], Cell] | None:
    """What makes of a cell what the sheet shows; None where that is the cell itself. An empty cell stays empty.

    What holds nothing that is known to be personal is masked as words are.
    """
    match treatment:
        case Treatment.AS_IS:
            return None
        case Treatment.MASKED:
            mask = lru_cache(_REMEMBERED, typed=True)(_MASKS[kind or PersonalKind.TEXT])
            return lambda cell: cell if cell is None or cell == "" else mask(cell)
        case Treatment.PSEUDONYM:
            stand_in = lru_cache(_REMEMBERED, typed=True)(partial(pseudonym, key=key))
            return lambda cell: cell if cell is None or cell == "" else stand_in(cell)
        case Treatment.LEFT_OUT:
            return lambda _: None


def pseudonym(cell: Cell, key: bytes) -> str:
    """HMAC-SHA256 of the value as it is compared as a key; of a list, of each of its values. Raises ValueError where
    the key has not the right length.
    """
    if len(key) != PSEUDONYM_KEY_BYTES:
        raise ValueError(f"a key of pseudonyms has {PSEUDONYM_KEY_BYTES} bytes")
    return LIST_SEPARATOR.join(_pseudonym(value, key) for value in as_key(cell).split(LIST_SEPARATOR))


def _pseudonym(value: str, key: bytes) -> str:
    return _SIGN + hmac.digest(key, value.encode(), "sha256").hex()[:_DIGITS]


def _words(cell: Cell) -> str:
    """Initials of words, whole legal forms, and nothing of what has a digit in it."""
    return _WORD.sub(_initial, as_key(cell))


def _initial(found: re.Match[str]) -> str:
    word = found.group()
    if word in _LEGAL_FORMS:
        return word
    return HIDDEN if any(letter.isdigit() for letter in word) else word[0] + HIDDEN


def _email(cell: Cell) -> str:
    """The first letters of both sides, and the top-level domain: `i***@m***.ru`."""
    return re.sub(r"[^\s,;]+", lambda found: _one_email(found.group()), as_key(cell))


def _one_email(text: str) -> str:
    name, at, domain = text.partition("@")
    if not at or not name or not domain:
        return _words(text)
    host, _, top = domain.rpartition(".")
    shown = f".{top}" if host and top.isalpha() and len(top) <= _LONGEST_TOP else ""
    return f"{_first(name)}{HIDDEN}@{_first(domain)}{HIDDEN}{shown}"


def _first(text: str) -> str:
    return text[0] if text[:1].isalpha() else ""


def _last_digits(cell: Cell) -> str:
    """The last four signs of ten or more, the last two of six or more."""
    signs = [sign for sign in as_key(cell) if sign.isalnum()]
    shown = 4 if len(signs) >= 10 else 2 if len(signs) >= 6 else 0
    return HIDDEN + "".join(signs[len(signs) - shown :])


def _year(cell: Cell) -> str:
    """The year alone."""
    try:
        return str(from_sheet_serial(float(as_key(cell))).year)
    except (ValueError, OverflowError):  # a text, or no date that a calendar has
        return HIDDEN


def _nothing(_: Cell) -> str:
    return HIDDEN


_MASKS: dict[PersonalKind, Callable[[Cell], str]] = {
    PersonalKind.NAME: _words,
    PersonalKind.EMAIL: _email,
    PersonalKind.PHONE: _last_digits,
    PersonalKind.ADDRESS: _words,
    PersonalKind.NUMBER: _last_digits,
    PersonalKind.DATE: _year,
    PersonalKind.AMOUNT: _nothing,
    PersonalKind.TEXT: _nothing,
}

_TITLES: tuple[tuple[re.Pattern[str], PersonalKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"e-?mail|имейл|электронн\w* почт|\bпочта\b|\bлогин", PersonalKind.EMAIL),
        (r"phone|телефон|\bтел\b|мобильн|\bфакс|\bfax\b|whats ?app|ватсап|telegram|телеграм|viber", PersonalKind.PHONE),
        (
            (
                r"паспорт|passport|\bинн\b|снилс|\bиин\b|пинфл|водительск\w+ удост|загран|полис\b|госномер"
                r"|номер\w* (карты|автомобил|машины|сч[её]т)|банковск\w+ (сч[её]т|карт)|расч[её]тн\w+ сч[её]т"
            ),
            PersonalKind.NUMBER,
        ),
        (r"рожден|birth", PersonalKind.DATE),
        (r"адрес|address|улица|квартира", PersonalKind.ADDRESS),
        (r"оклад|зарплат|salary", PersonalKind.AMOUNT),
        (
            (
                r"\bф\.? ?и\.? ?о\b|фамили|отчеств|\bимя\b|контактн\w+ лиц|\bконтакт\b|получатель|водитель\b"
                r"|директор|руководител|бухгалтер|full ?name|first ?name|last ?name"
            ),
            PersonalKind.NAME,
        ),
        (r"^пол$|^sex$|национальност|диагноз|семейн\w+ полож", PersonalKind.TEXT),
    )
)


def kind_by_title(title: str) -> PersonalKind | None:
    """What personal data a column of that title is likely to hold. Of a company's own attributes nothing more is known
    than what they are called.
    """
    return next((kind for pattern, kind in _TITLES if pattern.search(title)), None)
