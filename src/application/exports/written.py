"""What a batch did to the sheet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that were written over, and rows that were added."""

    updated: int = 0
    appended: int = 0
