"""The operator has parked messages tried again."""

from uuid import UUID

from application.messages import SystemCommand
from application.ports import Clock, FailedMessages, SystemTransaction


class ReplayMessages(SystemCommand[int], frozen=True, kw_only=True, tag="delivery.replay_messages"):
    """Told by the command line."""

    messages: tuple[UUID, ...]


class ReplayMessagesHandler:
    """Lets the relay send them once more; one that fails again is parked at once."""

    def __init__(self, system_transaction: SystemTransaction, messages: FailedMessages, clock: Clock) -> None:
        self._system_transaction = system_transaction
        self._messages = messages
        self._clock = clock

    async def __call__(self, command: ReplayMessages) -> int:
        """How many there were."""
        async with self._system_transaction():
            found = [await self._messages.send_again(one, self._clock.now()) for one in command.messages]
        return sum(found)
