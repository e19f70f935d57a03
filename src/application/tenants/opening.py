"""How a one-time link is used, whoever uses it."""

from application.digests import LinkTicket, digest, same
from application.ports import Clock
from application.tenants.ports import Companies, Links, Members
from domain.tenants.link import LinkInvalid, SignInLink
from domain.tenants.member import PERMISSIONS, Permission


class OpenLinks:
    """Uses links up, inside the transaction of the link's company."""

    def __init__(self, companies: Companies, members: Members, links: Links, clock: Clock) -> None:
        self._companies = companies
        self._members = members
        self._links = links
        self._clock = clock

    async def take(self, ticket: LinkTicket, token: str) -> SignInLink:
        """The link, which nobody can use again once the transaction is over. Raises LinkInvalid or CompanyInactive.

        It stands for what whoever handed it out may do: once they are gone, or may not let such people in any more, it
        lets in nobody.
        """
        await self._members.alone(ticket.company_id)
        link = await self._links.get(ticket.company_id, ticket.link_id)
        if link is None or not same(link.digest, digest(token)):
            raise LinkInvalid
        link.use(self._clock.now())
        if not await self._vouched_for(link):
            raise LinkInvalid
        (await self._companies.get(ticket.company_id)).require_active()
        await self._links.put(link)
        return link

    async def _vouched_for(self, link: SignInLink) -> bool:
        if link.created_by is None:
            return True
        maker = await self._members.get(link.company_id, link.created_by)
        if maker is None or maker.removed_at is not None:
            return False
        allowed = PERMISSIONS[maker.role]
        return Permission.MANAGE_MEMBERS in allowed and PERMISSIONS[link.role] <= allowed
