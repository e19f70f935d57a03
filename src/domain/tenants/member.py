"""A member: a person of the company, who came in from MoySklad or by a link."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.shared.errors import Conflict, Forbidden, NotFound
from domain.shared.identities import CompanyId, MemberId, PersonId


class Role(StrEnum):
    """Owners and admins manage, editors look after exports, viewers look."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a role may do."""

    READ = "read"
    RUN_EXPORTS = "run_exports"
    MANAGE_EXPORTS = "manage_exports"
    MANAGE_CONNECTIONS = "manage_connections"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_API_KEYS = "manage_api_keys"
    MANAGE_OWNERS = "manage_owners"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {Permission.MANAGE_OWNERS},
    Role.EDITOR: frozenset({Permission.READ, Permission.RUN_EXPORTS, Permission.MANAGE_EXPORTS}),
    Role.VIEWER: frozenset({Permission.READ}),
}

MANAGING = frozenset({Role.OWNER, Role.ADMIN})


class PermissionMissing(Forbidden):
    """Neither the member's role nor, where there is one, the API key includes this permission."""

    code = "tenants.permission_missing"


class RoleTooHigh(Forbidden):
    """Nobody gives, changes or takes away a role that may do more than they may themselves."""

    code = "tenants.role_too_high"


class LastOwner(Conflict):
    """A company keeps one owner at least."""

    code = "tenants.last_owner"


class MemberNotFound(NotFound):
    """The company has no such member."""

    code = "tenants.member_not_found"


class MemberRemoved(Forbidden):
    """Somebody removed this member; MoySklad letting them in does not bring them back."""

    code = "tenants.member_removed"


class AlreadyMember(Conflict):
    """The person belongs to the company already."""

    code = "tenants.already_member"


def role_by_rights(*, administrator: bool, sees_everything: bool, owned: bool) -> Role:
    """The role that follows from an employee's rights in MoySklad. The first administrator owns the company.

    Exports read with the app's token, which sees all of the account; so who is shown a part of it there only looks.
    """
    if administrator:
        return Role.ADMIN if owned else Role.OWNER
    return Role.EDITOR if sees_everything else Role.VIEWER


@dataclass(slots=True)
class Member:
    """One person of one company. `employee_id` and `uid` (`login@account`) are MoySklad's; who came by a link has none.

    `administrator` is whether MoySklad called the employee one at the last sign-on.
    """

    id: MemberId
    company_id: CompanyId
    employee_id: UUID | None
    uid: str
    name: str
    role: Role
    person_id: PersonId
    locale: str | None = None
    by_hand: bool = False
    administrator: bool = False
    removed_at: datetime | None = None

    def recognise(self, uid: str, name: str, *, administrator: bool, sees_everything: bool, owned: bool) -> None:
        """Takes over what MoySklad says of the employee today; `owned` is whether anybody else owns the company.

        A role that was given by hand stays, except that who has just lost administrator's rights in MoySklad does not
        go on managing here. Raises MemberRemoved.
        """
        if self.removed_at is not None:
            raise MemberRemoved
        self.uid, self.name = uid, name
        lost = self.administrator and not administrator and self.role in MANAGING
        self.administrator = administrator
        if lost or not self.by_hand:
            follows = role_by_rights(
                administrator=administrator,
                sees_everything=sees_everything,
                owned=owned and self.role is not Role.OWNER,
            )
            self.role, self.by_hand = follows, False
        elif administrator and not owned and self.role is Role.ADMIN:
            self.role = Role.OWNER

    def give(self, role: Role, allowed: Collection[Permission], others: Collection["Member"]) -> None:
        """Changes the role by hand; a removed member is back with it. Raises RoleTooHigh or LastOwner."""
        self._within(allowed, role)
        if role is not Role.OWNER:
            self._leaves_an_owner(others)
        self.role, self.by_hand, self.removed_at = role, True, None

    def remove(self, allowed: Collection[Permission], others: Collection["Member"], now: datetime) -> None:
        """Raises RoleTooHigh or LastOwner."""
        self._within(allowed)
        self._leaves_an_owner(others)
        self.removed_at = self.removed_at or now

    def _within(self, allowed: Collection[Permission], *roles: Role) -> None:
        require_reach(allowed, self.role, *roles)

    def _leaves_an_owner(self, others: Collection["Member"]) -> None:
        owns = self.role is Role.OWNER and self.removed_at is None
        if owns and not any(owning(other) for other in others if other.id != self.id):
            raise LastOwner


def owning(member: Member) -> bool:
    """Whether the member owns the company now."""
    return member.role is Role.OWNER and member.removed_at is None


def managing(member: Member) -> bool:
    """Whether the member runs the company now."""
    return member.role in MANAGING and member.removed_at is None


def require_reach(allowed: Collection[Permission], *roles: Role) -> None:
    """Raises RoleTooHigh where one of the roles may do more than is allowed."""
    for role in roles:
        if not PERMISSIONS[role] <= frozenset(allowed):
            raise RoleTooHigh(role=role.value)


def require(role: Role, permission: Permission) -> None:
    """Raises PermissionMissing unless the role includes the permission."""
    require_among(PERMISSIONS[role], permission)


def require_among(allowed: Collection[Permission], permission: Permission) -> None:
    """Raises PermissionMissing unless the permission is among those."""
    if permission not in allowed:
        raise PermissionMissing(permission=permission.value)
