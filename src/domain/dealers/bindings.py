"""Bindings: chats in which a dealer is told things, and the links by which a chat is bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.dealers.addresses import Address, Channel
from domain.shared.errors import Conflict, ConnectionBroken, NotFound, RuleViolated, TooManyRequests
from domain.shared.identities import BindingId, CompanyId, DealerId, MemberId

BIND_LINK_LIFETIME = timedelta(minutes=10)
MAIL_LINK_LIFETIME = timedelta(days=1)
MOST_MAILS = 50
"""So many addresses a company may have asked within that time, and one address so often:"""

MOST_MAILS_TO_ONE = 3
MOST_CHATS = 50


class BindLinkInvalid(RuleViolated):
    """The link is unknown, used or out of date. Which of these it is, nobody is told."""

    code = "dealers.bind_link_invalid"


class ChatNotFound(NotFound):
    """The dealer has no such chat."""

    code = "dealers.chat_not_found"


class OwnChatNotFound(NotFound):
    """The member has no such chat."""

    code = "dealers.own_chat_not_found"


class TooManyChats(Conflict):
    """A dealer has so many chats at most, and so has a member."""

    code = "dealers.too_many_chats"


class MailNotConfigured(Conflict):
    """The installation sends no mail."""

    code = "dealers.mail_not_configured"


class MailsTooMany(TooManyRequests):
    """So many addresses were asked lately that no more are."""

    code = "dealers.mails_too_many"


class MailLinkInvalid(RuleViolated):
    """The link that a mail had is unknown, used or out of date, or its token was not signed by us."""

    code = "dealers.mail_link_invalid"


class ChatUnbound(Conflict):
    """The chat or address is not bound any more."""

    code = "dealers.chat_unbound"


class BotNotConfigured(Conflict):
    """The installation has no Telegram bot."""

    code = "dealers.bot_not_configured"


class BotHeardElsewhere(Conflict):
    """Another process asks Telegram for what is said to the bot, or a webhook is set: only one is told."""

    code = "dealers.bot_heard_elsewhere"


class BotMisnamed(RuleViolated):
    """The token is that of another bot than the one that links name."""

    code = "dealers.bot_misnamed"


class BotTokenMissing(Conflict):
    """The installation has no token of a bot's."""

    code = "dealers.bot_token_missing"


class WebhookRefused(RuleViolated):
    """Telegram will not deliver to that address."""

    code = "dealers.webhook_refused"


class BotRemoved(ConnectionBroken):
    """People have blocked the bot, or sent it out of the chat."""

    code = "dealers.bot_removed"


@dataclass(slots=True)
class ChatBinding:
    """A chat of a dealer's, or of a `member_id` who runs the company: one of these is set. `asked_at` is when it was
    asked for there, by the clock of whoever delivers the chat's messages: what was said earlier says nothing of this
    binding. `lost` is why nothing can be delivered there any more.
    """

    id: BindingId
    company_id: CompanyId
    dealer_id: DealerId | None
    address: Address
    title: str
    asked_at: datetime
    bound_at: datetime
    lost: str | None = None
    member_id: MemberId | None = None

    def lose(self, reason: str) -> bool:
        """Nothing can be delivered there any more; answers whether that is news."""
        if self.lost is not None:
            return False
        self.lost = reason
        return True

    def bind_anew(self, title: str, asked_at: datetime, now: datetime) -> None:
        """Somebody in the chat asked once more. A chat that was lost begins anew: it is told nothing of before."""
        if self.lost is not None:
            self.lost, self.bound_at = None, now
        self.title, self.asked_at = title, max(self.asked_at, asked_at)


@dataclass(slots=True)
class BindLink:
    """Binds one chat to a dealer or a member, once. Only a digest of its token is kept. `used_by` is the chat. One that
    was mailed binds the address that it is `meant_for` and nothing else.
    """

    digest: bytes
    company_id: CompanyId
    dealer_id: DealerId | None
    expires_at: datetime
    used_by: Address | None = None
    meant_for: Address | None = None
    member_id: MemberId | None = None

    def use(self, address: Address, now: datetime) -> bool:
        """Answers whether this is the first time; the same chat may say it again. Raises BindLinkInvalid."""
        if (address.channel is Channel.EMAIL or self.meant_for is not None) and address != self.meant_for:
            raise BindLinkInvalid
        if self.used_by is not None:
            if self.used_by == address:
                return False
            raise BindLinkInvalid
        if now >= self.expires_at:
            raise BindLinkInvalid
        self.used_by = address
        return True


def require_not_too_many(asked: Sequence[tuple[Address, datetime]], address: Address, now: datetime) -> None:
    """`asked` are the addresses that the company has had asked lately, with when. Raises MailsTooMany."""
    same = [at for one, at in asked if one.recipient.casefold() == address.recipient.casefold()]
    for moments, most in ((same, MOST_MAILS_TO_ONE), ([at for _, at in asked], MOST_MAILS)):
        if len(moments) >= most:
            again = sorted(moments)[-most] + MAIL_LINK_LIFETIME
            raise MailsTooMany(max((again - now).total_seconds(), 1.0), limit=most)
