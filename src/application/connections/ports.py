"""Ports of the connections area."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Protocol
from uuid import UUID

import msgspec

from domain.connections.google import ConsentRequest, GoogleConnection
from domain.connections.moysklad import MoySkladConnection
from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.identities import CompanyId


class MoySkladConnections(Protocol):
    """Connections to MoySklad at rest."""

    async def get(self, company_id: CompanyId) -> MoySkladConnection | None:
        """The company's connection."""
        ...

    async def held(self, company_id: CompanyId) -> MoySkladConnection | None:
        """The company's connection, which nobody else changes until the end of the transaction."""
        ...

    async def put(self, connection: MoySkladConnection) -> None:
        """Stores the connection, new or changed."""
        ...


class GoogleConnections(Protocol):
    """Connections to Google at rest."""

    async def get(self, company_id: CompanyId) -> GoogleConnection | None:
        """The company's connection."""
        ...

    async def held(self, company_id: CompanyId) -> GoogleConnection | None:
        """The company's connection, which nobody else changes until the end of the transaction."""
        ...

    async def put(self, connection: GoogleConnection) -> None:
        """Stores the connection, new or changed."""
        ...

    async def remove(self, company_id: CompanyId) -> None:
        """Forgets the connection and its secrets."""
        ...

    async def shared(self, subject: str, client_id: str) -> int:
        """How many companies rest on what this Google account granted the client. Needs a SystemTransaction.

        A grant of which it is not known to which client it was given counts as one of them.
        """
        ...


class ConsentRequests(Protocol):
    """Open trips to Google's consent page."""

    async def put(self, request: ConsentRequest) -> None:
        """Stores the request."""
        ...

    async def take(self, company_id: CompanyId, state_digest: bytes) -> ConsentRequest | None:
        """Removes and answers the request; None when there is none, or it was taken before."""
        ...

    async def prune(self, now: datetime) -> int:
        """Removes expired requests, in a SystemTransaction; answers how many."""
        ...


class Urgency(IntEnum):
    """Whose requests to a vendor go first where not all can go at once."""

    BACKFILL = 0
    """First and full runs, sweeps: whatever is long and can wait."""
    ROUTINE = 1
    """Incremental runs."""
    EVENT = 2
    """What a webhook set off."""
    INTERACTIVE = 3
    """A person is waiting for the answer."""


@dataclass(frozen=True, slots=True)
class MoySkladKey:
    """What opens one MoySklad account, and how urgent the matter is. The token is left out of representations."""

    token: str = field(repr=False)
    account_id: UUID
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class GoogleKey:
    """What opens the spreadsheets of one Google account: an access token that is good for the next minutes.

    The rest is for whoever shares Google's quotas out: `user` and `project` are the Google account and the Cloud
    project whose quotas the call spends, `company_id` the company for which it is made, `urgency` how urgent that is.
    The token is left out of representations. Spreadsheets that the account would make are not the company's own, if
    `makes_files` is false.
    """

    token: str = field(repr=False)
    user: str
    project: str
    company_id: CompanyId
    urgency: Urgency
    makes_files: bool = True


class Refused(IntEnum):
    """Whether and why MoySklad refused a request its turn (429)."""

    NOT = 0
    WINDOW = 1
    """1049: too many units in the window."""
    PARALLEL = 2
    """1073: too many requests at once."""


class Failing(IntEnum):
    """Whether a request failed, and what else would fail with it."""

    NOT = 0
    THIS = 1
    """This request would fail again."""
    ALL = 2
    """Every request with this credential would."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer said of the budget; None where it said nothing. Times are in seconds.

    `limit` and `remaining` are in requests like the one that was answered, as MoySklad counts them.
    """

    limit: int | None = None
    remaining: int | None = None
    window: float | None = None
    retry_after: float | None = None
    refused: Refused = Refused.NOT
    failing: Failing = Failing.NOT


@dataclass(frozen=True, slots=True)
class Waited:
    """How many seconds a turn was waited for, and in the end for what: `window`, `parallel`, `closed`, or of Google's
    `user`, `project`, `spreadsheet`. `shares` is how much of each quota was spent then, from 0 to 1.
    """

    seconds: float = 0.0
    reason: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)


class Turn:
    """Leave to send one request, now; `waited` tells how it came."""

    def __init__(self, waited: Waited | None = None) -> None:
        self.waited = waited or Waited()
        self.heard: Heard | None = None

    def heed(self, heard: Heard) -> None:
        """Passes on what the answer said. Without it nothing is known of how the request ended."""
        self.heard = heard


class VendorBudgets(Protocol):
    """MoySklad's budgets, which all processes spend together."""

    def turn(
        self,
        credential: str,
        account: str,
        units: int,
        urgency: Urgency,
        *,
        subject: str = "",
        put: bool = False,
        patience: float = 30.0,
    ) -> AbstractAsyncContextManager[Turn]:
        """Waits until one request may go out; its slot is held until the end of the block.

        `credential` and `account` are digests, never secrets. `units` is what the request costs a published solution.
        `subject` tells requests apart that may fail alike; `put` says that the request is a PUT. Raises VendorBusy
        when no turn comes within `patience` seconds, MoySkladPaused while too much has been failing.
        """
        ...


class VendorCall:
    """One request to a vendor, under way."""

    def __init__(self) -> None:
        self.status: int | None = None

    def answered(self, status: int) -> None:
        """The HTTP status of the answer. Without it there was none."""
        self.status = status


class VendorWatch(Protocol):
    """Whoever watches from outside what is asked of vendors: `moysklad` and `google`. It is never told a secret."""

    def call(self, vendor: str, method: str, route: str) -> AbstractContextManager[VendorCall]:
        """Around one request. `route` is its path without identities and without what is asked for."""
        ...

    def turn(self, vendor: str, waited: Waited) -> None:
        """A turn was granted."""
        ...

    def no_turn(self, vendor: str, waited: Waited) -> None:
        """No turn came."""
        ...


class Vault(Protocol):
    """Seals secrets. The company and the purpose are bound into the seal."""

    def seal(self, company_id: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
        """Seals with the newest key."""
        ...

    def unseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> str:
        """Raises SecretUnreadable for a wrong company, purpose or key, and for a tampered secret."""
        ...

    def reseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> SealedSecret:
        """The same secret under the newest key: `is_same` tells so. Raises as `unseal` does."""
        ...


class GoogleGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What Google gave for a code. `refresh_token` is empty when Google gave none."""

    subject: str
    email: str
    access_token: str
    refresh_token: str
    expires_at: datetime
    scopes: tuple[str, ...]


class RenewedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """A renewed access token."""

    access_token: str
    expires_at: datetime
