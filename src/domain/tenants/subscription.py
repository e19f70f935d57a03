"""A subscription: what MoySklad tells of how a company pays for the app."""

from dataclasses import dataclass
from datetime import datetime


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
