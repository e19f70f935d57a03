"""Plans and usage."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore, StoredEntry, StoredMeter, StoredWarning
from application.billing.ports import DailyRows, Entry, Mismatch, Overview
from domain.billing.grants import Account, Customer, Grant, Offer, granted_by_operator, granted_by_subscription
from domain.billing.usage import Hold, Meter
from domain.shared.identities import CompanyId, ConfigId, TaskId
from domain.tenants.company import Company
from domain.tenants.subscription import BilledBy


class MemoryBillingAccounts:
    """See application.billing.ports.BillingAccounts."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.billing_accounts

    async def get(self, company_id: CompanyId) -> Account:
        """See the port."""
        return self._rows.find(company_id) or Account(company_id)

    async def put(self, account: Account) -> None:
        """See the port."""
        self._rows.put(account)


class MemoryCustomers:
    """See application.billing.ports.Customers."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def of(self, company_ids: Sequence[CompanyId]) -> list[Customer]:
        """See the port."""
        return [self._customer(company) for company in self._store.companies.all() if company.id in company_ids]

    async def page(self, after: CompanyId | None, limit: int) -> list[Customer]:
        """See the port."""
        require_system()
        later = [company for company in self._store.companies.all() if after is None or company.id > after]
        return [self._customer(company) for company in sorted(later, key=lambda company: company.id)[:limit]]

    def _customer(self, company: Company) -> Customer:
        account = self._store.billing_accounts.find(company.id) or Account(company.id)
        return Customer(company.id, company.time_zone, company.billed_by, account)


class MemoryMoySkladBilling:
    """See application.billing.ports.BillingProvider: by the subscriptions that MoySklad has told of."""

    key = BilledBy.MOYSKLAD

    def __init__(self, store: MemoryStore, offer: Offer) -> None:
        self._store = store
        self._offer = offer

    async def grants(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Grant]:
        """See the port."""
        known = [company for company in self._store.companies.all() if company.id in company_ids]
        said = {company.id: granted_by_subscription(company.subscription, self._offer) for company in known}
        return {company_id: grant for company_id, grant in said.items() if grant is not None}


class MemoryManualBilling:
    """See application.billing.ports.BillingProvider: by what the operator has said."""

    key = BilledBy.MANUAL

    def __init__(self, store: MemoryStore, offer: Offer) -> None:
        self._accounts = store.billing_accounts
        self._offer = offer

    async def grants(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Grant]:
        """See the port."""
        found = {one: self._accounts.find(one) or Account(one) for one in company_ids}
        return {one: granted_by_operator(account, self._offer) for one, account in found.items()}


class MemoryUsage:
    """See application.billing.ports.Usage."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def reserve(self, hold: Hold, limit: int | None) -> bool:
        """See the port."""
        if self._meter(hold.company_id, hold.period).full(limit):
            return False
        self._store.usage_holds.put(hold)
        self._add(hold.company_id, hold.period, 0, hold.rows)
        return True

    async def settle(self, holds: Sequence[Hold], entry: Entry) -> Meter:
        """See the port."""
        first = holds[0]
        numbers = {(hold.task_id, hold.claim_id, hold.number) for hold in holds}
        self._give_back(lambda hold: (hold.task_id, hold.claim_id, hold.number) in numbers)
        if self._store.usage_entries.find((first.company_id, entry.key)) is None:
            self._store.usage_entries.put(StoredEntry(first.company_id, first.period, entry))
            self._add(first.company_id, first.period, entry.rows, 0)
        return self._meter(first.company_id, first.period)

    async def release(self, company_id: CompanyId, task_id: TaskId) -> None:
        """See the port."""
        self._give_back(lambda hold: hold.company_id == company_id and hold.task_id == task_id)

    async def release_dead(self, company_id: CompanyId, now: datetime) -> None:
        """See the port."""
        alive = {
            (task.id, task.claim_id)
            for task in self._store.export_tasks.all()
            if task.lease_until is not None and task.lease_until > now
        }
        self._give_back(lambda hold: hold.company_id == company_id and (hold.task_id, hold.claim_id) not in alive)

    async def meter(self, company_id: CompanyId, period: str) -> Meter:
        """See the port."""
        return self._meter(company_id, period)

    async def daily(self, company_id: CompanyId, period: str, time_zone: str) -> list[DailyRows]:
        """See the port."""
        zone, found = ZoneInfo(time_zone), Counter[tuple[date, ConfigId]]()
        for row in self._store.usage_entries.all():
            if row.company_id == company_id and row.period == period and row.entry.rows:
                found[row.entry.at.astimezone(zone).date(), row.entry.config_id] += row.entry.rows
        return [DailyRows(day, config_id, rows) for (day, config_id), rows in sorted(found.items())]

    async def warn(self, company_id: CompanyId, period: str, percent: int, now: datetime) -> bool:
        """See the port."""
        del now
        if self._store.usage_warnings.find((company_id, period, percent)) is not None:
            return False
        self._store.usage_warnings.put(StoredWarning(company_id, period, percent))
        return True

    async def overview(self, company_id: CompanyId, period: str) -> Overview:
        """See the port."""
        return Overview(self._meter(company_id, period), self._warned(company_id, period), self._mismatches(company_id))

    def _warned(self, company_id: CompanyId, period: str) -> list[int]:
        found = self._store.usage_warnings.all()
        return sorted(row.percent for row in found if row.company_id == company_id and row.period == period)

    async def forget(self, company_id: CompanyId, limit: int) -> int:
        """See the port."""
        found = self._store.usage_entries.shown_everyones(
            lambda row: row.entry.key, lambda row: row.company_id == company_id
        )
        some = set(found[:limit])
        return self._store.usage_entries.prune(lambda row: row.company_id == company_id and row.entry.key in some)

    def _mismatches(self, company_id: CompanyId) -> list[Mismatch]:
        entered: dict[str, int] = {}
        for row in self._store.usage_entries.all():
            entered[row.period] = entered.get(row.period, 0) + row.entry.rows
        metered = {row.period: row.meter.used for row in self._store.usage_meters.all() if row.company_id == company_id}
        pairs = [
            Mismatch(period, entered.get(period, 0), metered.get(period, 0))
            for period in sorted(entered.keys() | metered.keys())
        ]
        return [pair for pair in pairs if pair.ledger != pair.meter]

    def _meter(self, company_id: CompanyId, period: str) -> Meter:
        found = self._store.usage_meters.find((company_id, period))
        return Meter() if found is None else found.meter

    def _add(self, company_id: CompanyId, period: str, used: int, reserved: int) -> None:
        before = self._meter(company_id, period)
        meter = Meter(before.used + used, before.reserved + reserved)
        self._store.usage_meters.put(StoredMeter(company_id, period, meter))

    def _give_back(self, condition: Callable[[Hold], bool]) -> None:
        for hold in filter(condition, self._store.usage_holds.all()):
            self._store.usage_holds.remove((hold.task_id, hold.claim_id, hold.number))
            self._add(hold.company_id, hold.period, 0, -hold.rows)
