"""Companies, members, sessions."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.company import Company, CompanyInactive, CompanyStatus
from domain.tenants.member import Member, Permission, PermissionMissing, Role, require
from domain.tenants.session import SESSION_LIFETIME, Session, SessionEnded

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)


def company() -> Company:
    return Company(CompanyId(uuid4()), uuid4(), "romashka", CompanyStatus.ACTIVE, "Europe/Moscow", NOW)


def session() -> Session:
    return Session(SessionId(uuid4()), CompanyId(uuid4()), MemberId(uuid4()), b"first", NOW + SESSION_LIFETIME)


@given(st.lists(st.sampled_from(["install", "suspend", "uninstall"]), max_size=6))
def test_a_company_is_what_moysklad_said_last(calls: list[str]) -> None:
    made = company()
    said = {"install": CompanyStatus.ACTIVE, "suspend": CompanyStatus.SUSPENDED, "uninstall": CompanyStatus.UNINSTALLED}
    for call in calls:
        if call == "install":
            made.install("renamed")
        else:
            getattr(made, call)()
    expected = said[calls[-1]] if calls else CompanyStatus.ACTIVE
    assert made.status is expected
    assert made.account_name == ("renamed" if "install" in calls else "romashka")
    if expected is CompanyStatus.ACTIVE:
        made.require_active()
    else:
        with pytest.raises(CompanyInactive) as refused:
            made.require_active()
        assert refused.value.details == {"status": expected.value}


def test_a_lost_administrator_right_is_lost_here_too() -> None:
    member = Member(MemberId(uuid4()), CompanyId(uuid4()), uuid4(), "a@romashka", "Анна", Role.ADMINISTRATOR)
    member.recognise("b@romashka", "Анна Ким", Role.EMPLOYEE)
    assert (member.uid, member.name, member.role) == ("b@romashka", "Анна Ким", Role.EMPLOYEE)


@pytest.mark.parametrize("permission", list(Permission))
def test_administrators_may_do_everything_and_employees_look_and_run(permission: Permission) -> None:
    require(Role.ADMINISTRATOR, permission)
    if permission in {Permission.READ, Permission.RUN_EXPORTS}:
        require(Role.EMPLOYEE, permission)
    else:
        with pytest.raises(PermissionMissing):
            require(Role.EMPLOYEE, permission)


def test_a_token_is_exchanged_for_the_next() -> None:
    made = session()
    assert made.rotate(b"first", b"second", NOW)
    assert made.rotate(b"second", b"third", NOW)
    assert (made.token_digest, made.ended) == (b"third", False)


def test_an_old_token_ends_the_session_for_everybody() -> None:
    made = session()
    made.rotate(b"first", b"second", NOW)
    assert not made.rotate(b"first", b"thief", NOW)
    assert made.ended
    for token in (b"first", b"second", b"thief"):
        with pytest.raises(SessionEnded):
            made.rotate(token, b"next", NOW)
    assert made.token_digest == b"second"


def test_a_session_is_over_at_its_end() -> None:
    made = session()
    assert made.rotate(b"first", b"second", NOW + SESSION_LIFETIME - timedelta(microseconds=1))
    with pytest.raises(SessionEnded):
        made.rotate(b"second", b"third", NOW + SESSION_LIFETIME)
    assert made.token_digest == b"second"


def test_who_signed_out_is_out() -> None:
    made = session()
    made.end()
    made.end()
    with pytest.raises(SessionEnded):
        made.rotate(b"first", b"second", NOW)
