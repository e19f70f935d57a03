"""What is kept for personal data."""

from adapters.memory.store import MemoryStore, StoredKey
from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId


class MemoryPseudonymKeys:
    """See application.exports.personal_ports.PseudonymKeys."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.pseudonym_keys

    async def get(self, company_id: CompanyId) -> SealedSecret | None:
        """See the port."""
        found = self._rows.find(company_id)
        return None if found is None else found.key

    async def add(self, company_id: CompanyId, key: SealedSecret) -> SealedSecret:
        """See the port."""
        known = self._rows.find(company_id)
        if known is None:
            self._rows.put(StoredKey(company_id, key))
        return key if known is None else known.key
