"""As much of an export as there is to know when its schedule comes due."""

from dataclasses import dataclass
from datetime import datetime

from domain.exports.schedule import Schedule
from domain.shared.identities import CompanyId, ConfigId


@dataclass(slots=True)
class Scheduled:
    """An export on the verge of a run: thousands come due at once, and what they show in which columns is no matter.

    `write_lock` and `fresh_at` are ExportConfig's; `unread` says that the next run reads everything; from
    `compares_from` on a run compares everything (None: never).
    """

    id: ConfigId
    company_id: CompanyId
    schedule: Schedule | None
    write_lock: str
    unread: bool = False
    compares_from: datetime | None = None
    fresh_at: datetime | None = None

    @property
    def next_due_at(self) -> datetime | None:
        """When it runs by itself next, as far as that is known."""
        return None if self.schedule is None else self.schedule.next_due_at(self.id)
