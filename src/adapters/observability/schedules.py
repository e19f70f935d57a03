"""Schedules, seen from outside: how late exports that have come due are found."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.observability.metrics import Metrics
from application.exports.ports import ExportConfigs
from domain.exports.config import ExportConfig
from domain.exports.scheduled import Scheduled
from domain.exports.target import SheetTarget
from domain.shared.identities import CompanyId, ConfigId


class ObservedConfigs:
    """See application.exports.ports.ExportConfigs. What is found due is dealt with in the same transaction."""

    def __init__(self, configs: ExportConfigs, metrics: Metrics) -> None:
        self._configs = configs
        self._metrics = metrics

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> ExportConfig:
        """See the port."""
        return await self._configs.get(company_id, config_id)

    async def put(self, config: ExportConfig) -> None:
        """See the port."""
        await self._configs.put(config)

    async def remove(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        await self._configs.remove(company_id, config_id)

    async def due(self, now: datetime, limit: int) -> list[Scheduled]:
        """See the port."""
        found = await self._configs.due(now, limit)
        for export in found:
            if export.next_due_at is not None:
                self._metrics.schedule_lag_seconds.observe(max((now - export.next_due_at).total_seconds(), 0.0))
        return found

    async def plan(self, exports: Sequence[Scheduled]) -> None:
        """See the port."""
        await self._configs.plan(exports)

    async def links(self, company_id: CompanyId) -> dict[ConfigId, ConfigId | None]:
        """See the port."""
        return await self._configs.links(company_id)

    async def followers(self, company_id: CompanyId, config_id: ConfigId) -> list[ExportConfig]:
        """See the port."""
        return await self._configs.followers(company_id, config_id)

    async def targets_in(self, company_id: CompanyId, spreadsheet_id: str) -> dict[ConfigId, SheetTarget]:
        """See the port."""
        return await self._configs.targets_in(company_id, spreadsheet_id)

    async def beyond(self, limits: Mapping[CompanyId, int]) -> dict[CompanyId, ConfigId]:
        """See the port."""
        return await self._configs.beyond(limits)
