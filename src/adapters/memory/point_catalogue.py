"""What belongs to dealers, in accounts that a test fills."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from adapters.memory.documents import MemoryDocuments
from adapters.memory.failures import PlannedFailures
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from domain.connections.moysklad import MoySkladDisconnected
from domain.dealers.naming import Named, PointKind, folded, inn_forms


class MemoryPointCatalogue:
    """Over the accounts of a MemoryDocuments. `failures` are planned by the names of the methods."""

    def __init__(self, documents: MemoryDocuments) -> None:
        self.failures = PlannedFailures()
        self._documents = documents

    async def partners(self, key: MoySkladKey, texts: Sequence[str]) -> Sequence[Named]:
        """See the port. By names as they are written; others are found by searching alone."""
        with self.failures.around("partners"):
            values = {form for text in texts for form in (text, text.lower(), *inn_forms(text))}
            every = self._living(key, PointKind.PARTNER)
            return [one for one in every if not values.isdisjoint((str(one.id), one.name, one.inn or None, one.code))]

    async def alike(self, key: MoySkladKey, words: str) -> Sequence[Named]:
        """See the port. Finds names in which each of the words is."""
        with self.failures.around("alike"):
            wanted = folded(words).split()
            every = self._living(key, PointKind.PARTNER)
            return [one for one in every if all(word in folded(one.name) for word in wanted)]

    async def every(self, key: MoySkladKey, kind: PointKind) -> Sequence[Named]:
        """See the port."""
        with self.failures.around("every"):
            return sorted(self._living(key, kind), key=lambda one: one.name)

    async def groups(self, key: MoySkladKey) -> Sequence[str]:
        """See the port."""
        with self.failures.around("groups"):
            account = self._account(key)
            return sorted({tag for one in account.get("counterparty", {}).values() for tag in one.get("tags", ())})

    def _living(self, key: MoySkladKey, kind: PointKind) -> Iterator[Named]:
        for one in self._account(key).get(kind.value, {}).values():
            if not one.get("archived") and "deleted" not in one:
                name, code, inn = (str(one.get(field, "")) for field in ("name", "code", "inn"))
                yield Named(UUID(str(one["id"])), name, code, inn)

    def _account(self, key: MoySkladKey) -> dict[str, dict[str, Document]]:
        if key.token not in self._documents.accounts:
            raise MoySkladDisconnected(state="broken")
        return self._documents.accounts[key.token]
