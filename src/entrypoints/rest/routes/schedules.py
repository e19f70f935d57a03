"""When exports run by themselves, and what became of it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from application.bus import Application
from application.exports.commands.change_time_zone import ChangeTimeZone
from application.exports.commands.reschedule_export import RescheduleExport
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.queries.preview_schedule import PreviewSchedule
from application.exports.scheduling import ScheduleChoice
from application.exports.views import ConfigView, OccurrenceView, ScheduleView
from application.tenants.ports import Identity
from domain.exports.schedule import ScheduleAmbiguous
from domain.shared.identities import ConfigId, TaskId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.pages import CursorInvalid, PageOf, page_by_key, read_key, read_limit
from entrypoints.rest.problems import language
from entrypoints.rest.versions import VERSIONED, expected, shown_config
from entrypoints.rest.words import Wording, Words


class NewSchedule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """When an export runs by itself: exactly one of `cron`, `after` and `freshnessMinutes`.

    `cron` has five fields on the company's wall clock. Its runs start within `spreadSeconds` after their times, each
    export at a moment of its own that stays the same; without a number the window is five minutes, or a quarter of the
    shortest interval if that is less; 0 is none. `misfire` says what becomes of occurrences that were missed:
    `run_once` (the default) merges them into one run, `skip` lets only the newest run, and only if it is at most ten
    minutes late.

    `after` is another export of the company: this one runs when a run of that ends well, with `always` however it ends.

    `freshnessMinutes` is how old at most what the sheet shows may be; runs are timed so that they end before that.
    """

    cron: str | None = None
    spread_seconds: int | None = None
    misfire: str | None = None
    after: UUID | None = None
    always: bool = False
    freshness_minutes: int | None = None


class NewTimeZone(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An IANA name, such as `Asia/Vladivostok`."""

    time_zone: Annotated[str, msgspec.Meta(max_length=100)]


class OccurrenceAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A moment at which the export was to run by itself. Where it did not, `title` says why in the caller's language,
    and `detail` what to do; null otherwise.
    """

    nominal_at: datetime
    kind: str
    outcome: str
    task_id: TaskId | None
    reason: str | None
    title: str | None
    detail: str | None
    words: Words | None
    count: int
    last_nominal_at: datetime | None
    decided_at: datetime


class ChangedSchedule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """As for a new export; a `cron` of null, and nothing else, means: only by hand."""

    cron: str | msgspec.UnsetType | None = msgspec.UNSET
    spread_seconds: int | None = None
    misfire: str | None = None
    after: UUID | None = None
    always: bool = False
    freshness_minutes: int | None = None


def chosen(schedule: NewSchedule) -> ScheduleChoice:
    """The schedule as the application takes it."""
    return ScheduleChoice(
        cron=schedule.cron,
        spread_seconds=schedule.spread_seconds,
        misfire=schedule.misfire,
        after=None if schedule.after is None else ConfigId(schedule.after),
        always=schedule.always,
        freshness_minutes=schedule.freshness_minutes,
    )


@put("/export-configs/{config_id:uuid}/schedule", summary="Change when an export runs", opt=VERSIONED)
async def reschedule(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    data: JSONBody[ChangedSchedule],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[ConfigView]:
    """A cron, another export to follow, a freshness target; or a null cron, which means: only by hand. With If-Match
    only if nobody has changed the export meanwhile.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    own, company_id = ConfigId(config_id), identity.company_id
    await application.execute(
        RescheduleExport(company_id=company_id, config_id=own, schedule=_changed(data), expected=expected(request)),
    )
    return await shown_config(application, company_id, own)


@put("/company/time-zone", summary="Change the company's clock", status_code=204)
async def change_time_zone(
    data: JSONBody[NewTimeZone], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """Schedules go on by that clock, and sheets whose rows are kept up to date show it after the next run; runs that
    are under way begin anew. Rows that `insert` and `append` have written stay as they are.
    """
    identity.require(Permission.MANAGE_CONNECTIONS)
    await application.execute(ChangeTimeZone(company_id=identity.company_id, time_zone=data.time_zone))


@post("/schedules/preview", summary="When a schedule would run", status_code=200)
async def preview(
    data: JSONBody[NewSchedule],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    export: FromQuery[UUID | None] = None,
) -> ScheduleView:
    """Checks the schedule as saving it would, and tells the next five runs; saves nothing.

    With the id of an `export` it tells exactly when that one's runs would start; without, they start no later than
    `spreadSeconds` after what is told.
    """
    identity.require(Permission.READ)
    own = None if export is None else ConfigId(export)
    return await application.ask(PreviewSchedule(company_id=identity.company_id, schedule=chosen(data), config_id=own))


@get("/export-configs/{config_id:uuid}/occurrences", summary="What became of an export's schedule")
async def list_occurrences(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[OccurrenceAnswer]:
    """Newest first: every moment at which the export was to run by itself, for a fortnight.

    `ran` has the run that was booked, `merged` the run that serves the occurrence as well, `skipped` a reason:
    `running` (the export was, `taskId` says which run), `company_inactive`, `moysklad_unavailable`,
    `google_unavailable`, `misfire`, `superseded` (the schedule was changed first), `after_failed`, `after_removed`,
    `unreadable`, `plan_interval` (too soon for the plan), `plan_exports` (one export too many for it). After a long
    outage one entry stands for `count` occurrences, from `nominalAt` to `lastNominalAt`. Where the plan limits runs
    that follow changes, these are told as well, with the kind `change`: `postponed` with `plan_waits`, `ran` later on.
    """
    size = read_limit(limit)
    query = ListOccurrences(
        company_id=identity.company_id, config_id=ConfigId(config_id), before=_moment(read_key(cursor)), limit=size + 1
    )
    found = [_answer(request, view, wording) for view in await application.ask(query)]
    return page_by_key(found, size, lambda entry: entry.nominal_at.isoformat())


def _answer(request: Request[Any, Any, Any], view: OccurrenceView, wording: Wording) -> OccurrenceAnswer:
    words = None if view.reason is None else wording(f"occurrences.{view.reason}", {})
    text = None if words is None else language(request, words)
    return OccurrenceAnswer(
        **{name: getattr(view, name) for name in view.__struct_fields__},
        title=None if text is None else text.title,
        detail=None if text is None else text.action,
        words=words,
    )


def _changed(data: ChangedSchedule) -> ScheduleChoice | None:
    cron = None if isinstance(data.cron, msgspec.UnsetType) else data.cron
    fields = {name: getattr(data, name) for name in NewSchedule.__struct_fields__ if name != "cron"}
    schedule = NewSchedule(cron=cron, **fields)
    if schedule != NewSchedule():
        return chosen(schedule)
    if isinstance(data.cron, msgspec.UnsetType):
        raise ScheduleAmbiguous
    return None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise CursorInvalid from wrong
    if moment.tzinfo is None:
        raise CursorInvalid
    return moment


ROUTER = Router(
    "/", route_handlers=[reschedule, change_time_zone, preview, list_occurrences], tags=["Schedules"], security=SESSION
)
