"""Protected ranges: who may edit them, and what of them a caller is shown."""

from typing import Any

from emulators.google.rect import Rect, from_grid_range
from emulators.google.requests.actor import Actor


def may_edit(item: dict[str, Any], actor: Actor) -> bool:
    """Whether the protection lets the caller through: the owner always, editors by name, writers past a warning."""
    if actor.owner:
        return True
    if not actor.writer:
        return False
    editors = item.get("editors", {})
    return bool(item.get("warningOnly")) or actor.email in editors.get("users", []) or _of_the_domain(editors, actor)


def _of_the_domain(editors: dict[str, Any], actor: Actor) -> bool:
    """Everybody of the domain of one of the editors, when the protection says so."""
    domains = {user.partition("@")[2] for user in editors.get("users", [])}
    return bool(editors.get("domainUsersCanEdit")) and actor.email.partition("@")[2] in domains


def shown(item: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """ProtectedRange as that caller reads it. As in all of the API's answers, a false truth value is left out; editors
    are told only to those who may edit (reference of ProtectedRange).
    """
    body = {name: value for name, value in item.items() if name != "requestingUserCanEdit"}
    if may_edit(item, actor):
        return {**body, "requestingUserCanEdit": True}
    body.pop("editors", None)
    return body


def hinders(item: dict[str, Any], rect: Rect) -> bool:
    """Whether a cell of the rectangle is protected: inside the range and in none of its unprotected parts."""
    area = from_grid_range(item["range"])
    if not area.touches(rect):
        return False
    left = [rect.common(area)]
    for hole in map(from_grid_range, item.get("unprotectedRanges", [])):
        left = [part for one in left for part in one.without(hole)]
    return bool(left)
