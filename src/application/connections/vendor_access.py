"""Access tokens that work, for whoever has to speak to a vendor on a company's behalf."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from application.connections.broken_command import TellBrokenGoogle
from application.connections.confirm_command import confirm_installations
from application.connections.google_ports import GoogleConsent
from application.connections.ports import (
    GoogleConnections,
    GoogleKey,
    MoySkladConnections,
    MoySkladKey,
    Urgency,
    Vault,
)
from application.ports import Clock, Locks, Outbox, UpkeepTransaction
from application.tenants.ports import Companies
from domain.connections.google import GoogleConnection, GoogleDisconnected, GoogleNotConnected, SpreadsheetNeeded
from domain.connections.moysklad import MoySkladDisconnected
from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.identities import CompanyId

AnswerT = TypeVar("AnswerT")

_REFRESH_LEASE = timedelta(seconds=30)


class GoogleAccess:
    """Gives out keys to Google accounts, renewing access tokens in time, once for all processes."""

    def __init__(
        self,
        transaction: UpkeepTransaction,
        connections: GoogleConnections,
        vault: Vault,
        consent: GoogleConsent,
        locks: Locks,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._connections = connections
        self._vault = vault
        self._consent = consent
        self._locks = locks
        self._outbox = outbox
        self._clock = clock

    async def key(self, company_id: CompanyId, urgency: Urgency) -> GoogleKey:
        """A key whose token is good for the next minutes.

        Raises GoogleNotConnected, GoogleDisconnected (and then the connection is marked broken), GoogleClientGone,
        VendorBusy or VendorFailed.
        """
        connection = await self._load(company_id)
        if connection.fresh(self._clock.now()):
            return self._key(connection, urgency)
        return await self._renew(connection, urgency)

    async def asking(
        self, company_id: CompanyId, urgency: Urgency, request: Callable[[GoogleKey], Awaitable[AnswerT]]
    ) -> AnswerT:
        """What the request answers, made once more with another key where Google refuses the first.

        Raises as `key` and the request do. The connection is not marked broken because the request was refused twice.
        """
        key = await self.key(company_id, urgency)
        try:
            return await request(key)
        except GoogleDisconnected:
            return await request(await self.after_refusal(key))

    async def require_own_files(self, company_id: CompanyId) -> None:
        """Raises SpreadsheetNeeded where spreadsheets that we make would not be the company's."""
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
        if connection is not None and self._borrows(connection):
            raise SpreadsheetNeeded(address=connection.email)

    def _borrows(self, connection: GoogleConnection) -> bool:
        return connection.client_id != "" and connection.client_id == self._consent.service_account()

    async def after_refusal(self, refused: GoogleKey) -> GoogleKey:
        """Another key after Google refused the token of this one, which may merely have been withdrawn early.

        Raises GoogleDisconnected when the grant itself is dead.
        """
        connection = await self._load(refused.company_id)
        current = self._key(connection, refused.urgency)
        if current.token != refused.token:
            return current
        return await self._renew(connection, refused.urgency)

    def _key(self, connection: GoogleConnection, urgency: Urgency) -> GoogleKey:
        token = self._vault.unseal(connection.company_id, SecretPurpose.GOOGLE_ACCESS, connection.access_token)
        return GoogleKey(
            token,
            connection.subject,
            self._consent.project(connection.client_id),
            connection.company_id,
            urgency,
            makes_files=not self._borrows(connection),
        )

    async def _renew(self, known: GoogleConnection, urgency: Urgency) -> GoogleKey:
        company_id = known.company_id
        async with self._locks.hold(f"google-renewal:{company_id}", _REFRESH_LEASE):
            connection = await self._load(company_id)
            if not connection.access_token.is_same(known.access_token):
                return self._key(connection, urgency)
            refresh = self._vault.unseal(company_id, SecretPurpose.GOOGLE_REFRESH, connection.refresh_token)
            try:
                renewed = await self._consent.renew(connection.client_id, refresh, self._clock.now())
            except GoogleDisconnected as dead:
                refused = connection.refresh_token
                await self._break(company_id, dead, lambda now: now.refresh_token.is_same(refused))
                raise
            sealed = self._vault.seal(company_id, SecretPurpose.GOOGLE_ACCESS, renewed.access_token)
            async with self._transaction(company_id):
                latest = await self._connections.held(company_id)
                if latest is not None and latest.refresh_token.is_same(connection.refresh_token):
                    latest.refreshed(sealed, renewed.expires_at)
                    await self._connections.put(latest)
            connection.refreshed(sealed, renewed.expires_at)
            return self._key(connection, urgency)

    async def _load(self, company_id: CompanyId) -> GoogleConnection:
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
        if connection is None:
            raise GoogleNotConnected
        connection.require_usable()
        return connection

    async def mark_broken(self, refused: GoogleKey, error: GoogleDisconnected) -> None:
        """Notes that Google refuses what this key rests on, and sees to it that this is told once; does nothing where
        it is known, or somebody has connected again, or the token was renewed, meanwhile.
        """

        def rests(now: GoogleConnection) -> bool:
            return self._key(now, refused.urgency).token == refused.token

        await self._break(refused.company_id, error, rests)

    async def _break(
        self, company_id: CompanyId, error: GoogleDisconnected, rests: Callable[[GoogleConnection], bool]
    ) -> None:
        async with self._transaction(company_id):
            connection = await self._connections.held(company_id)
            if connection is None or not rests(connection):
                return
            if connection.breaks(self._clock.now(), str(error.details.get("reason", ""))):
                await self._connections.put(connection)
                await self._outbox.put(TellBrokenGoogle(company_id=company_id), once_key=f"google-broke:{company_id}")


class MoySkladAccess:
    """Gives out keys to MoySklad accounts."""

    def __init__(
        self,
        transaction: UpkeepTransaction,
        companies: Companies,
        connections: MoySkladConnections,
        vault: Vault,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._connections = connections
        self._vault = vault
        self._outbox = outbox
        self._clock = clock

    async def key(self, company_id: CompanyId, urgency: Urgency) -> MoySkladKey:
        """The install token's key. Raises CompanyInactive or MoySkladDisconnected."""
        async with self._transaction(company_id):
            company = await self._companies.get(company_id)
            connection = await self._connections.get(company_id)
        company.require_active()
        if connection is None:
            raise MoySkladDisconnected(state="absent")
        token = self._vault.unseal(company_id, SecretPurpose.MOYSKLAD_TOKEN, connection.usable_token())
        return MoySkladKey(token, company.account_id, urgency)

    async def mark_broken(self, company_id: CompanyId, refused: SealedSecret | None) -> None:
        """Notes that MoySklad refused this token; does nothing where another one has come meanwhile.

        The app may have been removed without our hearing of it, so MoySklad is asked how things stand.
        """
        async with self._transaction(company_id):
            connection = await self._connections.held(company_id)
            if connection is not None and _same(connection.token, refused):
                connection.breaks()
                await self._connections.put(connection)
                await confirm_installations(self._outbox, company_id, self._clock.now())


def _same(one: SealedSecret | None, other: SealedSecret | None) -> bool:
    return other is None if one is None else one.is_same(other)
