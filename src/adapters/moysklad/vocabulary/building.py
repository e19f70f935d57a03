"""How columns are declared: a field, a link, a part of a position."""

from dataclasses import replace

from domain.exports.columns import Column, Computed, Level
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind

DOCUMENT_CURRENCY = "rate.currency.isoCode"
"""The column that names a document's currency; the sums of a document are in it."""


def own(path: str, title: str, kind: CellKind = CellKind.TEXT, *, volatile: bool = False, currency: str = "") -> Column:
    """A field of the object itself."""
    return Column(id=path, title=title, kind=kind, path=path, volatile=volatile, currency=currency)


def of_people(kind: PersonalKind, column: Column) -> Column:
    """The column, which holds personal data of that kind."""
    return replace(column, personal=kind)


def flag(path: str, title: str) -> Column:
    """A field that is true or false."""
    return own(path, title, CellKind.BOOLEAN)


def moment(path: str, title: str) -> Column:
    """A date with time."""
    return own(path, title, CellKind.DATE_TIME)


def money(path: str, title: str, *, volatile: bool = False, currency: str = "") -> Column:
    """A sum, which MoySklad counts in kopecks."""
    return own(path, title, CellKind.MONEY, volatile=volatile, currency=currency)


def document_money(path: str, title: str, *, volatile: bool = False) -> Column:
    """A sum in the document's own currency."""
    return money(path, title, volatile=volatile, currency=DOCUMENT_CURRENCY)


def number(path: str, title: str, *, volatile: bool = False) -> Column:
    """A number, whole or not."""
    return own(path, title, CellKind.NUMBER, volatile=volatile)


def integer(path: str, title: str, *, volatile: bool = False) -> Column:
    """A whole number."""
    return own(path, title, CellKind.INTEGER, volatile=volatile)


def several(path: str, title: str, reference: str | None = None) -> Column:
    """The values of a list, joined; `path` has a step that ends with `[]`. Links are `reference`, with its `[]`."""
    return Column(id=path.replace("[]", ""), title=title, kind=CellKind.LIST, path=path, reference=reference)


def of(reference: str, field: str, title: str, kind: CellKind = CellKind.TEXT) -> Column:
    """A field of an object that the row links to."""
    path = f"{reference}.{field}"
    return Column(id=path, title=title, kind=kind, path=path, reference=reference)


def named(reference: str, title: str) -> Column:
    """The name of an object that the row links to by a link that is marked `+Expand`."""
    return of(reference, "name", title)


def all_named(reference: str, title: str) -> Column:
    """The names of the objects in a list of links that is marked `+Expand`."""
    return several(f"{reference}[].name", title, reference=f"{reference}[]")


def link(reference: str, title: str) -> Column:
    """The name of an object that the row links to, looked up by its id.

    Links to other documents bear no mark `+Expand` in the attribute tables; that they can be expanded is UNVERIFIED,
    and MoySklad refuses a whole list for one place that cannot (JSON API docs, Errors, 1089).
    """
    return looked_up(of(reference, "name", title))


def links(reference: str, title: str) -> Column:
    """The names of the objects in a list of links, looked up by their ids; see `link`."""
    return looked_up(several(f"{reference}[].name", title, reference=f"{reference}[]"))


def looked_up(column: Column) -> Column:
    """The column, whose reference is never expanded."""
    return replace(column, expandable=False)


def linked_id(path: str, title: str, *, level: Level = Level.OBJECT) -> Column:
    """The id at the end of a link, under the column id `<path>.id`; of the row's own link where `path` is empty."""
    own_id = f"{path}.id" if path else "id"
    address = f"{path}.meta.href" if path else "meta.href"
    return Column(id=own_id, title=title, kind=CellKind.TEXT, path=address, href_id=True, level=level)


def line(
    path: str,
    title: str,
    kind: CellKind = CellKind.TEXT,
    *,
    fields: str = "",
    currency: str = "",
    volatile: bool = False,
) -> Column:
    """A field of a document's position. Its id begins with `position.`"""
    return Column(
        id=f"position.{path.replace('[]', '')}",
        title=title,
        kind=kind,
        path=path,
        level=Level.LINE,
        fields=fields,
        currency=currency,
        volatile=volatile or bool(fields),
    )


def line_money(path: str, title: str, *, currency: str = DOCUMENT_CURRENCY, volatile: bool = False) -> Column:
    """A sum of a position, in the document's currency unless said otherwise."""
    return line(path, title, CellKind.MONEY, currency=currency, volatile=volatile)


def line_total(path: str, title: str, kind: CellKind = CellKind.NUMBER, currency: str = "") -> Column:
    """A number of the positions, added up over all of them. Its id begins with `positions.`"""
    return Column(
        id=f"positions.{path}",
        title=title,
        kind=kind,
        path=path,
        level=Level.TOTAL,
        computed=Computed.SUM,
        currency=currency,
    )


def row_field(path: str, title: str, kind: CellKind = CellKind.TEXT, *, name: str = "") -> Column:
    """A field of a report's inner row: a store of a product, a day of a series. Its id is the path unless `name` is."""
    return Column(id=name or path, title=title, kind=kind, path=path, level=Level.LINE)


def line_of(reference: str, field: str, title: str) -> Column:
    """A field of an object that a position links to, such as the name of what is sold."""
    path = f"{reference}.{field}"
    return Column(
        id=f"position.{path}", title=title, kind=CellKind.TEXT, path=path, reference=reference, level=Level.LINE
    )
