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

    `rows` are changed rows that a month may bring into sheets, `exports` how many exports there may be, `families` the
    families of exporters that these may have; no schedule may have runs closer than `shortest_interval`, and a run that
    follows changes starts no sooner than `shortest_follow_up` after the export's last one. What runs left
    behind is remembered for `history`; None is as long as the installation remembers anything. `links` to other
    companies may live at once, and `executions` of automation rules may be begun in a month.
    `dealers` are how many there may be, `notices` how many of them a month may bring.
    """

    key: PlanKey
    title_ru: str
    title_en: str
    exports: int | None
    rows: int | None
    shortest_interval: timedelta
    history: timedelta | None
    families: frozenset[str] | None
    links: int | None
    executions: int | None
    dealers: int | None = None
    notices: int | None = None
    shortest_follow_up: timedelta = timedelta(0)


_PLAIN = frozenset({"documents", "dictionaries"})
"""Reports cost MoySklad, and the budget that all companies of an app share, more than anything else does."""

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PLANS: dict[PlanKey, Plan] = {
    plan.key: plan
    for plan in (
        Plan(PlanKey.FREE, "Бесплатный", "Free", 2, 10_000, 24 * _HOUR, 7 * _DAY, _PLAIN, 1, 100, 3, 100, 24 * _HOUR),
        Plan(PlanKey.START, "Старт", "Start", 10, 200_000, _HOUR, 30 * _DAY, None, 3, 1_000, 20, 2_000, _HOUR),
        Plan(
            key=PlanKey.BUSINESS,
            title_ru="Бизнес",
            title_en="Business",
            exports=50,
            rows=2_000_000,
            shortest_interval=15 * _MINUTE,
            history=90 * _DAY,
            families=None,
            links=20,
            executions=20_000,
            dealers=200,
            notices=20_000,
            shortest_follow_up=15 * _MINUTE,
        ),
        Plan(PlanKey.ENTERPRISE, "Корпоративный", "Enterprise", None, None, _MINUTE, None, None, None, None),
    )
}


def plan_named(name: str) -> Plan:
    """The plan of that key. Raises PlanUnknown."""
    try:
        return PLANS[PlanKey(name)]
    except ValueError as wrong:
        raise PlanUnknown(plan=name[:50], known=", ".join(PlanKey)) from wrong
