"""Who decides how a company pays, and what MoySklad tells of that."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BilledBy(StrEnum):
    """The billing provider that decides which plan a company has: `moysklad` by the subscription that its billing tells
    of, `manual` the operator of the service.
    """

    MOYSKLAD = "moysklad"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Subscription:
    """As told by the last activation that brought one (Vendor API, 6.3).

    `tariff` is MoySklad's id of the app's tariff, as it is written there; `expires_at` is when the paid or the trial
    period ends, None where none was told. `partner` and `not_for_resale` mark accounts of MoySklad's own partners.
    """

    tariff: str
    tariff_name: str = ""
    trial: bool = False
    expires_at: datetime | None = None
    partner: bool = False
    not_for_resale: bool = False
