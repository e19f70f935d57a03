"""Contracts of the ports that keep nothing: vault, access tokens, calendar, identities, catalogue."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.memory.catalogue import MemoryExporterCatalogue
from adapters.memory.machine import MemoryCalendar, MemoryIds
from adapters.memory.vault import MemoryAccessTokens, MemoryVault
from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.system.calendar import CronsimCalendar
from adapters.system.ids import SystemIds
from adapters.vault.access_tokens import SignedAccessTokens
from adapters.vault.secrets import AesGcmVault
from application.connections.ports import Vault
from application.exports.ports import CronCalendar, ExporterCatalogue
from application.ports import Ids
from application.tenants.ports import AccessTokens, Identity
from domain.connections.secrets import SecretPurpose, SecretUnreadable
from domain.exports.exporter import ExporterUnknown
from domain.exports.schedule import CronInvalid, TimeZoneUnknown
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role
from domain.tenants.sign_on import AccessTokenInvalid

NOW = datetime(2026, 1, 12, 6, 0, 30, tzinfo=UTC)
vaults = pytest.mark.parametrize("make", [MemoryVault, lambda: AesGcmVault({"key": secrets.token_bytes(32)})])
tokens = pytest.mark.parametrize(
    "make", [MemoryAccessTokens, lambda: SignedAccessTokens({"k": secrets.token_bytes(32)}, "https://here.example")]
)
calendars = pytest.mark.parametrize("calendar", [MemoryCalendar(), CronsimCalendar()])
idents = pytest.mark.parametrize("ids", [MemoryIds(), SystemIds()])
catalogues = pytest.mark.parametrize("catalogue", [MemoryExporterCatalogue([CustomerOrders()]), ScannedExporters()])


@vaults
def test_a_secret_is_opened_for_whom_and_what_it_was_sealed_for(make: Callable[[], Vault]) -> None:
    vault, company = make(), CompanyId(uuid4())
    one, two = (vault.seal(company, SecretPurpose.GOOGLE_ACCESS, "секрет|1") for _ in range(2))
    assert one != two
    assert vault.unseal(company, SecretPurpose.GOOGLE_ACCESS, one) == "секрет|1"
    assert "секрет|1".encode() not in one.ciphertext
    for attempt in (
        lambda: vault.unseal(CompanyId(uuid4()), SecretPurpose.GOOGLE_ACCESS, one),
        lambda: vault.unseal(company, SecretPurpose.GOOGLE_REFRESH, one),
        lambda: vault.unseal(company, SecretPurpose.GOOGLE_ACCESS, replace(one, key_id="other")),
        lambda: vault.unseal(company, SecretPurpose.GOOGLE_ACCESS, replace(one, nonce=two.nonce)),
        lambda: vault.unseal(company, SecretPurpose.GOOGLE_ACCESS, replace(one, ciphertext=b"\x00")),
    ):
        with pytest.raises(SecretUnreadable):
            attempt()


@tokens
def test_an_access_token_says_who_is_asking_until_it_expires(make: Callable[[], AccessTokens]) -> None:
    issuer = make()
    identity = Identity(
        company_id=CompanyId(uuid4()), member_id=MemberId(uuid4()), session_id=SessionId(uuid4()), role=Role.EDITOR
    )
    expires_at = NOW + timedelta(minutes=15)
    token = issuer.issue(identity, NOW, expires_at)
    assert issuer.issue(identity, NOW, expires_at) != token
    assert issuer.read(token, expires_at - timedelta(seconds=1)) == identity
    for foreign, moment in ((token, expires_at), ("", NOW), ("nonsense", NOW)):
        with pytest.raises(AccessTokenInvalid):
            issuer.read(foreign, moment)


@calendars
@pytest.mark.parametrize(
    ("cron", "zone", "due"),
    [
        ("0 9 * * *", "Europe/Moscow", datetime(2026, 1, 13, 6, tzinfo=UTC)),
        ("30 9 * * *", "Europe/Moscow", datetime(2026, 1, 12, 6, 30, tzinfo=UTC)),
        ("0 9 * * *", "Asia/Vladivostok", datetime(2026, 1, 12, 23, tzinfo=UTC)),
        ("*/5 * * * *", "Europe/Moscow", datetime(2026, 1, 12, 6, 5, tzinfo=UTC)),
        ("* * * * *", "UTC", datetime(2026, 1, 12, 6, 1, tzinfo=UTC)),
        ("0 * * * *", "Asia/Kathmandu", datetime(2026, 1, 12, 6, 15, tzinfo=UTC)),
    ],
)
def test_when_it_comes_due_next(calendar: CronCalendar, cron: str, zone: str, due: datetime) -> None:
    assert calendar.next_after(cron, zone, NOW) == due
    assert calendar.next_after(cron, zone, due) > due


@calendars
@pytest.mark.parametrize("cron", ["", "nonsense", "99 9 * * *", "0 24 * * *", "0 9 * *", "0 9 * * * *", "*/0 * * * *"])
def test_what_is_no_cron_expression(calendar: CronCalendar, cron: str) -> None:
    with pytest.raises(CronInvalid):
        calendar.next_after(cron, "Europe/Moscow", NOW)


@calendars
def test_zones_are_the_real_ones(calendar: CronCalendar) -> None:
    assert NOW.astimezone(calendar.zone("Asia/Kathmandu")).utcoffset() == timedelta(hours=5, minutes=45)
    for name in ("", "Mars/Olympus", "../etc/passwd"):
        with pytest.raises(TimeZoneUnknown):
            calendar.zone(name)
        with pytest.raises(TimeZoneUnknown):
            calendar.next_after("0 9 * * *", name, NOW)


@idents
def test_identities_sort_as_they_were_made(ids: Ids) -> None:
    made = [ids.new() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {one.version for one in made} == {7}
    told = {ids.token() for _ in range(100)}
    assert len(told) == 100
    assert {len(token) for token in told} == {43}


@catalogues
def test_exporters_are_found_by_their_keys(catalogue: ExporterCatalogue) -> None:
    assert [catalogue.get(one.key) for one in catalogue.all()] == list(catalogue.all())
    assert catalogue.get("customerorder").entity == "customerorder"
    with pytest.raises(ExporterUnknown) as refused:
        catalogue.get("x" * 99)
    assert refused.value.details["exporter"] == "x" * 50
