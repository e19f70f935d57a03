"""Speaking to MoySklad on behalf of one of two companies, so that what goes wrong is put down to the right one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.connections.ports import MoySkladConnections, MoySkladKey, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.ports import UpkeepTransaction
from domain.automations.executions import SideUnavailable
from domain.automations.links import Side
from domain.connections.moysklad import MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused
from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyInactive


class Sides:
    """Gives out keys; a refused token marks the connection of that side broken."""

    def __init__(
        self, transaction: UpkeepTransaction, connections: MoySkladConnections, access: MoySkladAccess
    ) -> None:
        self._transaction = transaction
        self._connections = connections
        self._access = access

    @asynccontextmanager
    async def speaking(
        self, side: Side, company_id: CompanyId, urgency: Urgency = Urgency.EVENT
    ) -> AsyncIterator[MoySkladKey]:
        """Within the block one account alone is spoken to. What another company asks of an account is no more urgent
        than what its own webhooks set off. Raises SideUnavailable where it cannot be spoken to, or does not allow what
        was asked.
        """
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
        try:
            yield await self._access.key(company_id, urgency)
        except (MoySkladDisconnected, CompanyInactive, MoySkladPermissionMissing, TariffRefused) as refused:
            if isinstance(refused, MoySkladDisconnected) and connection is not None:
                await self._access.mark_broken(company_id, connection.token)
            reason = str(refused.details.get("reason", ""))
            raise SideUnavailable(side=side.value, code=refused.code, reason=reason) from refused
