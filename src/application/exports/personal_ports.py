"""Ports of what is kept for personal data."""

from typing import Protocol

from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId


class PseudonymKeys(Protocol):
    """The key with which a company's pseudonyms are made. Works inside a transaction of the company."""

    async def get(self, company_id: CompanyId) -> SealedSecret | None:
        """The key, if one was ever needed."""
        ...

    async def add(self, company_id: CompanyId, key: SealedSecret) -> SealedSecret:
        """Keeps the key unless there is one already; answers the one that holds, whoever was first."""
        ...
