"""On whose behalf something is done to people and keys."""

import msgspec

from domain.shared.identities import MemberId
from domain.tenants.member import Permission


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """A member, and the scopes of the API key where it is a machine with one."""

    member_id: MemberId
    scopes: frozenset[Permission] | None = None
