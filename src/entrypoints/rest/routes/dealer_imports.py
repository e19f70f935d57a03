"""Dealers from a list that somebody keeps in a spreadsheet."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, Reference, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromQuery, QueryParameter

from application.bus import Application
from application.dealers.commands.import_dealers import ImportDealers
from application.dealers.import_report import ImportReport, LeftOut, LineOutcome, LineReport
from application.tenants.ports import Identity
from domain.dealers.imported import Cell
from domain.dealers.naming import Named
from domain.shared.errors import Detail
from domain.shared.identities import DealerId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.description import files
from entrypoints.rest.idempotency import ONCE_AGAIN
from entrypoints.rest.problems import language
from entrypoints.rest.tabular.dealer_lists import HEADINGS, Tongue, example, read_dealers
from entrypoints.rest.tabular.refusals import TableEmpty
from entrypoints.rest.tabular.separated import write_separated
from entrypoints.rest.tabular.workbooks import write_workbook
from entrypoints.rest.words import Wording, Words

_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OUTCOMES = {
    LineOutcome.CREATED: ("создан", "created"),
    LineOutcome.CHANGED: ("изменён", "changed"),
    LineOutcome.UNCHANGED: ("без изменений", "unchanged"),
    LineOutcome.REFUSED: ("отклонён", "refused"),
}
_COLUMNS = (
    ("Строка", "Row"),
    ("Название", "Name"),
    ("Итог", "Outcome"),
    ("Что изменилось", "What changed"),
    ("Причина", "Reason"),
    ("Что сделать", "What to do"),
    ("Предупреждения", "Warnings"),
    ("Дилер", "Dealer"),
)

DryRun = Annotated[bool, QueryParameter(name="dryRun", description="Report what would become of it; change nothing.")]


class ReportForm(StrEnum):
    """In which form the report is handed out."""

    JSON = "json"
    CSV = "csv"


class ExampleForm(StrEnum):
    """In which form the example is handed out."""

    CSV = "csv"
    XLSX = "xlsx"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What may have been meant."""

    id: UUID
    name: str
    code: str
    inn: str


class ImportedWarning(msgspec.Struct, frozen=True, kw_only=True):
    """What was left out of a line that was taken in, and why, in the caller's language."""

    code: str
    title: str
    detail: str
    words: Words
    details: dict[str, Detail]
    candidates: list[Candidate]


class ImportedLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`row` counts as the spreadsheet does. `changed` names what is new. A refused line says why, and what to do."""

    row: int
    name: str
    outcome: LineOutcome
    dealer_id: DealerId | None
    changed: list[str]
    code: str | None
    title: str | None
    detail: str | None
    words: Words | None
    details: dict[str, Detail]
    warnings: list[ImportedWarning]


class DealerImport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of the list. `unknownColumns` are headings of columns that were passed over."""

    dry_run: bool
    created: int
    changed: int
    unchanged: int
    refused: int
    warnings: int
    unknown_columns: list[str]
    lines: list[ImportedLine]


@dataclass
class _Upload(Operation):
    """Litestar cannot know what a body is that is read by hand."""

    request_body: RequestBody | Reference | None = field(
        default_factory=lambda: RequestBody(
            description="CSV or XLSX, as it is or as the only file of a form; 1 MB and 2,000 lines at the most.",
            required=True,
            content={
                _CSV: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)),
                _XLSX: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)),
                "multipart/form-data": OpenAPIMediaType(
                    schema=Schema(
                        type=OpenAPIType.OBJECT,
                        properties={"file": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)},
                        required=["file"],
                    )
                ),
            },
        )
    )


@post(
    "/dealers/import",
    summary="Take in dealers from a list",
    status_code=200,
    opt={**ONCE_AGAIN, **files(_CSV)},
    operation_class=_Upload,
    request_class=Request,
)
async def import_dealers(
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    dry_run: DryRun = False,
    form: FromQuery[ReportForm] = ReportForm.JSON,
) -> Response[Any]:
    """Dealers are found by their names, whatever their case and spaces, and changed, or made. Each line is taken in as
    a whole or not at all, whatever becomes of the others; the same list twice changes nothing. Empty cells leave things
    as they are, a `-` takes them away. Several names in a cell are separated by semicolons or lines.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    lines, unknown = await asyncio.to_thread(read_dealers, await _body(request))
    command = ImportDealers(company_id=identity.company_id, lines=lines, dry_run=dry_run)
    report = _shown(request, await application.execute(command), unknown, wording)
    if form is ReportForm.JSON:
        return Response(report)
    headers = {"Content-Disposition": "attachment; filename=dealers-report.csv"}
    rows = _table(request, report, wording)
    return Response(write_separated(rows), media_type=f"{_CSV}; charset=utf-8", headers=headers)


@get("/dealers/import/example", summary="An example of such a list", media_type=_CSV, opt=files(_XLSX))
async def get_example(
    identity: NamedDependency[Identity],
    tongue: Annotated[Tongue, QueryParameter(name="language")] = Tongue.RU,
    form: FromQuery[ExampleForm] = ExampleForm.CSV,
) -> Response[bytes]:
    """With every column, and two dealers, as they are taken in."""
    identity.require(Permission.READ)
    headers = {"Content-Disposition": f"attachment; filename=dealers-{tongue.value}.{form.value}"}
    if form is ExampleForm.XLSX:
        return Response(await asyncio.to_thread(write_workbook, example(tongue)), media_type=_XLSX, headers=headers)
    return Response(write_separated(example(tongue)), media_type=f"{_CSV}; charset=utf-8", headers=headers)


async def _body(request: Request[Any, Any, Any]) -> bytes:
    """The file. Raises TableEmpty."""
    if request.content_type[0] != "multipart/form-data":
        return await request.body()
    parts = (await request.form()).values()
    file = next((part for part in parts if isinstance(part, UploadFile)), None)
    if file is None:
        raise TableEmpty
    return await file.read()


def _shown(
    request: Request[Any, Any, Any], report: ImportReport, unknown: tuple[str, ...], wording: Wording
) -> DealerImport:
    outcomes = [line.outcome for line in report.lines]
    return DealerImport(
        dry_run=report.dry_run,
        created=outcomes.count(LineOutcome.CREATED),
        changed=outcomes.count(LineOutcome.CHANGED),
        unchanged=outcomes.count(LineOutcome.UNCHANGED),
        refused=outcomes.count(LineOutcome.REFUSED),
        warnings=sum(len(line.warnings) for line in report.lines),
        unknown_columns=list(unknown),
        lines=[_line(request, line, wording) for line in report.lines],
    )


def _line(request: Request[Any, Any, Any], line: LineReport, wording: Wording) -> ImportedLine:
    words = None if line.code is None else wording(line.code, line.details)
    text = None if words is None else language(request, words)
    return ImportedLine(
        row=line.row,
        name=line.name,
        outcome=line.outcome,
        dealer_id=line.dealer_id,
        changed=list(line.changed),
        code=line.code,
        title=None if text is None else text.title,
        detail=None if text is None else text.action,
        words=words,
        details=line.details,
        warnings=[_warning(request, one, wording) for one in line.warnings],
    )


def _warning(request: Request[Any, Any, Any], one: LeftOut, wording: Wording) -> ImportedWarning:
    words = wording(one.code, one.details)
    text = language(request, words)
    candidates = [_candidate(named) for named in one.candidates]
    return ImportedWarning(
        code=one.code, title=text.title, detail=text.action, words=words, details=one.details, candidates=candidates
    )


def _candidate(named: Named) -> Candidate:
    return Candidate(id=named.id, name=named.name, code=named.code, inn=named.inn)


def _table(request: Request[Any, Any, Any], report: DealerImport, wording: Wording) -> Iterator[list[str]]:
    """One line for each line; columns that were passed over are told below."""
    sample = wording("dealers.file_empty", {})
    place = 0 if language(request, sample) == sample.ru else 1
    yield [names[place] for names in _COLUMNS]
    for line in report.lines:
        yield [
            str(line.row),
            line.name,
            _OUTCOMES[line.outcome][place],
            ", ".join(_heading(one, place) for one in line.changed),
            line.title or "",
            line.detail or "",
            "\n".join(_told(one) for one in line.warnings),
            "" if line.dealer_id is None else str(line.dealer_id),
        ]
    for column in report.unknown_columns:
        text = language(request, wording("dealers.import_column_unknown", {"column": column}))
        yield ["1", "", "", "", text.title, text.action, "", ""]


def _heading(changed: str, place: int) -> str:
    return HEADINGS[Cell(changed)][Tongue.RU if place == 0 else Tongue.EN]


def _told(warning: ImportedWarning) -> str:
    named = "; ".join(f"{one.name} ({one.inn or one.code or one.id})" for one in warning.candidates)
    return f"{warning.title}. {warning.detail}{f' → {named}' if named else ''}"


ROUTER = Router("/", route_handlers=[import_dealers, get_example], tags=["Dealers"], security=SESSION)
