"""Things of an account as people name them in lists: by id, by name, by INN or by code."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

CANDIDATES = 5
"""So many are named where it is not clear what was meant."""


class PointKind(StrEnum):
    """What can belong to a dealer, by its type at MoySklad."""

    PARTNER = "counterparty"
    RETAIL_STORE = "retailstore"
    STORE = "store"
    SALES_CHANNEL = "saleschannel"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing of the account. Only counterparties have an INN."""

    id: UUID
    name: str
    code: str = ""
    inn: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text stands for: one thing, or several of which any may be meant, or none; then `candidates` are a few
    that are alike.
    """

    found: Named | None = None
    candidates: tuple[Named, ...] = ()
    several: int = 0


def folded(text: str) -> str:
    """The text for comparing: no matter how it is spaced, in which case, and how its letters are composed."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def inn_forms(text: str) -> tuple[str, ...]:
    """The text, and what it was before a spreadsheet took its leading zero for nothing: an INN has 10 or 12 digits."""
    if text.isdecimal() and text.isascii() and len(text) in {9, 11}:
        return (text, f"0{text}")
    return (text,)


def as_id(text: str) -> UUID | None:
    """The id, if the text is one as MoySklad writes them."""
    try:
        read = UUID(text)
    except ValueError:
        return None
    return read if str(read) == text.lower() else None


def meant(text: str, known: Iterable[Named]) -> Meant:
    """The one thing that this text is the id, name, INN or code of. The first of these by which anything is found
    decides: a name that is shared is not told apart by a code that happens to read the same.
    """
    things = list({one.id: one for one in known}.values())
    identifier = as_id(text)
    wanted, forms = folded(text), inn_forms(text)
    for matching in (
        [one for one in things if one.id == identifier],
        [one for one in things if folded(one.name) == wanted],
        [one for one in things if one.inn and one.inn in forms],
        [one for one in things if one.code and folded(one.code) == wanted],
    ):
        if len(matching) == 1:
            return Meant(found=matching[0])
        if matching:
            return Meant(candidates=_few(matching), several=len(matching))
    return Meant()


def _few(things: Sequence[Named]) -> tuple[Named, ...]:
    return tuple(sorted(things, key=lambda one: (one.name, one.id))[:CANDIDATES])
