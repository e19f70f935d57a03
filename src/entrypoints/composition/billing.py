"""Plans and usage over PostgreSQL, the same in every process."""

from datetime import timedelta

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.billing import (
    SqlBillingAccounts,
    SqlCustomers,
    SqlManualBilling,
    SqlMoySkladBilling,
    SqlUsage,
)
from adapters.system.calendar import CronsimCalendar
from application.billing.ports import BillingAccounts, Customers, Usage
from application.billing.providers import BillingProviders
from application.billing.zones import Zones
from domain.billing.grants import Offer
from entrypoints.settings import Settings


class LiveBilling(Provider):
    """What Quotas asks."""

    scope = Scope.APP

    accounts = provide(SqlBillingAccounts, provides=BillingAccounts)
    customers = provide(SqlCustomers, provides=Customers)
    usage = provide(SqlUsage, provides=Usage)
    zones = provide(CronsimCalendar, provides=Zones)

    @provide
    def offer(self, settings: Settings) -> Offer:
        plans = settings.plans
        return Offer(plans.tariffs, plans.usual, timedelta(days=plans.grace_days), plans.after)

    @provide
    def providers(self, offer: Offer) -> BillingProviders:
        return BillingProviders((SqlMoySkladBilling(offer), SqlManualBilling(offer)))
