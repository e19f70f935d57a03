"""Whoever has an e-mail address is asked whether a dealer may be told things there."""

from application.dealers.directory_ports import Dealers
from application.dealers.mail_asking import AskedMail, MailAsking
from application.messages import Command
from application.ports import Transaction
from domain.dealers.addresses import mail_address
from domain.dealers.dealers import DealerNotFound
from domain.shared.identities import DealerId


class AskMail(Command[AskedMail], frozen=True, kw_only=True, tag="dealers.ask_mail"):
    """For this dealer."""

    dealer_id: DealerId
    address: str


class AskMailHandler:
    """Asks once the link is kept."""

    def __init__(self, transaction: Transaction, dealers: Dealers, asking: MailAsking) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._asking = asking

    async def __call__(self, command: AskMail) -> AskedMail:
        """Raises MailAddressInvalid, MailNotConfigured, DealerNotFound, TooManyChats, MailsTooMany, or what a Messenger
        raises: then no link was confirmed, and asking again does no harm.
        """
        company_id, address = command.company_id, mail_address(command.address)
        async with self._transaction(company_id):
            dealer = await self._dealers.get(company_id, command.dealer_id)
            if dealer is None:
                raise DealerNotFound
            question = await self._asking.prepare(company_id, address, dealer=dealer)
        if question is None:
            return AskedMail(address=address.recipient, bound=True, expires_at=None)
        await self._asking.ask(question)
        return AskedMail(address=address.recipient, bound=False, expires_at=question.expires_at)
