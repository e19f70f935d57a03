"""The reads of `benchmarks.rest`."""

import sys
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


class Asking(load.Load):
    """Reads drawn by lot, the same in each run."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._tokens = plan.tokens
        self._kinds = plan.kinds
        self._weights = [kind.of_hundred for kind in plan.kinds]
        self._lots = Random(7)

    def raw(self, port: int, key: UUID) -> bytes:
        """See the base."""
        del key
        (kind,) = self._lots.choices(self._kinds, self._weights)
        place = self._lots.randrange(len(kind.paths))
        token = self._tokens[kind.whose[place]]
        return (
            f"GET {kind.paths[place]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
        ).encode()


if __name__ == "__main__":
    Asking(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)).carry_out()
