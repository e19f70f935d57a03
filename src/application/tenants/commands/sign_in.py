"""An employee opened the app inside MoySklad."""

from datetime import timedelta

from application.digests import digest
from application.messages import SystemCommand
from application.ports import Clock, Ids, Nonces, SystemTransaction, Transaction
from application.tenants.ports import Companies, ContextKeys, Members, Sessions, Visitor
from application.tenants.sessions import SessionTokens, TokenPair
from domain.shared.identities import CompanyId, MemberId, PersonId
from domain.tenants.company import CompanyNotFound
from domain.tenants.member import Member, owning, role_by_rights
from domain.tenants.sign_on import ContextKeyUsed

CONTEXT_KEY_MEMORY = timedelta(minutes=15)
"""MoySklad's context keys live 5 minutes (Vendor API, 6.4); whether they are single-use there is not documented."""


class SignIn(SystemCommand[TokenPair], frozen=True, kw_only=True, tag="tenants.sign_in"):
    """`context_key` is the one that MoySklad put into the address of our iframe, and `locale` its `userLocale`."""

    context_key: str
    locale: str | None = None
    device: str = ""


class SignInHandler:
    """Asks MoySklad who it is and opens a session. A context key opens one session only."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        context_keys: ContextKeys,
        nonces: Nonces,
        companies: Companies,
        members: Members,
        sessions: Sessions,
        tokens: SessionTokens,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._context_keys = context_keys
        self._nonces = nonces
        self._companies = companies
        self._members = members
        self._sessions = sessions
        self._tokens = tokens
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: SignIn) -> TokenPair:
        """Raises ContextKeyInvalid, ContextKeyUsed, CompanyNotFound, CompanyInactive, MemberRemoved, VendorBusy
        or VendorFailed.
        """
        now = self._clock.now()
        visitor = await self._context_keys.exchange(command.context_key, now)
        async with self._system_transaction():
            if not await self._nonces.use("context_key", digest(command.context_key).hex(), now + CONTEXT_KEY_MEMORY):
                raise ContextKeyUsed
            company = await self._companies.by_account(visitor.account_id)
        if company is None:
            raise CompanyNotFound(account=str(visitor.account_id))
        company.require_active()
        async with self._transaction(company.id):
            await self._members.alone(company.id)
            member = await self._recognise(company.id, visitor)
            member.locale = command.locale or member.locale
            session, pair = self._tokens.open(member, command.device)
            await self._members.put(member)
            await self._sessions.put(session)
        return pair

    async def _recognise(self, company_id: CompanyId, visitor: Visitor) -> Member:
        known = await self._members.by_employee(company_id, visitor.employee_id)
        others = [member for member in await self._members.all(company_id) if known is None or member.id != known.id]
        owned = any(map(owning, others))
        rights = {"administrator": visitor.administrator, "sees_everything": visitor.sees_everything, "owned": owned}
        if known is not None:
            known.recognise(visitor.uid, visitor.name, **rights)
            return known
        return Member(
            id=MemberId(self._ids.new()),
            company_id=company_id,
            employee_id=visitor.employee_id,
            uid=visitor.uid,
            name=visitor.name,
            role=role_by_rights(**rights),
            person_id=PersonId(self._ids.new()),
            administrator=visitor.administrator,
        )
