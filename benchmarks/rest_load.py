"""The reads of `benchmarks.rest`."""

import sys
from itertools import cycle
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec

from benchmarks import load


class Reads(msgspec.Struct, kw_only=True):
    """Of one kind, by its `name`: how many of a hundred requests they are, and which there are to choose from, each
    with whose token it is asked.
    """

    name: str
    of_hundred: int
    paths: list[str]
    whose: list[int]


class Plan(load.Plan, kw_only=True):
    """Kinds of reads, and the companies' tokens."""

    kinds: list[Reads]
    tokens: list[str]


_DRAWN = 20_000


class Asking(load.Load):
    """Reads drawn by lot, the same in each run; drawn and written before the first is sent, so that the generator takes
    little from the processor that it shares with whom it measures.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        lots = Random(7)
        kinds = lots.choices(plan.kinds, [kind.of_hundred for kind in plan.kinds], k=_DRAWN)
        self._written = cycle([_written(kind, lots.randrange(len(kind.paths)), plan.tokens) for kind in kinds])

    def raw(self, port: int, key: UUID) -> bytes:
        """See the base."""
        del port, key
        return next(self._written)


def _written(kind: Reads, place: int, tokens: list[str]) -> bytes:
    token = tokens[kind.whose[place]]
    return f"GET {kind.paths[place]} HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


if __name__ == "__main__":
    Asking(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)).carry_out()
