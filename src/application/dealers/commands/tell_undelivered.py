"""A worker tells that notices were not delivered, or perhaps not."""

from application.dealers.delivery_commands import TellUndelivered
from application.dealers.notice_ports import NoticeViews
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announcing import Announcing
from domain.dealers.notices import NoticeState

_ENDED = (NoticeState.UNCERTAIN, NoticeState.FAILED, NoticeState.SKIPPED)


class TellUndeliveredHandler:
    """The outcome is what whoever watches is told; nothing is where all of them were sent again meanwhile."""

    def __init__(self, transaction: Transaction, views: NoticeViews, announcing: Announcing) -> None:
        self._transaction = transaction
        self._views = views
        self._announcing = announcing

    async def __call__(self, command: TellUndelivered) -> Outcome:
        """Has it announced."""
        async with self._transaction(command.company_id):
            for state in _ENDED:
                newest = await self._views.list(command.company_id, state=state, dealer_id=None, before=None, limit=100)
                if found := next((one for one in newest if one.reason == command.reason), None):
                    await self._announcing.tell(
                        command.company_id,
                        f"notices:{command.reason}",
                        str(found.id),
                        "announcements.notices_undelivered",
                        state=state.value,
                        reason=command.reason,
                    )
                    return Outcome(state=state.value, error=command.reason)
        return Outcome(state="left alone")
