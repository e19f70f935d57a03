"""In which languages are things told in a chat?"""

from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.digests import TokenMalformed, digest, read_chat_token
from application.messages import SystemQuery
from application.ports import SystemTransaction, Transaction
from domain.dealers.addresses import Address
from domain.dealers.languages import Language
from domain.shared.identities import CompanyId, DealerId


class GetChatLanguages(SystemQuery[frozenset[Language]], frozen=True, kw_only=True):
    """Of the dealer whose link `token` is, used or out of date as it may be; of everybody who is told things there
    where it is no link of anybody's.
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
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._dealers = dealers
        self._bindings = bindings
        self._links = links

    async def __call__(self, query: GetChatLanguages) -> frozenset[Language]:
        """None where nobody is told anything there."""
        if (linked := await self._linked(query.token)) is not None:
            return frozenset({linked})
        async with self._system_transaction():
            bound = await self._bindings.at(query.address)
        found = [await self._language(one.company_id, one.dealer_id) for one in bound]
        return frozenset(one for one in found if one is not None)

    async def _linked(self, token: str) -> Language | None:
        try:
            company_id = read_chat_token(token)
        except TokenMalformed:
            return None
        async with self._transaction(company_id):
            link = await self._links.get(company_id, digest(token))
        return None if link is None else await self._language(company_id, link.dealer_id)

    async def _language(self, company_id: CompanyId, dealer_id: DealerId) -> Language | None:
        async with self._transaction(company_id):
            dealer = await self._dealers.get(company_id, dealer_id)
        return None if dealer is None else dealer.language
