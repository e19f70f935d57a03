"""MoySklad's objects as they are, for whoever works with single ones."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from application.connections.ports import MoySkladKey

Document = dict[str, Any]
"""An object as MoySklad's JSON has it, with `positions` as a list where it has any: all of them, however many."""


class Documents(Protocol):
    """Objects of one account, read by their ids.

    Raises MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused, MoySkladRejected, VendorBusy or VendorFailed.
    """

    async def read(
        self, key: MoySkladKey, kind: str, ids: Sequence[str], expand: Sequence[str] = ()
    ) -> dict[str, Document]:
        """Those that are there and not in the trash, by id: a hundred in a request at most. `expand` names links to be
        replaced by what they lead to (`agent`, `positions.assortment`), up to three levels deep. Where the type has
        positions, `positions` among them has them read as a list, to the last.
        """
        ...

    def changed(self, key: MoySkladKey, kind: str, since: datetime) -> AsyncIterator[Sequence[str]]:
        """Ids of those that were changed at that moment or later, pages of a thousand in the order of their changing.
        One that is changed while this is read comes at the end again, or is found next time.
        """
        ...
