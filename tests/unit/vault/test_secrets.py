from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.vault.keys import KeyRingInvalid
from adapters.vault.secrets import AesGcmVault
from domain.connections.secrets import SealedSecret, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId

OLD, NEW = bytes(range(32)), bytes(range(224, 256))
COMPANY = CompanyId(UUID(int=1))
PURPOSE = SecretPurpose.GOOGLE_REFRESH
VAULT = AesGcmVault({"new": NEW, "old": OLD})

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
companies = st.uuids().map(CompanyId)
purposes = st.sampled_from(SecretPurpose)


@given(companies, purposes, texts)
def test_what_is_sealed_can_be_unsealed(company: CompanyId, purpose: SecretPurpose, secret: str) -> None:
    assert VAULT.unseal(company, purpose, VAULT.seal(company, purpose, secret)) == secret


@given(texts.filter(bool), st.data())
@settings(max_examples=200)
def test_a_changed_byte_makes_a_secret_unreadable(secret: str, data: st.DataObject) -> None:
    sealed = VAULT.seal(COMPANY, PURPOSE, secret)
    field = data.draw(st.sampled_from(["nonce", "ciphertext"]))
    held: bytes = getattr(sealed, field)
    place = data.draw(st.integers(0, len(held) - 1))
    changed = bytearray(held)
    changed[place] ^= data.draw(st.integers(1, 255))
    tampered = replace(sealed, nonce=bytes(changed)) if field == "nonce" else replace(sealed, ciphertext=bytes(changed))
    with pytest.raises(SecretUnreadable):
        VAULT.unseal(COMPANY, PURPOSE, tampered)


@given(companies, companies, purposes, purposes)
def test_a_secret_opens_only_where_it_belongs(
    company: CompanyId, other: CompanyId, purpose: SecretPurpose, another: SecretPurpose
) -> None:
    sealed = VAULT.seal(company, purpose, "secret")
    if (company, purpose) == (other, another):
        assert VAULT.unseal(other, another, sealed) == "secret"
        return
    with pytest.raises(SecretUnreadable):
        VAULT.unseal(other, another, sealed)


@given(st.binary(max_size=40), st.binary(max_size=60), st.sampled_from(["new", "old", "", "unknown"]))
def test_nonsense_is_unreadable_and_nothing_worse(nonce: bytes, ciphertext: bytes, key_id: str) -> None:
    with pytest.raises(SecretUnreadable):
        VAULT.unseal(COMPANY, PURPOSE, SealedSecret(key_id, nonce, ciphertext))


def test_two_seals_of_one_secret_differ() -> None:
    sealed = [VAULT.seal(COMPANY, PURPOSE, "secret") for _ in range(100)]
    assert len({one.nonce for one in sealed}) == len({one.ciphertext for one in sealed}) == 100


def test_old_keys_still_open_after_a_rotation() -> None:
    before = AesGcmVault({"old": OLD})
    sealed = before.seal(COMPANY, PURPOSE, "secret")
    assert VAULT.unseal(COMPANY, PURPOSE, sealed) == "secret"
    assert sealed.key_id == "old"
    assert VAULT.seal(COMPANY, PURPOSE, "secret").key_id == "new"


def test_a_key_that_was_taken_out_opens_nothing() -> None:
    sealed = AesGcmVault({"old": OLD}).seal(COMPANY, PURPOSE, "secret")
    with pytest.raises(SecretUnreadable):
        AesGcmVault({"new": NEW}).unseal(COMPANY, PURPOSE, sealed)


def test_a_key_that_took_over_an_old_ones_name_opens_nothing() -> None:
    sealed = AesGcmVault({"same": OLD}).seal(COMPANY, PURPOSE, "secret")
    with pytest.raises(SecretUnreadable):
        AesGcmVault({"same": NEW}).unseal(COMPANY, PURPOSE, sealed)


def test_a_secret_passed_off_under_another_keys_name_is_unreadable() -> None:
    twins = AesGcmVault({"a": NEW, "b": NEW})
    with pytest.raises(SecretUnreadable):
        twins.unseal(COMPANY, PURPOSE, replace(twins.seal(COMPANY, PURPOSE, "secret"), key_id="b"))


@pytest.mark.parametrize("keys", [{}, {"short": NEW[:16]}])
def test_a_ring_that_cannot_seal_is_refused(keys: dict[str, bytes]) -> None:
    with pytest.raises(KeyRingInvalid):
        AesGcmVault(keys)


def test_an_error_says_nothing_of_the_secret() -> None:
    sealed = VAULT.seal(COMPANY, PURPOSE, "very secret")
    with pytest.raises(SecretUnreadable) as raised:
        VAULT.unseal(CompanyId(UUID(int=2)), PURPOSE, sealed)
    assert raised.value.details == {}
    assert raised.value.__context__ is None
    assert "very secret" not in repr(sealed) + repr(raised.value)
