"""What has the company used, day by day?"""

from datetime import date

import msgspec

from application.billing.ports import Usage
from application.billing.quotas import Quotas
from application.messages import Query
from application.ports import Transaction
from application.tenants.ports import Companies
from domain.billing.periods import period_key
from domain.shared.identities import ConfigId


class DayUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Changed rows on one day of the company's clock."""

    day: date
    rows: int


class ExportUsage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Changed rows of one export, perhaps of one that was removed since."""

    config_id: ConfigId
    rows: int


class UsageView(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger has of a month, named as in 2026-11: `rows` in all, by days that had any, and by exports, those
    with the most first.
    """

    period: str
    rows: int
    days: list[DayUsage]
    exports: list[ExportUsage]


class GetUsage(Query[UsageView], frozen=True, kw_only=True):
    """Of the month that it is, unless another `period` is named."""

    period: str | None = None


class GetUsageHandler:
    """Sums up the ledger."""

    def __init__(self, transaction: Transaction, companies: Companies, quotas: Quotas, usage: Usage) -> None:
        self._transaction = transaction
        self._companies = companies
        self._quotas = quotas
        self._usage = usage

    async def __call__(self, query: GetUsage) -> UsageView:
        """Raises PeriodInvalid or CompanyNotFound."""
        asked = None if query.period is None else period_key(query.period)
        async with self._transaction(query.company_id):
            company = await self._companies.get(query.company_id)
            period = asked or (await self._quotas.of(query.company_id))[1].key
            found = await self._usage.daily(query.company_id, period, company.time_zone)
        days: dict[date, int] = {}
        exports: dict[ConfigId, int] = {}
        for entry in found:
            days[entry.day] = days.get(entry.day, 0) + entry.rows
            exports[entry.config_id] = exports.get(entry.config_id, 0) + entry.rows
        return UsageView(
            period=period,
            rows=sum(days.values()),
            days=[DayUsage(day=day, rows=rows) for day, rows in sorted(days.items())],
            exports=[
                ExportUsage(config_id=config_id, rows=rows)
                for config_id, rows in sorted(exports.items(), key=lambda one: (-one[1], one[0]))
            ],
        )
