"""Everything a cell has besides its value, kept as rectangles laid over one another.

A format put on a column of a million rows is one layer. Later layers win for the paths they name.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from emulators.google.masks import Paths, merge
from emulators.google.rect import Axis, Rect

LOOKED_BACK = 200
"""How many earlier layers a new one is compared with in search of those it makes needless."""


class Layer(NamedTuple):
    """Inside the rectangle, each of the paths has the value that `cell` gives it."""

    rect: Rect
    paths: Paths
    cell: dict[str, Any]


def added(layers: list[Layer], new: Iterable[Layer]) -> list[Layer]:
    """Earlier layers and the new ones, without those that the new ones hide wholly."""
    result = list(layers)
    for layer in new:
        if not layer.rect.height or not layer.rect.width or not layer.paths:
            continue
        head, tail = result[:-LOOKED_BACK], result[-LOOKED_BACK:]
        kept = [old for old in tail if not (layer.rect.covers(old.rect) and _names_all(layer.paths, old.paths))]
        if len(kept) != len(tail):
            result = head + kept
        result.append(layer)
    return result


def _names_all(new: Paths, old: Paths) -> bool:
    return all(any(path == above[: len(path)] or path == ("*",) for path in new) for above in old)


def at(layers: list[Layer], row: int, column: int) -> dict[str, Any]:
    """What one cell has."""
    cell: dict[str, Any] = {}
    for layer in layers:
        rect = layer.rect
        if rect.top <= row < rect.bottom and rect.left <= column < rect.right:
            cell = merge(cell, layer.cell, layer.paths)
    return cell


def runs(layers: list[Layer], column: int, top: int, bottom: int) -> list[tuple[int, int, dict[str, Any]]]:
    """The column cut into runs of rows that have the same, from `top` to `bottom`."""
    here = [x for x in layers if x.rect.left <= column < x.rect.right and x.rect.top < bottom and top < x.rect.bottom]
    if not here:
        return [(top, bottom, {})]
    cuts = {top, bottom}
    for layer in here:
        cuts.add(max(top, layer.rect.top))
        cuts.add(min(bottom, layer.rect.bottom))
    ordered = sorted(cuts)
    result: list[tuple[int, int, dict[str, Any]]] = []
    for start, end in pairwise(ordered):
        cell = at(here, start, column)
        if result and result[-1][2] == cell:
            result[-1] = (result[-1][0], end, cell)
        else:
            result.append((start, end, cell))
    return result


def inserted(layers: list[Layer], axis: Axis, place: int, count: int, *, from_before: bool) -> list[Layer]:
    """Layers after an insertion."""
    return [
        layer._replace(rect=layer.rect.after_insert(axis, place, count, from_before=from_before)) for layer in layers
    ]


def deleted(layers: list[Layer], axis: Axis, first: int, last: int) -> list[Layer]:
    """Layers after a deletion."""
    return [
        layer._replace(rect=rect)
        for layer in layers
        if (rect := layer.rect.after_delete(axis, first, last)) is not None
    ]


def permuted(
    layers: list[Layer], axis: Axis, span: tuple[int, int], moved_to: Callable[[int], int], across: Rect
) -> list[Layer]:
    """Layers after rows (or columns) of a span changed places inside `across`. One as long as the span stays."""
    first, last = span
    result: list[Layer] = []
    for layer in layers:
        start, end = layer.rect.side(axis)
        if not layer.rect.touches(across) or (start <= first and last <= end):
            result.append(layer)
            continue
        if start < first:
            result.append(layer._replace(rect=layer.rect.with_side(axis, start, first)))
        if end > last:
            result.append(layer._replace(rect=layer.rect.with_side(axis, last, end)))
        places = sorted(moved_to(place) for place in range(max(start, first), min(end, last)))
        result += [layer._replace(rect=layer.rect.with_side(axis, *run)) for run in _joined(places)]
    return result


def _joined(places: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def copied(layers: list[Layer], source: Rect, down: int, right: int) -> list[Layer]:
    """Layers inside the source, moved: what a paste of formats lays over its destination."""
    result = []
    for layer in layers:
        if not layer.rect.touches(source):
            continue
        top, bottom = max(layer.rect.top, source.top), min(layer.rect.bottom, source.bottom)
        left, end = max(layer.rect.left, source.left), min(layer.rect.right, source.right)
        result.append(layer._replace(rect=Rect(top + down, bottom + down, left + right, end + right)))
    return result
