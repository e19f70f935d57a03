"""The environment, from which settings are read."""

import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

ValueT = TypeVar("ValueT")


@dataclass(slots=True)
class Environment:
    """The variables, and what is wrong with them: one line for each, none of which holds a value."""

    variables: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def required(self, name: str, meaning: str, read: Callable[[str], ValueT], instead: ValueT) -> ValueT:
        """What the variable says; `instead` where it is missing or wrong, which is noted."""
        text = self.variables.get(name, "").strip()
        if not text:
            self.problems.append(f"{name} is missing: {meaning}")
            return instead
        return self._read(name, meaning, text, read, instead)

    def optional(self, name: str, meaning: str, read: Callable[[str], ValueT], usual: ValueT) -> ValueT:
        """What the variable says, or what is usual; that too where it is wrong, which is noted."""
        text = self.variables.get(name, "").strip()
        return self._read(name, meaning, text, read, usual) if text else usual

    def _read(self, name: str, meaning: str, text: str, read: Callable[[str], ValueT], instead: ValueT) -> ValueT:
        try:
            return read(text)
        except (ValueError, binascii.Error):
            self.problems.append(f"{name} is wrong: {meaning}")
            return instead
