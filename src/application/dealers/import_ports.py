"""The port behind which is what belongs to dealers at MoySklad, to be looked for by names."""

from collections.abc import Sequence
from typing import Protocol

from application.connections.ports import MoySkladKey
from domain.dealers.naming import Named, PointKind


class PointCatalogue(Protocol):
    """Counterparties, stores, retail stores, sales channels and groups of one account.

    Raises MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused, FilterRefused, VendorBusy or VendorFailed.
    """

    async def partners(self, key: MoySkladKey, texts: Sequence[str]) -> Sequence[Named]:
        """Counterparties, not archived, of which one of the texts is the id, the name, the INN or the code, perhaps
        with what has nearly the same ones. Hundreds of texts take few requests.
        """
        ...

    async def alike(self, key: MoySkladKey, words: str) -> Sequence[Named]:
        """A few counterparties, not archived, that a search for these words finds. One request."""
        ...

    async def every(self, key: MoySkladKey, kind: PointKind) -> Sequence[Named]:
        """All that are not archived, a request for a thousand. Not for counterparties, of which there may be a great
        many.
        """
        ...

    async def groups(self, key: MoySkladKey) -> Sequence[str]:
        """The names of counterparties' groups, which have no ids (JSON API docs, counterparty metadata, `tags`)."""
        ...
