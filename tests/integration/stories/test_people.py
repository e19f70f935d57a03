"""Who comes in, who is kept out, and what becomes of their connections."""

from datetime import timedelta

import pytest

from application.connections.commands.begin_google_consent import BeginGoogleConsent
from application.connections.commands.complete_google_consent import CompleteGoogleConsent
from application.connections.commands.deactivate_company import DeactivateCompany
from application.connections.commands.disconnect_google import DisconnectGoogle
from application.connections.queries.get_installation import GetInstallation
from application.connections.queries.list_connections import ListConnections
from application.delivery.commands.purge_expired import PurgeExpired
from application.digests import TokenMalformed
from application.exports.queries.get_export_config import GetExportConfig
from application.tenants.commands.refresh_session import RefreshSession
from application.tenants.commands.sign_in import SignIn
from application.tenants.commands.sign_out import SignOut
from application.tenants.queries.identify import Identify
from application.tenants.queries.who_am_i import WhoAmI
from domain.connections.google import ConsentDenied, ConsentInvalid
from domain.exports.config import ConfigNotFound
from domain.shared.errors import VendorFailed
from domain.tenants.company import CompanyInactive, CompanyNotFound
from domain.tenants.session import SESSION_LIFETIME, SessionEnded
from domain.tenants.sign_on import AccessTokenInvalid, ContextKeyInvalid, ContextKeyUsed, VendorSignatureInvalid
from tests.integration.harness.stories import APP_ID, Party, Story


async def test_an_installation_can_be_repeated_and_comes_back_after_a_removal(story: Story) -> None:
    first = await story.install("romashka")
    assert (await story.install("romashka")).id == first.id
    ask = lambda: GetInstallation(signature=story.signature(), app_id=APP_ID, account_id=first.account_id)  # noqa: E731
    assert await story.app.ask(ask()) == "SettingsRequired"
    await first.leave("Suspend")
    assert await story.app.ask(ask()) == "Suspended"
    await first.leave("Uninstall")
    with pytest.raises(CompanyNotFound):
        await story.app.ask(ask())
    assert (await story.install("romashka", token="t-2")).id == first.id
    assert await first.connections() == {"moysklad": "active", "google": "absent"}


async def test_a_signature_works_once(story: Story) -> None:
    party = await story.install("romashka")
    signature = story.signature()
    command = DeactivateCompany(signature=signature, app_id=APP_ID, account_id=party.account_id, cause="Suspend")
    await story.app.execute(command)
    with pytest.raises(VendorSignatureInvalid):
        await story.app.execute(command)
    with pytest.raises(VendorSignatureInvalid):
        await story.app.ask(GetInstallation(signature="forged", app_id=APP_ID, account_id=party.account_id))


async def test_a_context_key_opens_one_session(story: Story) -> None:
    party = await story.install("romashka")
    story.world.context_keys.let_in("key", party.visitor())
    await story.app.execute(SignIn(context_key="key"))
    with pytest.raises(ContextKeyUsed):
        await story.app.execute(SignIn(context_key="key"))
    with pytest.raises(ContextKeyInvalid):
        await story.app.execute(SignIn(context_key="never given out"))


async def test_a_context_key_is_not_used_up_when_moysklad_fails(story: Story) -> None:
    party = await story.install("romashka")
    story.world.context_keys.let_in("key", party.visitor())
    story.world.context_keys.failures.plan("exchange", VendorFailed(vendor="moysklad"))
    with pytest.raises(VendorFailed):
        await story.app.execute(SignIn(context_key="key"))
    assert (await story.app.execute(SignIn(context_key="key"))).role == "owner"


async def test_strangers_and_the_suspended_do_not_come_in(story: Story) -> None:
    party = await story.install("romashka")
    await party.leave("Suspend")
    with pytest.raises(CompanyInactive):
        await party.sign_in()
    stranger = Party(story, "stranger", party.id, APP_ID, "token")
    with pytest.raises(CompanyNotFound):
        await stranger.sign_in()


async def test_a_role_that_moysklad_took_away_is_gone_at_the_next_sign_in(story: Story) -> None:
    party = await story.install("romashka")
    await party.sign_in()
    assert party.identity is not None
    known = party.identity.member_id
    await party.sign_in(administrator=False)
    assert party.identity.member_id == known
    me = await story.app.ask(WhoAmI(company_id=party.id, member_id=known))
    assert (me.role, [str(one) for one in me.permissions]) == ("viewer", ["read"])


async def test_a_session_rotates_and_a_replayed_token_ends_it(story: Story) -> None:
    party = await story.install("romashka")
    first = await party.sign_in()
    second = await story.app.execute(RefreshSession(refresh_token=first.refresh_token))
    assert second.refresh_token != first.refresh_token
    again = await story.app.execute(RefreshSession(refresh_token=first.refresh_token))
    assert again.refresh_token == second.refresh_token, "two tabs, or an answer that got lost"
    third = await story.app.execute(RefreshSession(refresh_token=second.refresh_token))
    with pytest.raises(SessionEnded):
        await story.app.execute(RefreshSession(refresh_token=first.refresh_token))
    with pytest.raises(SessionEnded):
        await story.app.execute(RefreshSession(refresh_token=third.refresh_token))
    with pytest.raises(TokenMalformed):
        await story.app.execute(RefreshSession(refresh_token="nonsense"))


async def test_a_session_ends_by_signing_out_and_by_time(story: Story) -> None:
    party = await story.install("romashka")
    pair = await party.sign_in()
    assert party.identity is not None
    out = SignOut(company_id=party.id, session_id=party.identity.session_id)
    await story.app.execute(out)
    await story.app.execute(out)
    with pytest.raises(SessionEnded):
        await story.app.execute(RefreshSession(refresh_token=pair.refresh_token))
    pair = await party.sign_in()
    story.clock.advance(timedelta(seconds=pair.expires_in))
    with pytest.raises(AccessTokenInvalid):
        await story.app.ask(Identify(access_token=pair.access_token))
    story.clock.advance(SESSION_LIFETIME)
    with pytest.raises(SessionEnded):
        await story.app.execute(RefreshSession(refresh_token=pair.refresh_token))
    assert await story.app.execute(PurgeExpired()) > 0
    with pytest.raises(SessionEnded):
        await story.app.execute(RefreshSession(refresh_token=pair.refresh_token))


async def test_a_session_does_not_outlive_the_installation(story: Story) -> None:
    party = await story.install("romashka")
    pair = await party.sign_in()
    await party.leave("Uninstall")
    with pytest.raises(CompanyInactive):
        await story.app.execute(RefreshSession(refresh_token=pair.refresh_token))


async def test_a_consent_is_bound_to_its_state_and_works_once(story: Story) -> None:
    party = await story.install("romashka")
    await party.sign_in()
    state, code = await _agreed(story, party)
    for wrong in (state[:-1] + "x", f"{'0' * 32}.{state.split('.')[1]}", ""):
        with pytest.raises(ConsentInvalid):
            await story.app.execute(CompleteGoogleConsent(state=wrong, code=code))
    await story.app.execute(CompleteGoogleConsent(state=state, code=code))
    with pytest.raises(ConsentInvalid):
        await story.app.execute(CompleteGoogleConsent(state=state, code=code))


async def test_a_refusal_an_old_consent_and_another_issuer_connect_nothing(story: Story) -> None:
    party = await story.install("romashka")
    await party.sign_in()
    state, _ = await _agreed(story, party)
    with pytest.raises(ConsentDenied):
        await story.app.execute(CompleteGoogleConsent(state=state, error="access_denied"))
    state, code = await _agreed(story, party)
    with pytest.raises(ConsentInvalid):
        await story.app.execute(CompleteGoogleConsent(state=state, code=code, issuer="https://evil.example"))
    state, code = await _agreed(story, party)
    story.clock.advance(timedelta(minutes=15))
    with pytest.raises(ConsentInvalid):
        await story.app.execute(CompleteGoogleConsent(state=state, code=code))
    assert await party.connections() == {"moysklad": "active", "google": "absent"}


async def test_two_companies_on_one_google_account_part_without_harm(story: Story) -> None:
    romashka, vasilek = await story.party("romashka"), await story.install("vasilek")
    await vasilek.sign_in()
    await vasilek.connect_google(subject="google-romashka")
    consent = story.world.consent
    await story.app.execute(DisconnectGoogle(company_id=romashka.id))
    assert consent.revoked == []
    vasilek.fill(1)
    config = await vasilek.create()
    assert (await vasilek.run(config)).state == "finished"
    await story.app.execute(DisconnectGoogle(company_id=vasilek.id))
    assert len(consent.revoked) == 1
    await story.app.execute(DisconnectGoogle(company_id=vasilek.id))
    assert len(consent.revoked) == 1
    assert [await party.connections() for party in (romashka, vasilek)] == [
        {"moysklad": "active", "google": "absent"}
    ] * 2


async def test_google_is_forgotten_here_even_when_it_cannot_be_told(story: Story, romashka: Party) -> None:
    story.world.consent.failures.plan("revoke", VendorFailed(vendor="google"))
    with pytest.raises(VendorFailed):
        await story.app.execute(DisconnectGoogle(company_id=romashka.id))
    assert (await romashka.connections())["google"] == "absent"


async def test_companies_see_nothing_of_each_other(story: Story, romashka: Party) -> None:
    vasilek = await story.party("vasilek")
    config = await romashka.create()
    with pytest.raises(ConfigNotFound):
        await story.app.ask(GetExportConfig(company_id=vasilek.id, config_id=config))
    google = {view.vendor: view.account for view in await story.app.ask(ListConnections(company_id=vasilek.id))}
    assert google["google"] == "owner@vasilek.example"
    assert await vasilek.tasks() == []


async def _agreed(story: Story, party: Party) -> tuple[str, str]:
    assert party.identity is not None
    begun = await story.app.execute(BeginGoogleConsent(company_id=party.id, member_id=party.identity.member_id))
    code = story.world.consent.approve(begun.authorization_url)
    return begun.authorization_url.split("state=")[1].split("&")[0], code
