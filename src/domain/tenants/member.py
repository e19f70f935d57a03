"""A member: an employee of the company who came in from MoySklad."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.shared.errors import Forbidden
from domain.shared.identities import CompanyId, MemberId


class Role(StrEnum):
    """Administrators of the MoySklad account manage; everybody else looks and runs."""

    ADMINISTRATOR = "administrator"
    EMPLOYEE = "employee"


class Permission(StrEnum):
    """What a role may do."""

    READ = "read"
    RUN_EXPORTS = "run_exports"
    MANAGE_EXPORTS = "manage_exports"
    MANAGE_CONNECTIONS = "manage_connections"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.EMPLOYEE: frozenset({Permission.READ, Permission.RUN_EXPORTS}),
}


class PermissionMissing(Forbidden):
    """The member's role does not include this permission."""

    code = "tenants.permission_missing"


@dataclass(slots=True)
class Member:
    """One person of one company. `employee_id` and `uid` (`login@account`) are MoySklad's."""

    id: MemberId
    company_id: CompanyId
    employee_id: UUID
    uid: str
    name: str
    role: Role

    def recognise(self, uid: str, name: str, role: Role) -> None:
        """Takes over what MoySklad says of the employee today; a lost administrator right is lost here too."""
        self.uid = uid
        self.name = name
        self.role = role


def require(role: Role, permission: Permission) -> None:
    """Raises PermissionMissing unless the role includes the permission."""
    if permission not in PERMISSIONS[role]:
        raise PermissionMissing(permission=permission.value, role=role.value)
