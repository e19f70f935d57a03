"""Things of an account as people name them in lists: by id, by name, by INN or by code."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
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


class Names:
    """Things by everything that they can be called."""

    def __init__(self, known: Iterable[Named]) -> None:
        things = {one.id: one for one in known}
        self._ids = {identifier: [one] for identifier, one in things.items()}
        self._names = _grouped(things.values(), lambda one: folded(one.name))
        self._inns = _grouped(things.values(), lambda one: one.inn)
        self._codes = _grouped(things.values(), lambda one: folded(one.code))

    def meant(self, text: str) -> Meant:
        """The one thing that this text is the id, name, INN or code of. The first of these by which anything is found
        decides: a name that is shared is not told apart by a code that happens to read the same.
        """
        identifier, wanted = as_id(text), folded(text)
        by_inn = [one for form in inn_forms(text) for one in self._inns.get(form, ())]
        for matching in (
            self._ids.get(identifier, ()) if identifier else (),
            self._names.get(wanted, ()),
            by_inn,
            self._codes.get(wanted, ()),
        ):
            if len(matching) == 1:
                return Meant(found=matching[0])
            if matching:
                return Meant(candidates=_few(matching), several=len(matching))
        return Meant()


def _grouped(things: Iterable[Named], said: Callable[[Named], str]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for one in things:
        if text := said(one):
            found.setdefault(text, []).append(one)
    return found


def _few(things: Sequence[Named]) -> tuple[Named, ...]:
    return tuple(sorted(things, key=lambda one: (one.name, one.id))[:CANDIDATES])
