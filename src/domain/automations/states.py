"""States of documents: whether one has just come into the state that it is in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.shared.moments import from_moscow


def seen_state(document: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """The id of the document's state, empty for none, and when the document was last changed; None where that cannot be
    told, so that nothing is noted. A state keeps its id when it is given another name.
    """
    updated = _moment(document.get("updated"))
    return None if updated is None else (_id_of(document.get("state")), updated)


def entered(
    document: Mapping[str, Any], changes: int | None, known_since: datetime, *, moved: bool = False
) -> bool | None:
    """Whether the document's state is another one than before; None for a document that nobody has seen before.

    `changes` is how often its state was seen to change if it just did, 0 where it is met for the first time. Of such a
    one it may have been told that its state `moved`; or it was made before `known_since`, so that it may have been seen
    and forgotten: that it has come into its state is then not taken for granted.
    """
    if changes is None:
        return False
    if changes or moved:
        return True
    created = _moment(document.get("created"))
    return None if created is not None and created >= known_since else False


def _id_of(state: object) -> str:
    if not isinstance(state, Mapping):
        return ""
    meta = state.get("meta")
    href = meta.get("href") if isinstance(meta, Mapping) else None
    return str(state.get("id") or str(href or "").split("?")[0].rstrip("/").rpartition("/")[2])


def _moment(stamp: object) -> datetime | None:
    try:
        return from_moscow(str(stamp))
    except ValueError:
        return None
