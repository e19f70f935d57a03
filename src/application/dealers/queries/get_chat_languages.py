"""In which languages are things told in a chat?"""

from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.digests import TokenMalformed, digest, read_chat_token
from application.messages import SystemQuery
from application.ports import SystemTransaction, Transaction
from application.tenants.ports import Members
from domain.dealers.addresses import Address
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.languages import Language, spoken


class GetChatLanguages(SystemQuery[frozenset[Language]], frozen=True, kw_only=True):
    """Of the dealer, or of who runs a company, whose link `token` is, used or out of date as it may be; of everybody
    who is told things there where it is no link of anybody's.
    """

    address: Address
    token: str = ""


class GetChatLanguagesHandler:
    """Who the dealers are is told nobody."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        dealers: Dealers,
        bindings: ChatBindings,
        links: BindLinks,
        members: Members,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._dealers = dealers
        self._bindings = bindings
        self._links = links
        self._members = members

    async def __call__(self, query: GetChatLanguages) -> frozenset[Language]:
        """None where nobody is told anything there."""
        if (linked := await self._linked(query.token)) is not None:
            return frozenset({linked})
        async with self._system_transaction():
            bound = await self._bindings.at(query.address)
        found = [await self._language(one) for one in bound]
        return frozenset(one for one in found if one is not None)

    async def _linked(self, token: str) -> Language | None:
        try:
            company_id = read_chat_token(token)
        except TokenMalformed:
            return None
        async with self._transaction(company_id):
            link = await self._links.get(company_id, digest(token))
        return None if link is None else await self._language(link)

    async def _language(self, held: BindLink | ChatBinding) -> Language | None:
        async with self._transaction(held.company_id):
            if held.dealer_id is not None:
                dealer = await self._dealers.get(held.company_id, held.dealer_id)
                return None if dealer is None else dealer.language
            member = None if held.member_id is None else await self._members.get(held.company_id, held.member_id)
        return None if member is None else spoken((), member.locale or "")
