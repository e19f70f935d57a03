"""A company's webhooks are made those that its exports, rules and notices need."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from application.connections.ports import MoySkladConnections, MoySkladKey, Urgency, Vault
from application.connections.vendor_access import MoySkladAccess
from application.connections.webhooks_command import TendWebhooks, tend_webhooks
from application.digests import digest
from application.messages import Outcome
from application.ports import Clock, Ids, Locks, Outbox, Transaction
from application.webhooks.event_ports import Interests
from application.webhooks.following import Following
from application.webhooks.ports import (
    ExportWatches,
    RegisteredWebhooks,
    WebhookAddresses,
    WebhookEndpoints,
    WebhookRegistrations,
)
from domain.connections.moysklad import MoySkladDisconnected, MoySkladPermissionMissing, MoySkladRejected, TariffRefused
from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyInactive
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.interests import subjects
from domain.webhooks.registration import (
    AddressTooLong,
    Changes,
    FoundWebhook,
    Registration,
    RegistrationState,
    Subject,
    address,
    reconcile,
    standing,
    wanted,
)
from domain.webhooks.watch import ExportWatch, Pace

EVERY = timedelta(hours=1)
FAILED_AGAIN = timedelta(minutes=5)
_LEASE = timedelta(minutes=5)
_ROUNDS = 2
"""A webhook that is there already, though it was not when we looked, is seen at the next look."""


@dataclass(slots=True)
class _Look:
    """What a company wants, and what a look at its account has come to."""

    wishes: frozenset[Subject]
    url: str
    found: Sequence[FoundWebhook] | None = None
    healed: bool = False
    new: bool = False
    allowed: bool | None = None
    problem: str | None = None
    problems: dict[Subject, str] = field(default_factory=dict)

    def standing(self) -> tuple[Registration, ...] | None:
        """None where nobody could look."""
        return None if self.found is None else standing(self.wishes, self.url, self.found, self.problems)


class TendWebhooksHandler:
    """Looks at the registered webhooks and mends what is not as it should be: the missing are made, disabled ones
    enabled, those with an old address of ours corrected, those that nobody needs any more removed.

    That an account's tariff has no webhooks, or the app no right to them, is noted and told; exports go on without.
    After anything had to be healed everybody who follows looks for what was not told.
    """

    def __init__(
        self,
        transaction: Transaction,
        vault: Vault,
        access: MoySkladAccess,
        connections: MoySkladConnections,
        endpoints: WebhookEndpoints,
        registrations: WebhookRegistrations,
        watches: ExportWatches,
        registered: RegisteredWebhooks,
        following: Following,
        interests: Interests,
        addresses: WebhookAddresses,
        locks: Locks,
        outbox: Outbox,
        pace: Pace,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._vault = vault
        self._access = access
        self._connections = connections
        self._endpoints = endpoints
        self._registrations = registrations
        self._watches = watches
        self._registered = registered
        self._following = following
        self._interests = interests
        self._addresses = addresses
        self._locks = locks
        self._outbox = outbox
        self._pace = pace
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: TendWebhooks) -> Outcome:
        """Raises nothing that was foreseen: what could not be done is noted, and tried again later."""
        company_id = command.company_id
        async with self._locks.hold(f"webhooks:{company_id}", _LEASE):
            look = await self._prepare(company_id)
            if look is None:
                return Outcome(state="nothing to do")
            again = await self._tend(company_id, look)
            await self._note(company_id, look, again)
        return Outcome(state="tended", error=look.problem)

    async def _prepare(self, company_id: CompanyId) -> _Look | None:
        """What is wanted; None where nobody in the company follows, or followed, changes."""
        async with self._transaction(company_id):
            exports = await self._watches.listening([company_id])
            interests = await self._interests.of([company_id])
            endpoint = await self._endpoints.get(company_id)
            if endpoint is None and not exports and not interests:
                return None
            endpoint = endpoint or await self._make(company_id)
            await self._watch(company_id)
            wishes = wanted(one.exporter for one in self._following.listeners(exports))
            wishes |= subjects(one.type for one in interests)
        token = self._vault.unseal(company_id, SecretPurpose.WEBHOOK_TOKEN, endpoint.token)
        return _Look(wishes, f"{self._addresses.own}{token}")

    async def _make(self, company_id: CompanyId) -> WebhookEndpoint:
        token = self._ids.token()
        sealed: SealedSecret = self._vault.seal(company_id, SecretPurpose.WEBHOOK_TOKEN, token)
        endpoint = WebhookEndpoint(company_id, digest(token), sealed, self._clock.now())
        await self._endpoints.put(endpoint)
        return endpoint

    async def _watch(self, company_id: CompanyId) -> None:
        """Exports that follow changes are looked after, and others are not any more."""
        follows = {one.config_id: one.follows for one in await self._watches.listening([company_id], all_of_them=True)}
        known = await self._watches.get(company_id, sorted(follows))
        for config_id, wanted_now in follows.items():
            watch = known.get(config_id)
            if watch is None and wanted_now:
                watch = ExportWatch(config_id, company_id, caught_up_at=self._clock.now())
            elif watch is None or watch.follows == wanted_now:
                continue
            watch.follows = wanted_now
            await self._watches.put(watch, watch.due_at(self._pace))

    async def _tend(self, company_id: CompanyId, look: _Look) -> timedelta | None:
        """Does what can be done; answers after what time it has to be tried again, None where that is not urgent."""
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
        token = None if connection is None else connection.token
        try:
            address(self._addresses.own, look.url.removeprefix(self._addresses.own))
            key = await self._access.key(company_id, Urgency.ROUTINE)
            for _ in range(_ROUNDS):
                look.found = await self._registered.found(key)
                changes = reconcile(look.wishes, look.url, look.found, self._addresses.all)
                if changes.none:
                    break
                await self._apply(key, look, changes)
            else:
                look.found = await self._registered.found(key)
            if look.allowed is None and not look.problems:
                look.allowed = True if look.wishes else None
        except (MoySkladDisconnected, CompanyInactive, MoySkladPermissionMissing, TariffRefused, AddressTooLong) as no:
            look.problem = no.code
            if isinstance(no, TariffRefused):
                look.allowed = False
            if isinstance(no, MoySkladDisconnected) and token is not None:
                await self._access.mark_broken(company_id, token)
        except VendorBusy as busy:
            look.problem = busy.code
            return timedelta(seconds=busy.retry_after)
        except (VendorFailed, MoySkladRejected) as failed:
            look.problem = failed.code
            return FAILED_AGAIN
        return None

    async def _apply(self, key: MoySkladKey, look: _Look, changes: Changes) -> None:
        """What is refused for one subject is noted for it, and the others go on."""
        for webhook in changes.remove:
            await self._registered.remove(key, webhook)
        for webhook, subject in changes.correct:
            if await self._try(look, subject, self._registered.correct(key, webhook, look.url)):
                look.healed = True
        for subject in changes.create:
            if await self._try(look, subject, self._registered.create(key, subject, look.url)):
                look.new = True

    async def _try(self, look: _Look, subject: Subject, step: Awaitable[None]) -> bool:
        try:
            await step
        except MoySkladRejected as refused:
            look.problems[subject] = refused.code
            return False
        look.problems.pop(subject, None)
        return True

    async def _note(self, company_id: CompanyId, look: _Look, again: timedelta | None) -> None:
        now = self._clock.now()
        async with self._transaction(company_id):
            endpoint = await self._endpoints.get(company_id)
            if endpoint is None:
                return
            every = EVERY if look.wishes or look.problem is not None else None
            endpoint.tended(now, every, allowed=look.allowed, problem=look.problem)
            await self._endpoints.put(endpoint)
            if await self._came_back(company_id, look) or look.healed:
                await self._hurry(company_id)
            elif look.new:
                await self._let_look(company_id)
            if again is not None:
                await tend_webhooks(self._outbox, company_id, now + again)

    async def _came_back(self, company_id: CompanyId, look: _Look) -> bool:
        """Notes how the webhooks stand; answers whether one that could tell nothing for a while can tell again."""
        stands = look.standing()
        if stands is None:
            return False
        before = {one.subject: one.state for one in await self._registrations.all(company_id)}
        await self._registrations.replace(company_id, stands)
        silent = {RegistrationState.MISSING, RegistrationState.DISABLED}
        return any(before.get(one.subject) in silent and one.state not in silent for one in stands)

    async def _let_look(self, company_id: CompanyId) -> None:
        """Somebody looks for what happened to objects between the wish to hear of them and the webhook for it."""
        if await self._interests.of([company_id]):
            await self._interests.look(company_id, self._clock.now())

    async def _hurry(self, company_id: CompanyId) -> None:
        await self._let_look(company_id)
        exports = await self._watches.listening([company_id])
        for watch in (await self._watches.get(company_id, [one.config_id for one in exports])).values():
            watch.hurry()
            await self._watches.put(watch, watch.due_at(self._pace))
