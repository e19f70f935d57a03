"""The tables of dealers in memory."""

from datetime import datetime
from typing import NamedTuple

from adapters.memory.rows import Access, Rows
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.dealers import Dealer
from domain.shared.identities import BindingId, CompanyId, DealerId


class SeenDocument(NamedTuple):
    """A document as a row of dealer_documents or rule_documents has it."""

    company_id: CompanyId
    type: str
    object_id: str
    state_id: str
    changes: int
    seen_at: datetime


SeenRows = Rows[tuple[CompanyId, str, str], SeenDocument]


def seen_rows() -> SeenRows:
    """Companies' own, which a system transaction may count and remove."""
    return Rows(
        lambda row: (row.company_id, row.type, row.object_id),
        lambda row: row.company_id,
        Access.COUNTED,
        immutable=True,
    )


class DealerRows:
    """Part of a MemoryStore."""

    def __init__(self) -> None:
        self.dealers: Rows[DealerId, Dealer] = Rows(lambda row: row.id, lambda row: row.company_id, Access.COMPANY)
        self.dealer_chats: Rows[BindingId, ChatBinding] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.SHARED
        )
        self.bind_links: Rows[bytes, BindLink] = Rows(
            lambda row: row.digest, lambda row: row.company_id, Access.COUNTED
        )
        self.dealer_documents = seen_rows()
        self.rule_documents = seen_rows()
