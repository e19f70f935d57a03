"""A member is removed."""

from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.acting import Acting
from application.tenants.announced_command import ForgetOwnChats
from application.tenants.authority import Authority
from application.tenants.ports import Members, Sessions
from application.tenants.versions import require_member_version
from domain.shared.identities import MemberId
from domain.tenants.member import MemberNotFound, Permission


class RemoveMember(Command[None], frozen=True, kw_only=True, tag="tenants.remove_member"):
    """Removes this member. Everybody may remove themselves. `expected` are versions of the member, of which it has to
    be one.
    """

    acting: Acting
    member_id: MemberId
    expected: frozenset[str] | None = None


class RemoveMemberHandler:
    """Ends the member's sessions and API keys at once; access tokens fade within ten minutes.

    The member is remembered, so that MoySklad letting the employee in again does not bring them back here.
    """

    def __init__(
        self,
        transaction: Transaction,
        members: Members,
        sessions: Sessions,
        authority: Authority,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._members = members
        self._sessions = sessions
        self._authority = authority
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RemoveMember) -> None:
        """Raises PermissionMissing, MemberNotFound, RoleTooHigh, LastOwner or PreconditionFailed. Who is removed
        already is no error.
        """
        oneself = command.acting.member_id == command.member_id and command.acting.scopes is None
        async with self._transaction(command.company_id):
            await self._members.alone(command.company_id)
            needed = None if oneself else Permission.MANAGE_MEMBERS
            allowed = await self._authority.require(command.company_id, command.acting, needed)
            everybody = await self._members.all(command.company_id)
            member = next((one for one in everybody if one.id == command.member_id), None)
            if member is None:
                raise MemberNotFound
            require_member_version(member, command.expected)
            member.remove(allowed, everybody, self._clock.now())
            await self._members.put(member)
            await self._sessions.end_all(command.company_id, member.id)
            await self._outbox.put(ForgetOwnChats(company_id=command.company_id, member_id=member.id))
