"""One notice, from the moment it is decided until nothing more is done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.dealers.addresses import Address
from domain.dealers.languages import Language
from domain.shared.errors import (
    Conflict,
    ConnectionBroken,
    NotFound,
    QuotaExceeded,
    RuleViolated,
    VendorBusy,
    VendorFailed,
)
from domain.shared.identities import BindingId, ClaimId, CompanyId, DealerId, NoticeId

LEASE = timedelta(seconds=90)
"""A worker that sends and is silent for longer has died: one attempt takes half a minute at the most."""

PATIENCE = timedelta(days=3)
"""What could not be delivered for so long is of no use to anybody any more."""

MOST_FAILURES = 12
"""With the pauses below that is about an hour and a half."""

UNREADY_PAUSE = timedelta(minutes=5)
"""How long a channel rests that lets us in no more."""


class NoticeState(StrEnum):
    """`sending` is between the moment at which that is noted and the messenger's answer. Only `queued` and `sending`
    are not over.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    BLOCKED = "blocked"
    FAILED = "failed"
    SKIPPED = "skipped"


OPEN = frozenset({NoticeState.QUEUED, NoticeState.SENDING})
RESENDABLE = frozenset({NoticeState.UNCERTAIN, NoticeState.BLOCKED, NoticeState.FAILED, NoticeState.SKIPPED})


class NoticeNotFound(NotFound):
    """There is no such notice."""

    code = "dealers.notice_not_found"


class NoticeNotResendable(Conflict):
    """It was delivered, or is about to be."""

    code = "dealers.notice_not_resendable"


class NoticesUsedUp(QuotaExceeded):
    """The plan has no more notices in this month."""

    code = "dealers.notices_used_up"


class NoticeExpired(RuleViolated):
    """It could not be delivered while it was worth telling."""

    code = "dealers.notice_expired"


class NoticeStateUnknown(RuleViolated):
    """There is no such state of a notice."""

    code = "dealers.notice_state_unknown"


class ChatLost(ConnectionBroken):
    """Nothing can be delivered to this chat any more: the bot was blocked or removed, or there is no such chat."""

    code = "dealers.chat_lost"


class ChatMoved(Conflict):
    """The chat goes on under another id, `recipient`."""

    code = "dealers.chat_moved"

    def __init__(self, recipient: str) -> None:
        super().__init__()
        self.recipient = recipient


class ChatBusy(VendorBusy):
    """The messenger asks to wait for `retry_after` seconds; nothing was delivered."""

    code = "dealers.chat_busy"


class MessengerUnready(ConnectionBroken):
    """The channel lets us in no more, or was never set up: the operator has to act."""

    code = "dealers.messenger_unready"


class MessageRefused(RuleViolated):
    """The messenger will not take this message, however often it is sent."""

    code = "dealers.message_refused"


class DeliveryFailed(VendorFailed):
    """The messenger said that it failed, or was not reached at all: nothing was delivered."""

    code = "dealers.delivery_failed"


class DeliveryUncertain(VendorFailed):
    """The message was on its way, and no answer came: nobody knows whether it was delivered."""

    code = "dealers.delivery_uncertain"


@dataclass(frozen=True, slots=True)
class Notice:
    """`due_at` and then `id` are its place among those of its chat; it is not tried before `try_at`. `reason` is a code
    that tells why it waits or is over. `message_id` is the messenger's. `together` says that one message may carry it
    with others of the same binding that are due at the same moment: all of them have its `message_id` then. Without a
    dealer it is for the people who run the company, and takes nothing of the plan's notices.
    `language` is that of the text, `subject` of a mail that carries it alone.
    """

    id: NoticeId
    company_id: CompanyId
    dealer_id: DealerId | None
    binding_id: BindingId
    address: Address
    kind: str
    once_key: str
    text: str
    plain: str
    about: str
    due_at: datetime
    try_at: datetime
    queued_at: datetime
    state: NoticeState = NoticeState.QUEUED
    failures: int = 0
    reason: str = ""
    message_id: str = ""
    claim_id: ClaimId | None = None
    claimed_until: datetime | None = None
    ended_at: datetime | None = None
    together: bool = False
    language: Language = Language.RU
    subject: str = ""

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to tell."""
        return now - self.due_at > PATIENCE


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a notice after an attempt. Without an `again` it is over; `alone` has it go by itself then."""

    state: NoticeState
    reason: str = ""
    message_id: str = ""
    again: datetime | None = None
    failures: int = 0
    alone: bool = False


def after_failure(failures: int, reason: str, now: datetime) -> Verdict:
    """An attempt that delivered nothing: once more, later and later, up to ten minutes."""
    if failures + 1 >= MOST_FAILURES:
        return Verdict(NoticeState.FAILED, reason, failures=failures + 1)
    pause = min(timedelta(seconds=5 * 2**failures), timedelta(minutes=10))
    return Verdict(NoticeState.QUEUED, reason, again=now + pause, failures=failures + 1)
