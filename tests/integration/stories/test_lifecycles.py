"""MoySklad's calls come late, twice, in another order, and while we crash: in the end everything is as it says.

`TRACES=1000 make test ARGS='-k lifecycles'` tries so many lives instead of sixty.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest
from dishka import Scope

from application.connections.commands.activate_company import ActivateCompany
from application.connections.commands.deactivate_company import DeactivateCompany
from application.connections.commands.note_permissions import NotePermissions
from application.connections.installing import Installing
from application.connections.ports import Vault
from application.connections.vendor_access import MoySkladAccess
from domain.connections.installation import Installation, InstallationAwaited, ToldInstallation, VendorStatus
from domain.connections.secrets import SecretPurpose
from domain.tenants.sign_on import VendorSignatureInvalid
from domain.tenants.subscription import Subscription
from tests.integration.harness.stories import APP_ID, Story, command_of
from tests.integration.harness.thoroughness import so_many

TRACES = so_many("TRACES", 60, 1000)
OTHER_APP = uuid5(APP_ID, "a version in moderation")
ACCOUNT = uuid5(APP_ID, "account")
STEPS = 12
MINUTES = timedelta(minutes=1)
Call = ActivateCompany | DeactivateCompany | NotePermissions


class Crashed(Exception):
    """We were killed in the middle of it."""


@contextmanager
def crashes(moysklad: "MoySklad", monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Now and then nothing comes of what is stored: before it is written, or before it is committed. And what MoySklad
    says of itself may be old by the time it is heard.
    """
    chance, vendor = moysklad.chance, moysklad.story.world.vendor
    follow = Installing.follow

    async def stumbling(self: Installing, installation: Installation, account_name: str | None = None) -> None:
        when = chance.random()
        if when < 0.07:
            raise Crashed
        await follow(self, installation, account_name)
        if when < 0.14:
            raise Crashed

    told = vendor.told

    async def slowly(app_id: UUID, account_id: UUID, now: datetime) -> ToldInstallation | None:
        answer = await told(app_id, account_id, now)
        if chance.random() < 0.3:
            moysklad.heard()
            await moysklad.carry_out(*moysklad.act())
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(Installing, "follow", stumbling)
        patched.setattr(vendor, "told", slowly)
        yield


@dataclass
class App:
    """How one app really stands at the account."""

    app_id: UUID
    told: ToldInstallation | None = None
    token: str | None = None
    activated: int = 0


@dataclass
class MoySklad:
    """The vendor, its network, and what somebody does at the account."""

    story: Story
    chance: random.Random
    apps: list[App] = field(default_factory=lambda: [App(APP_ID), App(OTHER_APP)])
    delayed: list[Call] = field(default_factory=list)
    renewals: list[tuple[App, Call]] = field(default_factory=list)
    number: int = 0

    def act(self) -> tuple[App, str]:
        """Something that is possible now."""
        app = self.chance.choices(self.apps, (4, 1))[0]
        if app.told is None or app.told.status is VendorStatus.DEACTIVATION_FAILED:
            return app, "Install"
        if app.told.status is VendorStatus.ACTIVATION_FAILED:
            return app, app.told.cause
        if app.told.status in {VendorStatus.ACTIVATED, VendorStatus.SETTINGS_REQUIRED}:
            return app, self.chance.choice(("Suspend", "Uninstall", "TariffChanged", "TariffChanged", "Permissions"))
        return app, self.chance.choice(("Resume", "Uninstall", "TariffChanged"))

    async def carry_out(self, app: App, cause: str) -> None:
        self.number += 1
        self.story.clock.advance(timedelta(seconds=1))
        if cause in {"Install", "Resume"}:
            await self._activate(app, cause)
        elif cause in {"Suspend", "Uninstall"}:
            app.token = None
            self._stands(app, VendorStatus.DEACTIVATING, cause)
            if await self._insist(self._call(app, cause)) is None:
                self._stands(app, VendorStatus.DEACTIVATION_FAILED, cause)
            elif cause == "Uninstall":
                app.told = None
                self._publish()
            else:
                self._stands(app, VendorStatus.SUSPENDED, cause)
        else:
            if cause == "TariffChanged":
                self._stands(app, app.told.status if app.told else None, cause, self._subscription())
            self.renewals.append((app, self._call(app, cause)))

    async def _activate(self, app: App, cause: str) -> None:
        app.token, app.activated = f"token-{self.number}", self.number
        self._stands(app, VendorStatus.ACTIVATING, cause, self._subscription())
        answer = await self._insist(self._call(app, cause))
        if isinstance(answer, VendorStatus):
            self._stands(app, answer, cause)
        else:
            app.token = None
            self._stands(app, VendorStatus.ACTIVATION_FAILED, cause)

    async def _insist(self, call: Call) -> object:
        """The call and its repetitions until it is answered, for three minutes; sometimes none comes through."""
        luckless = self.chance.random() < 0.15
        for _ in range(18):
            signed = self._signed(call)
            fate = self.chance.random() * (0.3 if luckless else 1.0)
            if fate < 0.15:
                self.delayed.append(signed)
            elif fate > 0.3:
                answer = await self._deliver(signed)
                if answer is not None and fate > 0.4:
                    return answer
            self.story.clock.advance(timedelta(seconds=10))
        return None

    async def stray(self) -> None:
        """What was under way arrives, in any order; renewals are repeated until they are answered, for a day."""
        self.chance.shuffle(self.delayed)
        while self.delayed and self.chance.random() < 0.6:
            await self._deliver(self.delayed.pop())
        for one in list(self.renewals):
            if self.chance.random() < 0.5 and await self._deliver(self._signed(one[1])) is not None:
                if self.chance.random() < 0.3:
                    await self._deliver(self._signed(one[1]))
                self.renewals.remove(one)

    async def _deliver(self, call: Call) -> object:
        """The answer, True for an empty one; None for what MoySklad repeats a call after, or hears too late."""
        try:
            return await self.story.app.execute(call) or True
        except (Crashed, InstallationAwaited, VendorSignatureInvalid):
            return None

    def _call(self, app: App, cause: str) -> Call:
        common = {"signature": "", "app_id": app.app_id, "account_id": ACCOUNT, "request_id": f"request-{self.number}"}
        if cause in {"Suspend", "Uninstall"}:
            return DeactivateCompany(cause=cause, **common)
        if cause == "Permissions":
            return NotePermissions(permissions=f"[{self.number}]", **common)
        return ActivateCompany(
            account_name="romashka",
            cause=cause,
            access_token=app.token if cause in {"Install", "Resume"} else None,
            subscription=app.told.subscription if app.told else None,
            **common,
        )

    def _signed(self, call: Call) -> Call:
        now = self.story.clock.now()
        signature = self.story.world.signatures.sign(call.app_id, now + 5 * MINUTES, now)
        fields = {name: getattr(call, name) for name in call.__struct_fields__}
        return type(call)(**{**fields, "signature": signature})

    def _subscription(self) -> Subscription:
        return Subscription(f"tariff-{self.number}")

    def _stands(
        self, app: App, status: VendorStatus | None, cause: str, subscription: Subscription | None = None
    ) -> None:
        known = app.told.subscription if app.told else None
        app.told = ToldInstallation(status, cause, subscription or known)
        self._publish()

    def _publish(self) -> None:
        for app in self.apps:
            self.story.world.vendor.standing[app.app_id, ACCOUNT] = app.told

    def heard(self) -> None:
        """What we have reported since."""
        for app in self.apps:
            app.told = self.story.world.vendor.standing[app.app_id, ACCOUNT]


async def live(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    story = await Story.begin()
    moysklad = MoySklad(story, chance)
    with crashes(moysklad, monkeypatch):
        for _ in range(STEPS):
            await moysklad.carry_out(*moysklad.act())
            story.clock.advance(chance.choice((timedelta(), timedelta(seconds=20), 3 * MINUTES, 90 * MINUTES)))
            await moysklad.stray()
            if chance.random() < 0.4:
                await work(story)
            moysklad.heard()
    while moysklad.renewals or moysklad.delayed:
        await moysklad.stray()
    for _ in range(4):
        story.clock.advance(20 * MINUTES)
        await work(story)
    for _ in range(3):
        await use(story, moysklad)
    await check(story, moysklad)
    await story.world.container.close()


async def use(story: Story, moysklad: MoySklad) -> None:
    """An export uses the token. Where nothing has reached us of its end, MoySklad refuses it."""
    for company in list(story.world.store.companies._rows.values()):
        connection = story.world.store.moysklad_connections._rows.get(company.id)
        if connection is None or connection.token is None:
            continue
        vault = await story.world.container.get(Vault)
        token = vault.unseal(company.id, SecretPurpose.MOYSKLAD_TOKEN, connection.token)
        if token not in {app.token for app in moysklad.apps}:
            async with story.world.container(scope=Scope.REQUEST) as scope:
                await (await scope.get(MoySkladAccess)).mark_broken(company.id, connection.token)
    story.clock.advance(20 * MINUTES)
    await work(story)


async def work(story: Story) -> None:
    """Workers that are killed carry messages out once more."""
    messages = await story.relay()

    for message in messages:
        for _ in range(20):
            try:
                await story.app.execute(command_of(message))
            except Crashed:
                continue
            break


async def check(story: Story, moysklad: MoySklad) -> None:
    moysklad.heard()
    (company,) = story.world.store.companies._rows.values()
    installations = {one.app_id: one for one in story.world.store.installations._rows.values()}
    vault = await story.world.container.get(Vault)
    connection = story.world.store.moysklad_connections._rows.get(company.id)
    holders = [one.app_id for one in installations.values() if connection and one.token == connection.token]
    in_use = holders[0] if holders and connection and connection.token else None
    for app in moysklad.apps:
        used = app.told is not None and app.told.status in {VendorStatus.ACTIVATED, VendorStatus.SETTINGS_REQUIRED}
        known = installations.get(app.app_id)
        if known is None:
            assert not used
            continue
        if known.active and not used and known.app_id != in_use:
            continue  # nothing of its end has reached us, and nobody has used its token since
        assert known.unsure_since is None, app
        assert known.active is used, app
        assert (known.token is not None) is used
        if used:
            assert known.token is not None
            assert vault.unseal(company.id, SecretPurpose.MOYSKLAD_TOKEN, known.token) == app.token
            assert known.subscription == (app.told.subscription if app.told else None)
    active = [app for app in moysklad.apps if installations.get(app.app_id) and installations[app.app_id].active]
    assert company.active is bool(active)
    if not active:
        assert connection is None or connection.token is None
        return
    newest = max(active, key=lambda app: app.activated)
    assert connection is not None
    assert connection.token == installations[newest.app_id].token
    assert company.subscription == (newest.told.subscription if newest.told else None)


@pytest.mark.timeout(180 + TRACES // 2)
async def test_lifecycles_end_as_moysklad_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(TRACES):
        try:
            await live(seed, monkeypatch)
        except BaseException as wrong:
            raise AssertionError(f"life {seed}") from wrong
