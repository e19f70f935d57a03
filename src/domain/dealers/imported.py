"""A line of a list of dealers: what its cells say, and what becomes of a dealer by it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from domain.dealers.dealers import NoticeKind, dealer_name
from domain.dealers.languages import Language, read_language
from domain.dealers.quiet import Quiet
from domain.shared.errors import Conflict, RuleViolated

LONGEST_CELL = 10_000
CLEARED = frozenset({"-", "–", "—"})
"""A cell that says only this takes away what was there. An empty one leaves it."""

_SPLIT = re.compile(r"[;\n\r|]")
_SPLIT_WORDS = re.compile(r"[;,\n\r|]")
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d))?")
_SPAN = re.compile(r"\s*(\S+?)\s*[-–—]\s*(\S+)\s*")
_YES = frozenset({"да", "д", "yes", "y", "true", "1", "+", "x", "х", "вкл", "on", "истина", "✓", "✔"})
_NO = frozenset({"нет", "н", "no", "n", "false", "0", "выкл", "off", "ложь", *CLEARED})
_KINDS = {
    **{kind.value: kind for kind in NoticeKind},
    **dict.fromkeys(("orders", "заказ", "заказы"), NoticeKind.ORDER),
    **dict.fromkeys(("payments", "оплата", "оплаты", "платёж", "платеж", "платежи"), NoticeKind.PAYMENT),
    **dict.fromkeys(("shipments", "отгрузка", "отгрузки"), NoticeKind.SHIPMENT),
    **dict.fromkeys(("states", "status", "statuses", "статус", "статусы", "состояние"), NoticeKind.STATE),
}


class Cell(StrEnum):
    """Columns of a list."""

    NAME = "name"
    PARTNER = "partner"
    RETAIL_STORES = "retailStores"
    STORES = "stores"
    SALES_CHANNELS = "salesChannels"
    GROUPS = "groups"
    NOTICES = "notices"
    ORDER = "order"
    PAYMENT = "payment"
    SHIPMENT = "shipment"
    STATE = "state"
    QUIET = "quiet"
    QUIET_BEGINS = "quietBegins"
    QUIET_ENDS = "quietEnds"
    LANGUAGE = "language"


SWITCHES = {
    Cell.ORDER: NoticeKind.ORDER,
    Cell.PAYMENT: NoticeKind.PAYMENT,
    Cell.SHIPMENT: NoticeKind.SHIPMENT,
    Cell.STATE: NoticeKind.STATE,
}
POINT_CELLS = (Cell.RETAIL_STORES, Cell.STORES, Cell.SALES_CHANNELS, Cell.GROUPS)


class TextBeyondCell(RuleViolated):
    """No cell of such a list has so many characters."""

    code = "dealers.import_cell_too_long"


class SwitchUnreadable(RuleViolated):
    """A switch says yes or no."""

    code = "dealers.import_switch_unreadable"


class NoticeUnknown(RuleViolated):
    """There is no such kind of notice."""

    code = "dealers.import_notice_unknown"


class QuietUnreadable(RuleViolated):
    """Quiet hours are two times of day."""

    code = "dealers.import_quiet_unreadable"


class FormulaBroken(RuleViolated):
    """The cell holds a formula that has no value."""

    code = "dealers.import_formula_broken"


class CellsBeyond(RuleViolated):
    """The line has more cells than the header has columns."""

    code = "dealers.import_cells_beyond"


class LineRepeated(Conflict):
    """An earlier line of the same list has this name."""

    code = "dealers.import_line_repeated"


class DealersAlike(Conflict):
    """Several dealers of the company have this name, but for case and spaces."""

    code = "dealers.import_dealers_alike"


class PointNotFound(RuleViolated):
    """Nothing of the account has this name, code, INN or id."""

    code = "dealers.import_point_not_found"


class PointAmbiguous(RuleViolated):
    """Several things of the account are called so."""

    code = "dealers.import_point_ambiguous"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read. What is None is left as it is. `points` are names as they were typed, by their column;
    a partner of "" is none. `turned` are the kinds that are switched on or off, each for itself, after `notices`.
    """

    name: str
    partner: str | None = None
    points: Mapping[Cell, tuple[str, ...]] = field(default_factory=dict)
    notices: frozenset[NoticeKind] | None = None
    turned: Mapping[NoticeKind, bool] = field(default_factory=dict)
    quiet: Quiet | None = None
    loud: bool = False
    language: Language | None = None

    def wanted(self, known: frozenset[NoticeKind]) -> frozenset[NoticeKind]:
        """The kinds that a dealer wants by this line who wanted those before."""
        on = {kind for kind, is_on in self.turned.items() if is_on}
        off = {kind for kind, is_on in self.turned.items() if not is_on}
        return frozenset(((known if self.notices is None else self.notices) | on) - off)


def read_line(cells: Mapping[Cell, str]) -> Line:
    """Raises DealerNameInvalid, TextBeyondCell, SwitchUnreadable, NoticeUnknown, QuietUnreadable,
    QuietHoursInvalid or LanguageUnreadable.
    """
    for cell, text in cells.items():
        if len(text) > LONGEST_CELL:
            raise TextBeyondCell(column=cell.value, limit=LONGEST_CELL)
    filled = {cell: text.strip() for cell, text in cells.items() if text.strip()}
    partner = filled.get(Cell.PARTNER)
    quiet, loud = _quiet(filled)
    return Line(
        name=dealer_name(filled.get(Cell.NAME, "")),
        partner="" if partner in CLEARED else partner,
        points={cell: _names(filled[cell]) for cell in POINT_CELLS if cell in filled},
        notices=_notices(filled.get(Cell.NOTICES)),
        turned={kind: _switch(cell, filled[cell]) for cell, kind in SWITCHES.items() if cell in filled},
        quiet=quiet,
        loud=loud,
        language=_language(filled.get(Cell.LANGUAGE)),
    )


def _names(text: str) -> tuple[str, ...]:
    if text in CLEARED:
        return ()
    parts = (" ".join(part.split()) for part in _SPLIT.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _notices(text: str | None) -> frozenset[NoticeKind] | None:
    if text is None:
        return None
    if text in CLEARED:
        return frozenset()
    words = [part.strip() for part in _SPLIT_WORDS.split(text) if part.strip()]
    for word in words:
        if word.casefold() not in _KINDS:
            raise NoticeUnknown(value=word[:100], known=", ".join(NoticeKind))
    return frozenset(_KINDS[word.casefold()] for word in words)


def _switch(cell: Cell, text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise SwitchUnreadable(column=cell.value, value=text[:100])


def _language(text: str | None) -> Language | None:
    if text is None:
        return None
    return Language.RU if text in CLEARED else read_language(text)


def _quiet(filled: Mapping[Cell, str]) -> tuple[Quiet | None, bool]:
    """The quiet hours, and whether there are to be none."""
    begins, ends = filled.get(Cell.QUIET_BEGINS), filled.get(Cell.QUIET_ENDS)
    span = filled.get(Cell.QUIET)
    if span is not None:
        if span in CLEARED or span.casefold() in _NO:
            return None, True
        parts = _SPAN.fullmatch(span)
        if parts is None:
            raise QuietUnreadable(value=span[:100])
        begins, ends = parts[1], parts[2]
    if begins is None and ends is None:
        return None, False
    if begins in CLEARED and ends in CLEARED:
        return None, True
    return Quiet(_time(begins), _time(ends)), False


def _time(text: str | None) -> time:
    found = _TIME.fullmatch(text or "")
    if found is None:
        raise QuietUnreadable(value=(text or "")[:100])
    return time(int(found[1]), int(found[2]), int(found[3] or 0))
