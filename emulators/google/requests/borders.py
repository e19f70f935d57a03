"""updateBorders: lines around and inside a range, as formats of its cells."""

from collections.abc import Iterator
from typing import Any

from emulators.google import colors
from emulators.google.layers import Layer
from emulators.google.rect import Rect
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, check_protection
from emulators.google.workbook import Workbook

_WIDTHS = {"DOTTED": 1, "DASHED": 1, "SOLID": 1, "SOLID_MEDIUM": 2, "SOLID_THICK": 3, "DOUBLE": 3}


def update_borders(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Sets the sides that the request names; the style NONE clears one."""
    tab, rect = area(book, body.get("range"))
    check_protection(book, tab, rect, actor)
    laid = []
    for name, border in body.items():
        if name == "range":
            continue
        for part, side in _edges(rect, name):
            path = (("userEnteredFormat", "borders", side),)
            shown = _shown(border)
            cell = {"userEnteredFormat": {"borders": {side: shown}}} if shown else {}
            laid.append(Layer(part, path, cell))
    tab.lay(laid)


def _shown(border: dict[str, Any]) -> dict[str, Any]:
    style = border.get("style", "NONE")
    if style in {"NONE", "STYLE_UNSPECIFIED"}:
        return {}
    painted = {name: border[name] for name in ("color", "colorStyle") if name in border}
    return dict(colors.settled({"style": style, "width": _WIDTHS[style], **(painted or {"color": {}})}))


def _edges(rect: Rect, name: str) -> Iterator[tuple[Rect, str]]:
    """The cells that get a border, and on which side of them it is."""
    if name == "top":
        yield rect._replace(bottom=rect.top + 1), "top"
    elif name == "bottom":
        yield rect._replace(top=rect.bottom - 1), "bottom"
    elif name == "left":
        yield rect._replace(right=rect.left + 1), "left"
    elif name == "right":
        yield rect._replace(left=rect.right - 1), "right"
    elif name == "innerHorizontal":
        yield rect._replace(bottom=rect.bottom - 1), "bottom"
        yield rect._replace(top=rect.top + 1), "top"
    elif name == "innerVertical":
        yield rect._replace(right=rect.right - 1), "right"
        yield rect._replace(left=rect.left + 1), "left"


HANDLERS = {"updateBorders": update_borders}
