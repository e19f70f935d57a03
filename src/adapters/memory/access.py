"""Links and API keys."""

from dataclasses import replace
from datetime import datetime

from adapters.memory.store import MemoryStore
from domain.shared.identities import ApiKeyId, CompanyId, LinkId
from domain.tenants.api_key import ApiKey
from domain.tenants.link import SignInLink


class MemoryLinks:
    """See application.tenants.ports.Links."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.sign_in_links

    async def get(self, company_id: CompanyId, link_id: LinkId) -> SignInLink | None:
        """See the port."""
        link = self._rows.find(link_id)
        return None if link is None or link.company_id != company_id else link

    async def put(self, link: SignInLink) -> None:
        """See the port."""
        self._rows.put(link)

    async def all(self, company_id: CompanyId, now: datetime) -> list[SignInLink]:
        """See the port."""
        found = [row for row in self._rows.all() if row.company_id == company_id and row.open(now)]
        return sorted(found, key=lambda row: row.id, reverse=True)

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda link: link.expires_at <= now)


class MemoryApiKeys:
    """See application.tenants.ports.ApiKeys."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.api_keys

    async def get(self, company_id: CompanyId, key_id: ApiKeyId) -> ApiKey | None:
        """See the port."""
        key = self._rows.find(key_id)
        return None if key is None or key.company_id != company_id else key

    async def put(self, key: ApiKey) -> None:
        """See the port."""
        self._rows.put(key)

    async def used(self, key: ApiKey) -> None:
        """See the port."""
        known = self._rows.find(key.id)
        if known is not None:
            self._rows.put(replace(known, last_used_at=key.last_used_at))

    async def all(self, company_id: CompanyId) -> list[ApiKey]:
        """See the port."""
        found = [row for row in self._rows.all() if row.company_id == company_id]
        return sorted(found, key=lambda row: row.id, reverse=True)
