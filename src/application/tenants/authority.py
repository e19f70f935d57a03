"""What somebody may do to people and keys now."""

from application.tenants.acting import Acting
from application.tenants.ports import Members
from domain.shared.identities import CompanyId
from domain.tenants.member import PERMISSIONS, Permission, require_among
from domain.tenants.session import SessionEnded


class Authority:
    """Asks the store, not the access token: who was demoted or removed a minute ago changes nobody's rights."""

    def __init__(self, members: Members) -> None:
        self._members = members

    async def require(
        self, company_id: CompanyId, acting: Acting, permission: Permission | None
    ) -> frozenset[Permission]:
        """All that may be done. Raises PermissionMissing, or SessionEnded for who belongs here no more."""
        member = await self._members.get(company_id, acting.member_id)
        if member is None or member.removed_at is not None:
            raise SessionEnded
        allowed = PERMISSIONS[member.role]
        if acting.scopes is not None:
            allowed &= acting.scopes
        if permission is not None:
            require_among(allowed, permission)
        return allowed
