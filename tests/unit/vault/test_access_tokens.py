import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.vault.access_tokens import SignedAccessTokens
from application.tenants.ports import Identity
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role
from domain.tenants.sign_on import AccessTokenInvalid

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
TOKENS = SignedAccessTokens(KEY)
IDENTITY = Identity(
    company_id=CompanyId(UUID(int=1)),
    member_id=MemberId(UUID(int=2)),
    session_id=SessionId(UUID(int=3)),
    role=Role.EMPLOYEE,
)


def claims(**changed: Any) -> dict[str, Any]:
    usual = {
        "iss": "skladsheets",
        "aud": "skladsheets.api",
        "sub": str(IDENTITY.member_id),
        "cid": str(IDENTITY.company_id),
        "sid": str(IDENTITY.session_id),
        "role": "employee",
        "iat": int(NOW.timestamp()),
        "exp": int(LATER.timestamp()),
        "jti": "1",
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not ...}


@pytest.mark.parametrize("role", Role)
def test_a_token_says_who_is_asking(role: Role) -> None:
    identity = Identity(
        company_id=IDENTITY.company_id, member_id=IDENTITY.member_id, session_id=IDENTITY.session_id, role=role
    )
    assert TOKENS.read(TOKENS.issue(identity, NOW, LATER), NOW) == identity


def test_it_expires_by_the_clock_it_is_given() -> None:
    token = TOKENS.issue(IDENTITY, NOW, LATER)
    assert TOKENS.read(token, LATER - timedelta(microseconds=1)) == IDENTITY
    for moment in (LATER, LATER + timedelta(days=1)):
        with pytest.raises(AccessTokenInvalid):
            TOKENS.read(token, moment)


def test_no_two_tokens_are_alike() -> None:
    assert len({TOKENS.issue(IDENTITY, NOW, LATER) for _ in range(50)}) == 50


def test_a_rotation_keeps_old_tokens_readable_for_as_long_as_the_previous_key_is_known() -> None:
    token = TOKENS.issue(IDENTITY, NOW, LATER)
    assert SignedAccessTokens(OTHER, previous=KEY).read(token, NOW) == IDENTITY
    with pytest.raises(AccessTokenInvalid):
        SignedAccessTokens(OTHER).read(token, NOW)
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(SignedAccessTokens(OTHER, previous=KEY).issue(IDENTITY, NOW, LATER), NOW)


def unsigned(algorithm: str) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims())}."


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "юникод.тоже.бывает",
        unsigned("none"),
        unsigned("None"),
        unsigned("HS256"),
        jwt.encode(claims(), KEY * 2, algorithm="HS512"),
        jwt.encode(claims(), OTHER, algorithm="HS256"),
        jwt.encode(claims(iss="elsewhere"), KEY, algorithm="HS256"),
        jwt.encode(claims(aud="skladsheets.vendor"), KEY, algorithm="HS256"),
        jwt.encode(claims(aud=...), KEY, algorithm="HS256"),
        jwt.encode(claims(exp=...), KEY, algorithm="HS256"),
        jwt.encode(claims(exp="never"), KEY, algorithm="HS256"),
        jwt.encode(claims(jti=...), KEY, algorithm="HS256"),
        jwt.encode(claims(sub="not a uuid"), KEY, algorithm="HS256"),
        jwt.encode(claims(cid=7), KEY, algorithm="HS256"),
        jwt.encode(claims(sid=None), KEY, algorithm="HS256"),
        jwt.encode(claims(role="owner"), KEY, algorithm="HS256"),
        jwt.encode(claims(role=["employee"]), KEY, algorithm="HS256"),
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(AccessTokenInvalid) as raised:
        TOKENS.read(token, NOW)
    assert raised.value.__context__ is None


def test_the_control_for_the_refusals_above_is_accepted() -> None:
    assert TOKENS.read(jwt.encode(claims(), KEY, algorithm="HS256"), NOW) == IDENTITY


@given(st.data())
def test_a_changed_character_is_noticed(data: st.DataObject) -> None:
    token = TOKENS.issue(IDENTITY, NOW, LATER)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCabc012-_."))
    changed = token[:place] + letter + token[place + 1 :]
    # The last letter of the signature carries two bits that base64 leaves unused.
    if changed == token or place == len(token) - 1:
        return
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(changed, NOW)


@given(st.text(max_size=200))
def test_any_text_is_refused_in_the_same_way(text: str) -> None:
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(text, NOW)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SignedAccessTokens(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        SignedAccessTokens(KEY, previous=b"short")
