"""Envelopes: secrets under data keys, data keys under the keeper's keys, and what was sealed before there were any."""

from base64 import b64decode
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from adapters.vault import data_keys
from adapters.vault.ring import LocalKeyRing
from adapters.vault.secrets import AesGcmVault
from domain.connections.secrets import SealedSecret, SecretKeyMissing, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId

OLD, NEW = bytes(range(32)), bytes(range(224, 256))
COMPANY, OTHER = CompanyId(UUID(int=1)), CompanyId(UUID(int=2))
PURPOSE = SecretPurpose.GOOGLE_REFRESH
FORMER = SealedSecret(
    "old",
    bytes.fromhex("000102030405060708090a0b"),
    b64decode("di35euWXp33/JOTjkZ0XBua4qxQh+o/J6N00Bc3c0TBUwWw0SEP5VSCJIJLXCaQ3"),
)
"""Sealed by the version before this one: the key OLD, company 1, google.refresh."""
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class Watched(LocalKeyRing):
    """A ring that counts how often it is asked."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        super().__init__(keys)
        self.wraps = self.unwraps = 0

    def wrap(self, key_id: str, data_key: bytes, context: bytes) -> bytes:
        self.wraps += 1
        return super().wrap(key_id, data_key, context)

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> bytes:
        self.unwraps += 1
        return super().unwrap(key_id, wrapped, context)


def sealed_formerly(key: bytes, key_id: str, company: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
    """As the version before this one did it."""
    nonce = b"n" * 12
    parts = (b"skladsheets.vault.1", key_id.encode(), company.bytes, purpose.value.encode())
    bound = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return SealedSecret(key_id, nonce, AESGCM(key).encrypt(nonce, secret.encode(), bound))


def test_what_the_version_before_has_sealed_still_opens() -> None:
    vault = AesGcmVault({"new": NEW, "old": OLD})
    assert vault.unseal(COMPANY, PURPOSE, FORMER) == "1//a refresh token, секрет"
    for company, purpose in ((OTHER, PURPOSE), (COMPANY, SecretPurpose.GOOGLE_ACCESS)):
        with pytest.raises(SecretUnreadable):
            vault.unseal(company, purpose, FORMER)
    with pytest.raises(SecretKeyMissing):
        AesGcmVault({"new": NEW}).unseal(COMPANY, PURPOSE, FORMER)


@given(texts)
def test_the_former_form_opens_whatever_it_holds_and_can_be_sealed_anew(secret: str) -> None:
    former = sealed_formerly(OLD, "old", COMPANY, PURPOSE, secret)
    vault = AesGcmVault({"new": NEW, "old": OLD})
    anew = vault.reseal(COMPANY, PURPOSE, former)
    assert anew.key_id == "new"
    assert anew.is_same(former)
    assert AesGcmVault({"new": NEW}).unseal(COMPANY, PURPOSE, anew) == secret


@given(texts)
def test_a_secret_sealed_anew_is_the_same_secret_and_needs_the_old_key_no_more(secret: str) -> None:
    before = AesGcmVault({"old": OLD}).seal(COMPANY, PURPOSE, secret)
    both = AesGcmVault({"new": NEW, "old": OLD})
    anew = both.reseal(COMPANY, PURPOSE, before)
    assert (anew.key_id, anew.is_same(before), anew == before) == ("new", True, False)
    assert not both.seal(COMPANY, PURPOSE, secret).is_same(before)
    assert AesGcmVault({"new": NEW}).unseal(COMPANY, PURPOSE, anew) == secret
    with pytest.raises(SecretUnreadable):
        AesGcmVault({"new": NEW}).unseal(OTHER, PURPOSE, anew)
    with pytest.raises(SecretUnreadable):
        both.reseal(OTHER, PURPOSE, before)


def test_a_data_key_that_is_kept_opens_nothing_of_another_company() -> None:
    vault = AesGcmVault({"new": NEW})
    sealed = vault.seal(COMPANY, PURPOSE, "secret")
    assert vault.unseal(COMPANY, PURPOSE, sealed) == "secret"
    with pytest.raises(SecretUnreadable):
        vault.unseal(OTHER, PURPOSE, sealed)
    mixed = vault.seal(OTHER, PURPOSE, "theirs")
    head = len(sealed.ciphertext) - len(b"secret") - 16
    with pytest.raises(SecretUnreadable):
        vault.unseal(COMPANY, PURPOSE, replace(mixed, ciphertext=sealed.ciphertext[:head] + mixed.ciphertext[head:]))


def test_the_keeper_is_asked_once_for_many_secrets_and_again_after_five_minutes() -> None:
    now, keeper = [0.0], Watched({"new": NEW})
    vault = AesGcmVault({"new": NEW}, keeper, lambda: now[0])
    sealed = [vault.seal(COMPANY, purpose, "secret") for purpose in SecretPurpose for _ in range(20)]
    for one, purpose in zip(sealed, [one for one in SecretPurpose for _ in range(20)], strict=True):
        assert vault.unseal(COMPANY, purpose, one) == "secret"
    assert (keeper.wraps, keeper.unwraps) == (1, 0)
    now[0] = data_keys.LIFETIME
    for _ in range(20):
        vault.unseal(COMPANY, SecretPurpose.MOYSKLAD_TOKEN, sealed[0])
    vault.seal(COMPANY, PURPOSE, "secret")
    assert (keeper.wraps, keeper.unwraps) == (2, 1)


def test_data_keys_of_many_companies_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_keys, "ROOM", 3)
    keeper = Watched({"new": NEW})
    vault = AesGcmVault({"new": NEW}, keeper)
    companies = [CompanyId(UUID(int=number)) for number in range(5)]
    sealed = {company: vault.seal(company, PURPOSE, "secret") for company in companies}
    for company in reversed(companies):
        assert vault.unseal(company, PURPOSE, sealed[company]) == "secret"
    assert keeper.unwraps == 2, "three were still there"


@pytest.mark.parametrize("length", [0, 1, 4, 5, 6, 7, 40, 66, 67, 80])
def test_a_cut_off_secret_is_unreadable(length: int) -> None:
    vault = AesGcmVault({"new": NEW})
    sealed = vault.seal(COMPANY, PURPOSE, "a rather long secret")
    with pytest.raises(SecretUnreadable):
        vault.unseal(COMPANY, PURPOSE, replace(sealed, ciphertext=sealed.ciphertext[:length]))


def test_the_secret_is_not_under_the_rings_key_itself() -> None:
    sealed = AesGcmVault({"new": NEW}).seal(COMPANY, PURPOSE, "secret")
    assert len(sealed.ciphertext) == 5 + 2 + (12 + 32 + 16) + (len(b"secret") + 16)
