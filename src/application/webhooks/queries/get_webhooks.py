"""How do our webhooks stand, and what do they bring?"""

from datetime import UTC, datetime

import msgspec

from application.messages import Query
from application.ports import Clock, Transaction
from application.webhooks.ports import (
    DeliveryCounts,
    ExportWatches,
    WebhookEndpoints,
    WebhookRegistrations,
    WebhookViews,
)
from domain.shared.identities import ConfigId


class RegistrationView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A webhook that the company's exports need: `entity` with a type and an action, or `stock` with a report.

    `state` is `registered`, `disabled` or `missing`; `problem` is the code of what keeps it from being registered.
    """

    family: str
    name: str
    action: str
    state: str
    problem: str | None


class DeliveriesView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came today (UTC). `repeated` deliveries had come before, `malformed` ones had no form that we know; of the
    `events`, `foreign` ones named another account, `ignored` ones are of a kind that no export follows, `inactive` ones
    came while the app was suspended. `missed` changes were found by looking.
    """

    deliveries: int
    events: int
    repeated: int
    malformed: int
    foreign: int
    ignored: int
    inactive: int
    missed: int


class WebhooksView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`allowed` says whether the MoySklad tariff has webhooks, null as long as that is not known. `exports` follow
    changes. `problem` is the code of what went wrong when we last looked at what is registered.
    """

    allowed: bool | None
    problem: str | None
    looked_at: datetime | None
    look_again_at: datetime | None
    last_delivery_at: datetime | None
    exports: list[ConfigId]
    registrations: list[RegistrationView]
    today: DeliveriesView


class GetWebhooks(Query[WebhooksView], frozen=True, kw_only=True):
    """Of one company."""


class GetWebhooksHandler:
    """Answers from the store; MoySklad is not asked."""

    def __init__(
        self,
        transaction: Transaction,
        endpoints: WebhookEndpoints,
        registrations: WebhookRegistrations,
        counts: DeliveryCounts,
        watches: ExportWatches,
        views: WebhookViews,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._endpoints = endpoints
        self._registrations = registrations
        self._counts = counts
        self._watches = watches
        self._views = views
        self._clock = clock

    async def __call__(self, query: GetWebhooks) -> WebhooksView:
        """A company that never had an export that follows changes has nothing registered."""
        company_id, now = query.company_id, self._clock.now()
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        async with self._transaction(company_id):
            endpoint = await self._endpoints.get(company_id)
            registrations = await self._registrations.all(company_id)
            exports = await self._watches.listening([company_id])
            counts = await self._counts.of(company_id, midnight.date())
            missed = await self._views.unannounced(company_id, midnight)
        names = [name for name in DeliveriesView.__struct_fields__ if name != "missed"]
        return WebhooksView(
            allowed=None if endpoint is None else endpoint.allowed,
            problem=None if endpoint is None else endpoint.problem,
            looked_at=None if endpoint is None else endpoint.tended_at,
            look_again_at=None if endpoint is None else endpoint.tend_due_at,
            last_delivery_at=None if endpoint is None else endpoint.last_delivery_at,
            exports=[one.config_id for one in exports],
            registrations=[
                RegistrationView(
                    family=one.subject.family,
                    name=one.subject.name,
                    action=one.subject.action,
                    state=one.state,
                    problem=one.problem,
                )
                for one in registrations
            ],
            today=DeliveriesView(**{name: counts.get(name, 0) for name in names}, missed=missed),
        )
