"""A process starts."""

from application.connections.key_check import KeyCheck
from application.messages import SystemCommand


class CheckKeys(SystemCommand[None], frozen=True, kw_only=True, tag="connections.check_keys"):
    """Told by each process before it does anything else. Whoever mends the ring makes do with an incomplete one."""

    complete: bool = True


class CheckKeysHandler:
    """Refuses a ring of keys with which this process would seal or open nothing rightly."""

    def __init__(self, check: KeyCheck) -> None:
        self._check = check

    async def __call__(self, command: CheckKeys) -> None:
        """Raises KeyRingForeign or KeyRingIncomplete."""
        await self._check.require_own()
        if command.complete:
            await self._check.require_complete()
            await self._check.note_start()
