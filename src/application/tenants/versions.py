"""Which version of a member somebody has seen."""

from collections.abc import Collection

from application.digests import request_fingerprint
from application.tenants.views import MemberEntry, member_entry
from domain.shared.errors import PreconditionFailed
from domain.tenants.member import Member

_LENGTH = 16


def member_version(member: MemberEntry) -> str:
    """A digest of what is shown of the member."""
    return request_fingerprint(member)[:_LENGTH]


def require_member_version(member: Member, expected: Collection[str] | None) -> None:
    """Raises PreconditionFailed unless the member is as it was seen; None expects nothing."""
    if expected is not None and member_version(member_entry(member)) not in expected:
        raise PreconditionFailed
