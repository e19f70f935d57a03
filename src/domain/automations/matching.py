"""Matching: what a document of one account names, found in another account."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class MatchKind(StrEnum):
    """What is looked for: a counterparty, or goods of any type (product, variant, service, bundle)."""

    COUNTERPARTY = "counterparty"
    GOODS = "goods"


class MatchBy(StrEnum):
    """By what it is found. A saved pair always comes first; a rule chooses the order of the others."""

    EXTERNAL_CODE = "external_code"
    CODE = "code"
    ARTICLE = "article"
    BARCODE = "barcode"
    INN = "inn"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, as the source's account has it: `source_id` is its id there, `type` its type there."""

    kind: MatchKind
    source_id: str
    type: str
    name: str
    external_code: str = ""
    code: str = ""
    article: str = ""
    barcodes: tuple[str, ...] = ()
    inn: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What was found in the other account: its type and id there, and its name."""

    type: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why something that has the same code was not taken: `by` another key, which both have, it is another thing.
    `wanted` are the values that were looked for, `found` those of the target.
    """

    target: Target
    by: MatchBy
    wanted: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def code(self) -> str:
        """Under which people are told of it."""
        return f"automations.{self.by.value}_contradicts"


@dataclass(frozen=True, slots=True)
class Open:
    """What was not found, or was found several times: `suggestions` are what it may be, the likeliest first. What was
    found and not taken is one of them, and `doubt` says why.
    """

    wanted: Wanted
    suggestions: tuple[Target, ...] = ()
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of everything that was looked for: targets by `source_id`, and what is open."""

    found: Mapping[str, Target]
    open: tuple[Open, ...] = ()
