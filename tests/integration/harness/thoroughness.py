"""How much of what can be tried is tried: some of it whenever the suite runs, all of it by `make thorough`."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

THOROUGH = os.environ.get("THOROUGH", "") not in {"", "0"}


def in_turn(troubles: Sequence[T], turn: int) -> Sequence[T]:
    """The trouble whose turn it is, or all of them where tests are thorough.

    Whoever counts turns over steps and begins at another one in each situation tries every step, and every trouble at
    every kind of step, though not every trouble at every step.
    """
    return troubles if THOROUGH else [troubles[turn % len(troubles)]]


def so_many(name: str, usually: int, thoroughly: int) -> int:
    """How many cases to try; a setting of that name in the environment has the last word."""
    return int(os.environ.get(name) or (thoroughly if THOROUGH else usually))
