"""The browser came back from Google's consent page."""

from datetime import datetime

import msgspec

from application.connections.confirm_command import confirm_installations
from application.connections.google_ports import GoogleConsent, GoogleHomes, PickedSpreadsheets
from application.connections.ports import ConsentRequests, GoogleConnections, GoogleGrant, Vault
from application.digests import digest, read_state
from application.messages import SystemCommand
from application.ports import Clock, Outbox, Transaction
from application.tenants.announcing import GOOGLE, Announcing
from application.tenants.ports import Companies
from application.tenants.witnessing import done_by
from domain.connections.google import (
    ConsentDenied,
    ConsentInvalid,
    ConsentPurpose,
    ConsentRequest,
    GoogleConnection,
    GoogleNotConnected,
    PickedSpreadsheet,
    is_file_id,
)
from domain.connections.moysklad import ConnectionState
from domain.connections.secrets import SecretPurpose
from domain.shared.errors import Unauthenticated
from domain.shared.identities import CompanyId

MOST_PICKED = 100
"""Spreadsheets that are taken of one trip."""


class GoogleConnected(msgspec.Struct, frozen=True, kw_only=True):
    """Which Google account the company rests on, and how many spreadsheets were picked; None if that was not asked.

    `account_name` is the company's. Whoever agreed is told it: they may not be the one who began.
    """

    company_id: CompanyId
    account_name: str
    email: str
    picked: int | None = None


class CompleteGoogleConsent(
    SystemCommand[GoogleConnected], frozen=True, kw_only=True, tag="connections.complete_google"
):
    """What Google put into the address: `code` or `error`, our `state`, and `issuer` where Google says it.

    `picked` are the ids of the spreadsheets that the person chose.
    """

    state: str
    code: str | None = None
    error: str | None = None
    issuer: str | None = None
    picked: tuple[str, ...] = ()


class CompleteGoogleConsentHandler:
    """Exchanges the code and keeps the grant sealed, or what was picked. A state works once."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        requests: ConsentRequests,
        connections: GoogleConnections,
        homes: GoogleHomes,
        picked: PickedSpreadsheets,
        consent: GoogleConsent,
        vault: Vault,
        announcing: Announcing,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._requests = requests
        self._connections = connections
        self._homes = homes
        self._picked = picked
        self._consent = consent
        self._vault = vault
        self._announcing = announcing
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: CompleteGoogleConsent) -> GoogleConnected:
        """Raises ConsentInvalid, ConsentDenied, GoogleClientGone, GoogleNotConnected, VendorBusy or VendorFailed."""
        try:
            company_id = read_state(command.state)
        except Unauthenticated as malformed:
            raise ConsentInvalid(reason="state") from malformed
        now = self._clock.now()
        async with self._transaction(company_id):
            request = await self._requests.take(company_id, digest(command.state))
        if request is None:
            raise ConsentInvalid(reason="state")
        done_by(request.member_id)
        request.require_open(now)
        if not self._consent.trusts(command.issuer):
            raise ConsentInvalid(reason="issuer")
        if command.error is not None or not command.code:
            raise ConsentDenied(reason=(command.error or "no_code")[:100])
        verifier = self._vault.unseal(company_id, SecretPurpose.GOOGLE_VERIFIER, request.verifier)
        if request.purpose is ConsentPurpose.PICK:
            await self._consent.confirm_picking(request.client_id, command.code, verifier)
            return await self._keep_picked(request, command.picked, now)
        grant = await self._consent.exchange(request.client_id, command.code, verifier, now)
        async with self._transaction(company_id):
            company = await self._companies.get(company_id)
            await self._connections.put(self._connection(company_id, request.client_id, grant))
            await self._homes.put(company_id, request.client_id)
            await self._announcing.over(company_id, GOOGLE)
            await confirm_installations(self._outbox, company_id, now)
        return GoogleConnected(company_id=company_id, account_name=company.account_name, email=grant.email)

    async def _keep_picked(self, request: ConsentRequest, ids: tuple[str, ...], now: datetime) -> GoogleConnected:
        """What is no id is left out: the browser brought it."""
        company_id, kept = request.company_id, [one for one in dict.fromkeys(ids) if is_file_id(one)]
        async with self._transaction(company_id):
            company = await self._companies.get(company_id)
            connection = await self._connections.get(company_id)
            if connection is None:
                raise GoogleNotConnected
            for spreadsheet_id in kept[:MOST_PICKED]:
                await self._picked.add(PickedSpreadsheet(company_id, spreadsheet_id, request.client_id, now))
        return GoogleConnected(
            company_id=company_id,
            account_name=company.account_name,
            email=connection.email,
            picked=len(kept[:MOST_PICKED]),
        )

    def _connection(self, company_id: CompanyId, client_id: str, grant: GoogleGrant) -> GoogleConnection:
        return GoogleConnection(
            company_id=company_id,
            subject=grant.subject,
            email=grant.email,
            refresh_token=self._vault.seal(company_id, SecretPurpose.GOOGLE_REFRESH, grant.refresh_token),
            access_token=self._vault.seal(company_id, SecretPurpose.GOOGLE_ACCESS, grant.access_token),
            access_expires_at=grant.expires_at,
            scopes=grant.scopes,
            state=ConnectionState.ACTIVE,
            client_id=client_id,
        )
