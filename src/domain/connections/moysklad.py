"""The connection to MoySklad, made by installing the app."""

from dataclasses import dataclass
from enum import StrEnum

from domain.connections.secrets import SealedSecret
from domain.shared.errors import Conflict, ConnectionBroken, RuleViolated, VendorBusy
from domain.shared.identities import CompanyId


class ConnectionState(StrEnum):
    """Whether a connection can be used. `broken` means that the customer must act."""

    ACTIVE = "active"
    BROKEN = "broken"
    SUSPENDED = "suspended"


class MoySkladDisconnected(ConnectionBroken):
    """MoySklad does not accept the company's token: the app was suspended, removed, or its rights were taken away."""

    code = "connections.moysklad_broken"


class TariffRefused(Conflict):
    """The account's MoySklad tariff, or an option of it that is off, does not cover what was asked. The token works.

    `reason` is MoySklad's own message, `number` its code.
    """

    code = "vendors.moysklad_tariff"


class MoySkladPermissionMissing(Conflict):
    """The token works, but its rights do not reach this. `reason` is MoySklad's own message, which names the right."""

    code = "vendors.moysklad_permission"


class MoySkladRejected(RuleViolated):
    """MoySklad does not accept the contents of a request; sent again, it will not accept them again.

    `reason` is MoySklad's own message, `number` its code.
    """

    code = "vendors.moysklad_rejected"


class MoySkladPaused(VendorBusy):
    """So much failed or was refused that we ask nothing for a while: MoySklad bans clients that go on."""

    code = "vendors.moysklad_paused"


@dataclass(slots=True)
class MoySkladConnection:
    """The install token of one company. MoySklad issues a new one at each install and resume (Vendor API, 5.1)."""

    company_id: CompanyId
    token: SealedSecret | None
    state: ConnectionState

    def renew(self, token: SealedSecret) -> None:
        """A new token arrived; the connection works again."""
        self.token = token
        self.state = ConnectionState.ACTIVE

    def suspend(self) -> None:
        """MoySklad revoked the token with a suspension or an uninstall; what is left of it is forgotten."""
        self.token = None
        self.state = ConnectionState.SUSPENDED

    def lose(self) -> None:
        """The app is installed and we have no token of it: only installing or resuming it anew brings one."""
        self.token = None
        self.state = ConnectionState.BROKEN

    def breaks(self) -> None:
        """MoySklad refused the token."""
        if self.state is ConnectionState.ACTIVE:
            self.state = ConnectionState.BROKEN

    def usable_token(self) -> SealedSecret:
        """The sealed token. Raises MoySkladDisconnected when there is none that works."""
        if self.state is not ConnectionState.ACTIVE or self.token is None:
            raise MoySkladDisconnected(state=self.state.value)
        return self.token
