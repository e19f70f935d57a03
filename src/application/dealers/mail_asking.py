"""Whoever has an e-mail address is asked whether they want to be told things there."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from application.dealers.directory_ports import BindLinks, ChatBindings
from application.dealers.holders import beside
from application.dealers.mail_ports import Mailing, MailWords
from application.digests import digest, write_chat_token
from application.ports import Clock, Ids
from application.tenants.ports import Companies
from domain.dealers.addresses import Address
from domain.dealers.bindings import (
    MAIL_LINK_LIFETIME,
    MOST_CHATS,
    BindLink,
    MailNotConfigured,
    TooManyChats,
    require_not_too_many,
)
from domain.dealers.dealers import Dealer
from domain.dealers.languages import Language, spoken
from domain.shared.identities import CompanyId
from domain.tenants.member import Member

PATH = "/mail/confirm"


class AskedMail(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Nothing is told at the address before whoever reads its mail has confirmed it; `bound` says that it was."""

    address: str
    bound: bool
    expires_at: datetime | None


class Question(NamedTuple):
    """A mail that is to be sent. Without a dealer it asks somebody who runs the company."""

    language: Language
    address: Address
    company: str
    dealer: str | None
    link: str
    expires_at: datetime


class MailAsking:
    """Keeps the digest of the link's token, then mails the link, so that nothing is mailed that would not be known.
    An address that is bound already is not asked.
    """

    def __init__(
        self,
        companies: Companies,
        bindings: ChatBindings,
        links: BindLinks,
        mailing: Mailing,
        words: MailWords,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._companies = companies
        self._bindings = bindings
        self._links = links
        self._mailing = mailing
        self._words = words
        self._ids = ids
        self._clock = clock

    async def prepare(
        self,
        company_id: CompanyId,
        address: Address,
        *,
        dealer: Dealer | None = None,
        member: Member | None = None,
    ) -> Question | None:
        """For one of them, in the company's transaction; None where the address is bound. Raises MailNotConfigured,
        TooManyChats or MailsTooMany.
        """
        if self._mailing.messenger is None:
            raise MailNotConfigured
        now = self._clock.now()
        token, expires_at = write_chat_token(company_id, self._ids.token()), now + MAIL_LINK_LIFETIME
        link = BindLink(
            digest(token),
            company_id,
            None if dealer is None else dealer.id,
            expires_at,
            meant_for=address,
            member_id=None if member is None else member.id,
        )
        known = await beside(self._bindings, company_id, link)
        if any(one.address == address and one.lost is None for one in known):
            return None
        if len(known) >= MOST_CHATS:
            raise TooManyChats(limit=MOST_CHATS)
        mailed = [(to, ends - MAIL_LINK_LIFETIME) for to, ends in await self._links.mailed(company_id, now)]
        require_not_too_many(mailed, address, now)
        await self._links.put(link)
        company, name = await self._companies.get(company_id), None if dealer is None else dealer.name
        language = dealer.language if dealer is not None else spoken((), (member and member.locale) or "")
        return Question(
            language, address, company.account_name, name, f"{self._mailing.base}{PATH}/{token}", expires_at
        )

    async def ask(self, question: Question) -> None:
        """With no transaction open. Raises what a Messenger raises: then asking again does no harm."""
        messenger = self._mailing.messenger
        if messenger is None:
            raise MailNotConfigured
        if question.dealer is None:
            worded = self._words.ask_own(question.company, question.link, question.expires_at, question.language)
        else:
            worded = self._words.ask(
                question.company, question.dealer, question.link, question.expires_at, question.language
            )
        await messenger.send(question.address, worded.html, worded.plain, "")
