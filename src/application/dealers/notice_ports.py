"""Ports of the delivery of notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from application.dealers.queueing_ports import NewNotice
from domain.dealers.addresses import Address, Channel
from domain.dealers.notices import Notice, NoticeState, Verdict
from domain.shared.identities import BindingId, ClaimId, CompanyId, DealerId, NoticeId


class Messenger(Protocol):
    """Delivers messages, by one channel or several."""

    async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
        """Delivers one message; answers the id that the messenger gave it. `text` is HTML; where that cannot be read,
        `plain` is sent. `leave` is where the reader may say that they want no more, empty where they have another way.
        `subject` is for mail, which without one has the first line of `plain`.

        Raises ChatBusy, ChatLost, ChatMoved, MessengerUnready, MessageRefused or DeliveryFailed, with all of which
        nothing was delivered, or DeliveryUncertain.
        """
        ...


class Governor(Protocol):
    """Holds all processes together to what messengers allow."""

    async def take(self, address: Address) -> float:
        """0.0 says that a message may go now, and counts it; else how many seconds to wait, and nothing is counted."""
        ...

    async def hold(self, address: Address, seconds: float) -> None:
        """The messenger asked to wait. It does not say whether the chat is meant or the whole bot: the chat rests, and
        the whole channel when another chat rests already.
        """
        ...

    async def rest(self, channel: Channel, seconds: float) -> None:
        """Nothing goes by this channel for so long."""
        ...


class Standing(NamedTuple):
    """When something has to be done about a company's notices next: None for never."""

    next_at: datetime | None


class Notices(Protocol):
    """The ledger. In the company's transaction, unless it says otherwise."""

    async def add(
        self, company_id: CompanyId, new: Sequence[tuple[NoticeId, NewNotice]], now: datetime
    ) -> list[NoticeId]:
        """Stores those whose `once_key` the company has not had; answers which."""
        ...

    async def count(self, company_id: CompanyId, period: str, number: int, limit: int | None) -> int:
        """Counts notices of a period; answers how many of them are within the limit. Others wait until this
        transaction ends.
        """
        ...

    async def counted(self, company_id: CompanyId, period: str) -> int:
        """How many were counted."""
        ...

    async def skip(self, company_id: CompanyId, ids: Sequence[NoticeId], reason: str, now: datetime) -> None:
        """They are not delivered."""
        ...

    async def ready(self, company_id: CompanyId, now: datetime, limit: int) -> list[Notice]:
        """What may be tried now, one of each chat: the first that is not over. The oldest first."""
        ...

    async def begin(self, notice: Notice, claim_id: ClaimId, until: datetime) -> bool:
        """Notes that it is being sent. False where somebody was quicker, or the chat has another one before it."""
        ...

    async def companions(self, notice: Notice, limit: int) -> list[Notice]:
        """Others that one message may carry with it, in their order, locked until the transaction ends: queued, to be
        told `together`, of the same binding, due at the same moment.
        """
        ...

    async def join(self, company_id: CompanyId, ids: Sequence[NoticeId], claim_id: ClaimId, until: datetime) -> None:
        """Notes that these are being sent too. They are companions of one that was begun, in its transaction."""
        ...

    async def end(self, notice: Notice, claim_id: ClaimId, verdict: Verdict, now: datetime) -> bool:
        """Notes what came of it, unless the claim has run out and was ended already."""
        ...

    async def put_off(self, company_id: CompanyId, waits: Mapping[NoticeId, datetime]) -> None:
        """These, if they are queued still, are not tried before those moments."""
        ...

    async def give_up(self, company_id: CompanyId, now: datetime, reason: str) -> list[NoticeId]:
        """Notices whose sender went silent become uncertain, with that reason; answers which."""
        ...

    async def expire(self, company_id: CompanyId, due_before: datetime, now: datetime, reason: str) -> list[NoticeId]:
        """Notices that are queued and were due before then become failed, with that reason; answers which."""
        ...

    async def block(self, company_id: CompanyId, binding_id: BindingId, reason: str, now: datetime) -> int:
        """Whatever waits for that chat will not be delivered; answers how many there were."""
        ...

    async def move(self, company_id: CompanyId, channel: Channel, old: str, new: str) -> None:
        """What is queued for one recipient goes to another."""
        ...

    async def again(self, company_id: CompanyId, notice_id: NoticeId, now: datetime) -> bool:
        """Queues a notice anew that was not delivered for certain; False where it was, or is about to be.
        Raises NoticeNotFound.
        """
        ...

    async def standing(self, company_id: CompanyId) -> Standing:
        """When to look next."""
        ...

    async def stranded(self, overdue_since: datetime, now: datetime, limit: int) -> list[CompanyId]:
        """Companies with notices that should have been tried by then, or whose sender went silent. In a
        SystemTransaction.
        """
        ...

    async def prune(self, ended_before: datetime) -> int:
        """Removes what was over before then, in a SystemTransaction; answers how many."""
        ...


class NoticeView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A notice as the ledger has it. `reason` is a code. Those that one message carried have the same `message_id`.
    Without a dealer it is for the people who run the company.
    """

    id: NoticeId
    dealer_id: DealerId | None
    binding_id: BindingId
    channel: Channel
    recipient: str
    kind: str
    about: str
    plain: str
    state: NoticeState
    failures: int
    reason: str
    message_id: str
    queued_at: datetime
    due_at: datetime
    ended_at: datetime | None
    together: bool


class NoticeViews(Protocol):
    """The ledger for whoever looks at it."""

    async def list(
        self,
        company_id: CompanyId,
        *,
        state: NoticeState | None,
        dealer_id: DealerId | None,
        before: NoticeId | None,
        limit: int,
    ) -> list[NoticeView]:
        """The newest first, from before that one on."""
        ...

    async def get(self, company_id: CompanyId, notice_id: NoticeId) -> NoticeView | None:
        """One of them."""
        ...
