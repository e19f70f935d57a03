"""An owner wants everything about the company erased."""

from application.delivery.erase_command import erase_company
from application.messages import Command
from application.ports import Clock, Outbox, SystemTransaction, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Companies
from application.tenants.record_ports import Erasures
from domain.tenants.erasure import check_confirmed
from domain.tenants.member import Permission


class RequestErasure(Command[None], frozen=True, kw_only=True, tag="delivery.request_erasure"):
    """`name` is the company's, letter by letter. May be told again: it has begun once."""

    name: str
    acting: Acting


class RequestErasureHandler:
    """Notes that it begins, after which nothing is stored for the company, and leaves the work to a worker. Where the
    message is lost, the sweep of what has expired tells it again.
    """

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        companies: Companies,
        authority: Authority,
        erasures: Erasures,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._companies = companies
        self._authority = authority
        self._erasures = erasures
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RequestErasure) -> None:
        """Raises CompanyNotFound, PermissionMissing, SessionEnded for who is gone with the company, or
        ErasureUnconfirmed.
        """
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            await self._authority.require(command.company_id, command.acting, Permission.MANAGE_OWNERS)
            check_confirmed(company.account_name, command.name)
        async with self._system_transaction():
            await self._erasures.begin(command.company_id, self._clock.now())
            await erase_company(self._outbox, command.company_id)
