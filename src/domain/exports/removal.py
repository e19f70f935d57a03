"""What becomes of a row whose object is gone at the source, and the brake that stops a run from removing too much."""

from enum import StrEnum

from domain.shared.errors import RuleViolated

BRAKE_PERCENT = 20
NO_BRAKE = 100
BRAKE_LEAST = 10
"""So few rows are removed without asking, whatever share of the sheet they are."""

ARCHIVE_SUFFIX = " – архив"
"""The archive tab is titled like the tab, with this at its end."""

MARK_TITLE = "Удалено"
"""The title of the column in which rows are marked; it holds the moment at which the absence was noticed."""


class RemovalPolicyUnknown(RuleViolated):
    """There is no such way of treating rows whose object is gone."""

    code = "exports.removal_unknown"


class BrakeInvalid(RuleViolated):
    """The share of rows that a run may remove is a whole percentage from 1 to 100."""

    code = "exports.brake_invalid"


class RemovalBrake(RuleViolated):
    """The run would remove so many rows that somebody has to agree first. Everything else stands in the sheet."""

    code = "exports.removal_brake"


class RemovalPolicy(StrEnum):
    """`remove` deletes the row, `mark` notes the moment in a column of its own, `archive` moves it to another tab,
    `keep` leaves it as it is.
    """

    REMOVE = "remove"
    MARK = "mark"
    ARCHIVE = "archive"
    KEEP = "keep"


def removal_named(name: str) -> RemovalPolicy:
    """The policy of that name. Raises RemovalPolicyUnknown."""
    try:
        return RemovalPolicy(name)
    except ValueError as wrong:
        raise RemovalPolicyUnknown(removal=name[:50], known=", ".join(RemovalPolicy)) from wrong


def check_brake(removals: int, rows: int, percent: int) -> None:
    """Raises RemovalBrake when more than that share of `rows`, the removals among them, would go."""
    if removals > BRAKE_LEAST and removals * 100 > rows * percent:
        raise RemovalBrake(removals=removals, rows=rows, percent=percent)


def check_percent(percent: int) -> int:
    """The percentage. Raises BrakeInvalid."""
    if not 1 <= percent <= 100:
        raise BrakeInvalid(percent=percent)
    return percent
