"""What can be exported, and the company's exports."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from application.bus import Application
from application.exports.commands.change_export import ChangeExport
from application.exports.commands.change_personal_terms import ChangePersonalTerms
from application.exports.commands.create_export_config import ColumnChoice, CreateExportConfig
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.offers import ExporterView
from application.exports.personal_choice import PersonalChoice
from application.exports.queries.count_rows import CountRows, RowCount
from application.exports.queries.describe_exporter import DescribeExporter
from application.exports.queries.estimate_run import EstimateRun, RunEstimate
from application.exports.queries.get_export_config import GetExportConfig
from application.exports.queries.list_export_configs import ListExportConfigs
from application.exports.queries.list_exporters import ListExporters
from application.exports.views import ConfigView
from application.tenants.ports import Identity
from domain.exports.filters import Condition
from domain.shared.identities import ConfigId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE_AGAIN, IdempotencyKey, kept_key
from entrypoints.rest.pages import PageOf, page_of, read_cursor, read_limit
from entrypoints.rest.routes.schedules import NewSchedule, chosen
from entrypoints.rest.shortcut import SHORT
from entrypoints.rest.versions import VERSIONED, config_tag, expected, shown_config


class NewColumn(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A column of the exporter's, and a title of one's own.

    A column of one's own has an id of one's choosing, a title, and either a `constant` or an `expression` in the Common
    Expression Language over the other columns (`sum - payedSum`, `row["agent.name"]`); `kind` says how its result is
    shown: text, number, integer, money, boolean, date, date_time, link or list.
    """

    id: str
    title: str | None = None
    constant: str | None = None
    expression: str | None = None
    kind: str | None = None


class NewFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A condition. Money is in roubles, times are the company's wall clock, references are ids.

    `within` takes a period: `today`, `this_month`, `last_30_days`, `2026-01-01..2026-03-31`.
    """

    field: str
    operator: str
    value: str


class NewTarget(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """No `spreadsheet` means: create one. It is an id or a pasted address. `tab` is the tab's title.

    `onObstacle` says what becomes of a first run, or a full one, whose tab cannot be used: something else stands there,
    the table's place is protected or merged, a chart has its title, a column's title stands there twice. `refuse` fails
    the run, `next_tab` goes on in a new tab, whose title has the next free number, and never touches the old one.
    """

    spreadsheet: str | None = None
    tab: str | None = None
    on_obstacle: str = "refuse"


class NewPersonal(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How data about people is shown: `as_is`, `masked` (readable, but nobody is recognised by it), `pseudonym` (equal
    values stay equal in all exports of the company, and tell nothing else) or `left_out` (the column stays empty).

    `treatment` is for every column that the exporter tells to be `personal`; `columns` names single columns by id,
    whatever they hold, and has the last word. A column by which rows are found may be a pseudonym, not hidden.
    """

    treatment: str = "as_is"
    columns: dict[str, str] = {}


class NewExportConfig(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A new export. Without columns it has the exporter's usual ones; without a schedule it runs by hand only, and a
    `cron` is short for a schedule with that cron.

    `strategy` says how rows are written: `upsert` keeps one row for each object as it is now, `insert` adds new objects
    and never touches a row again, `append` adds a row for each change, `replace` puts all rows in place of those that
    stand there. With `keyColumns` a row is found by what stands in them, and shows the object changed last. A source
    without rows empties a replaced table only with `allowEmpty`; `keepPrevious` keeps what stood there before, for
    a run of the mode `restore`.

    `rows` says what a row stands for: `document`, `position` or `totals`. `removal` says what becomes of rows whose
    object is gone: `remove`, `mark`, `archive` or `keep`; a run that would remove more than `brakePercent` of them
    stops and asks. Recent documents of `windowDays` are read anew once a day, because sums change in silence; every
    `reconcileDays` a scheduled run compares everything. Zero means never; what is left out is as is usual.

    `runLog` is the title of a tab in the same spreadsheet in which each run that ended gets a row; several exports may
    share one. `statusCell` is the address of one cell, `H1` on the export's own tab or `'Summary'!B2` on another,
    that shows how the last run ended. It is followed wherever people move it, by a named range.

    With `onChange` a run follows within seconds when something changes in MoySklad, for exporters of whose changes it
    tells; a schedule may be had besides. `personal` says how data about people is shown.
    """

    name: str
    exporter: str
    columns: list[NewColumn] = []
    filters: list[NewFilter] = []
    rows: str | None = None
    strategy: str = "upsert"
    key_columns: list[str] = []
    allow_empty: bool = False
    keep_previous: bool = True
    removal: str | None = None
    brake_percent: int | None = None
    window_days: int | None = None
    reconcile_days: int | None = None
    target: NewTarget = msgspec.field(default_factory=NewTarget)
    run_log: str | None = None
    status_cell: str | None = None
    cron: str | None = None
    schedule: NewSchedule | None = None
    on_change: bool = False
    personal: NewPersonal | None = None


class ChangedExport(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What is left out, or null, stays as it is."""

    name: str | None = None
    on_change: bool | None = None


class NewCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What is to be counted."""

    filters: list[NewFilter] = []
    rows: str | None = None


@get("/exporters", summary="What can be exported")
async def list_exporters(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[ExporterView]:
    """Every exporter with its columns and filters, the company's custom attributes aside."""
    identity.require(Permission.READ)
    return await application.ask(ListExporters())


@get("/exporters/{key:str}", summary="An exporter with the company's own attributes")
async def describe_exporter(
    key: FromPath[str],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    dictionary: FromQuery[UUID | None] = None,
) -> ExporterView:
    """Asks MoySklad for custom attributes, price types and characteristics, and offers them as columns and filters.

    An exporter of custom dictionaries needs the `dictionary`'s id.
    """
    conditions = () if dictionary is None else (Condition("dictionary", "=", str(dictionary)),)
    return await application.ask(DescribeExporter(company_id=identity.company_id, exporter=key, conditions=conditions))


@post("/exporters/{key:str}/count", summary="How many objects conditions select", status_code=200)
async def count_rows(
    key: FromPath[str],
    data: JSONBody[NewCount],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> RowCount:
    """Checks the conditions and asks MoySklad once; also tells about how many request units reading them all takes."""
    return await application.ask(
        CountRows(company_id=identity.company_id, exporter=key, conditions=_conditions(data.filters), rows=data.rows)
    )


@post("/export-configs", summary="Describe a new export", opt=ONCE_AGAIN)
async def create_config(
    data: JSONBody[NewExportConfig],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    idempotency_key: IdempotencyKey = None,
) -> Response[ConfigView]:
    """Everything is checked first, the spreadsheet too. Nothing runs yet."""
    del idempotency_key  # it is heeded around this
    identity.require(Permission.MANAGE_EXPORTS)
    config_id = await application.execute(
        CreateExportConfig(
            company_id=identity.company_id,
            name=data.name,
            exporter=data.exporter,
            columns=tuple(
                ColumnChoice(
                    id=column.id,
                    title=column.title,
                    constant=column.constant,
                    expression=column.expression,
                    kind=column.kind,
                )
                for column in data.columns
            ),
            conditions=_conditions(data.filters),
            rows=data.rows,
            strategy=data.strategy,
            key_columns=tuple(data.key_columns),
            allow_empty=data.allow_empty,
            keep_previous=data.keep_previous,
            removal=data.removal,
            brake_percent=data.brake_percent,
            window_days=data.window_days,
            reconcile_days=data.reconcile_days,
            spreadsheet=data.target.spreadsheet,
            tab=data.target.tab,
            on_obstacle=data.target.on_obstacle,
            run_log=data.run_log,
            status_cell=data.status_cell,
            cron=data.cron,
            schedule=None if data.schedule is None else chosen(data.schedule),
            on_change=data.on_change,
            personal=_personal(data.personal or NewPersonal()),
            idempotency_key=kept_key(),
        )
    )
    view = await application.ask(GetExportConfig(company_id=identity.company_id, config_id=config_id))
    return Response(view, headers={"Location": f"/api/v1/export-configs/{config_id}", **config_tag(view)})


@get("/export-configs", summary="The company's exports", opt=SHORT)
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


@get("/export-configs/{config_id:uuid}", summary="One export", opt=SHORT)
async def get_config(
    config_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> Response[ConfigView]:
    """404 for another company's export too."""
    return await shown_config(application, identity.company_id, ConfigId(config_id))


@patch("/export-configs/{config_id:uuid}", summary="Change an export", opt=VERSIONED)
async def change_config(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    data: JSONBody[ChangedExport],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[ConfigView]:
    """Its name, and whether a run follows within seconds when something changes in MoySklad. With If-Match only if
    nobody has changed it meanwhile.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    own = ConfigId(config_id)
    await application.execute(
        ChangeExport(
            company_id=identity.company_id,
            config_id=own,
            name=data.name,
            on_change=data.on_change,
            expected=expected(request),
        )
    )
    return await shown_config(application, identity.company_id, own)


@get("/export-configs/{config_id:uuid}/estimate", summary="What reading everything will take")
async def estimate_run(
    config_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> RunEstimate:
    """Of a first run, or a full one: objects, rows, cells, request units, requests, seconds. Asks MoySklad."""
    return await application.ask(EstimateRun(company_id=identity.company_id, config_id=ConfigId(config_id)))


@put("/export-configs/{config_id:uuid}/personal", summary="Change how data about people is shown", opt=VERSIONED)
async def change_personal(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    data: JSONBody[NewPersonal],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[ConfigView]:
    """The next run writes every row anew. 409 while the export is running, or where rows that stand in the sheet could
    not be brought into line.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    config = ConfigId(config_id)
    await application.execute(
        ChangePersonalTerms(
            company_id=identity.company_id, config_id=config, personal=_personal(data), expected=expected(request)
        )
    )
    return await shown_config(application, identity.company_id, config)


@delete("/export-configs/{config_id:uuid}", summary="Remove an export", opt=VERSIONED)
async def remove_config(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> None:
    """Its history goes with it; the spreadsheet stays. With If-Match only if nobody has changed it meanwhile."""
    identity.require(Permission.MANAGE_EXPORTS)
    own, seen = ConfigId(config_id), expected(request)
    await application.execute(RemoveExportConfig(company_id=identity.company_id, config_id=own, expected=seen))


def _personal(said: NewPersonal) -> PersonalChoice:
    return PersonalChoice(treatment=said.treatment, columns=said.columns)


def _conditions(filters: list[NewFilter]) -> tuple[Condition, ...]:
    return tuple(Condition(item.field, item.operator, item.value) for item in filters)


ROUTER = Router(
    "/",
    route_handlers=[
        list_exporters,
        describe_exporter,
        count_rows,
        create_config,
        list_configs,
        get_config,
        estimate_run,
        change_config,
        change_personal,
        remove_config,
    ],
    tags=["Exports"],
    security=SESSION,
)
