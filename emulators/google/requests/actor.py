"""Who runs a batch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """`email` decides about protected ranges, `project` about PROJECT metadata; `owner` may do everything.

    Who is no `writer` only looks.
    """

    email: str
    project: str
    owner: bool
    writer: bool = True
