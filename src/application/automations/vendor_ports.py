"""What automations ask of MoySklad beyond reading single objects."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from domain.shared.errors import RuleViolated


class Made(NamedTuple):
    """A document that is there; `new` says that this request made it, as far as that is known."""

    document: Document
    new: bool


class DocumentGone(RuleViolated):
    """The document was deleted."""

    code = "automations.document_gone"


class DocumentWriter(Protocol):
    """Makes and changes documents of one account.

    Raises MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused, MoySkladRejected, VendorBusy or VendorFailed,
    the last also where nobody knows whether the request was carried out: repeating it is always right.
    """

    async def make(self, key: MoySkladKey, kind: str, sync_id: UUID, body: Document) -> Made:
        """Makes the document, or answers the one that has this `syncId` already, also where the answer to the request
        that made it was lost. Of however many callers, one makes it. Webhooks of our own app are not told of it.
        """
        ...

    async def find(self, key: MoySkladKey, kind: str, sync_id: UUID) -> Document | None:
        """The document with this `syncId`, with its positions, also one in the trash."""
        ...

    async def change(self, key: MoySkladKey, kind: str, document_id: str, body: Document) -> Document:
        """Changes the fields that the body names; `positions` are replaced whole. Raises DocumentGone."""
        ...

    async def describe(self, key: MoySkladKey, kind: str) -> Document:
        """The metadata of a kind of documents: attributes, states."""
        ...


class TargetLists(Protocol):
    """Small lists of an account that mapping needs, read anew each time: organizations, stores, currencies, price types
    and the like. Raises as DocumentWriter does.
    """

    async def all(self, key: MoySkladKey, kind: str) -> Sequence[dict[str, Any]]:
        """Every object of that type, up to 1,000 in a request."""
        ...
