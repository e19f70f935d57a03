"""Companies' own texts of notices, kept in memory."""

from adapters.memory.store import MemoryStore
from domain.dealers.dealers import NoticeKind
from domain.dealers.templates import NoticeTemplate
from domain.shared.identities import CompanyId


class MemoryNoticeTemplates:
    """See application.dealers.template_ports.NoticeTemplates."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.notice_templates

    async def of(self, company_id: CompanyId) -> dict[NoticeKind, NoticeTemplate]:
        """See the port."""
        return {row.kind: row for row in self._rows.all() if row.company_id == company_id}

    async def get(self, company_id: CompanyId, kind: NoticeKind) -> NoticeTemplate | None:
        """See the port."""
        return self._rows.find((company_id, kind))

    async def put(self, template: NoticeTemplate) -> None:
        """See the port."""
        self._rows.put(template)

    async def remove(self, company_id: CompanyId, kind: NoticeKind) -> bool:
        """See the port."""
        return self._rows.remove((company_id, kind))
