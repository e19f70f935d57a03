"""Shapes: msgspec structs that hold only those fields of a MoySklad object which the columns need.

Everything else in the JSON is skipped by the decoder without becoming a Python object. A path is a tuple of steps; a
step that ends with `[]` is a list, and what follows it is said of each of its elements.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec

from domain.exports.columns import Column, Computed, Level
from domain.exports.exporter import Lines
from domain.shared.cells import CellKind

Path = tuple[str, ...]
Getter = Callable[[Any], Any]

LIST = "[]"
LINE_SUM_FIELDS = {"quantity": CellKind.NUMBER, "price": CellKind.NUMBER, "discount": CellKind.NUMBER}
"""What the sum of a line is worked out from."""

_DECIMAL: Any = Decimal | None
_TYPES: dict[CellKind, Any] = {
    CellKind.TEXT: str | None,
    CellKind.LINK: str | None,
    CellKind.DATE: str | None,
    CellKind.DATE_TIME: str | None,
    CellKind.MONEY: int | float | None,
    CellKind.NUMBER: _DECIMAL,
    CellKind.INTEGER: int | float | None,
    CellKind.BOOLEAN: bool | None,
    CellKind.LIST: Any,
}


class AttributeValue(msgspec.Struct, gc=False):
    """One filled custom attribute of an object; its value is decoded only when a column wants it."""

    id: str
    value: msgspec.Raw = msgspec.Raw(b"null")


class Shape:
    """The fields of one object that are wanted: leaves with their kind, and objects with shapes of their own.

    `many` says that there is a list of such objects. `cls` is the struct, once it has been made.
    """

    def __init__(self, *, many: bool = False) -> None:
        self.leaves: dict[str, Any] = {}
        self.objects: dict[str, Shape] = {}
        self.many = many
        self.cls: type[msgspec.Struct] | None = None

    def want(self, path: Path, kind: CellKind) -> None:
        """Adds a field. Raises ValueError when the path crosses a field that is wanted as a plain value."""
        step, *rest = path
        name, many = bare(step), step.endswith(LIST)
        if rest:
            if name in self.leaves:
                raise ValueError(name)
            self.objects.setdefault(name, Shape(many=many)).want(tuple(rest), kind)
        elif name in self.objects:
            raise ValueError(name)
        else:
            self._want_leaf(name, list[Any] | None if many else _TYPES[kind])

    def _want_leaf(self, name: str, kind: Any) -> None:
        """What several want of a field is read as a decimal as soon as one of them does: it is good for the others."""
        if self.leaves.get(name) != _DECIMAL:
            self.leaves[name] = kind

    def want_link(self, path: Path) -> None:
        """Adds what tells whether the object at `path` is only a link, and where the link leads."""
        self.want((*path, "id"), CellKind.TEXT)
        self.want((*path, "meta", "href"), CellKind.TEXT)

    def at(self, path: Path) -> "Shape":
        """The shape of the object at `path`."""
        shape = self
        for step in path:
            shape = shape.objects[bare(step)]
        return shape

    def merge(self, other: "Shape") -> None:
        """Wants whatever the other shape wants."""
        for name, kind in other.leaves.items():
            self._want_leaf(name, kind)
        for name, shape in other.objects.items():
            self.objects.setdefault(name, Shape(many=shape.many)).merge(shape)

    def struct(self, name: str, required: Iterable[str] = (), *, attributes: bool = False) -> type[msgspec.Struct]:
        """The struct of this shape. Fields are None when absent, but for the `required` ones, which are texts."""
        must = tuple(required)
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [(one, str) for one in must]
        fields += [(leaf, kind, None) for leaf, kind in self.leaves.items() if leaf not in must]
        for one, shape in self.objects.items():
            inner: Any = shape.struct(f"{name}_{one}")
            fields.append((one, list[inner] | None if shape.many else inner | None, None))
        if attributes:
            fields.append(("attributes", list[AttributeValue] | None, None))
        self.cls = msgspec.defstruct(name, fields, gc=False)
        return self.cls


def bare(step: str) -> str:
    """The field's name in a step."""
    return step.removesuffix(LIST)


def path_of(dotted: str) -> Path:
    """`agent.name` as ("agent", "name"); the empty path of an empty text."""
    return tuple(dotted.split(".")) if dotted else ()


def prefix_of(column: Column, lines: Lines | None) -> Path:
    """Where the column's own path begins: at the object, at each of its lines, or at the elements it picks from."""
    start = () if column.level is Level.OBJECT or lines is None else path_of(lines.rows_path)
    return start if column.pick is None else (*start, *path_of(f"{column.pick.path}{LIST}"))


def want_column(shape: Shape, column: Column, lines: Lines | None) -> None:
    """Adds what the column needs of a row."""
    prefix = prefix_of(column, lines)
    if column.pick is not None:
        shape.want((*prefix, *path_of(column.pick.by)), CellKind.TEXT)
    if column.computed in {Computed.LINE_SUM, Computed.LINE_SUMS}:
        for field, kind in LINE_SUM_FIELDS.items():
            shape.want((*prefix, field), kind)
    for part in column.parts:
        want_column(shape, part, lines)
    if column.path:
        shape.want((*prefix, *path_of(column.path)), column.kind)
    for link in links_of(column, lines):
        shape.want_link(link)


def want_size(shape: Shape, lines: Lines) -> None:
    """Adds how many lines there are in all, where they are a collection, and its elements in any case."""
    if lines.nested:
        shape.want((*path_of(lines.path), "meta", "size"), CellKind.INTEGER)
    shape.want((*path_of(lines.rows_path), "id"), CellKind.TEXT)


def links_of(column: Column, lines: Lines | None) -> list[Path]:
    """Paths of the links that may have to be followed for the column, the outermost first.

    A step that turns out to be a plain object, like `rate` in `rate.currency`, bears no `meta` and is never followed.
    """
    found: list[Path] = []
    for part in column.parts:
        found += links_of(part, lines)
    if column.reference is not None:
        prefix, steps = prefix_of(column, lines), path_of(column.reference)
        found += [(*prefix, *steps[: length + 1]) for length in range(len(steps))]
    return found


def getter(path: Path) -> Getter:
    """Reads the value at `path`, None as soon as a step is missing. Through lists it reads a list of what is there."""
    head: Getter = attrgetter(bare(path[0]))
    rest = path[1:]
    if not path[0].endswith(LIST):
        return head if not rest else _through(head, getter(rest))
    return head if not rest else _through_each(head, getter(rest))


def _through(head: Getter, tail: Getter) -> Getter:
    def get(row: Any) -> Any:
        inner = head(row)
        return None if inner is None else tail(inner)

    return get


def _through_each(head: Getter, tail: Getter) -> Getter:
    def get(row: Any) -> Any:
        inner = head(row)
        return None if inner is None else [tail(one) for one in inner]

    return get
