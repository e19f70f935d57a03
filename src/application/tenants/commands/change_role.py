"""A member is given another role."""

from application.messages import Command
from application.ports import Outbox, Transaction
from application.tenants.acting import Acting
from application.tenants.announced_command import ForgetOwnChats
from application.tenants.authority import Authority
from application.tenants.ports import Members
from application.tenants.versions import require_member_version
from domain.shared.identities import MemberId
from domain.tenants.member import MemberNotFound, Permission, Role, managing


class ChangeRole(Command[None], frozen=True, kw_only=True, tag="tenants.change_role"):
    """Gives the member this role; one who was removed is back with it. `expected` are versions of the member, of which
    it has to be one.
    """

    acting: Acting
    member_id: MemberId
    role: Role
    expected: frozenset[str] | None = None


class ChangeRoleHandler:
    """Takes effect with the next refresh of the member's session, ten minutes from now at the latest."""

    def __init__(self, transaction: Transaction, members: Members, authority: Authority, outbox: Outbox) -> None:
        self._transaction = transaction
        self._members = members
        self._authority = authority
        self._outbox = outbox

    async def __call__(self, command: ChangeRole) -> None:
        """Raises PermissionMissing, MemberNotFound, RoleTooHigh, LastOwner or PreconditionFailed."""
        async with self._transaction(command.company_id):
            await self._members.alone(command.company_id)
            allowed = await self._authority.require(command.company_id, command.acting, Permission.MANAGE_MEMBERS)
            everybody = await self._members.all(command.company_id)
            member = next((one for one in everybody if one.id == command.member_id), None)
            if member is None:
                raise MemberNotFound
            require_member_version(member, command.expected)
            member.give(command.role, allowed, everybody)
            await self._members.put(member)
            if not managing(member):
                await self._outbox.put(ForgetOwnChats(company_id=command.company_id, member_id=member.id))
