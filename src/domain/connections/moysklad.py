"""The connection to MoySklad, made by installing the app."""

from dataclasses import dataclass
from enum import StrEnum

from domain.connections.secrets import SealedSecret
from domain.shared.errors import ConnectionBroken
from domain.shared.identities import CompanyId


class ConnectionState(StrEnum):
    """Whether a connection can be used. `broken` means that the customer must act."""

    ACTIVE = "active"
    BROKEN = "broken"
    SUSPENDED = "suspended"


class MoySkladDisconnected(ConnectionBroken):
    """MoySklad does not accept the company's token: the app was suspended, removed, or its rights were taken away."""

    code = "connections.moysklad_broken"


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

    def breaks(self) -> None:
        """MoySklad refused the token."""
        if self.state is ConnectionState.ACTIVE:
            self.state = ConnectionState.BROKEN

    def usable_token(self) -> SealedSecret:
        """The sealed token. Raises MoySkladDisconnected when there is none that works."""
        if self.state is not ConnectionState.ACTIVE or self.token is None:
            raise MoySkladDisconnected(state=self.state.value)
        return self.token
