"""An installation: one of our apps at one MoySklad account, and what its calls to us come to, in whatever order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.connections.secrets import SealedSecret
from domain.shared.errors import VendorBusy
from domain.shared.identities import CompanyId
from domain.tenants.subscription import Subscription

PATIENCE = timedelta(hours=24)
"""For how long MoySklad is asked how things stand; it repeats its own calls for as long (Vendor API docs, 6.2)."""

FIRST_LOOK = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)


class InstallationStatus(StrEnum):
    """Whether the app may be used at the account."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"


class VendorStatus(StrEnum):
    """How MoySklad says that an installation stands (Vendor API docs, 6.4)."""

    ACTIVATING = "Activating"
    ACTIVATION_FAILED = "ActivationFailed"
    SETTINGS_REQUIRED = "SettingsRequired"
    ACTIVATED = "Activated"
    DEACTIVATING = "Deactivating"
    DEACTIVATION_FAILED = "DeactivationFailed"
    SUSPENDED = "Suspended"


_IN_USE = frozenset({VendorStatus.SETTINGS_REQUIRED, VendorStatus.ACTIVATED})
_NOT_SETTLED = frozenset({VendorStatus.ACTIVATING, VendorStatus.DEACTIVATING})


class InstallationAwaited(VendorBusy):
    """MoySklad tells of an installation that it has not told us of yet. Refusing that for good would cost the
    installation its token (Vendor API docs, 6.2), so it is to be told again.
    """

    code = "connections.installation_awaited"


class AnswerLate(VendorBusy):
    """What MoySklad told could not be kept in time; it is to be told again."""

    code = "connections.answer_late"


@dataclass(frozen=True, slots=True)
class ToldInstallation:
    """What MoySklad answers when it is asked. `cause` is of the last change; an unknown status is None."""

    status: VendorStatus | None
    cause: str = ""
    subscription: Subscription | None = None
    permissions: str | None = None


@dataclass(slots=True)
class Installation:
    """What is known of one app at one account.

    MoySklad's calls may come late, more than once and in another order than they were made. What helps: a repetition
    has the number of the call that it repeats; each attempt is signed with the moment at which it was made
    (`called_at`), so that one overtaken by another is known for older; a call without a token changes no status. The
    rest is asked: after each call the installation is `unsure_since` then, until MoySklad has said how it stands. It
    may also have given up on a call that we have carried out and whose answer was lost.

    `token` is the sealed token of the last activation. It is kept after a suspension or removal until MoySklad
    confirms that: nobody could give it to us once more. `ready` says that MoySklad knows that nothing is to be set up
    any more, `version` counts changes, `permissions` are the rights that the account granted, as MoySklad wrote them.
    """

    company_id: CompanyId
    app_id: UUID
    status: InstallationStatus = InstallationStatus.UNINSTALLED
    token: SealedSecret | None = None
    called_at: datetime | None = None
    ready: bool = False
    subscription: Subscription | None = None
    permissions: str | None = None
    unsure_since: datetime | None = None
    version: int = 0

    @property
    def active(self) -> bool:
        """Whether the app may be used."""
        return self.status is InstallationStatus.ACTIVE

    def activate(
        self,
        token: SealedSecret,
        subscription: Subscription | None,
        called_at: datetime,
        now: datetime,
        *,
        ready: bool,
    ) -> bool:
        """Install or Resume. False, and nothing but doubt, for a call that is older than what was told since."""
        if self._overtaken(called_at, now):
            return False
        self.status = InstallationStatus.ACTIVE
        self.token = token
        self.subscription = subscription or self.subscription
        self.ready = ready
        return True

    def deactivate(self, status: InstallationStatus, called_at: datetime, now: datetime) -> bool:
        """Suspend or Uninstall; what is removed does not become suspended. False for a call that is older."""
        if self._overtaken(called_at, now):
            return False
        if self.status is not InstallationStatus.UNINSTALLED:
            self.status = status
        return True

    def renew(self, subscription: Subscription | None, now: datetime) -> None:
        """TariffChanged, Autoprolongation. Never brings back what is gone. Whether an older call has spoken over a
        newer one is asked.
        """
        self._doubt(now)
        self.subscription = subscription or self.subscription

    def permit(self, permissions: str, now: datetime) -> None:
        """The account granted other rights."""
        self._doubt(now)
        self.permissions = permissions

    def confirm(self, told: ToldInstallation | None, now: datetime) -> None:
        """What MoySklad says now, None where it knows of no installation, is how it stands.

        While MoySklad is changing it, or says something that nobody has documented, the doubt stays; after a day the
        last call holds.
        """
        self.version += 1
        if told is not None and (told.status is None or told.status in _NOT_SETTLED):
            self.give_up(now)
            return
        self.unsure_since = None
        if told is not None:
            self.subscription = told.subscription or self.subscription
            self.permissions = told.permissions or self.permissions
        self.status = _status(told)
        self.ready = told is not None and told.status is VendorStatus.ACTIVATED
        if not self.active:
            self.token = None

    def give_up(self, now: datetime) -> None:
        """MoySklad did not say how it stands. After a day that is taken for what its last call said."""
        if self.unsure_since is not None and now - self.unsure_since >= PATIENCE:
            self.unsure_since = None
            if not self.active:
                self.token = None

    def look_again_at(self, now: datetime) -> datetime:
        """When to ask MoySklad next: soon at first, then less and less often."""
        age = timedelta() if self.unsure_since is None else now - self.unsure_since
        return now + min(max(age, FIRST_LOOK), LONGEST_PAUSE)

    def _overtaken(self, called_at: datetime, now: datetime) -> bool:
        self._doubt(now)
        if self.called_at is not None and called_at < self.called_at:
            return True
        self.called_at = called_at
        return False

    def _doubt(self, now: datetime) -> None:
        self.version += 1
        self.unsure_since = now


def _status(told: ToldInstallation | None) -> InstallationStatus:
    if told is None:
        return InstallationStatus.UNINSTALLED
    if told.status in _IN_USE:
        return InstallationStatus.ACTIVE
    if told.status is VendorStatus.ACTIVATION_FAILED and told.cause == "Install":
        return InstallationStatus.UNINSTALLED
    return InstallationStatus.SUSPENDED  # after a failed deactivation too: the token is dead before it is told of
