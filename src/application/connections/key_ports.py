"""Ports for the keys that secrets are sealed under, and for sealing stored secrets anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.identities import CompanyId


class KeyKeeper(Protocol):
    """Who keeps the keys that data keys are wrapped under: a ring in the settings, or a key management service.

    The keys themselves never leave it. It answers within milliseconds, and is asked in transactions too; what stands
    behind it is asked seldom, because data keys are kept for a while once they are unwrapped.
    """

    def current(self) -> str:
        """The id of the key under which new data keys are wrapped."""
        ...

    def held(self) -> Sequence[str]:
        """The ids of all keys, the current one first."""
        ...

    def wrap(self, key_id: str, data_key: bytes, context: bytes) -> bytes:
        """The data key wrapped under that key and bound to the context. Raises SecretKeyMissing."""
        ...

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key. Raises SecretKeyMissing where there is no such key, SecretUnreadable for a wrong one, for
        another context, and for a wrapped key that was tampered with.
        """
        ...


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """A value known to everybody, wrapped under a key: whoever unwraps it has the key that this database knows by that
    id. `fronted_at` is when a process that seals with the key was last started.
    """

    key_id: str
    wrapped: bytes
    made_at: datetime
    fronted_at: datetime | None = None


class Canaries(Protocol):
    """The canaries of one database, one for each key. Works in a SystemTransaction."""

    async def all(self) -> list[Canary]:
        """Every one, by key id."""
        ...

    async def add(self, canary: Canary) -> None:
        """Stores it, unless there is one for that key."""
        ...

    async def fronted(self, key_id: str, now: datetime) -> None:
        """Notes that a process which seals with that key was started."""
        ...

    async def remove(self, key_id: str) -> bool:
        """Whether there was one to remove."""
        ...


class SecretCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many secrets of that purpose are sealed under that key."""

    purpose: SecretPurpose
    key_id: str
    number: int


class StoredSecret(NamedTuple):
    """A secret where it is stored. `place` names table and columns."""

    company_id: CompanyId
    place: str
    purpose: SecretPurpose
    sealed: SealedSecret


class SealedSecrets(Protocol):
    """Every sealed secret there is, wherever it is stored. Works in a SystemTransaction, and yet each secret is seen
    and changed only as its own company may.
    """

    async def counted(self) -> list[SecretCount]:
        """How many there are under each key."""
        ...

    async def owners(self, key_ids: Sequence[str], after: CompanyId | None, limit: int) -> list[CompanyId]:
        """Companies with a secret under one of these keys, by id, beyond `after`."""
        ...

    async def under(self, company_ids: Sequence[CompanyId], key_ids: Sequence[str]) -> list[StoredSecret]:
        """These companies' secrets under one of these keys."""
        ...

    async def swap(self, changes: Sequence[tuple[StoredSecret, SealedSecret]]) -> list[SealedSecret | None]:
        """Puts a sealed secret in the place of each known one, if that still stands there. Answers for each what is
        stored now; None where another one stands there, or somebody is just changing it. Waits for nobody.
        """
        ...
