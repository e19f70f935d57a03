"""The port through which exports learn of single objects that changed."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from domain.exports.changes import ChangeMark
from domain.shared.identities import CompanyId, ConfigId


class ChangeMarks(Protocol):
    """Objects that changed and were not read since, for each export one mark an object."""

    async def put(
        self, company_id: CompanyId, config_ids: Sequence[ConfigId], objects: Mapping[str, bool], version: UUID
    ) -> None:
        """Marks each of the objects for each of the exports; the value says whether the object was told to be gone. A
        mark that stands gets the new version. In a transaction of the company or a SystemTransaction.
        """
        ...

    async def of(self, company_id: CompanyId, config_id: ConfigId) -> list[ChangeMark]:
        """All marks of an export, in the order of the objects' ids."""
        ...

    async def take(self, company_id: CompanyId, config_id: ConfigId, marks: Sequence[ChangeMark]) -> int:
        """Removes these marks as far as they still have these versions; answers how many went."""
        ...
