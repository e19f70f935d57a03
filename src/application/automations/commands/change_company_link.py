"""One company changes its own half of a link: its limits, its name for the other, whether anything goes through."""

from application.automations.mirror_command import mirror_link
from application.automations.ports import LinkSides
from application.automations.resume_command import resume_executions
from application.automations.views import CompanyLinkView, link_view
from application.automations.wake_command import wake_executions
from application.messages import Command
from application.ports import Outbox, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from domain.automations.links import CompanyLinkNotFound, LinkLimits, Side
from domain.shared.identities import CompanyLinkId
from domain.tenants.member import Permission


class ChangeCompanyLink(Command[CompanyLinkView], frozen=True, kw_only=True, tag="links.change"):
    """What is None stays as it is."""

    acting: Acting
    link_id: CompanyLinkId
    name: str | None = None
    limits: LinkLimits | None = None
    paused: bool | None = None


class ChangeCompanyLinkHandler:
    """Holds from the next execution on; what waited for the link goes on when it is opened again."""

    def __init__(self, transaction: Transaction, links: LinkSides, authority: Authority, outbox: Outbox) -> None:
        self._transaction = transaction
        self._links = links
        self._authority = authority
        self._outbox = outbox

    async def __call__(self, command: ChangeCompanyLink) -> CompanyLinkView:
        """Raises PermissionMissing, CompanyLinkNotFound or LinkRevoked."""
        company_id = command.company_id
        async with self._transaction(company_id):
            await self._authority.require(company_id, command.acting, Permission.MANAGE_CONNECTIONS)
            side = await self._links.get(company_id, command.link_id)
            if side is None:
                raise CompanyLinkNotFound
            side.change(
                side.name if command.name is None else command.name,
                side.limits if command.limits is None else command.limits,
                paused=side.paused if command.paused is None else command.paused,
            )
            await self._links.put(side)
            await mirror_link(self._outbox, company_id, side.link_id)
            if not side.paused:
                wake = wake_executions if side.side is Side.SOURCE else resume_executions
                await wake(self._outbox, company_id)
        return link_view(side)
