"""Commands about where the people who run a company are told what was announced. Each is stored with what caused it."""

from application.messages import Command, Outcome
from domain.shared.identities import MemberId


class TellOwners(Command[Outcome], frozen=True, kw_only=True, tag="tenants.tell_owners"):
    """Told by the queue, perhaps more than once: of something the people who run the company were not told yet."""


class ForgetOwnChats(Command[Outcome], frozen=True, kw_only=True, tag="tenants.forget_own_chats"):
    """Told by the queue, perhaps more than once: the member may run the company no more."""

    member_id: MemberId
