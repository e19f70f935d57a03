"""Ports of the webhooks area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec

from application.connections.ports import MoySkladKey
from domain.shared.identities import CompanyId, ConfigId
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.registration import FoundWebhook, Registration, Subject
from domain.webhooks.watch import ExportWatch


class Arrival(msgspec.Struct, frozen=True):
    """One call that arrived: the digest of the address's token, what repetitions of it have in common, and its body;
    None where the body has no form that we know. `origin` are the headers that a run which follows takes along, if the
    call is part of a trace.
    """

    token_digest: bytes
    request_key: UUID
    body: bytes | None
    origin: dict[str, str] | None = None


class Receipt(StrEnum):
    """What became of a call: its body is kept, or was kept before; no company has such an address; or the address is
    right and the body is not.
    """

    KEPT = "kept"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"


class Kept(NamedTuple):
    """What became of a call, and whose it is."""

    receipt: Receipt
    company_id: CompanyId | None


class StoredDelivery(NamedTuple):
    """A delivery that was not interpreted yet. `active` says whether the company has the app in use."""

    company_id: CompanyId
    account_id: UUID
    active: bool
    request_key: UUID
    received_at: datetime
    body: bytes
    origin: Mapping[str, str] | None = None


class Deliveries(Protocol):
    """What was delivered, each once, until it is interpreted. Works in a SystemTransaction."""

    async def keep(self, arrivals: Sequence[Arrival], now: datetime) -> list[Kept]:
        """Stores what arrived together, in one statement; answers what became of each, in their order."""
        ...

    async def waiting(self, limit: int) -> list[StoredDelivery]:
        """The oldest that were not interpreted, locked, passing over those that another process has locked."""
        ...

    async def interpreted(self, deliveries: Sequence[StoredDelivery], now: datetime) -> None:
        """Forgets the bodies; that they came is remembered for a while, because they may come again."""
        ...

    async def prune(self, interpreted_before: datetime) -> int:
        """Forgets those interpreted before that moment; answers how many."""
        ...


class DeliveryCounts(Protocol):
    """How many of each kind there were, day by day (UTC)."""

    async def add(self, day: date, counts: Mapping[tuple[CompanyId, str], int]) -> None:
        """Adds up. In a SystemTransaction."""
        ...

    async def of(self, company_id: CompanyId, day: date) -> dict[str, int]:
        """One company's day."""
        ...

    async def prune(self, before: date) -> int:
        """Forgets earlier days, in a SystemTransaction; answers how many counts."""
        ...


class WebhookEndpoints(Protocol):
    """The addresses at rest."""

    async def get(self, company_id: CompanyId) -> WebhookEndpoint | None:
        """The company's, locked until the end of the transaction."""
        ...

    async def put(self, endpoint: WebhookEndpoint) -> None:
        """Stores it, new or changed; when something was last delivered is left as it is."""
        ...

    async def delivered(self, company_ids: Sequence[CompanyId], now: datetime) -> None:
        """Notes that something came. In a SystemTransaction."""
        ...

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[CompanyId]:
        """Companies whose webhooks are to be looked at; they are not due again before `until`. In a SystemTransaction;
        passes over those that another process has locked.
        """
        ...


class WebhookRegistrations(Protocol):
    """How the wanted webhooks stood when they were last looked at."""

    async def all(self, company_id: CompanyId) -> list[Registration]:
        """The company's, in the order of their subjects."""
        ...

    async def replace(self, company_id: CompanyId, registrations: Sequence[Registration]) -> None:
        """Puts these in the place of all the company had."""
        ...


class ListeningExport(NamedTuple):
    """An export; `follows` says that it wants to follow changes. `name` is what people call it."""

    company_id: CompanyId
    config_id: ConfigId
    exporter_key: str
    name: str
    follows: bool


class ExportWatches(Protocol):
    """What exports wait for, at rest."""

    async def listening(self, company_ids: Sequence[CompanyId], *, all_of_them: bool = False) -> list[ListeningExport]:
        """Exports of these companies that follow changes, or `all_of_them`."""
        ...

    async def get(self, company_id: CompanyId, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportWatch]:
        """Those that exist, locked until the end of the transaction in the order of their ids."""
        ...

    async def put(self, watch: ExportWatch, due_at: datetime | None) -> None:
        """Stores it, new or changed, with the moment at which somebody has to look at it again."""
        ...

    async def due(self, now: datetime, limit: int) -> list[ExportWatch]:
        """Watches of any company that are due, locked, passing over those that another process has locked. Needs a
        SystemTransaction.
        """
        ...


class RegisteredWebhooks(Protocol):
    """The webhooks of a company's account, at MoySklad. Each method is one request for each page or webhook.

    Raises MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused, MoySkladRejected, VendorBusy or VendorFailed.
    """

    async def found(self, key: MoySkladKey) -> list[FoundWebhook]:
        """Every webhook that the app may see, of both families."""
        ...

    async def create(self, key: MoySkladKey, subject: Subject, url: str) -> None:
        """Registers one. MoySkladRejected with number 30003 where there is such a one already."""
        ...

    async def correct(self, key: MoySkladKey, webhook: FoundWebhook, url: str) -> None:
        """Enables it, with this address."""
        ...

    async def remove(self, key: MoySkladKey, webhook: FoundWebhook) -> None:
        """Removes it; one that is gone already is removed."""
        ...


class WebhookViews(Protocol):
    """What people see of webhooks beyond what the other ports tell."""

    async def unannounced(self, company_id: CompanyId, since: datetime) -> int:
        """How many changed objects runs that ended since then found without having been told of them."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookAddresses:
    """What our addresses begin with: `own`, and `former` ones that webhooks of an earlier installation may have."""

    own: str
    former: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Everything that is ours."""
        return (self.own, *self.former)


class ReceiverBeats(Protocol):
    """When somebody was last there to take deliveries in. Works in a SystemTransaction."""

    async def beat(self, now: datetime) -> datetime | None:
        """Notes that somebody is there now; answers when that was last noted, None the first time."""
        ...

    async def hurry(self, now: datetime, within: timedelta) -> int:
        """Every export that follows changes looks for itself within that time, those of one company at once; answers
        how many there are.
        """
        ...
