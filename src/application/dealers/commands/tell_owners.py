"""A worker tells the people who run a company what was announced, where they want to be told."""

from datetime import datetime

from application.dealers.directory_ports import ChatBindings
from application.dealers.linking import Unlinking
from application.dealers.queueing_ports import NewNotice, NoticeQueue
from application.dealers.telling_ports import AnnouncementWords
from application.messages import Outcome
from application.ports import Clock, Transaction
from application.tenants.announced_command import TellOwners
from application.tenants.announcing import Announcements
from application.tenants.ports import Companies, Members
from domain.dealers.addresses import Address
from domain.dealers.bindings import ChatBinding
from domain.dealers.languages import spoken
from domain.shared.identities import CompanyId
from domain.tenants.announcements import Announcement
from domain.tenants.member import Member, managing

KIND = "announcement"
BATCH = 100
"""Each announcement has a command of its own, so that more than these are told of by the next ones."""


class TellOwnersHandler:
    """Queues one notice for each announcement and chat, all due at once, so that a burst of them is one message. What
    is over already is told nobody. Told again it changes nothing: notices are known by what they tell of.
    """

    def __init__(
        self,
        transaction: Transaction,
        announcements: Announcements,
        bindings: ChatBindings,
        members: Members,
        companies: Companies,
        words: AnnouncementWords,
        queue: NoticeQueue,
        unlinking: Unlinking,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._announcements = announcements
        self._bindings = bindings
        self._members = members
        self._companies = companies
        self._words = words
        self._queue = queue
        self._unlinking = unlinking
        self._clock = clock

    async def __call__(self, command: TellOwners) -> Outcome:
        """Raises nothing that was foreseen. Where nobody wants to be told, the announcements themselves remain."""
        company_id, now = command.company_id, self._clock.now()
        async with self._transaction(company_id):
            untold = await self._announcements.untold(company_id, BATCH)
            if not untold:
                return Outcome(state="nothing to do")
            audience = await self._audience(company_id)
            company = (await self._companies.get(company_id)).account_name
            told = 0
            for chat, member in audience:
                notices = [self._notice(one, chat, member, company, now) for one in untold]
                told += await self._queue.queue(company_id, notices)
            # Last: whoever announces beside queueing locks in this order, too.
            await self._announcements.mark_told(company_id, untold, now)
        return Outcome(state=f"queued {told}" if told else "nobody to tell")

    async def _audience(self, company_id: CompanyId) -> list[tuple[ChatBinding, Member]]:
        """Each address once. Who may run the company no more, as MoySklad says at times, is told nothing there."""
        members = {one.id: one for one in await self._members.all(company_id)}
        found: dict[Address, tuple[ChatBinding, Member]] = {}
        for chat in await self._bindings.own(company_id):
            member = None if chat.member_id is None else members.get(chat.member_id)
            if member is None or not managing(member):
                await self._unlinking.end(company_id, chat.id)
            elif chat.lost is None:
                found.setdefault(chat.address, (chat, member))
        return list(found.values())

    def _notice(self, one: Announcement, chat: ChatBinding, member: Member, company: str, now: datetime) -> NewNotice:
        language = spoken((), member.locale or "")
        worded = self._words.say(one.code, one.params, company, language)
        return NewNotice(
            dealer_id=None,
            binding_id=chat.id,
            address=chat.address,
            kind=KIND,
            once_key=f"{KIND}:{one.id}:{one.worsened}:{chat.id}",
            text=worded.html,
            plain=worded.plain,
            due_at=now,
            together=True,
            language=language,
        )
