"""A worker tells that notices were not delivered, or perhaps not."""

from application.dealers.delivery_commands import TellUndelivered
from application.dealers.notice_ports import NoticeViews
from application.messages import Outcome
from application.ports import Transaction
from domain.dealers.notices import NoticeState

_ENDED = (NoticeState.UNCERTAIN, NoticeState.FAILED, NoticeState.SKIPPED)


class TellUndeliveredHandler:
    """The outcome is what whoever watches is told; nothing is where all of them were sent again meanwhile."""

    def __init__(self, transaction: Transaction, views: NoticeViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, command: TellUndelivered) -> Outcome:
        """Changes nothing."""
        async with self._transaction(command.company_id):
            for state in _ENDED:
                newest = await self._views.list(command.company_id, state=state, dealer_id=None, before=None, limit=100)
                if any(one.reason == command.reason for one in newest):
                    return Outcome(state=state.value, error=command.reason)
        return Outcome(state="left alone")
