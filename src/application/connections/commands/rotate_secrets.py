"""Stored secrets are sealed anew under the current key, some companies at a time."""

import msgspec

from application.connections.key_ports import KeyKeeper, SealedSecrets, StoredSecret
from application.connections.ports import Vault
from application.messages import SystemCommand
from application.ports import SystemTransaction
from domain.connections.secrets import SealedSecret, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId


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
    limit: int = 100


class RotateSecretsHandler:
    """Finds secrets under older keys of the ring by the keys that they name, so that nothing has to be remembered.

    Secrets are read in one transaction, sealed anew outside of any, and put back in another one where they still stand
    in their places; before that commits, what was stored is opened and compared.
    """

    def __init__(
        self, system_transaction: SystemTransaction, keeper: KeyKeeper, vault: Vault, secrets: SealedSecrets
    ) -> None:
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
            stored = await self._secrets.under(owners, older)
        changes: list[tuple[StoredSecret, SealedSecret]] = []
        unreadable: list[UnreadableSecret] = []
        for one in stored:
            try:
                changes.append((one, self._vault.reseal(one.company_id, one.purpose, one.sealed)))
            except SecretUnreadable:
                unreadable.append(_named(one))
        async with self._system_transaction():
            swapped = await self._secrets.swap(changes)
            for (before, _), now in zip(changes, swapped, strict=True):
                if now is not None:
                    self._verify(before, now)
        rotated = sum(now is not None for now in swapped)
        return Rotated(
            rotated=rotated,
            missed=len(changes) - rotated,
            unreadable=tuple(unreadable),
            last=owners[-1] if len(owners) == command.limit else None,
        )

    def _verify(self, before: StoredSecret, now: SealedSecret) -> None:
        company_id, purpose = before.company_id, before.purpose
        same = self._vault.unseal(company_id, purpose, before.sealed) == self._vault.unseal(company_id, purpose, now)
        if not same or now.key_id != self._keeper.current():
            raise RuntimeError("a secret that was sealed anew is not what it was; nothing of the batch was kept")


def _named(one: StoredSecret) -> UnreadableSecret:
    return UnreadableSecret(company_id=one.company_id, purpose=one.purpose, key_id=one.sealed.key_id)
