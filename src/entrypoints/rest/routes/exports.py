"""What can be exported, and the company's exports."""

from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from application.bus import Application
from application.exports.commands.create_export_config import ColumnChoice, CreateExportConfig
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.commands.reschedule_export import RescheduleExport
from application.exports.offers import ExporterView
from application.exports.queries.describe_exporter import DescribeExporter
from application.exports.queries.get_export_config import GetExportConfig
from application.exports.queries.list_export_configs import ListExportConfigs
from application.exports.queries.list_exporters import ListExporters
from application.exports.views import ConfigView
from application.tenants.ports import Identity
from domain.exports.filters import Condition
from domain.shared.identities import ConfigId
from domain.tenants.member import Permission, require
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import IdempotencyKey
from entrypoints.rest.pages import PageOf, page_of, read_cursor, read_limit


class NewColumn(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A column of the exporter's, and a title of one's own."""

    id: str
    title: str | None = None


class NewFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A condition. Money is in roubles, times are the company's wall clock, references are ids."""

    field: str
    operator: str
    value: str


class NewTarget(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """No `spreadsheet` means: create one. It is an id or a pasted address. `tab` is the tab's title."""

    spreadsheet: str | None = None
    tab: str | None = None


class NewExportConfig(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A new export. Without columns it has the exporter's usual ones; without a cron it runs by hand only."""

    name: str
    exporter: str
    columns: list[NewColumn] = []
    filters: list[NewFilter] = []
    strategy: str = "upsert"
    target: NewTarget = msgspec.field(default_factory=NewTarget)
    cron: str | None = None


class NewSchedule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Five cron fields on the company's wall clock, or null for none."""

    cron: str | None


@get("/exporters", summary="What can be exported")
async def list_exporters(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[ExporterView]:
    """Every exporter with its columns and filters, the company's custom attributes aside."""
    require(identity.role, Permission.READ)
    return await application.ask(ListExporters())


@get("/exporters/{key:str}", summary="An exporter with the company's own attributes")
async def describe_exporter(
    key: FromPath[str], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ExporterView:
    """Asks MoySklad for the custom attributes and offers them as columns."""
    return await application.ask(DescribeExporter(company_id=identity.company_id, exporter=key))


@post("/export-configs", summary="Describe a new export")
async def create_config(
    data: JSONBody[NewExportConfig],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    idempotency_key: IdempotencyKey = None,
) -> Response[ConfigView]:
    """Everything is checked first, the spreadsheet too. Nothing runs yet."""
    require(identity.role, Permission.MANAGE_EXPORTS)
    config_id = await application.execute(
        CreateExportConfig(
            company_id=identity.company_id,
            name=data.name,
            exporter=data.exporter,
            columns=tuple(ColumnChoice(id=column.id, title=column.title) for column in data.columns),
            conditions=tuple(Condition(item.field, item.operator, item.value) for item in data.filters),
            strategy=data.strategy,
            spreadsheet=data.target.spreadsheet,
            tab=data.target.tab,
            cron=data.cron,
            idempotency_key=idempotency_key,
        )
    )
    view = await application.ask(GetExportConfig(company_id=identity.company_id, config_id=config_id))
    return Response(view, headers={"Location": f"/api/v1/export-configs/{config_id}"})


@get("/export-configs", summary="The company's exports")
async def list_configs(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[ConfigView]:
    """Newest first."""
    size, before = read_limit(limit), read_cursor(cursor)
    query = ListExportConfigs(
        company_id=identity.company_id, before=None if before is None else ConfigId(before), limit=size + 1
    )
    return page_of(await application.ask(query), size, lambda config: config.id)


@get("/export-configs/{config_id:uuid}", summary="One export")
async def get_config(
    config_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ConfigView:
    """404 for another company's export too."""
    return await application.ask(GetExportConfig(company_id=identity.company_id, config_id=ConfigId(config_id)))


@put("/export-configs/{config_id:uuid}/schedule", summary="Change when an export runs")
async def reschedule(
    config_id: FromPath[UUID],
    data: JSONBody[NewSchedule],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> ConfigView:
    """A null cron means: only by hand."""
    require(identity.role, Permission.MANAGE_EXPORTS)
    own = ConfigId(config_id)
    await application.execute(RescheduleExport(company_id=identity.company_id, config_id=own, cron=data.cron))
    return await application.ask(GetExportConfig(company_id=identity.company_id, config_id=own))


@delete("/export-configs/{config_id:uuid}", summary="Remove an export")
async def remove_config(
    config_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """Its history goes with it; the spreadsheet stays."""
    require(identity.role, Permission.MANAGE_EXPORTS)
    await application.execute(RemoveExportConfig(company_id=identity.company_id, config_id=ConfigId(config_id)))


ROUTER = Router(
    "/",
    route_handlers=[
        list_exporters,
        describe_exporter,
        create_config,
        list_configs,
        get_config,
        reschedule,
        remove_config,
    ],
    tags=["Exports"],
    security=SESSION,
)
