"""Notes of batches, kept in memory."""

from adapters.memory.store import MemoryStore, StoredIntent
from application.exports.intent_ports import WriteIntent
from domain.shared.identities import CompanyId, ConfigId


class MemoryWriteIntents:
    """See application.exports.intent_ports.WriteIntents."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.write_intents

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> WriteIntent | None:
        """See the port."""
        found = self._rows.find(config_id)
        return found.intent if found is not None and found.company_id == company_id else None

    async def put(self, company_id: CompanyId, config_id: ConfigId, intent: WriteIntent) -> None:
        """See the port."""
        self._rows.put(StoredIntent(company_id, config_id, intent))

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        del company_id
        self._rows.remove(config_id)
