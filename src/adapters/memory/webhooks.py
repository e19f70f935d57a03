"""Webhooks kept in memory."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from adapters.memory.rows import require_system
from adapters.memory.store import (
    DeliveryCount,
    MemoryStore,
    StoredCall,
    StoredMark,
    StoredRegistrations,
    StoredWatch,
)
from application.webhooks.ports import Arrival, Kept, ListeningExport, Receipt, StoredDelivery
from domain.exports.changes import ChangeMark
from domain.shared.identities import CompanyId, ConfigId
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.registration import Registration
from domain.webhooks.watch import ExportWatch


class MemoryChangeMarks:
    """See application.exports.mark_ports.ChangeMarks."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.change_marks

    async def put(
        self, company_id: CompanyId, config_ids: Sequence[ConfigId], objects: Mapping[str, bool], version: UUID
    ) -> None:
        """See the port."""
        for config_id in config_ids:
            for object_id, deleted in objects.items():
                self._rows.put(StoredMark(company_id, config_id, ChangeMark(object_id, version, deleted)))

    async def of(self, company_id: CompanyId, config_id: ConfigId) -> list[ChangeMark]:
        """See the port."""
        own = (company_id, config_id)
        found = [row.mark for row in self._rows.all() if (row.company_id, row.config_id) == own]
        return sorted(found, key=lambda mark: mark.object_id)

    async def take(self, company_id: CompanyId, config_id: ConfigId, marks: Sequence[ChangeMark]) -> int:
        """See the port."""
        taken = 0
        for mark in marks:
            row = self._rows.find((config_id, mark.object_id))
            if row is not None and row.company_id == company_id and row.mark.version == mark.version:
                taken += self._rows.remove((config_id, mark.object_id))
        return taken


class MemoryDeliveries:
    """See application.webhooks.ports.Deliveries."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.webhook_deliveries

    async def keep(self, arrivals: Sequence[Arrival], now: datetime) -> list[Kept]:
        """See the port."""
        require_system()
        return [self._keep(arrival, now) for arrival in arrivals]

    def _keep(self, arrival: Arrival, now: datetime) -> Kept:
        company_id = self._store.endpoint_digests.get(arrival.token_digest)
        if company_id is None:
            return Kept(Receipt.UNKNOWN, None)
        if arrival.body is None:
            return Kept(Receipt.MALFORMED, company_id)
        if self._rows.find((company_id, arrival.request_key)) is not None:
            return Kept(Receipt.REPEATED, company_id)
        self._rows.put(StoredCall(company_id, arrival.request_key, now, arrival.body, None, arrival.origin))
        return Kept(Receipt.KEPT, company_id)

    async def waiting(self, limit: int) -> list[StoredDelivery]:
        """See the port."""
        require_system()
        found = sorted((row for row in self._rows.all() if row.interpreted_at is None), key=lambda row: row.received_at)
        told = []
        for row in found[:limit]:
            company = self._store.companies.find(row.company_id)
            if company is not None:
                told.append(
                    StoredDelivery(
                        company.id,
                        company.account_id,
                        company.active,
                        row.request_key,
                        row.received_at,
                        row.body,
                        row.origin,
                    )
                )
        return told

    async def interpreted(self, deliveries: Sequence[StoredDelivery], now: datetime) -> None:
        """See the port."""
        for delivery in deliveries:
            row = self._rows.find((delivery.company_id, delivery.request_key))
            if row is not None:
                self._rows.put(row._replace(interpreted_at=now, body=b"", origin=None))

    async def prune(self, interpreted_before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.interpreted_at is not None and row.interpreted_at <= interpreted_before)


class MemoryDeliveryCounts:
    """See application.webhooks.ports.DeliveryCounts."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.webhook_counts

    async def add(self, day: date, counts: Mapping[tuple[CompanyId, str], int]) -> None:
        """See the port."""
        for (company_id, kind), count in counts.items():
            known = self._rows.find((company_id, day, kind))
            self._rows.put(DeliveryCount(company_id, day, kind, count + (known.number if known else 0)))

    async def of(self, company_id: CompanyId, day: date) -> dict[str, int]:
        """See the port."""
        own = (company_id, day)
        return {row.kind: row.number for row in self._rows.all() if (row.company_id, row.day) == own}

    async def prune(self, before: date) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.day < before)


class MemoryWebhookEndpoints:
    """See application.webhooks.ports.WebhookEndpoints."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.webhook_endpoints

    async def get(self, company_id: CompanyId) -> WebhookEndpoint | None:
        """See the port."""
        found = self._rows.find(company_id)
        if found is not None:
            found.last_delivery_at = self._store.last_deliveries.get(company_id)
        return found

    async def put(self, endpoint: WebhookEndpoint) -> None:
        """See the port."""
        self._rows.put(endpoint)
        self._store.endpoint_digests[endpoint.token_digest] = endpoint.company_id
        self._store.tend_due[endpoint.company_id] = endpoint.tend_due_at

    async def delivered(self, company_ids: Sequence[CompanyId], now: datetime) -> None:
        """See the port."""
        require_system()
        self._store.last_deliveries.update(dict.fromkeys(company_ids, now))

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        require_system()
        due = sorted((moment, one) for one, moment in self._store.tend_due.items() if moment and moment <= now)
        claimed = [company_id for _, company_id in due[:limit]]
        self._store.tend_due.update(dict.fromkeys(claimed, until))
        return claimed


class MemoryWebhookRegistrations:
    """See application.webhooks.ports.WebhookRegistrations."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.webhook_registrations

    async def all(self, company_id: CompanyId) -> list[Registration]:
        """See the port."""
        found = self._rows.find(company_id)
        return [] if found is None else sorted(found.registrations, key=lambda one: one.subject)

    async def replace(self, company_id: CompanyId, registrations: Sequence[Registration]) -> None:
        """See the port."""
        self._rows.put(StoredRegistrations(company_id, tuple(registrations)))


class MemoryExportWatches:
    """See application.webhooks.ports.ExportWatches."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.export_watches

    async def listening(self, company_ids: Sequence[CompanyId], *, all_of_them: bool = False) -> list[ListeningExport]:
        """See the port."""
        found = [
            ListeningExport(config.company_id, config.id, config.exporter_key, config.name, config.on_change)
            for config in self._store.export_configs.all()
            if config.company_id in company_ids and (config.on_change or all_of_them)
        ]
        return sorted(found, key=lambda one: one.config_id)

    async def get(self, company_id: CompanyId, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportWatch]:
        """See the port."""
        found = [self._rows.find(config_id) for config_id in sorted(config_ids)]
        return {
            row.watch.config_id: row.watch for row in found if row is not None and row.watch.company_id == company_id
        }

    async def put(self, watch: ExportWatch, due_at: datetime | None) -> None:
        """See the port."""
        self._rows.put(StoredWatch(watch, due_at))

    async def due(self, now: datetime, limit: int) -> list[ExportWatch]:
        """See the port."""
        require_system()
        found = [(row.due_at, row.watch.config_id, row.watch) for row in self._rows.all() if row.due_at is not None]
        return [watch for due_at, _, watch in sorted(found, key=lambda one: one[:2]) if due_at <= now][:limit]


class MemoryReceiverBeats:
    """See application.webhooks.ports.ReceiverBeats."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.export_watches

    async def beat(self, now: datetime) -> datetime | None:
        """See the port."""
        require_system()
        last, self._store.receiver_alive_at = self._store.receiver_alive_at, now
        return last

    async def hurry(self, now: datetime, within: timedelta) -> int:
        """See the port."""
        require_system()
        hurried = 0
        for row in self._rows.all():
            if row.watch.follows:
                row.watch.hurry()
                row.watch.wait(now + within * (row.watch.company_id.int % 16 / 16))
                self._rows.put(StoredWatch(row.watch, row.watch.not_before))
                hurried += 1
        return hurried


class MemoryWebhookViews:
    """See application.webhooks.ports.WebhookViews."""

    def __init__(self, store: MemoryStore) -> None:
        self._tasks = store.export_tasks

    async def unannounced(self, company_id: CompanyId, since: datetime) -> int:
        """See the port."""
        own = [task for task in self._tasks.all() if task.company_id == company_id and task.ended_at is not None]
        return sum(task.counts.unannounced for task in own if task.ended_at is not None and task.ended_at >= since)
