"""Trips to Google's consent page: what those who begin one share."""

import msgspec

from application.connections.ports import ConsentRequests, Vault
from application.digests import digest, write_state
from application.ports import Clock, Ids
from domain.connections.google import CONSENT_LIFETIME, ConsentPurpose, ConsentRequest
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import CompanyId, MemberId


class ConsentStarted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where to send the browser, and for how many seconds the trip stays open."""

    authorization_url: str
    expires_in: int


class ConsentTrips:
    """Opens trips, bound to the company by their state and to us by PKCE."""

    def __init__(self, requests: ConsentRequests, vault: Vault, ids: Ids, clock: Clock) -> None:
        self._requests = requests
        self._vault = vault
        self._ids = ids
        self._clock = clock

    async def open(
        self, company_id: CompanyId, member_id: MemberId, client_id: str, purpose: ConsentPurpose
    ) -> tuple[str, str]:
        """The state and the verifier of a new trip, stored in the transaction under way."""
        state = write_state(company_id, self._ids.token())
        verifier = self._ids.token()
        request = ConsentRequest(
            company_id=company_id,
            member_id=member_id,
            state_digest=digest(state),
            verifier=self._vault.seal(company_id, SecretPurpose.GOOGLE_VERIFIER, verifier),
            expires_at=self._clock.now() + CONSENT_LIFETIME,
            client_id=client_id,
            purpose=purpose,
        )
        await self._requests.put(request)
        return state, verifier


def started(address: str) -> ConsentStarted:
    """What the browser is told."""
    return ConsentStarted(authorization_url=address, expires_in=int(CONSENT_LIFETIME.total_seconds()))
