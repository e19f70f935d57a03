"""What those who decide about notices, and those who deliver them, promise each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.dealers.addresses import Address
from domain.dealers.languages import Language
from domain.shared.identities import BindingId, CompanyId, DealerId


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something to be told. `once_key` is the same however often it is decided: chat, kind, document and, for a state,
    the state. `text` is HTML as Telegram takes it, of any length; `plain` the same without markup. It is not sent
    before `due_at`. `about` is the address of what it tells of, at MoySklad. With `together` one message may carry it
    with others of the same binding that are due then. Without a dealer it is for the people who run the company, and
    the plan has always room for it: they are told that the plan is used up, too.
    `language` is that of the text, and of what is added to it; `subject` is that of a mail, the first line where it is
    empty.
    """

    dealer_id: DealerId | None
    binding_id: BindingId
    address: Address
    kind: str
    once_key: str
    text: str
    plain: str
    due_at: datetime
    about: str = ""
    together: bool = False
    language: Language = Language.RU
    subject: str = ""


class NoticeQueue(Protocol):
    """Takes notices in, in the transaction of whoever decided about them."""

    async def queue(self, company_id: CompanyId, notices: Sequence[NewNotice]) -> int:
        """Stores those that are new, by their `once_key`, and has them delivered; answers how many are new. What the
        plan has no room for is stored as skipped, with the reason. Never refuses: whoever queues goes on.
        """
        ...


class BindingEvents(Protocol):
    """What whoever delivers found out about a chat. In the company's transaction; repeating it changes nothing."""

    async def lost(self, company_id: CompanyId, binding_id: BindingId, reason: str) -> None:
        """Nothing can be delivered there any more; `reason` is the code of the refusal. The owner is told once."""
        ...

    async def moved(self, company_id: CompanyId, binding_id: BindingId, recipient: str) -> None:
        """The chat has another id now."""
        ...
