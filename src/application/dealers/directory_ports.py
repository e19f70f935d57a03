"""Ports of the directory: dealers, their chats, and links by which chats are bound."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from domain.dealers.addresses import Address
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.dealers import Dealer
from domain.shared.identities import BindingId, CompanyId, DealerId


class Dealers(Protocol):
    """The company's dealers, in its transaction."""

    async def get(self, company_id: CompanyId, dealer_id: DealerId) -> Dealer | None:
        """Locked until the transaction ends."""
        ...

    async def named(self, company_id: CompanyId, name: str) -> Dealer | None:
        """Names are told apart by letter and case."""
        ...

    async def put(self, dealer: Dealer) -> None:
        """Raises DealerNameTaken; then the transaction can only be rolled back."""
        ...

    async def remove(self, company_id: CompanyId, dealer_id: DealerId) -> bool:
        """With its chats and links; answers whether there was one."""
        ...

    async def alone(self, company_id: CompanyId) -> None:
        """Until the transaction ends, others of the company who ask for this wait: whoever counts and then adds."""
        ...

    async def count(self, company_id: CompanyId) -> int:
        """How many there are."""
        ...

    async def page(self, company_id: CompanyId, after: DealerId | None, limit: int) -> list[Dealer]:
        """In the order in which they were made."""
        ...


class ChatBindings(Protocol):
    """Chats of dealers and of the people who run the company, in the company's transaction unless it says otherwise."""

    async def get(self, company_id: CompanyId, binding_id: BindingId) -> ChatBinding | None:
        """Locked until the transaction ends."""
        ...

    async def of(self, company_id: CompanyId, dealer_ids: Collection[DealerId]) -> list[ChatBinding]:
        """The oldest first."""
        ...

    async def own(self, company_id: CompanyId) -> list[ChatBinding]:
        """Those of the people who run the company, the oldest first."""
        ...

    async def put(self, binding: ChatBinding) -> None:
        """A dealer has each address once, and so has a member."""
        ...

    async def remove(self, company_id: CompanyId, binding_id: BindingId) -> bool:
        """Answers whether there was one."""
        ...

    async def at(self, address: Address) -> list[ChatBinding]:
        """What is bound to this very address, in any company. In a SystemTransaction."""
        ...

    async def everywhere_in(self, recipient: str) -> list[ChatBinding]:
        """What is bound to a Telegram chat and its topics, in any company. In a SystemTransaction."""
        ...


class BindLinks(Protocol):
    """Links by which chats are bound, by the digests of their tokens."""

    async def get(self, company_id: CompanyId, digest: bytes) -> BindLink | None:
        """Locked until the transaction ends."""
        ...

    async def put(self, link: BindLink) -> None:
        """Stores it."""
        ...

    async def mailed(self, company_id: CompanyId, now: datetime) -> list[tuple[Address, datetime]]:
        """The addresses that those links are meant for that have not expired, with when they do."""
        ...

    async def prune(self, now: datetime) -> int:
        """Removes those that have expired, in a SystemTransaction; answers how many."""
        ...
