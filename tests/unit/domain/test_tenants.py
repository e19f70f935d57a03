"""Companies, members, sessions."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.identities import CompanyId, MemberId, PersonId, SessionId
from domain.tenants.company import Company, CompanyInactive, CompanyStatus
from domain.tenants.member import (
    PERMISSIONS,
    LastOwner,
    Member,
    MemberRemoved,
    Permission,
    PermissionMissing,
    Role,
    RoleTooHigh,
    require,
    role_by_rights,
)
from domain.tenants.session import GRACE, SESSION_LIFETIME, Session, SessionEnded

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)


def company() -> Company:
    return Company(CompanyId(uuid4()), uuid4(), "romashka", CompanyStatus.ACTIVE, "Europe/Moscow", NOW)


def session() -> Session:
    return Session(
        SessionId(uuid4()), CompanyId(uuid4()), MemberId(uuid4()), b"first", NOW + SESSION_LIFETIME, NOW, NOW
    )


@given(st.lists(st.sampled_from(["install", "suspend", "uninstall"]), max_size=6))
def test_a_company_is_what_moysklad_said_last(calls: list[str]) -> None:
    made = company()
    said = {"install": CompanyStatus.ACTIVE, "suspend": CompanyStatus.SUSPENDED, "uninstall": CompanyStatus.UNINSTALLED}
    for call in calls:
        {"install": made.resume, "suspend": made.suspend, "uninstall": lambda: made.uninstall(NOW)}[call]()
    expected = said[calls[-1]] if calls else CompanyStatus.ACTIVE
    assert made.status is expected
    assert (made.left_at is None) is (expected is not CompanyStatus.UNINSTALLED)
    if expected is CompanyStatus.ACTIVE:
        made.require_active()
    else:
        with pytest.raises(CompanyInactive) as refused:
            made.require_active()
        assert refused.value.details == {"status": expected.value}


def member(role: Role, *, by_hand: bool = False, administrator: bool | None = None) -> Member:
    made = Member(
        MemberId(uuid4()), CompanyId(uuid4()), uuid4(), "a@romashka", "Анна", role, PersonId(uuid4()), by_hand=by_hand
    )
    made.administrator = role in {Role.OWNER, Role.ADMIN} if administrator is None else administrator
    return made


def recognised(made: Member, *, administrator: bool, sees: bool = False, owned: bool = True) -> Role:
    made.recognise("b@romashka", "Анна Ким", administrator=administrator, sees_everything=sees, owned=owned)
    assert (made.uid, made.name) == ("b@romashka", "Анна Ким")
    return made.role


@pytest.mark.parametrize(
    ("administrator", "sees", "owned", "role"),
    [
        (True, True, False, Role.OWNER),
        (True, False, False, Role.OWNER),
        (True, True, True, Role.ADMIN),
        (False, True, False, Role.EDITOR),
        (False, True, True, Role.EDITOR),
        (False, False, True, Role.VIEWER),
        (False, False, False, Role.VIEWER),
    ],
)
def test_the_first_role_follows_from_rights(administrator: bool, sees: bool, owned: bool, role: Role) -> None:
    assert role_by_rights(administrator=administrator, sees_everything=sees, owned=owned) is role


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
@pytest.mark.parametrize("by_hand", [True, False])
def test_who_lost_administrators_rights_does_not_go_on_managing(role: Role, by_hand: bool) -> None:
    made = member(role, by_hand=by_hand, administrator=True)
    assert recognised(made, administrator=False) is Role.VIEWER
    assert recognised(made, administrator=True) is Role.ADMIN


def test_a_role_given_by_hand_stays() -> None:
    assert recognised(member(Role.ADMIN, by_hand=True, administrator=False), administrator=False) is Role.ADMIN
    assert recognised(member(Role.VIEWER, by_hand=True, administrator=True), administrator=True) is Role.VIEWER
    assert recognised(member(Role.VIEWER, by_hand=True), administrator=False, sees=True) is Role.VIEWER
    assert recognised(member(Role.EDITOR, by_hand=True, administrator=True), administrator=False) is Role.EDITOR


def test_a_role_that_was_not_follows_rights_and_the_owner_stays_owner() -> None:
    assert recognised(member(Role.VIEWER), administrator=True) is Role.ADMIN
    assert recognised(member(Role.EDITOR), administrator=False) is Role.VIEWER
    assert recognised(member(Role.OWNER), administrator=True, owned=True) is Role.OWNER


def test_a_company_without_an_owner_gets_one_at_the_next_sign_on() -> None:
    for by_hand in (True, False):
        assert recognised(member(Role.ADMIN, by_hand=by_hand), administrator=True, owned=False) is Role.OWNER


def test_who_was_removed_does_not_come_back_by_signing_in() -> None:
    made, owner = member(Role.VIEWER), member(Role.OWNER)
    made.remove(PERMISSIONS[Role.ADMIN], [made, owner], NOW)
    with pytest.raises(MemberRemoved):
        recognised(made, administrator=True)
    made.give(Role.EDITOR, PERMISSIONS[Role.ADMIN], [made, owner])
    assert recognised(made, administrator=False) is Role.EDITOR


@pytest.mark.parametrize("actor", Role)
@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("given", Role)
def test_nobody_deals_with_roles_above_their_own(actor: Role, target: Role, given: Role) -> None:
    made, owner = member(target), member(Role.OWNER)
    within = all(PERMISSIONS[role] <= PERMISSIONS[actor] for role in (target, given))
    if within:
        made.give(given, PERMISSIONS[actor], [made, owner])
        assert (made.role, made.by_hand) == (given, True)
    else:
        with pytest.raises(RoleTooHigh):
            made.give(given, PERMISSIONS[actor], [made, owner])
        assert made.role is target


def test_the_last_owner_stays() -> None:
    everything = PERMISSIONS[Role.OWNER]
    owner, gone = member(Role.OWNER), member(Role.OWNER)
    gone.removed_at = NOW
    everybody = [owner, gone, member(Role.ADMIN)]
    for role in (Role.ADMIN, Role.EDITOR, Role.VIEWER):
        with pytest.raises(LastOwner):
            owner.give(role, everything, everybody)
    with pytest.raises(LastOwner):
        owner.remove(everything, everybody, NOW)
    owner.give(Role.OWNER, everything, everybody)
    everybody.append(member(Role.OWNER))
    owner.remove(everything, everybody, NOW)
    assert owner.removed_at == NOW


MAY = {
    Role.OWNER: set(Permission),
    Role.ADMIN: set(Permission) - {Permission.MANAGE_OWNERS},
    Role.EDITOR: {Permission.READ, Permission.RUN_EXPORTS, Permission.MANAGE_EXPORTS},
    Role.VIEWER: {Permission.READ},
}


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_what_each_role_may_do(role: Role, permission: Permission) -> None:
    if permission in MAY[role]:
        require(role, permission)
    else:
        with pytest.raises(PermissionMissing):
            require(role, permission)


def exchange(made: Session, token: bytes, salt: bytes, now: datetime) -> bytes | None:
    """The successor, as a store of digests would have it; here a digest is the token itself."""
    found = made.salt_for(token, salt, now)
    if found is None:
        return None
    made.rotate(token, token + found, found, now)
    return token + found


def test_a_token_is_exchanged_for_the_next() -> None:
    made = session()
    assert exchange(made, b"first", b"1", NOW) == b"first1"
    assert exchange(made, b"first1", b"2", NOW) == b"first12"
    assert (made.token_digest, made.ended, made.last_used_at) == (b"first12", False, NOW)


def test_an_exchange_is_answered_again_for_a_minute() -> None:
    made = session()
    exchange(made, b"first", b"1", NOW)
    moment = NOW + GRACE - timedelta(microseconds=1)
    assert exchange(made, b"first", b"2", moment) == b"first1"
    assert exchange(made, b"first1", b"3", moment) == b"first13"


@pytest.mark.parametrize(("uses", "later"), [(0, GRACE), (1, timedelta())])
def test_an_old_token_ends_the_session_for_everybody(uses: int, later: timedelta) -> None:
    made = session()
    exchange(made, b"first", b"1", NOW)
    for _ in range(uses):
        exchange(made, b"first1", b"2", NOW)
    assert exchange(made, b"first", b"9", NOW + later) is None
    assert made.ended
    for token in (b"first", b"first1", b"first12"):
        with pytest.raises(SessionEnded):
            exchange(made, token, b"9", NOW + later)


def test_a_session_is_over_at_its_end() -> None:
    made = session()
    exchange(made, b"first", b"1", NOW + SESSION_LIFETIME - timedelta(microseconds=1))
    with pytest.raises(SessionEnded):
        exchange(made, b"first1", b"2", NOW + SESSION_LIFETIME)
    assert made.token_digest == b"first1"


def test_who_signed_out_is_out() -> None:
    made = session()
    made.end()
    made.end()
    with pytest.raises(SessionEnded):
        exchange(made, b"first", b"1", NOW)
