"""A company: one MoySklad account that installed the app."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.shared.errors import Conflict, NotFound
from domain.shared.identities import CompanyId
from domain.tenants.subscription import BilledBy, Subscription


class CompanyStatus(StrEnum):
    """What MoySklad last told us about the installation."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"


class CompanyNotFound(NotFound):
    """No company of ours belongs to this MoySklad account."""

    code = "tenants.company_not_found"


class CompanyInactive(Conflict):
    """The app is suspended or uninstalled in MoySklad, so nothing may be done on the company's behalf."""

    code = "tenants.company_inactive"


class CompanyHasApp(Conflict):
    """The company has the app installed in MoySklad, which gives and takes its token."""

    code = "tenants.company_has_app"


@dataclass(slots=True)
class Company:
    """One tenant. `account_id` is MoySklad's; `time_zone` is an IANA name, in which its people read times. `weight` is
    how many shares of the workers the company has beside others; `subscription` is what MoySklad last told of it.
    `left_at` is since when it has the app no more. `billed_by` decides which plan it has.
    """

    id: CompanyId
    account_id: UUID
    account_name: str
    status: CompanyStatus
    time_zone: str
    created_at: datetime
    weight: int = 1
    subscription: Subscription | None = None
    left_at: datetime | None = None
    billed_by: BilledBy = BilledBy.MOYSKLAD

    def resume(self) -> None:
        """The app was installed or resumed in MoySklad. Saying so again changes nothing."""
        self.status, self.left_at = CompanyStatus.ACTIVE, None

    def subscribe(self, subscription: Subscription) -> None:
        """MoySklad told how the company pays now."""
        self.subscription = subscription

    def bill_by(self, provider: BilledBy) -> None:
        """From now on that billing provider decides."""
        self.billed_by = provider

    def suspend(self) -> None:
        """MoySklad suspended the app; the data stays for a resume."""
        self.status, self.left_at = CompanyStatus.SUSPENDED, None

    def uninstall(self, now: datetime) -> None:
        """The app was removed; the data stays for a reinstall, for a while. Saying so again changes nothing."""
        if self.status is not CompanyStatus.UNINSTALLED or self.left_at is None:
            self.left_at = now
        self.status = CompanyStatus.UNINSTALLED

    @property
    def active(self) -> bool:
        """Whether the app is installed and running."""
        return self.status is CompanyStatus.ACTIVE

    def require_active(self) -> None:
        """Raises CompanyInactive unless the app is installed and running."""
        if not self.active:
            raise CompanyInactive(status=self.status.value)
