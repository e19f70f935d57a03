"""Changes that somebody told us of: which objects an export still has to read because of them."""

from dataclasses import dataclass
from uuid import UUID

from domain.exports.config import ExportConfig, WriteStrategy
from domain.exports.exporter import BaseExporter
from domain.exports.filters import SAVED_FILTER
from domain.shared.errors import RuleViolated

MOST_BY_ID = 1000
"""So many objects are asked for by their ids, in ten requests at most; more of them are found by walking through what
changed, which takes about as many.
"""


class ChangesUntold(RuleViolated):
    """MoySklad tells nothing of changes to such rows, so that no run can follow them."""

    code = "exports.changes_untold"


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """One object of an export that changed. `version` is another one after each further change, so that a run takes
    away only what it has read. `deleted` says that the object was told to be gone.
    """

    object_id: str
    version: UUID
    deleted: bool = False


def require_told(exporter: BaseExporter) -> None:
    """Raises ChangesUntold for an exporter of whose changes MoySklad does not tell."""
    if not exporter.announces_changes:
        raise ChangesUntold(exporter=exporter.key)


def readable_by_id(config: ExportConfig, exporter: BaseExporter) -> bool:
    """Whether the export can be brought up to date object by object.

    Not where the table is replaced as a whole; nor where rows are found by a key of the company's own, of which the
    object changed last is shown, whichever object is told of; nor under a saved filter, which admits no ids beside it.
    """
    saved = any(one.filter_id == SAVED_FILTER.id for one in config.conditions)
    replaced = config.strategy is WriteStrategy.REPLACE
    return exporter.reads_by_id() and not (replaced or config.key_columns or saved)
