"""A worker tells that notices were not delivered, or perhaps not."""

from application.dealers.delivery_commands import TellUndelivered
from application.messages import Outcome


class TellUndeliveredHandler:
    """The outcome is what whoever watches is told; the ledger has each notice with its reason."""

    async def __call__(self, command: TellUndelivered) -> Outcome:
        """Changes nothing."""
        return Outcome(state="undelivered", error=command.reason)
