"""Field masks: `sheets(properties(sheetId,title),data.rowData)`, with "." or "/" between levels and "*" for all."""

from collections.abc import Iterator
from typing import Any

Mask = dict[str, Any]
"""Names to masks of what is wanted below them; an empty mask wants everything."""

Paths = tuple[tuple[str, ...], ...]


class MaskRefused(ValueError):
    """The text is no field mask."""


def parse(text: str) -> Mask:
    """Reads a mask. Raises MaskRefused."""
    mask: Mask = {}
    rest = _parse_list(text.replace(" ", ""), 0, mask)
    if rest != len(text.replace(" ", "")):
        raise MaskRefused(text)
    return {} if "*" in mask else mask


def _parse_list(text: str, at: int, into: Mask) -> int:
    while True:
        at = _parse_item(text, at, into)
        if at < len(text) and text[at] == ",":
            at += 1
            continue
        return at


def _parse_item(text: str, at: int, into: Mask) -> int:
    start = at
    while at < len(text) and text[at] not in ".,/()":
        at += 1
    name = text[start:at]
    if not name:
        raise MaskRefused(text)
    fresh = name not in into
    below: Mask = into.setdefault(name, {})
    if at < len(text) and text[at] in "./":
        if not fresh and not below:
            below = {}
        return _parse_item(text, at + 1, below)
    if at < len(text) and text[at] == "(":
        at = _parse_list(text, at + 1, below if fresh or below else {})
        if at >= len(text) or text[at] != ")":
            raise MaskRefused(text)
        return at + 1
    into[name] = {}
    return at


def apply(mask: Mask, value: Any) -> Any:
    """What is left of a reply under the mask."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [apply(mask, item) for item in value]
    if isinstance(value, dict):
        return {name: apply(mask[name], item) for name, item in value.items() if name in mask}
    return value


def paths(text: str, root: str = "") -> Paths:
    """A write mask's paths, each a tuple of names; `root` in front, if the client put it there, is dropped."""
    return tuple(
        path[1:] if root and path[0] == root and len(path) > 1 else path for path in _walk(parse_keeping_star(text), ())
    )


def parse_keeping_star(text: str) -> Mask:
    """Like `parse`, with "*" kept as a name."""
    mask: Mask = {}
    plain = text.replace(" ", "")
    if _parse_list(plain, 0, mask) != len(plain):
        raise MaskRefused(text)
    return mask


def _walk(mask: Mask, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, below in mask.items():
        if below:
            yield from _walk(below, (*above, name))
        else:
            yield (*above, name)


def merge(target: dict[str, Any], source: dict[str, Any], wanted: Paths) -> dict[str, Any]:
    """A copy of the target with the wanted paths taken from the source; what the source lacks is reset."""
    result = dict(target)
    for path in wanted:
        if path[-1] == "*":
            names = path[:-1]
            if not names:
                return dict(source)
        else:
            names = path
        _assign(result, source, names)
    return result


def _assign(target: dict[str, Any], source: Any, names: tuple[str, ...]) -> None:
    name, below = names[0], names[1:]
    value = source.get(name) if isinstance(source, dict) else None
    if not below:
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
        return
    inner = dict(target.get(name) or {})
    _assign(inner, value if value is not None else {}, below)
    if inner:
        target[name] = inner
    else:
        target.pop(name, None)
