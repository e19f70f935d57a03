"""The plans. Whoever wants to know what a plan allows reads the table at the end."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.shared.errors import RuleViolated


class PlanKey(StrEnum):
    """The plans, from the smallest to the largest."""

    FREE = "free"
    START = "start"
    BUSINESS = "business"
    ENTERPRISE = "enterprise"


class PlanUnknown(RuleViolated):
    """There is no such plan."""

    code = "billing.plan_unknown"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a company may use. None is as much as it likes.

    `rows` are changed rows that a month may bring into sheets, `exports` how many exports there may be, and no schedule
    may have runs closer than `shortest_interval`.
    """

    key: PlanKey
    title_ru: str
    title_en: str
    exports: int | None
    rows: int | None
    shortest_interval: timedelta


PLANS: dict[PlanKey, Plan] = {
    plan.key: plan
    for plan in (
        #    key                 Russian         English       exports  rows       shortest interval
        Plan(PlanKey.FREE, "Бесплатный", "Free", 2, 10_000, timedelta(hours=24)),
        Plan(PlanKey.START, "Старт", "Start", 10, 200_000, timedelta(hours=1)),
        Plan(PlanKey.BUSINESS, "Бизнес", "Business", 50, 2_000_000, timedelta(minutes=15)),
        Plan(PlanKey.ENTERPRISE, "Корпоративный", "Enterprise", None, None, timedelta(minutes=1)),
    )
}


def plan_named(name: str) -> Plan:
    """The plan of that key. Raises PlanUnknown."""
    try:
        return PLANS[PlanKey(name)]
    except ValueError as wrong:
        raise PlanUnknown(plan=name[:50], known=", ".join(PlanKey)) from wrong
