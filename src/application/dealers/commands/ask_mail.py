"""Whoever has an e-mail address is asked whether a dealer may be told things there."""

from datetime import datetime

import msgspec

from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.dealers.mail_ports import Mailing, MailWords
from application.digests import digest, write_chat_token
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.ports import Companies
from domain.dealers.addresses import mail_address
from domain.dealers.bindings import (
    MAIL_LINK_LIFETIME,
    MOST_CHATS,
    BindLink,
    MailNotConfigured,
    TooManyChats,
    require_not_too_many,
)
from domain.dealers.dealers import DealerNotFound
from domain.shared.identities import DealerId

PATH = "/mail/confirm"


class AskedMail(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Nothing is told at the address before whoever reads its mail has confirmed it; `bound` says that it was."""

    address: str
    bound: bool
    expires_at: datetime | None


class AskMail(Command[AskedMail], frozen=True, kw_only=True, tag="dealers.ask_mail"):
    """For this dealer."""

    dealer_id: DealerId
    address: str


class AskMailHandler:
    """Keeps the digest of the link's token, then mails the link, so that nothing is mailed that would not be known.
    An address that is bound already is not asked.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        dealers: Dealers,
        bindings: ChatBindings,
        links: BindLinks,
        mailing: Mailing,
        words: MailWords,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._dealers = dealers
        self._bindings = bindings
        self._links = links
        self._mailing = mailing
        self._words = words
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: AskMail) -> AskedMail:
        """Raises MailAddressInvalid, MailNotConfigured, DealerNotFound, TooManyChats, MailsTooMany, or what a Messenger
        raises: then no link was confirmed, and asking again does no harm.
        """
        company_id, address, now = command.company_id, mail_address(command.address), self._clock.now()
        token, expires_at = write_chat_token(company_id, self._ids.token()), now + MAIL_LINK_LIFETIME
        async with self._transaction(company_id):
            dealer = await self._dealers.get(company_id, command.dealer_id)
            if dealer is None:
                raise DealerNotFound
            messenger = self._mailing.messenger
            if messenger is None:
                raise MailNotConfigured
            known = await self._bindings.of(company_id, [dealer.id])
            if any(one.address == address and one.lost is None for one in known):
                return AskedMail(address=address.recipient, bound=True, expires_at=None)
            if len(known) >= MOST_CHATS:
                raise TooManyChats(limit=MOST_CHATS)
            mailed = [(to, ends - MAIL_LINK_LIFETIME) for to, ends in await self._links.mailed(company_id, now)]
            require_not_too_many(mailed, address, now)
            await self._links.put(BindLink(digest(token), company_id, dealer.id, expires_at, meant_for=address))
            company = await self._companies.get(company_id)
        link = f"{self._mailing.base}{PATH}/{token}"
        worded = self._words.ask(company.account_name, dealer.name, link, expires_at, dealer.language)
        await messenger.send(address, worded.html, worded.plain, "")
        return AskedMail(address=address.recipient, bound=False, expires_at=expires_at)
