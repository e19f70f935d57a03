"""Takes in what is to be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.billing.quotas import Quotas
from application.dealers.delivery_commands import DeliverNotices, TellUndelivered
from application.dealers.notice_ports import Notices
from application.dealers.queueing_ports import NewNotice
from application.dealers.telling_ports import DeliveryWords
from application.ports import Clock, Ids, Outbox
from domain.dealers.fitting import fitted_html, fitted_plain
from domain.dealers.notices import NoticesUsedUp
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId, NoticeId


class Queueing:
    """See application.dealers.queueing_ports.NoticeQueue. Counts what the plan allows together with what is stored:
    a notice that was decided twice is stored and counted once.
    """

    def __init__(
        self, notices: Notices, quotas: Quotas, words: DeliveryWords, outbox: Outbox, ids: Ids, clock: Clock
    ) -> None:
        self._notices = notices
        self._words = words
        self._quotas = quotas
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def queue(self, company_id: CompanyId, notices: Sequence[NewNotice]) -> int:
        """See the port."""
        if not notices:
            return 0
        now = self._clock.now()
        fitting = {NoticeId(self._ids.new()): self._fitted(notice) for notice in notices}
        new = await self._notices.add(company_id, list(fitting.items()), now)
        if not new:
            return 0
        own = [one for one in new if fitting[one].dealer_id is None]
        room, reason, period = await self._room(company_id, len(new) - len(own))
        new = [*own, *(one for one in new if fitting[one].dealer_id is not None)]
        room += len(own)
        if left_out := new[room:]:
            await self._notices.skip(company_id, left_out, reason, now)
            told = TellUndelivered(company_id=company_id, reason=reason, notices=len(left_out))
            # One warning a month: the key stays taken while it is unsent, and the first skipped notice alone warns.
            if await self._first_skipped(company_id, period, len(left_out)):
                await self._outbox.put(told, once_key=f"notices-used-up:{company_id}:{period}")
        if room:
            due = min(fitting[one].due_at for one in new[:room])
            await wake(self._outbox, company_id, max(due, now))
        return len(new)

    def _fitted(self, notice: NewNotice) -> NewNotice:
        note = self._words.shortened(notice.language)
        return replace(notice, text=fitted_html(notice.text, note), plain=fitted_plain(notice.plain, note))

    async def _room(self, company_id: CompanyId, wanted: int) -> tuple[int, str, str]:
        if not wanted:
            return 0, "", ""
        entitlement, period = await self._quotas.of(company_id)
        try:
            entitlement.require_running()
        except SkladSheetsError as stopped:
            return 0, stopped.code, period.key
        within = await self._notices.count(company_id, period.key, wanted, entitlement.plan.notices)
        return within, NoticesUsedUp.code, period.key

    async def _first_skipped(self, company_id: CompanyId, period: str, skipped: int) -> bool:
        """Whether nothing had been left out in this period before."""
        key = f"{period}:skipped"
        before = await self._notices.counted(company_id, key)
        await self._notices.count(company_id, key, skipped, None)
        return before == 0


async def wake(outbox: Outbox, company_id: CompanyId, moment: datetime) -> None:
    """Has somebody deliver at that moment. Of several such commands one is kept, at the earliest of their moments."""
    await outbox.put(
        DeliverNotices(company_id=company_id),
        deliver_after=moment,
        once_key=f"notices:{company_id}",
    )
