"""A worker could not carry out what it was told."""

from datetime import timedelta
from uuid import UUID

from application.messages import SystemCommand
from application.ports import Clock, FailedMessages, SystemTransaction

MOST_FAILURES = 5
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_ERROR = 200


class NoteFailedMessage(SystemCommand[None], frozen=True, kw_only=True, tag="delivery.note_failed_message"):
    """Told by the worker. What is `hopeless` is not tried again; `error` is a code, or the kind of what was raised."""

    message_id: UUID
    error: str
    hopeless: bool = False


class NoteFailedMessageHandler:
    """Has the message sent again, later and later; after five failures it is parked with its error, so that nothing is
    lost and nothing is tried for ever.
    """

    def __init__(self, system_transaction: SystemTransaction, messages: FailedMessages, clock: Clock) -> None:
        self._system_transaction = system_transaction
        self._messages = messages
        self._clock = clock

    async def __call__(self, command: NoteFailedMessage) -> None:
        """See above. A message that is no longer there is left alone."""
        now, message_id = self._clock.now(), command.message_id
        async with self._system_transaction():
            failures = await self._messages.failed(message_id, command.error[:_LONGEST_ERROR])
            if command.hopeless or failures >= MOST_FAILURES:
                await self._messages.park(message_id, now)
            elif failures:
                await self._messages.send_again(message_id, now + _FIRST_PAUSE * 3 ** (failures - 1))
