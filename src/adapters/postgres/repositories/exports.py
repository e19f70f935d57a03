"""Export configurations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, text

from adapters.postgres.schedule_rows import schedule_columns, schedule_from
from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import (
    change_marks,
    export_configs,
    exported_rows,
    quarantined_rows,
)
from adapters.postgres.transaction import connection
from domain.exports.columns import ChosenColumn
from domain.exports.config import ConfigNotFound, ExportConfig, WriteStrategy, compares_from, write_lock_of
from domain.exports.cursor import Cursor
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition
from domain.exports.personal import PersonalTerms
from domain.exports.removal import RemovalPolicy
from domain.exports.scheduled import Scheduled
from domain.exports.status_cell import cell_address
from domain.exports.target import OnObstacle, SheetTarget
from domain.shared.identities import CompanyId, ConfigId

_SCHEDULED = [
    export_configs.c[name]
    for name in (
        *("id", "company_id", "spreadsheet_id", "strategy", "created_at", "fresh_at"),
        *("reconcile_days", "reconciled_at"),
        *("cron", "time_zone", "next_due_at", "next_nominal_at", "spread_seconds", "misfire", "ran_at"),
        *("after_config_id", "after_always", "after_removed", "freshness_seconds"),
    )
] + [export_configs.c.cursor.is_(None).label("unread")]
_TARGET = [
    export_configs.c[name] for name in ("spreadsheet_id", "title", "tab", "sheet_id", "on_obstacle", "chosen_tab")
]
_PLAN = text("""
    UPDATE export_configs
    SET next_due_at = planned.next_due_at, next_nominal_at = planned.next_nominal_at, ran_at = planned.ran_at,
        fresh_at = planned.fresh_at
    FROM unnest(CAST(:id AS uuid[]), CAST(:next_due_at AS timestamptz[]), CAST(:next_nominal_at AS timestamptz[]),
        CAST(:ran_at AS timestamptz[]), CAST(:fresh_at AS timestamptz[]))
        AS planned (id, next_due_at, next_nominal_at, ran_at, fresh_at)
    WHERE export_configs.id = planned.id
""")
# An index answers it: ids sort by age.
_BEYOND = text("""
    SELECT asked.company_id, young.id
    FROM unnest(CAST(:company_ids AS uuid[]), CAST(:limits AS int[])) AS asked (company_id, most)
    CROSS JOIN LATERAL (
        SELECT id FROM export_configs WHERE company_id = asked.company_id ORDER BY id OFFSET asked.most LIMIT 1
    ) AS young
""")
_HOLD_LINKS = text("SELECT pg_advisory_xact_lock(hashtext('export links'), hashtext(:company))")


class SqlExportConfigs:
    """See application.exports.ports.ExportConfigs."""

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> ExportConfig:
        """See the port."""
        query = select(export_configs).where(
            export_configs.c.company_id == company_id, export_configs.c.id == config_id
        )
        found = (await connection().execute(query.with_for_update())).mappings().first()
        if found is None:
            raise ConfigNotFound(config=str(config_id))
        return _config(found)

    async def put(self, config: ExportConfig) -> None:
        """See the port."""
        target = config.target
        await put(
            export_configs,
            {
                "id": config.id,
                "company_id": config.company_id,
                "name": config.name,
                "exporter_key": config.exporter_key,
                "columns": msgspec.to_builtins(config.columns),
                "conditions": msgspec.to_builtins(config.conditions),
                "strategy": config.strategy.value,
                "key_columns": list(config.key_columns),
                "allow_empty": config.allow_empty,
                "keep_previous": config.keep_previous,
                "spreadsheet_id": target.spreadsheet_id,
                "title": target.title,
                "tab": target.tab,
                "sheet_id": target.sheet_id,
                **schedule_columns(config),
                "fresh_at": config.fresh_at,
                "header": list(config.header) if config.header is not None else None,
                "cursor": msgspec.to_builtins(config.cursor),
                "created_at": config.created_at,
                "row_mode": config.mode.value,
                "removal": config.removal.value,
                "brake_percent": config.brake_percent,
                "window_days": config.window_days,
                "reconcile_days": config.reconcile_days,
                "windowed_at": config.windowed_at,
                "reconciled_at": config.reconciled_at,
                "on_obstacle": target.on_obstacle.value,
                "chosen_tab": target.chosen,
                "run_log": config.run_log,
                "status_cell": config.status_cell.text() if config.status_cell else None,
                "status_made": config.status_made,
                "on_change": config.on_change,
                "personal": msgspec.to_builtins(config.personal),
            },
        )

    async def remove(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        for table in (exported_rows, quarantined_rows, change_marks):
            own_rows = (table.c.company_id == company_id, table.c.config_id == config_id)
            await connection().execute(delete(table).where(*own_rows))
        own = (export_configs.c.company_id == company_id, export_configs.c.id == config_id)
        if await count_deleted(delete(export_configs).where(*own)) == 0:
            raise ConfigNotFound(config=str(config_id))

    async def due(self, now: datetime, limit: int) -> list[Scheduled]:
        """See the port."""
        query = (
            select(*_SCHEDULED)
            .where(export_configs.c.next_due_at <= now)
            .order_by(export_configs.c.next_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_scheduled(row) for row in (await connection().execute(query)).mappings()]

    async def plan(self, exports: Sequence[Scheduled]) -> None:
        """See the port."""
        rows = [schedule_columns(export) | {"fresh_at": export.fresh_at} for export in exports]
        changed = ("next_due_at", "next_nominal_at", "ran_at", "fresh_at")
        planned = {name: [row[name] for row in rows] for name in changed}
        await connection().execute(_PLAN, {"id": [export.id for export in exports], **planned})

    async def links(self, company_id: CompanyId) -> dict[ConfigId, ConfigId | None]:
        """See the port."""
        await connection().execute(_HOLD_LINKS, {"company": str(company_id)})
        query = select(export_configs.c.id, export_configs.c.after_config_id)
        found = await connection().execute(query.where(export_configs.c.company_id == company_id))
        return {ConfigId(config): None if after is None else ConfigId(after) for config, after in found}

    async def targets_in(self, company_id: CompanyId, spreadsheet_id: str) -> dict[ConfigId, SheetTarget]:
        """See the port."""
        query = select(export_configs.c.id, *_TARGET).where(
            export_configs.c.company_id == company_id,
            export_configs.c.spreadsheet_id == spreadsheet_id,
            export_configs.c.sheet_id.is_not(None),
        )
        return {ConfigId(row["id"]): _target(row) for row in (await connection().execute(query)).mappings()}

    async def beyond(self, limits: Mapping[CompanyId, int]) -> dict[CompanyId, ConfigId]:
        """See the port."""
        asked = {"company_ids": list(limits), "limits": list(limits.values())}
        found = await connection().execute(_BEYOND, asked)
        return {CompanyId(company_id): ConfigId(config_id) for company_id, config_id in found}

    async def followers(self, company_id: CompanyId, config_id: ConfigId) -> list[ExportConfig]:
        """See the port."""
        query = (
            select(export_configs)
            .where(
                export_configs.c.company_id == company_id,
                export_configs.c.after_config_id == config_id,
                export_configs.c.after_removed.is_(False),
            )
            .order_by(export_configs.c.id)
            .with_for_update()
        )
        return [_config(row) for row in (await connection().execute(query)).mappings()]


def _scheduled(row: Mapping[Any, Any]) -> Scheduled:
    config_id, since = ConfigId(row["id"]), row["reconciled_at"] or row["created_at"]
    return Scheduled(
        id=config_id,
        company_id=CompanyId(row["company_id"]),
        schedule=schedule_from(row),
        write_lock=write_lock_of(config_id, row["spreadsheet_id"]),
        unread=row["unread"],
        compares_from=compares_from(WriteStrategy(row["strategy"]), row["reconcile_days"], since),
        fresh_at=row["fresh_at"],
    )


def _target(row: Mapping[Any, Any]) -> SheetTarget:
    spreadsheet_id, title, tab, sheet_id, on_obstacle, chosen = (row[column.name] for column in _TARGET)
    return SheetTarget(spreadsheet_id, title, tab, sheet_id, OnObstacle(on_obstacle), chosen)


def _config(row: Mapping[Any, Any]) -> ExportConfig:
    return ExportConfig(
        id=ConfigId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        name=row["name"],
        exporter_key=row["exporter_key"],
        columns=msgspec.convert(row["columns"], tuple[ChosenColumn, ...]),
        conditions=msgspec.convert(row["conditions"], tuple[Condition, ...]),
        strategy=WriteStrategy(row["strategy"]),
        key_columns=tuple(row["key_columns"]),
        allow_empty=row["allow_empty"],
        keep_previous=row["keep_previous"],
        target=_target(row),
        run_log=row["run_log"],
        status_cell=cell_address(row["status_cell"]) if row["status_cell"] is not None else None,
        status_made=row["status_made"],
        fresh_at=row["fresh_at"],
        schedule=schedule_from(row),
        created_at=row["created_at"],
        mode=RowMode(row["row_mode"]),
        removal=RemovalPolicy(row["removal"]),
        brake_percent=row["brake_percent"],
        window_days=row["window_days"],
        reconcile_days=row["reconcile_days"],
        windowed_at=row["windowed_at"],
        reconciled_at=row["reconciled_at"],
        header=tuple(row["header"]) if row["header"] is not None else None,
        cursor=msgspec.convert(row["cursor"], Cursor | None),
        on_change=row["on_change"],
        personal=msgspec.convert(row["personal"], PersonalTerms),
    )
