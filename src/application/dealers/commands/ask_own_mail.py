"""Somebody who runs the company wants to be told by mail what they should act upon."""

from application.dealers.mail_asking import AskedMail, MailAsking
from application.messages import Command
from application.ports import Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Members
from domain.dealers.addresses import mail_address
from domain.shared.identities import MemberId
from domain.tenants.member import Permission


class AskOwnMail(Command[AskedMail], frozen=True, kw_only=True, tag="dealers.ask_own_mail"):
    """For themselves."""

    member_id: MemberId
    address: str


class AskOwnMailHandler:
    """Asks once the link is kept: an address is typed, and may be somebody else's."""

    def __init__(self, transaction: Transaction, authority: Authority, members: Members, asking: MailAsking) -> None:
        self._transaction = transaction
        self._members = members
        self._authority = authority
        self._asking = asking

    async def __call__(self, command: AskOwnMail) -> AskedMail:
        """Raises MailAddressInvalid, PermissionMissing, SessionEnded, MailNotConfigured, TooManyChats, MailsTooMany, or
        what a Messenger raises: then no link was confirmed, and asking again does no harm.
        """
        company_id, address = command.company_id, mail_address(command.address)
        async with self._transaction(company_id):
            acting = Acting(member_id=command.member_id)
            await self._authority.require(company_id, acting, Permission.MANAGE_CONNECTIONS)
            member = await self._members.get(company_id, command.member_id)
            question = await self._asking.prepare(company_id, address, member=member)
        if question is None:
            return AskedMail(address=address.recipient, bound=True, expires_at=None)
        await self._asking.ask(question)
        return AskedMail(address=address.recipient, bound=False, expires_at=question.expires_at)
