"""The words of every code."""

from collections.abc import Mapping
from typing import NamedTuple

from adapters.wording.texts import TEXTS


class Text(NamedTuple):
    """What happened, and what to do next."""

    title: str
    action: str


class Words(NamedTuple):
    """The same in both languages."""

    ru: Text
    en: Text


def words(code: str, details: Mapping[str, str | int]) -> Words:
    """The words of the code, filled from its details; a mapping may have its own `__missing__`.

    A code without words gets those of an unforeseen error.
    """
    ru_title, ru_action, en_title, en_action = TEXTS.get(code, TEXTS["unexpected"])
    known = details if hasattr(details, "__missing__") else _Told(details)
    return Words(
        Text(ru_title.format_map(known), ru_action.format_map(known)),
        Text(en_title.format_map(known), en_action.format_map(known)),
    )


class _Told(dict[str, "str | int"]):
    """Details, with a dash for what is not told."""

    def __missing__(self, key: str) -> str:
        return "—"
