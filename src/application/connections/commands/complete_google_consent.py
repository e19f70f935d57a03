"""The browser came back from Google's consent page."""

import msgspec

from application.connections.ports import ConsentRequests, GoogleConnections, GoogleConsent, GoogleGrant, Vault
from application.digests import digest, read_state
from application.messages import SystemCommand
from application.ports import Clock, Transaction
from domain.connections.google import ConsentDenied, ConsentInvalid, GoogleConnection
from domain.connections.moysklad import ConnectionState
from domain.connections.secrets import SecretPurpose
from domain.shared.errors import Unauthenticated
from domain.shared.identities import CompanyId


class GoogleConnected(msgspec.Struct, frozen=True, kw_only=True):
    """Which Google account the company now rests on."""

    company_id: CompanyId
    email: str


class CompleteGoogleConsent(
    SystemCommand[GoogleConnected], frozen=True, kw_only=True, tag="connections.complete_google"
):
    """What Google put into the address: `code` or `error`, our `state`, and `issuer` where Google says it."""

    state: str
    code: str | None = None
    error: str | None = None
    issuer: str | None = None


class CompleteGoogleConsentHandler:
    """Exchanges the code and keeps the grant sealed. A state works once."""

    def __init__(
        self,
        transaction: Transaction,
        requests: ConsentRequests,
        connections: GoogleConnections,
        consent: GoogleConsent,
        vault: Vault,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._requests = requests
        self._connections = connections
        self._consent = consent
        self._vault = vault
        self._clock = clock

    async def __call__(self, command: CompleteGoogleConsent) -> GoogleConnected:
        """Raises ConsentInvalid, ConsentDenied, VendorBusy or VendorFailed."""
        try:
            company_id = read_state(command.state)
        except Unauthenticated as malformed:
            raise ConsentInvalid(reason="state") from malformed
        now = self._clock.now()
        async with self._transaction(company_id):
            request = await self._requests.take(company_id, digest(command.state))
        if request is None:
            raise ConsentInvalid(reason="state")
        request.require_open(now)
        if not self._consent.trusts(command.issuer):
            raise ConsentInvalid(reason="issuer")
        if command.error is not None or command.code is None:
            raise ConsentDenied(reason=(command.error or "no_code")[:100])
        verifier = self._vault.unseal(company_id, SecretPurpose.GOOGLE_VERIFIER, request.verifier)
        grant = await self._consent.exchange(command.code, verifier, now)
        async with self._transaction(company_id):
            await self._connections.put(self._connection(company_id, grant))
        return GoogleConnected(company_id=company_id, email=grant.email)

    def _connection(self, company_id: CompanyId, grant: GoogleGrant) -> GoogleConnection:
        return GoogleConnection(
            company_id=company_id,
            subject=grant.subject,
            email=grant.email,
            refresh_token=self._vault.seal(company_id, SecretPurpose.GOOGLE_REFRESH, grant.refresh_token),
            access_token=self._vault.seal(company_id, SecretPurpose.GOOGLE_ACCESS, grant.access_token),
            access_expires_at=grant.expires_at,
            scopes=grant.scopes,
            state=ConnectionState.ACTIVE,
        )
