"""Tokens of ways out that anybody could make."""

from uuid import UUID

from application.dealers.mail_ports import WayOut
from domain.dealers.bindings import MailLinkInvalid
from domain.shared.identities import BindingId, CompanyId


class MemoryWaysOut:
    """See application.dealers.mail_ports.WaysOut."""

    def token(self, way: WayOut) -> str:
        """See the port."""
        return f"out-{way.company_id.hex}-{way.binding_id.hex}"

    def read(self, token: str) -> WayOut:
        """See the port."""
        try:
            _, company, binding = token.split("-")
            return WayOut(CompanyId(UUID(hex=company)), BindingId(UUID(hex=binding)))
        except ValueError as wrong:
            raise MailLinkInvalid from wrong
