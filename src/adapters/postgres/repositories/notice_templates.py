"""Companies' own texts of notices."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import notice_templates
from adapters.postgres.transaction import connection
from domain.dealers.dealers import NoticeKind
from domain.dealers.templates import NoticeTemplate
from domain.shared.identities import CompanyId

_columns = notice_templates.c


class SqlNoticeTemplates:
    """See application.dealers.template_ports.NoticeTemplates."""

    async def of(self, company_id: CompanyId) -> dict[NoticeKind, NoticeTemplate]:
        """See the port."""
        query = select(notice_templates).where(_columns.company_id == company_id)
        found = (_template(row) for row in (await connection().execute(query)).mappings())
        return {template.kind: template for template in found}

    async def get(self, company_id: CompanyId, kind: NoticeKind) -> NoticeTemplate | None:
        """See the port."""
        query = select(notice_templates).where(_columns.company_id == company_id, _columns.kind == kind.value)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _template(found)

    async def put(self, template: NoticeTemplate) -> None:
        """See the port."""
        row = {
            "company_id": template.company_id,
            "kind": template.kind.value,
            "source": template.source,
            "changed_at": template.changed_at,
            "failed": template.failed,
            "failed_at": template.failed_at,
            "subject": template.subject,
        }
        await put(notice_templates, row)

    async def remove(self, company_id: CompanyId, kind: NoticeKind) -> bool:
        """See the port."""
        own = delete(notice_templates).where(_columns.company_id == company_id, _columns.kind == kind.value)
        return await count_deleted(own) > 0


def _template(row: Mapping[Any, Any]) -> NoticeTemplate:
    return NoticeTemplate(
        company_id=CompanyId(row["company_id"]),
        kind=NoticeKind(row["kind"]),
        source=row["source"],
        changed_at=row["changed_at"],
        failed=row["failed"],
        failed_at=row["failed_at"],
        subject=row["subject"],
    )
