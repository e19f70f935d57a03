"""Whose a chat or an address is: a dealer's, or one of the people's who run the company."""

from typing import NamedTuple

from application.dealers.directory_ports import ChatBindings, Dealers
from application.tenants.ports import Companies, Members
from domain.dealers.bindings import BindLink, ChatBinding
from domain.shared.identities import CompanyId
from domain.tenants.member import Member, managing


class Holder(NamedTuple):
    """`member` is None for a dealer; `name` is what people call the dealer, or the company that the member runs."""

    name: str
    member: Member | None = None


class Holders:
    """In the company's transaction."""

    def __init__(self, dealers: Dealers, members: Members, companies: Companies) -> None:
        self._dealers = dealers
        self._members = members
        self._companies = companies

    async def of(self, company_id: CompanyId, held: BindLink | ChatBinding) -> Holder | None:
        """None where the dealer is gone, or the member, or does not run the company any more. Nobody else binds
        anything to the same one until this transaction ends.
        """
        if held.dealer_id is not None:
            dealer = await self._dealers.get(company_id, held.dealer_id)
            return None if dealer is None else Holder(dealer.name)
        if held.member_id is None:
            return None
        await self._members.alone(company_id)
        member = await self._members.get(company_id, held.member_id)
        if member is None or not managing(member):
            return None
        return Holder((await self._companies.get(company_id)).account_name, member)


async def beside(bindings: ChatBindings, company_id: CompanyId, held: BindLink | ChatBinding) -> list[ChatBinding]:
    """Everything that the same dealer or member has, the oldest first."""
    if held.dealer_id is not None:
        return await bindings.of(company_id, [held.dealer_id])
    return [one for one in await bindings.own(company_id) if one.member_id == held.member_id]
