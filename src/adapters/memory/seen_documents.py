"""The states in which documents were last seen."""

from collections.abc import Mapping
from datetime import datetime

from adapters.memory.dealer_rows import SeenDocument, SeenRows
from adapters.memory.store import MemoryStore
from application.webhooks.event_ports import SeenState
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience


class MemoryDocumentStates:
    """See application.webhooks.event_ports.DocumentStates."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def seen(
        self, company_id: CompanyId, audience: Audience, kind: str, states: Mapping[str, SeenState]
    ) -> dict[str, int]:
        """See the port."""
        rows, changed = seen_by(self._store, audience), {}
        for object_id, (state, updated) in states.items():
            known = rows.find((company_id, kind, object_id))
            if known is not None and known.seen_at > updated:
                continue
            stays = known is not None and known.state_id == state
            changes = 0 if known is None else known.changes + (not stays)
            rows.put(SeenDocument(company_id, kind, object_id, state, changes, updated))
            if not stays:
                changed[object_id] = changes
        return changed

    async def prune(self, seen_before: datetime) -> int:
        """See the port."""
        return sum(seen_by(self._store, audience).prune(lambda row: row.seen_at < seen_before) for audience in Audience)


def seen_by(store: MemoryStore, audience: Audience) -> SeenRows:
    """The rows of what that audience has seen."""
    return store.rule_documents if audience is Audience.RULES else store.dealer_documents
