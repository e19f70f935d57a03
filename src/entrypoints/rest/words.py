"""Words for people, as the REST layer needs them."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import msgspec


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What happened and what to do next, in one language."""

    title: str
    action: str


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The same in both languages."""

    ru: Text
    en: Text


@runtime_checkable
class Wording(Protocol):
    """Where words come from."""

    def __call__(self, code: str, details: Mapping[str, str | int]) -> Words:
        """The words of a code, filled from its details."""
        ...
