"""Words for people, as the REST layer needs them."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import msgspec
from litestar.datastructures import State
from litestar.di import NamedDependency

from application.tenants.ports import Identity


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


def words_of(state: State) -> Wording:
    """What create_app was given, as a dependency."""
    wording: Wording = state.wording
    return wording


def words_for(identity: NamedDependency[Identity], state: State) -> Wording:
    """The same once it is known who asks. What Litestar could find side by side it finds in tasks of their own, which
    takes longer than all of it one after another.
    """
    del identity
    return words_of(state)
