"""With which address does one share a spreadsheet?"""

import msgspec

from application.connections.google_ports import GoogleConsent
from application.messages import Query
from domain.connections.google import ServiceAccountMissing


class ServiceAccountView(msgspec.Struct, frozen=True, kw_only=True):
    """The address of the service account, which a spreadsheet is shared with as an editor."""

    address: str


class GetServiceAccount(Query[ServiceAccountView], frozen=True, kw_only=True):
    """Asked by a member."""


class GetServiceAccountHandler:
    """Asks nobody."""

    def __init__(self, consent: GoogleConsent) -> None:
        self._consent = consent

    async def __call__(self, query: GetServiceAccount) -> ServiceAccountView:
        """Raises ServiceAccountMissing."""
        del query
        address = self._consent.service_account()
        if address is None:
            raise ServiceAccountMissing
        return ServiceAccountView(address=address)
