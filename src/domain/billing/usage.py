"""How much was used of what a period allows, and what that comes to."""

from dataclasses import dataclass

from domain.shared.identities import ClaimId, CompanyId, TaskId

THRESHOLDS = (50, 80, 100)
"""Percents of the limit at which a company is warned, once in a period each."""

LEAST_GONE = 0.02
"""As much of a period has to be over before what was used says anything of how it will end."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Rows of one period: `used` stand in sheets, `reserved` are on their way there."""

    used: int = 0
    reserved: int = 0

    def full(self, limit: int | None) -> bool:
        """Whether nothing more may begin."""
        return limit is not None and self.used + self.reserved >= limit


@dataclass(frozen=True, slots=True)
class Hold:
    """What is set aside for one batch of a run before it is written: `rows` at the most. `number` counts the batches of
    the claim, `period` is the key of the period that pays.
    """

    company_id: CompanyId
    task_id: TaskId
    claim_id: ClaimId
    number: int
    period: str
    rows: int


def passed(used: int, limit: int | None) -> list[int]:
    """The thresholds that were reached."""
    return [] if limit is None else [percent for percent in THRESHOLDS if used * 100 >= limit * percent]


def percent_of(used: int, limit: int | None) -> int | None:
    """Whole percents of the limit, None where there is none."""
    return None if limit is None else used * 100 // max(limit, 1)


def forecast(used: int, gone: float) -> int | None:
    """What the period will come to if it goes on like that; None as long as too little of it is over."""
    return None if gone < LEAST_GONE else round(used / gone)
