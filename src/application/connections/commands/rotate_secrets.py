"""Stored secrets are sealed anew under the current key, some companies at a time."""

import asyncio
from collections.abc import Iterator

import msgspec

from application.connections.key_ports import KeyKeeper, SealedSecrets, StoredSecret
from application.connections.ports import Vault
from application.messages import SystemCommand
from application.ports import SystemTransaction, Transaction
from domain.connections.secrets import SealedSecret, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId

AT_ONCE = 4
"""Companies. More would take connections to the database from those who work beside it."""


class UnreadableSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that its own key does not open. It was left as it is."""

    company_id: CompanyId
    purpose: SecretPurpose
    key_id: str


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch. `missed` secrets were being changed by somebody else. `last` is the company to go on
    after, None where there is none left.
    """

    rotated: int
    missed: int
    unreadable: tuple[UnreadableSecret, ...]
    last: CompanyId | None


class RotateSecrets(SystemCommand[Rotated], frozen=True, kw_only=True, tag="connections.rotate_secrets"):
    """Told by the command line, batch by batch."""

    after: CompanyId | None = None
    limit: int = 500


class RotateSecretsHandler:
    """Finds secrets under older keys of the ring by the keys that they name, so that nothing has to be remembered.

    A secret is read in one transaction, sealed anew outside of any, and put back in another one if it still stands in
    its place; before that commits, what was stored is opened and compared.
    """

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        keeper: KeyKeeper,
        vault: Vault,
        secrets: SealedSecrets,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._keeper = keeper
        self._vault = vault
        self._secrets = secrets

    async def __call__(self, command: RotateSecrets) -> Rotated:
        """What became of the next companies. Whatever it raises, each secret is as it was or under the current key."""
        older = [key_id for key_id in self._keeper.held() if key_id != self._keeper.current()]
        if not older:
            return Rotated(rotated=0, missed=0, unreadable=(), last=None)
        async with self._system_transaction():
            owners = await self._secrets.owners(older, command.after, command.limit)
        waiting, done = iter(owners), list[Rotated]()
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(waiting, older, done))
        return Rotated(
            rotated=sum(one.rotated for one in done),
            missed=sum(one.missed for one in done),
            unreadable=tuple(secret for one in done for secret in one.unreadable),
            last=owners[-1] if len(owners) == command.limit else None,
        )

    async def _work(self, waiting: Iterator[CompanyId], older: list[str], done: list[Rotated]) -> None:
        done.extend([await self._rotate(company_id, older) for company_id in waiting])

    async def _rotate(self, company_id: CompanyId, older: list[str]) -> Rotated:
        async with self._transaction(company_id):
            stored = await self._secrets.under(company_id, older)
        resealed: list[tuple[StoredSecret, SealedSecret]] = []
        unreadable: list[UnreadableSecret] = []
        for one in stored:
            try:
                resealed.append((one, self._vault.reseal(company_id, one.purpose, one.sealed)))
            except SecretUnreadable:
                unreadable.append(
                    UnreadableSecret(company_id=company_id, purpose=one.purpose, key_id=one.sealed.key_id)
                )
        rotated = 0
        if resealed:
            async with self._transaction(company_id):
                for one, sealed in resealed:
                    now = await self._secrets.swap(company_id, one, sealed)
                    if now is not None:
                        self._verify(company_id, one, now)
                        rotated += 1
        return Rotated(rotated=rotated, missed=len(resealed) - rotated, unreadable=tuple(unreadable), last=None)

    def _verify(self, company_id: CompanyId, before: StoredSecret, now: SealedSecret) -> None:
        secrets = {self._vault.unseal(company_id, before.purpose, sealed) for sealed in (before.sealed, now)}
        if len(secrets) != 1 or now.key_id != self._keeper.current():
            raise RuntimeError("a secret that was sealed anew is not what it was; nothing of it was kept")
