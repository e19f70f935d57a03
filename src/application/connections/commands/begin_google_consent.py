"""An administrator sets out to connect the company's Google account."""

import msgspec

from application.connections.ports import ConsentRequests, GoogleConsent, Vault
from application.digests import digest, write_state
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.ports import Companies
from domain.connections.google import CONSENT_LIFETIME, ConsentRequest
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import MemberId


class ConsentStarted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where to send the browser, and for how many seconds the trip stays open."""

    authorization_url: str
    expires_in: int


class BeginGoogleConsent(Command[ConsentStarted], frozen=True, kw_only=True, tag="connections.begin_google"):
    """Asked by this administrator."""

    member_id: MemberId


class BeginGoogleConsentHandler:
    """Opens a trip to Google's consent page, bound to the company by its state and to us by PKCE."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        requests: ConsentRequests,
        consent: GoogleConsent,
        vault: Vault,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._requests = requests
        self._consent = consent
        self._vault = vault
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: BeginGoogleConsent) -> ConsentStarted:
        """Raises CompanyInactive."""
        state = write_state(command.company_id, self._ids.token())
        verifier = self._ids.token()
        request = ConsentRequest(
            company_id=command.company_id,
            member_id=command.member_id,
            state_digest=digest(state),
            verifier=self._vault.seal(command.company_id, SecretPurpose.GOOGLE_VERIFIER, verifier),
            expires_at=self._clock.now() + CONSENT_LIFETIME,
        )
        async with self._transaction(command.company_id):
            (await self._companies.get(command.company_id)).require_active()
            await self._requests.put(request)
        return ConsentStarted(
            authorization_url=self._consent.address(state, verifier),
            expires_in=int(CONSENT_LIFETIME.total_seconds()),
        )
