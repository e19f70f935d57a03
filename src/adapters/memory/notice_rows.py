"""The rows of notices."""

from typing import NamedTuple

from adapters.memory.rows import Access, Rows
from domain.dealers.dealers import NoticeKind
from domain.dealers.notices import Notice
from domain.dealers.templates import NoticeTemplate
from domain.shared.identities import CompanyId, NoticeId


class NoticeCount(NamedTuple):
    """How many notices of a period were counted."""

    company_id: CompanyId
    period: str
    notices: int


class NoticeRows:
    """A part of the store."""

    def __init__(self) -> None:
        super().__init__()
        self.notices: Rows[tuple[CompanyId, NoticeId], Notice] = Rows(
            lambda row: (row.company_id, row.id), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.notice_counts: Rows[tuple[CompanyId, str], NoticeCount] = Rows(
            lambda row: (row.company_id, row.period), lambda row: row.company_id, Access.COMPANY, immutable=True
        )
        self.notice_templates: Rows[tuple[CompanyId, NoticeKind], NoticeTemplate] = Rows(
            lambda row: (row.company_id, row.kind), lambda row: row.company_id, Access.COMPANY
        )
