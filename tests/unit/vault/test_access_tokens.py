import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from adapters.vault.access_tokens import LEEWAY, SignedAccessTokens, parse_session_keys
from application.tenants.ports import Identity
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role
from domain.tenants.sign_on import AccessTokenInvalid

SEED, OTHER = b"k" * 32, b"o" * 32
HERE, THERE = "https://here.example", "https://there.example"
NOW = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
TOKENS = SignedAccessTokens({"k": SEED}, HERE)
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
HEADER = {"kid": "k", "typ": "at+jwt"}
IDENTITY = Identity(
    company_id=CompanyId(UUID(int=1)),
    member_id=MemberId(UUID(int=2)),
    session_id=SessionId(UUID(int=3)),
    role=Role.EDITOR,
    locale="ru_RU",
)


def claims(**changed: Any) -> dict[str, Any]:
    usual = {
        "iss": HERE,
        "aud": "skladsheets.api",
        "sub": str(IDENTITY.member_id),
        "cid": str(IDENTITY.company_id),
        "sid": str(IDENTITY.session_id),
        "role": "editor",
        "loc": "ru_RU",
        "iat": int(NOW.timestamp()),
        "nbf": int(NOW.timestamp()),
        "exp": int(LATER.timestamp()),
        "jti": "1",
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not ...}


def signed(seed: bytes = SEED, header: dict[str, Any] = HEADER, **changed: Any) -> str:
    return jwt.encode(claims(**changed), Ed25519PrivateKey.from_private_bytes(seed), "EdDSA", header)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(algorithm: str) -> str:
    return f"{part({'alg': algorithm, **HEADER})}.{part(claims())}."


def by_public_key(key: bytes) -> str:
    """What a verifier takes that lets the token choose HS256: the public key as the shared secret."""
    body = f"{part({'alg': 'HS256', **HEADER})}.{part(claims())}"
    return f"{body}.{part(hmac.digest(key, body.encode(), 'sha256'))}"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("locale", [None, "en"])
def test_a_token_says_who_is_asking(role: Role, locale: str | None) -> None:
    identity = Identity(
        company_id=IDENTITY.company_id,
        member_id=IDENTITY.member_id,
        session_id=IDENTITY.session_id,
        role=role,
        locale=locale,
    )
    assert TOKENS.read(TOKENS.issue(identity, NOW, LATER), NOW) == identity


def test_its_header_names_the_algorithm_and_the_key() -> None:
    header = jwt.get_unverified_header(TOKENS.issue(IDENTITY, NOW, LATER))
    assert header == {"alg": "EdDSA", "kid": "k", "typ": "at+jwt"}


def test_it_expires_and_begins_by_the_clock_it_is_given() -> None:
    token = TOKENS.issue(IDENTITY, NOW, LATER)
    assert TOKENS.read(token, LATER - timedelta(microseconds=1)) == IDENTITY
    assert TOKENS.read(token, NOW - LEEWAY) == IDENTITY
    for moment in (LATER, LATER + timedelta(days=1), NOW - LEEWAY - timedelta(seconds=1)):
        with pytest.raises(AccessTokenInvalid):
            TOKENS.read(token, moment)


def test_no_two_tokens_are_alike() -> None:
    assert len({TOKENS.issue(IDENTITY, NOW, LATER) for _ in range(50)}) == 50


def test_keys_rotate_and_nobody_is_logged_out() -> None:
    old = TOKENS.issue(IDENTITY, NOW, LATER)
    announced = SignedAccessTokens({"k": SEED, "next": OTHER}, HERE)
    rotated = SignedAccessTokens({"next": OTHER, "k": SEED}, HERE)
    new = rotated.issue(IDENTITY, NOW, LATER)
    for ring in (announced, rotated):
        assert [ring.read(token, NOW) for token in (old, new)] == [IDENTITY, IDENTITY]
    with pytest.raises(AccessTokenInvalid):
        SignedAccessTokens({"next": OTHER}, HERE).read(old, NOW)
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(new, NOW)


def test_another_installation_is_foreign_even_with_the_same_key() -> None:
    token = SignedAccessTokens({"k": SEED}, THERE).issue(IDENTITY, NOW, LATER)
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(token, NOW)


def test_published_keys_check_what_was_signed() -> None:
    ring = SignedAccessTokens({"next": OTHER, "k": SEED}, HERE)
    keys = jwt.PyJWKSet.from_dict({"keys": list(ring.published())})
    assert [key.key_id for key in keys.keys] == ["next", "k"]
    for issuer in (ring, TOKENS):
        token = issuer.issue(IDENTITY, NOW, LATER)
        key = keys[jwt.get_unverified_header(token)["kid"]]
        times = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        read = jwt.decode(token, key.key, ["EdDSA"], times, audience="skladsheets.api")
        assert read["cid"] == str(IDENTITY.company_id)
    told = json.dumps(list(ring.published()))
    assert all(part(seed) not in told for seed in (SEED, OTHER))
    assert all(set(key) == {"kty", "crv", "alg", "use", "kid", "x"} for key in ring.published())


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "юникод.тоже.бывает",
        unsigned("none"),
        unsigned("None"),
        unsigned("EdDSA"),
        unsigned("HS256"),
        by_public_key(PUBLIC),
        by_public_key(PUBLIC_PEM),
        by_public_key(part(PUBLIC).encode()),
        signed(OTHER),
        signed(header={"kid": "other", "typ": "at+jwt"}),
        signed(header={"typ": "at+jwt"}),
        signed(header={"kid": "k"}),
        signed(iss=THERE),
        signed(iss=...),
        signed(aud="skladsheets.vendor"),
        signed(aud=...),
        signed(exp=...),
        signed(exp="never"),
        signed(exp=True),
        signed(nbf=...),
        signed(nbf="now"),
        signed(nbf=int(LATER.timestamp())),
        signed(jti=...),
        signed(sub="not a uuid"),
        signed(cid=7),
        signed(sid=None),
        signed(role="administrator"),
        signed(role=["editor"]),
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(AccessTokenInvalid) as raised:
        TOKENS.read(token, NOW)
    assert raised.value.__context__ is None


def test_the_control_for_the_refusals_above_is_accepted() -> None:
    assert TOKENS.read(signed(), NOW) == IDENTITY


@given(st.data())
def test_a_changed_character_is_noticed(data: st.DataObject) -> None:
    token = TOKENS.issue(IDENTITY, NOW, LATER)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCabc012-_."))
    changed = token[:place] + letter + token[place + 1 :]
    # The last letter of the signature carries bits that base64 leaves unused.
    if changed == token or place == len(token) - 1:
        return
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(changed, NOW)


@given(st.text(max_size=200))
def test_any_text_is_refused_in_the_same_way(text: str) -> None:
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(text, NOW)


def test_rings_that_are_none() -> None:
    for ring in ({}, {"k": b"short"}, {"k": SEED, "old": SEED * 2}):
        with pytest.raises(ValueError, match="32 bytes"):
            SignedAccessTokens(ring, HERE)


def test_a_ring_is_read_in_its_order() -> None:
    one, two = (base64.b64encode(seed).decode() for seed in (SEED, OTHER))
    assert list(parse_session_keys(f"new:{one}, old:{two}").items()) == [("new", SEED), ("old", OTHER)]
    for wrong in (f"new:{one},new:{two}", f":{one}", "new:%"):
        with pytest.raises(ValueError, match=r".+"):
            parse_session_keys(wrong)


def test_what_was_read_before_is_still_looked_at_for_its_time() -> None:
    token = TOKENS.issue(IDENTITY, NOW, LATER)
    assert TOKENS.read(token, NOW) == TOKENS.read(token, NOW) == IDENTITY
    for moment in (LATER, NOW - 2 * LEEWAY):
        with pytest.raises(AccessTokenInvalid):
            TOKENS.read(token, moment)
    body, _, signature = token.rpartition(".")
    with pytest.raises(AccessTokenInvalid):
        TOKENS.read(f"{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}", NOW)


def test_only_so_many_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.vault.access_tokens.REMEMBERED", 3)
    few = SignedAccessTokens({"k": SEED}, HERE)
    tokens = [few.issue(IDENTITY, NOW, LATER) for _ in range(9)]
    assert [few.read(token, NOW) for token in (*tokens, *tokens)] == [IDENTITY] * 18
