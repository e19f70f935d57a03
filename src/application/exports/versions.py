"""Which version of an export somebody has seen."""

from collections.abc import Collection

import msgspec

from application.digests import request_fingerprint
from application.exports.views import ConfigView
from domain.shared.errors import PreconditionFailed

_LENGTH = 16
_MOVED_BY_RUNS = ("freshAt",)
_MOVED_IN_TARGET = ("spreadsheetId", "sheetId", "url", "tab")
_MOVED_IN_SCHEDULE = ("nextDueAt", "nextNominalAt", "nextRuns")


def version_of(view: ConfigView) -> str:
    """A digest of what people set of the export, and of nothing that runs move by themselves."""
    told = msgspec.to_builtins(view)
    for name in _MOVED_BY_RUNS:
        del told[name]
    for name in _MOVED_IN_TARGET:
        del told["target"][name]
    for name in _MOVED_IN_SCHEDULE if told["schedule"] is not None else ():
        del told["schedule"][name]
    return request_fingerprint(told)[:_LENGTH]


def require_version(view: ConfigView | None, expected: Collection[str] | None) -> None:
    """Raises PreconditionFailed unless the export is as it was seen; None expects nothing."""
    if expected is not None and (view is None or version_of(view) not in expected):
        raise PreconditionFailed
