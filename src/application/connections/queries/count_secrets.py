"""Under which keys are the secrets sealed?"""

from application.connections.key_ports import Canaries, KeyKeeper, SealedSecrets
from application.messages import SystemQuery
from application.ports import SystemTransaction
from domain.connections.keys import KeyUse, uses


class CountSecrets(SystemQuery[list[KeyUse]], frozen=True, kw_only=True):
    """Asked by the command line."""


class CountSecretsHandler:
    """Every key of the ring, and every other one that a secret names."""

    def __init__(
        self, system_transaction: SystemTransaction, keeper: KeyKeeper, canaries: Canaries, secrets: SealedSecrets
    ) -> None:
        self._system_transaction = system_transaction
        self._keeper = keeper
        self._canaries = canaries
        self._secrets = secrets

    async def __call__(self, query: CountSecrets) -> list[KeyUse]:
        """See domain.connections.keys.uses."""
        del query
        async with self._system_transaction():
            fronted = {canary.key_id: canary.fronted_at for canary in await self._canaries.all()}
            counted: dict[str, dict[str, int]] = {}
            for count in await self._secrets.counted():
                counted.setdefault(count.key_id, {})[count.purpose.value] = count.number
        return uses(self._keeper.held(), self._keeper.current(), counted, fronted)
