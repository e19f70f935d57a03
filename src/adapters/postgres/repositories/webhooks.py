"""Endpoints, what is registered, and what exports wait for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update

from adapters.postgres.storing import put, sealed_columns, sealed_from
from adapters.postgres.tables import export_configs, export_watches, webhook_endpoints, webhook_registrations
from adapters.postgres.transaction import connection
from application.webhooks.ports import ListeningExport
from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId, ConfigId
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.registration import Family, Registration, RegistrationState, Subject
from domain.webhooks.watch import ExportWatch

_CLAIM_DUE = text("""
    UPDATE webhook_endpoints SET tend_due_at = :until WHERE company_id IN (
        SELECT company_id FROM webhook_endpoints WHERE tend_due_at <= :now
        ORDER BY tend_due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING company_id
""")


class SqlWebhookEndpoints:
    """See application.webhooks.ports.WebhookEndpoints."""

    async def get(self, company_id: CompanyId) -> WebhookEndpoint | None:
        """See the port."""
        query = select(webhook_endpoints).where(webhook_endpoints.c.company_id == company_id).with_for_update()
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _endpoint(found)

    async def put(self, endpoint: WebhookEndpoint) -> None:
        """See the port."""
        await put(
            webhook_endpoints,
            {
                "company_id": endpoint.company_id,
                "token_digest": endpoint.token_digest,
                **sealed_columns("token", endpoint.token),
                "made_at": endpoint.made_at,
                "tend_due_at": endpoint.tend_due_at,
                "tended_at": endpoint.tended_at,
                "allowed": endpoint.allowed,
                "problem": endpoint.problem,
            },
        )

    async def delivered(self, company_ids: Sequence[CompanyId], now: datetime) -> None:
        """See the port."""
        for company_id in sorted(company_ids):
            own = webhook_endpoints.c.company_id == company_id
            await connection().execute(update(webhook_endpoints).where(own).values(last_delivery_at=now))

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        found = await connection().execute(_CLAIM_DUE, {"now": now, "until": until, "limit": limit})
        return [CompanyId(row.company_id) for row in found]


class SqlWebhookRegistrations:
    """See application.webhooks.ports.WebhookRegistrations."""

    async def all(self, company_id: CompanyId) -> list[Registration]:
        """See the port."""
        query = select(webhook_registrations).where(webhook_registrations.c.company_id == company_id)
        found = [
            Registration(Subject(Family(row.family), row.name, row.action), RegistrationState(row.state), row.problem)
            for row in await connection().execute(query)
        ]
        return sorted(found, key=lambda one: one.subject)

    async def replace(self, company_id: CompanyId, registrations: Sequence[Registration]) -> None:
        """See the port."""
        own = webhook_registrations.c.company_id == company_id
        await connection().execute(delete(webhook_registrations).where(own))
        rows = [
            {
                "company_id": company_id,
                "family": one.subject.family.value,
                "name": one.subject.name,
                "action": one.subject.action,
                "state": one.state.value,
                "problem": one.problem,
            }
            for one in registrations
        ]
        if rows:
            await connection().execute(webhook_registrations.insert(), rows)


class SqlExportWatches:
    """See application.webhooks.ports.ExportWatches."""

    async def listening(self, company_ids: Sequence[CompanyId], *, all_of_them: bool = False) -> list[ListeningExport]:
        """See the port."""
        columns = export_configs.c
        query = select(columns.company_id, columns.id, columns.exporter_key, columns.name, columns.on_change)
        query = query.where(columns.company_id.in_(company_ids)).order_by(columns.id)
        if not all_of_them:
            query = query.where(columns.on_change)
        return [
            ListeningExport(CompanyId(row.company_id), ConfigId(row.id), row.exporter_key, row.name, row.on_change)
            for row in await connection().execute(query)
        ]

    async def get(self, company_id: CompanyId, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportWatch]:
        """See the port."""
        own = (export_watches.c.company_id == company_id, export_watches.c.config_id.in_(config_ids))
        query = select(export_watches).where(*own).order_by(export_watches.c.config_id).with_for_update()
        found = (await connection().execute(query)).mappings()
        return {ConfigId(row["config_id"]): _watch(row) for row in found}

    async def put(self, watch: ExportWatch, due_at: datetime | None) -> None:
        """See the port."""
        await put(
            export_watches,
            {
                "config_id": watch.config_id,
                "company_id": watch.company_id,
                "caught_up_at": watch.caught_up_at,
                "follows": watch.follows,
                "first_at": watch.first_at,
                "last_at": watch.last_at,
                "hurried": watch.hurried,
                "scenario": watch.scenario,
                "not_before": watch.not_before,
                "origin": None if watch.origin is None else dict(watch.origin),
                "due_at": due_at,
            },
        )

    async def due(self, now: datetime, limit: int) -> list[ExportWatch]:
        """See the port."""
        query = (
            select(export_watches)
            .where(export_watches.c.due_at <= now)
            .order_by(export_watches.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_watch(row) for row in (await connection().execute(query)).mappings()]


def _endpoint(row: Mapping[Any, Any]) -> WebhookEndpoint:
    sealed: SealedSecret | None = sealed_from("token", row)
    if sealed is None:
        raise RuntimeError("an endpoint without a token")
    return WebhookEndpoint(
        company_id=CompanyId(row["company_id"]),
        token_digest=row["token_digest"],
        token=sealed,
        made_at=row["made_at"],
        tend_due_at=row["tend_due_at"],
        tended_at=row["tended_at"],
        allowed=row["allowed"],
        problem=row["problem"],
        last_delivery_at=row["last_delivery_at"],
    )


def _watch(row: Mapping[Any, Any]) -> ExportWatch:
    return ExportWatch(
        config_id=ConfigId(row["config_id"]),
        company_id=CompanyId(row["company_id"]),
        caught_up_at=row["caught_up_at"],
        follows=row["follows"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        hurried=row["hurried"],
        scenario=row["scenario"],
        not_before=row["not_before"],
        origin=row["origin"],
    )
