"""Whether the ring of keys is this database's own."""

from collections.abc import Iterable

from application.connections.key_ports import Canaries, Canary, KeyKeeper, SealedSecrets, SecretCount, StoredSecret
from application.connections.ports import Vault
from application.ports import Clock, SystemTransaction
from domain.connections.keys import KeyRingForeign, KeyRingIncomplete
from domain.connections.secrets import SecretUnreadable

CANARY = b"skladsheets: the canary is alive"
"""As long as a data key: 32 bytes."""
CONTEXT = b"skladsheets.canary.1"
_SAMPLES = 3
_SHORTEST = 16
"""Bytes of an AES-GCM tag: what is shorter was never sealed."""


class KeyCheck:
    """Works in transactions of its own."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        keeper: KeyKeeper,
        vault: Vault,
        canaries: Canaries,
        secrets: SealedSecrets,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._keeper = keeper
        self._vault = vault
        self._canaries = canaries
        self._secrets = secrets
        self._clock = clock

    async def require_own(self) -> None:
        """Raises KeyRingForeign where a key is not the one that this database knows by its id.

        A key that is met for the first time has to open what is stored under its id, if anything is, and gets a canary.
        """
        async with self._system_transaction():
            known = {canary.key_id: canary for canary in await self._canaries.all()}
        held = self._keeper.held()
        self._require(known[key_id] for key_id in held if key_id in known)
        for key_id in held:
            if key_id not in known:
                await self._introduce(key_id)

    async def require_complete(self) -> None:
        """Raises KeyRingIncomplete where secrets are sealed under a key that a process has sealed with before, and that
        is not in the ring.
        """
        held = self._keeper.held()
        async with self._system_transaction():
            absent = {canary.key_id for canary in await self._canaries.all()}.difference(held)
            counted = await self._secrets.counted() if absent else []
        left = [count for count in counted if count.key_id in absent]
        if left:
            raise incomplete(left)

    async def note_start(self) -> None:
        """Notes that a process was started that seals with the current key."""
        async with self._system_transaction():
            await self._canaries.fronted(self._keeper.current(), self._clock.now())

    async def _introduce(self, key_id: str) -> None:
        await self._require_opening(key_id)
        canary = Canary(key_id=key_id, wrapped=self._keeper.wrap(key_id, CANARY, CONTEXT), made_at=self._clock.now())
        async with self._system_transaction():
            await self._canaries.add(canary)
            # Another process may have been quicker, with another key of that name.
            stored = [one for one in await self._canaries.all() if one.key_id == key_id]
        self._require(stored)

    async def _require_opening(self, key_id: str) -> None:
        """One sample is enough: a single secret may have been damaged, a wrong key opens none."""
        async with self._system_transaction():
            owners = await self._secrets.owners([key_id], None, _SAMPLES)
            found = await self._secrets.under(owners, [key_id])
        samples = [one for one in found if len(one.sealed.ciphertext) >= _SHORTEST]
        if samples and not any(self._opens(one) for one in samples):
            raise KeyRingForeign(keys=key_id)

    def _opens(self, one: StoredSecret) -> bool:
        try:
            self._vault.unseal(one.company_id, one.purpose, one.sealed)
        except SecretUnreadable:
            return False
        return True

    def _require(self, canaries: Iterable[Canary]) -> None:
        dead = [canary.key_id for canary in canaries if not self._lives(canary)]
        if dead:
            raise KeyRingForeign(keys=", ".join(dead))

    def _lives(self, canary: Canary) -> bool:
        try:
            return self._keeper.unwrap(canary.key_id, canary.wrapped, CONTEXT) == CANARY
        except SecretUnreadable:
            return False


def incomplete(left: list[SecretCount]) -> KeyRingIncomplete:
    """The refusal that names keys, how many secrets they seal, and what those are for."""
    return KeyRingIncomplete(
        keys=", ".join(sorted({count.key_id for count in left})),
        secrets=sum(count.number for count in left),
        purposes=", ".join(sorted({count.purpose.value for count in left})),
    )
