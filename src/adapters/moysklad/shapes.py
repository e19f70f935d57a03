"""Shapes: msgspec structs that hold only those fields of a MoySklad object which the columns need.

Everything else in the JSON is skipped by the decoder without becoming a Python object.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec

from domain.exports.columns import Column
from domain.shared.cells import CellKind

Path = tuple[str, ...]
Getter = Callable[[Any], Any]

_TYPES: dict[CellKind, Any] = {
    CellKind.TEXT: str | None,
    CellKind.LINK: str | None,
    CellKind.DATE_TIME: str | None,
    CellKind.MONEY: Decimal | None,
    CellKind.NUMBER: Decimal | None,
    CellKind.INTEGER: int | float | None,
    CellKind.BOOLEAN: bool | None,
}


class AttributeValue(msgspec.Struct, gc=False):
    """One filled custom attribute of an object; its value is decoded only when a column wants it."""

    id: str
    value: msgspec.Raw = msgspec.Raw(b"null")


class Shape:
    """The fields of one object that are wanted: leaves with their kind, and objects with shapes of their own."""

    def __init__(self) -> None:
        self.leaves: dict[str, CellKind] = {}
        self.objects: dict[str, Shape] = {}

    def want(self, path: Path, kind: CellKind) -> None:
        """Adds a field. Raises ValueError when the path crosses a field that is wanted as a plain value."""
        name, *rest = path
        if rest:
            if name in self.leaves:
                raise ValueError(name)
            self.objects.setdefault(name, Shape()).want(tuple(rest), kind)
        elif name in self.objects:
            raise ValueError(name)
        else:
            self.leaves[name] = kind

    def want_link(self, path: Path) -> None:
        """Adds what tells whether the object at `path` is only a link, and where the link leads."""
        self.want((*path, "id"), CellKind.TEXT)
        self.want((*path, "meta", "href"), CellKind.TEXT)

    def at(self, path: Path) -> "Shape":
        """The shape of the object at `path`."""
        shape = self
        for name in path:
            shape = shape.objects[name]
        return shape

    def merge(self, other: "Shape") -> None:
        """Wants whatever the other shape wants."""
        self.leaves.update(other.leaves)
        for name, shape in other.objects.items():
            self.objects.setdefault(name, Shape()).merge(shape)

    def struct(self, name: str, required: Iterable[str] = (), *, attributes: bool = False) -> type[msgspec.Struct]:
        """The struct of this shape. Fields are None when absent, but for the `required` ones, which are texts."""
        must = tuple(required)
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [(one, str) for one in must]
        fields += [(leaf, _TYPES[kind], None) for leaf, kind in self.leaves.items() if leaf not in must]
        fields += [(one, shape.struct(f"{name}_{one}") | None, None) for one, shape in self.objects.items()]
        if attributes:
            fields.append(("attributes", list[AttributeValue] | None, None))
        return msgspec.defstruct(name, fields, gc=False)


def path_of(dotted: str) -> Path:
    """`agent.name` as ("agent", "name")."""
    return tuple(dotted.split("."))


def row_shape(columns: Iterable[Column]) -> Shape:
    """What the columns need of one row."""
    shape = Shape()
    for column in columns:
        if column.attribute is None:
            shape.want(path_of(column.path), column.kind)
        for link in links_of(column):
            shape.want_link(link)
    return shape


def links_of(column: Column) -> list[Path]:
    """Paths of the links that may have to be followed for the column, the outermost first.

    A step that turns out to be a plain object, like `rate` in `rate.currency`, bears no `meta` and is never followed.
    """
    if column.reference is None:
        return []
    steps = path_of(column.reference)
    return [steps[: length + 1] for length in range(len(steps))]


def getter(path: Path) -> Getter:
    """Reads the value at `path`, None as soon as a step is missing."""
    head: Getter = attrgetter(path[0])
    if len(path) == 1:
        return head
    tail = getter(path[1:])

    def get(row: Any) -> Any:
        inner = head(row)
        return None if inner is None else tail(inner)

    return get
