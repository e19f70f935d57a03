"""Which version of an export somebody has seen."""

from collections.abc import Collection

from msgspec.structs import replace

from application.digests import request_fingerprint
from application.exports.views import ConfigView
from domain.shared.errors import PreconditionFailed

_LENGTH = 16


def version_of(view: ConfigView) -> str:
    """A digest of what people set of the export, and of nothing that runs move by themselves."""
    target = replace(view.target, spreadsheet_id=None, sheet_id=None, url=None, tab="")
    schedule = view.schedule
    if schedule is not None:
        schedule = replace(schedule, next_due_at=None, next_nominal_at=None, next_runs=[])
    return request_fingerprint(replace(view, fresh_at=None, target=target, schedule=schedule))[:_LENGTH]


def require_version(view: ConfigView | None, expected: Collection[str] | None) -> None:
    """Raises PreconditionFailed unless the export is as it was seen; None expects nothing."""
    if expected is not None and (view is None or version_of(view) not in expected):
        raise PreconditionFailed
