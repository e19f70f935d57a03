"""Connections to vendors, and the secrets they rest on."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.connections.google import (
    CONSENT_LIFETIME,
    EARLY_REFRESH,
    ConsentInvalid,
    ConsentRequest,
    GoogleConnection,
    GoogleDisconnected,
)
from domain.connections.moysklad import ConnectionState, MoySkladConnection, MoySkladDisconnected
from domain.connections.secrets import SealedSecret
from domain.shared.errors import ConnectionBroken, SkladSheetsError, VendorBusy
from domain.shared.identities import CompanyId, MemberId

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
COMPANY = CompanyId(uuid4())


def sealed(text: str) -> SealedSecret:
    return SealedSecret("key-1", b"nonce", text.encode())


def google() -> GoogleConnection:
    access_expires = NOW + timedelta(hours=1)
    return GoogleConnection(
        COMPANY, "1", "a@example.com", sealed("r"), sealed("a"), access_expires, ("openid",), ConnectionState.ACTIVE
    )


def test_a_moysklad_connection_works_until_the_token_is_refused() -> None:
    made = MoySkladConnection(COMPANY, sealed("one"), ConnectionState.ACTIVE)
    assert made.usable_token() == sealed("one")
    made.breaks()
    with pytest.raises(MoySkladDisconnected) as refused:
        made.usable_token()
    assert refused.value.details == {"state": "broken"}
    made.renew(sealed("two"))
    assert made.usable_token() == sealed("two")


def test_a_suspended_connection_forgets_its_token() -> None:
    made = MoySkladConnection(COMPANY, sealed("one"), ConnectionState.ACTIVE)
    made.suspend()
    made.breaks()
    assert (made.token, made.state) == (None, ConnectionState.SUSPENDED)
    with pytest.raises(MoySkladDisconnected):
        made.usable_token()


def test_an_active_connection_without_a_token_is_not_usable() -> None:
    with pytest.raises(MoySkladDisconnected):
        MoySkladConnection(COMPANY, None, ConnectionState.ACTIVE).usable_token()


def test_an_access_token_is_renewed_before_it_expires() -> None:
    made = google()
    edge = made.access_expires_at - EARLY_REFRESH
    assert made.fresh(edge - MOMENT)
    assert not made.fresh(edge)
    made.refreshed(sealed("newer"), made.access_expires_at + timedelta(hours=1))
    assert made.fresh(edge)
    assert (made.access_token, made.refresh_token) == (sealed("newer"), sealed("r"))


def test_a_revoked_grant_is_not_usable() -> None:
    made = google()
    made.require_usable()
    assert made.breaks(NOW, "grant")
    assert not made.breaks(NOW + MOMENT, "access_token")
    assert (made.broken_at, made.broken_reason) == (NOW, "grant")
    with pytest.raises(GoogleDisconnected) as refused:
        made.require_usable()
    assert isinstance(refused.value, ConnectionBroken)


def test_a_consent_request_stays_open_for_a_while() -> None:
    request = ConsentRequest(COMPANY, MemberId(uuid4()), b"digest", sealed("v"), NOW + CONSENT_LIFETIME)
    request.require_open(NOW + CONSENT_LIFETIME - MOMENT)
    with pytest.raises(ConsentInvalid):
        request.require_open(NOW + CONSENT_LIFETIME)


def test_a_sealed_secret_shows_nothing() -> None:
    assert repr(SealedSecret("key-1", b"nonce", b"cipher")) == "SealedSecret(key_id='key-1')"


def test_errors_say_their_code_and_details() -> None:
    error = VendorBusy(2.5, vendor="google", attempt=3)
    assert str(error) == "vendors.busy(vendor=google, attempt=3)"
    assert (error.retry_after, error.details) == (2.5, {"vendor": "google", "attempt": 3})
    assert str(SkladSheetsError()) == "unexpected()"
