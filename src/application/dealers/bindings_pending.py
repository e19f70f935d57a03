"""Stands where whoever keeps bindings will stand."""

from domain.shared.identities import BindingId, CompanyId


class NoBindings:
    """See application.dealers.queueing_ports.BindingEvents. The ledger alone tells what was found out."""

    async def lost(self, company_id: CompanyId, binding_id: BindingId, reason: str) -> None:
        """See the port."""

    async def moved(self, company_id: CompanyId, binding_id: BindingId, recipient: str) -> None:
        """See the port."""
