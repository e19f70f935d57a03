"""What a company's exports may do, as far as that is its plan's or the installation's affair."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.exports.schedule import Terms
from domain.shared.identities import ConfigId


@dataclass(frozen=True, slots=True)
class Allowance:
    """`terms` hold for schedules. Exports rest from `rests_from` on: it and the younger ones are more than the plan
    allows; None where all may run. Ids sort by age. A run that follows changes starts no sooner than `follow_up` after
    the last one. All this may change by itself at `reviewed_at`.
    """

    terms: Terms
    rests_from: ConfigId | None = None
    follow_up: timedelta = timedelta(0)
    reviewed_at: datetime | None = None

    def rests(self, config_id: ConfigId) -> bool:
        """Whether the export is among those that are too many."""
        return self.rests_from is not None and config_id >= self.rests_from
