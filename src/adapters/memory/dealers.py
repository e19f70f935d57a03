"""Dealers, their chats and links, kept in memory."""

from collections.abc import Collection
from datetime import datetime

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.dealers import Dealer, DealerNameTaken
from domain.shared.identities import BindingId, CompanyId, DealerId


class MemoryDealers:
    """See application.dealers.directory_ports.Dealers."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.dealers

    async def get(self, company_id: CompanyId, dealer_id: DealerId) -> Dealer | None:
        """See the port."""
        found = self._rows.find(dealer_id)
        return None if found is None or found.company_id != company_id else found

    async def named(self, company_id: CompanyId, name: str) -> Dealer | None:
        """See the port."""
        return next((row for row in self._rows.all() if (row.company_id, row.name) == (company_id, name)), None)

    async def put(self, dealer: Dealer) -> None:
        """See the port."""
        own = (dealer.company_id, dealer.name)
        if self._rows.breaks_unique(dealer, lambda other: (other.company_id, other.name) == own):
            raise DealerNameTaken(name=dealer.name)
        self._rows.put(dealer)

    async def remove(self, company_id: CompanyId, dealer_id: DealerId) -> bool:
        """See the port."""
        if await self.get(company_id, dealer_id) is None:
            return False
        self._store.dealer_chats.remove_where(lambda row: row.dealer_id == dealer_id)
        self._store.bind_links.remove_where(lambda row: row.dealer_id == dealer_id)
        return self._rows.remove(dealer_id)

    async def alone(self, company_id: CompanyId) -> None:
        """See the port: transactions of this store run one after another."""

    async def count(self, company_id: CompanyId) -> int:
        """See the port."""
        return sum(row.company_id == company_id for row in self._rows.all())

    async def page(self, company_id: CompanyId, after: DealerId | None, limit: int) -> list[Dealer]:
        """See the port."""
        found = sorted((row for row in self._rows.all() if row.company_id == company_id), key=lambda row: row.id)
        return [row for row in found if after is None or row.id > after][:limit]


class MemoryChatBindings:
    """See application.dealers.directory_ports.ChatBindings."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.dealer_chats

    async def get(self, company_id: CompanyId, binding_id: BindingId) -> ChatBinding | None:
        """See the port."""
        found = self._rows.find(binding_id)
        return None if found is None or found.company_id != company_id else found

    async def of(self, company_id: CompanyId, dealer_ids: Collection[DealerId]) -> list[ChatBinding]:
        """See the port."""
        found = [row for row in self._rows.all() if row.company_id == company_id and row.dealer_id in dealer_ids]
        return sorted(found, key=lambda row: row.id)

    async def own(self, company_id: CompanyId) -> list[ChatBinding]:
        """See the port."""
        found = [row for row in self._rows.all() if row.company_id == company_id and row.member_id is not None]
        return sorted(found, key=lambda row: row.id)

    async def put(self, binding: ChatBinding) -> None:
        """See the port."""
        own = (binding.dealer_id, binding.member_id, binding.address)
        if self._rows.breaks_unique(binding, lambda other: (other.dealer_id, other.member_id, other.address) == own):
            raise RuntimeError("the dealer has this address already")
        self._rows.put(binding)

    async def remove(self, company_id: CompanyId, binding_id: BindingId) -> bool:
        """See the port."""
        known = self._rows.find(binding_id)
        return known is not None and known.company_id == company_id and self._rows.remove(binding_id)

    async def at(self, address: Address) -> list[ChatBinding]:
        """See the port."""
        require_system()
        return sorted((row for row in self._rows.all() if row.address == address), key=lambda row: row.id)

    async def everywhere_in(self, recipient: str) -> list[ChatBinding]:
        """See the port."""
        require_system()
        found = [
            row
            for row in self._rows.all()
            if (row.address.channel, row.address.recipient) == (Channel.TELEGRAM, recipient)
        ]
        return sorted(found, key=lambda row: row.id)


class MemoryBindLinks:
    """See application.dealers.directory_ports.BindLinks."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.bind_links

    async def get(self, company_id: CompanyId, digest: bytes) -> BindLink | None:
        """See the port."""
        found = self._rows.find(digest)
        return None if found is None or found.company_id != company_id else found

    async def put(self, link: BindLink) -> None:
        """See the port."""
        self._rows.put(link)

    async def mailed(self, company_id: CompanyId, now: datetime) -> list[tuple[Address, datetime]]:
        """See the port."""
        own = [row for row in self._rows.all() if row.company_id == company_id and row.expires_at > now]
        return [(row.meant_for, row.expires_at) for row in own if row.meant_for is not None]

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.expires_at <= now)
