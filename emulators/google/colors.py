"""Colours as the API keeps and answers them.

A component is one of 256 steps and comes back as a 32-bit float; a component of zero is left out, and so is an alpha
that says nothing. Every colour is told twice, as `somethingColor` and as `somethingColorStyle.rgbColor`, whichever of
them was written; a theme's colour has only the style (recorded answers; reference of CellFormat and ColorStyle).
"""

import re
import struct
from typing import Any

from emulators.google.masks import Paths

_NAME = re.compile(r"(?:^c|.C)olor(?:Style)?$")


def settled(value: Any) -> Any:
    """The same formats or properties with their colours as they will be answered."""
    if isinstance(value, list):
        return [settled(item) for item in value]
    if not isinstance(value, dict):
        return value
    body: dict[str, Any] = {}
    for name, inner in value.items():
        if _NAME.search(name) is None or not isinstance(inner, dict):
            body[name] = settled(inner)
        elif name.endswith("Style"):
            body.pop(_plain(name), None)
            if "rgbColor" in inner:
                body[_plain(name)] = _steps(inner["rgbColor"])
                body[name] = {"rgbColor": _steps(inner["rgbColor"])}
            else:
                body[name] = inner
        elif name + "Style" not in value:
            body |= {name: _steps(inner), name + "Style": {"rgbColor": _steps(inner)}}
    return body


def both(paths: Paths) -> Paths:
    """A write mask that names a colour, or part of it, names both of its forms whole."""
    found: dict[tuple[str, ...], None] = {}
    for path in paths:
        place = next((place for place, name in enumerate(path) if _NAME.search(name)), None)
        if place is None:
            found[path] = None
            continue
        name = _plain(path[place])
        found |= dict.fromkeys([(*path[:place], name), (*path[:place], name + "Style")])
    return tuple(found)


def _plain(name: str) -> str:
    return name.removesuffix("Style")


def _steps(color: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, share in color.items():
        step = int(min(1.0, max(0.0, share)) * 255)
        if name == "alpha":
            body |= {} if step == 255 else {name: share}
        elif step:
            body[name] = 1 if step == 255 else _single(step / 255)
    return body


def _single(value: float) -> float:
    """The shortest decimal that is the same 32-bit float."""
    bits = struct.pack("<f", value)
    (exact,) = struct.unpack("<f", bits)
    return next(short for digits in range(1, 10) if struct.pack("<f", short := float(f"{exact:.{digits}g}")) == bits)
