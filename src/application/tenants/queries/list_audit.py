"""Who did what?"""

from uuid import UUID

from application.messages import Query
from application.ports import Transaction
from application.tenants.acting import Acting
from application.tenants.audit import AuditChoice, AuditTrail, AuditView
from application.tenants.authority import Authority
from domain.tenants.member import Permission


class ListAudit(Query[list[AuditView]], frozen=True, kw_only=True):
    """Entries of the audit log before one of them, the newest first."""

    acting: Acting
    choice: AuditChoice = AuditChoice()
    before: UUID | None = None
    limit: int = 50


class ListAuditHandler:
    """For who manages members."""

    def __init__(self, transaction: Transaction, trail: AuditTrail, authority: Authority) -> None:
        self._transaction = transaction
        self._trail = trail
        self._authority = authority

    async def __call__(self, query: ListAudit) -> list[AuditView]:
        """Raises PermissionMissing."""
        async with self._transaction(query.company_id):
            await self._authority.require(query.company_id, query.acting, Permission.MANAGE_MEMBERS)
            return await self._trail.page(query.company_id, query.choice, query.before, query.limit)
