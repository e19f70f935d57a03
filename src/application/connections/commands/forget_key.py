"""The operator gives up a key for lost."""

from application.connections.key_ports import Canaries, KeyKeeper
from application.messages import SystemCommand
from application.ports import SystemTransaction
from domain.connections.keys import KeyHeld


class ForgetKey(SystemCommand[bool], frozen=True, kw_only=True, tag="connections.forget_key"):
    """Told by the command line."""

    key_id: str


class ForgetKeyHandler:
    """Lets processes start without the key. What is sealed under it stays, should the key be found after all."""

    def __init__(self, system_transaction: SystemTransaction, keeper: KeyKeeper, canaries: Canaries) -> None:
        self._system_transaction = system_transaction
        self._keeper = keeper
        self._canaries = canaries

    async def __call__(self, command: ForgetKey) -> bool:
        """Whether this database knew the key. Raises KeyHeld for one that is in the ring."""
        if command.key_id in self._keeper.held():
            raise KeyHeld(key=command.key_id)
        async with self._system_transaction():
            return await self._canaries.remove(command.key_id)
