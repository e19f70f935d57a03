"""Members, sessions, links and keys as people see them: no digest among it."""

from datetime import datetime

import msgspec

from domain.shared.identities import ApiKeyId, CompanyId, LinkId, MemberId, SessionId
from domain.tenants.api_key import ApiKey
from domain.tenants.link import SignInLink
from domain.tenants.member import Member, Permission, Role
from domain.tenants.session import Session


class MemberEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member of the company. `byHand` says that the role does not follow MoySklad's rights any more."""

    id: MemberId
    name: str
    uid: str
    role: Role
    by_hand: bool
    from_moysklad: bool
    removed_at: datetime | None


class SessionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session that lives. `device` is what its browser called itself."""

    id: SessionId
    member_id: MemberId
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class LinkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link by which somebody may still come in; without `memberId` as a new member."""

    id: LinkId
    name: str
    role: Role
    member_id: MemberId | None
    created_by: MemberId | None
    created_at: datetime
    expires_at: datetime


class ApiKeyView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An API key. `lastUsedAt` is right to five minutes."""

    id: ApiKeyId
    prefix: str
    name: str
    scopes: list[Permission]
    created_by: MemberId
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class OwnCompany(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A company that the person belongs to."""

    company_id: CompanyId
    name: str
    status: str
    role: Role
    current: bool


def member_entry(member: Member) -> MemberEntry:
    """As the list of members shows it."""
    return MemberEntry(
        id=member.id,
        name=member.name,
        uid=member.uid,
        role=member.role,
        by_hand=member.by_hand,
        from_moysklad=member.employee_id is not None,
        removed_at=member.removed_at,
    )


def session_view(session: Session, current: SessionId | None) -> SessionView:
    """As the list of sessions shows it."""
    return SessionView(
        id=session.id,
        member_id=session.member_id,
        device=session.device,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
        current=session.id == current,
    )


def link_view(link: SignInLink) -> LinkView:
    """As the list of links shows it."""
    return LinkView(
        id=link.id,
        name=link.name,
        role=link.role,
        member_id=link.member_id,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


def api_key_view(key: ApiKey) -> ApiKeyView:
    """As the list of keys shows it."""
    return ApiKeyView(
        id=key.id,
        prefix=key.prefix,
        name=key.name,
        scopes=sorted(key.scopes),
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )
