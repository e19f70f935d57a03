"""The keys that secrets are sealed under, and when one may go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.shared.errors import Conflict


class KeyRingForeign(Conflict):
    """A key of the ring does not open what was sealed under its id: it is another key, or another database's.

    `keys` are the ids of such keys.
    """

    code = "connections.key_ring_foreign"


class KeyRingIncomplete(Conflict):
    """Stored secrets are sealed under keys that the ring lacks.

    `keys` are the ids of these, `secrets` is how many secrets they seal, `purposes` what those are for.
    """

    code = "connections.key_ring_incomplete"


class KeyHeld(Conflict):
    """A key that is in the ring cannot be given up for lost."""

    code = "connections.key_held"


class KeyStanding(StrEnum):
    """What a key is good for."""

    CURRENT = "current"
    """New secrets are sealed under it."""
    NEEDED = "needed"
    """It opens secrets that are not sealed under the current key yet."""
    SPARE = "spare"
    """Nothing is sealed under it."""
    MISSING = "missing"
    """Secrets are sealed under it, and it is not in the ring."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key: how many secrets of each purpose are sealed under it, whether the ring has it, and when a process that
    seals with it was last started, as far as that is known.
    """

    key_id: str
    secrets: Mapping[str, int]
    held: bool
    current: bool
    fronted_at: datetime | None

    @property
    def total(self) -> int:
        """Secrets of every purpose."""
        return sum(self.secrets.values())

    @property
    def standing(self) -> KeyStanding:
        """See KeyStanding."""
        if not self.held:
            return KeyStanding.MISSING
        if self.current:
            return KeyStanding.CURRENT
        return KeyStanding.NEEDED if self.total else KeyStanding.SPARE


def uses(
    held: Collection[str],
    current: str,
    counted: Mapping[str, Mapping[str, int]],
    fronted: Mapping[str, datetime | None],
) -> list[KeyUse]:
    """Every key of the ring, in its order, and then those that secrets name though the ring lacks them."""
    missing = sorted(key_id for key_id in counted if key_id not in held and any(counted[key_id].values()))
    return [
        KeyUse(key_id, dict(counted.get(key_id, {})), key_id in held, key_id == current, fronted.get(key_id))
        for key_id in (*held, *missing)
    ]
