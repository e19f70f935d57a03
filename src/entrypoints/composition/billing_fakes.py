"""Fakes of plans and usage."""

from dishka import Provider, Scope, provide

from adapters.memory.billing import (
    MemoryBillingAccounts,
    MemoryCustomers,
    MemoryManualBilling,
    MemoryMoySkladBilling,
    MemoryUsage,
)
from adapters.memory.store import MemoryStore
from application.billing.ports import BillingAccounts, Customers, Usage
from application.billing.providers import BillingProviders
from domain.billing.grants import Offer


class BillingFakes(Provider):
    """The fakes of what Quotas asks, where nothing is sold."""

    scope = Scope.APP

    accounts = provide(MemoryBillingAccounts, provides=BillingAccounts)
    customers = provide(MemoryCustomers, provides=Customers)
    usage = provide(MemoryUsage, provides=Usage)

    @provide
    def offer(self) -> Offer:
        return Offer()

    @provide
    def providers(self, store: MemoryStore, offer: Offer) -> BillingProviders:
        return BillingProviders((MemoryMoySkladBilling(store, offer), MemoryManualBilling(store, offer)))
