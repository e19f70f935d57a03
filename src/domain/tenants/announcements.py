"""What the people who run a company should know and act upon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.shared.errors import Detail, NotFound
from domain.shared.identities import AnnouncementId, CompanyId, MemberId


class AnnouncementNotFound(NotFound):
    """The company has no such announcement."""

    code = "tenants.announcement_not_found"


@dataclass(slots=True)
class Announcement:
    """A `cause` has one of them until it is over or somebody puts it aside. `occurrence` is what it was last told of:
    the same one is told once, however often it is heard. `ended_by` is who put it aside; nobody did where the cause is
    over. `code` has words, which `params` fill. `told_at` is when the people who run the company were told of it, where
    they want to be: of a cause once, but anew each time that it has `worsened`.
    """

    id: AnnouncementId
    company_id: CompanyId
    cause: str
    occurrence: str
    code: str
    params: Mapping[str, Detail]
    since: datetime
    last_at: datetime
    count: int = 1
    ended_at: datetime | None = None
    ended_by: MemberId | None = None
    told_at: datetime | None = None
    worsened: int = 0

    def happened(self, occurrence: str, code: str, params: Mapping[str, Detail], now: datetime) -> bool:
        """Once more; answers whether that is news."""
        if occurrence == self.occurrence:
            return False
        self.occurrence, self.code, self.params, self.last_at = occurrence, code, params, now
        self.count += 1
        return True

    def worsen(self) -> None:
        """People are told of it anew."""
        self.told_at = None
        self.worsened += 1

    def end(self, now: datetime, by: MemberId | None = None) -> None:
        """It is over, or somebody puts it aside: the first of these counts."""
        if self.ended_at is None:
            self.ended_at, self.ended_by = now, by
