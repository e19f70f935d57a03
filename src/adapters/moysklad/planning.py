"""Planning: which way of reading takes the fewest request units, and how many those will be.

MoySklad expands links only in pages of at most 100 rows (JSON API docs, expand), while plain pages hold 1,000. So a
few rows are read expanded, and many are read plain and joined with dictionaries that are read once. What decides is
what each way would cost; `plan` tells it beforehand, `expanding_pays` in the middle of a reading.
"""

from collections.abc import Mapping as Sizes
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from adapters.moysklad.background import LIKELY_QUESTIONS, background_pays
from adapters.moysklad.links import ACCOUNTS, STATES, linked, target
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.shapes import LIST, Path, bare
from domain.exports.exporter import Answer, BaseExporter, Feed

PAGE = 1000
"""Rows of a plain page, MoySklad's maximum."""

EXPANDED_PAGE = 100
"""Rows of an expanded page, MoySklad's maximum."""

IDS = 100
"""Ids asked for in one request. The address and the headers may not exceed 8 KB (JSON API docs, Restrictions)."""

USUAL_SIZE = 1000
"""How many entries a dictionary is taken to have when nobody says."""

_FEW = 0.3
"""Up to this share of different entries among the rows seen, a dictionary is taken to fit into one page."""

_KINDS = {
    "agent": "counterparty",
    "ownagent": "organization",
    "supplier": "counterparty",
    "consignee": "counterparty",
    "carrier": "counterparty",
    "acquire": "counterparty",
    "qracquire": "counterparty",
    "owner": "employee",
    "assignee": "employee",
    "author": "employee",
    "parent": "store",
    "sourcestore": "store",
    "targetstore": "store",
    "materialsstore": "store",
    "productsstore": "store",
    "agentstore": "store",
    "assortment": "product",
    "invoicesout": "invoiceout",
    "invoicesin": "invoicein",
    "organizationaccount": f"organization{ACCOUNTS}",
    "agentaccount": f"counterparty{ACCOUNTS}",
    "losses": "loss",
    "supplies": "supply",
    "returns": "salesreturn",
    "payments": "paymentin",
    "rate": "",
}
"""Which dictionary a link leads to where its name does not say. An empty one: none that can be read as a list."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Rows in one request. `expand` forces a way of reading where it is not None."""

    expanded: int = EXPANDED_PAGE
    plain: int = PAGE
    expand: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a plan: what is read, in how many requests, which cost how many units at weight 1."""

    what: str
    requests: int
    units: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows will be read: the way, its steps, and what they cost together."""

    way: str
    steps: tuple[Step, ...]

    @property
    def units(self) -> int:
        """The whole cost at weight 1; a draft app pays 4 for each, a user's token 2 to 4 (JSON API docs)."""
        return sum(step.units for step in self.steps)

    @property
    def requests(self) -> int:
        """How many requests that is."""
        return sum(step.requests for step in self.steps)


def whole_up_to(rows: int) -> int:
    """A dictionary of at most so many entries is read whole for that many rows; beyond that it is cheaper to ask for
    the entries that the rows need, a hundred in a request.
    """
    return max(PAGE // IDS * rows, PAGE)


def kinds_linked(mapping: Mapping, objects: Sequence[Any]) -> dict[str, int]:
    """The dictionaries that the objects' expandable links lead to, each with how many different entries were met."""
    met: dict[str, set[str]] = {}
    for path in mapping.references:
        if path not in mapping.joined_only:
            for _, _, one in linked(objects, path):
                meta = one.meta if one is not None else None
                kind, identifier = target(meta.href) if meta is not None and meta.href else ("", "")
                if kind:
                    met.setdefault(kind, set()).add(identifier)
    return {kind: len(ids) for kind, ids in met.items()}


def expanding_pays(rest: int, seen: int, kinds: Sizes[str, int], units: int, paging: Paging) -> bool:
    """Whether the `rest` of a reading is cheaper expanded, after `seen` rows that led to so many entries of `kinds`."""
    if paging.expand is not None:
        return paging.expand
    joining = _pages(rest, paging.plain - 1) * units + sum(
        _likely(kind, met, seen, rest) for kind, met in kinds.items()
    )
    return _pages(rest, paging.expanded) * units <= joining


def _report(exporter: BaseExporter, rows: int, paging: Paging) -> tuple[str, tuple[Step, ...]]:
    """Reports come in pages, or whole from the background where that is cheaper."""
    rest = rows - paging.plain
    if exporter.asynchronous and rest > 0 and background_pays(rest, paging.plain, exporter.units):
        asked = LIKELY_QUESTIONS + 1
        return "in the background", (
            Step(f"{exporter.path}, the first page", 1, exporter.units),
            Step(f"{exporter.path}, ordered whole", 1, exporter.units),
            Step("/async, whether it is ready, and the result (likely)", asked, asked),
        )
    return "plain", (_read(exporter, rows, paging.plain, "plain"),)


def plan(
    exporter: BaseExporter, mapping: Mapping, rows: int, sizes: Sizes[str, int], paging: Paging | None = None
) -> Plan:
    """What reading `rows` rows will cost, when dictionaries have the given `sizes` and stamps differ.

    It follows the same rules as a reading does. `rows` count objects, not lines.
    """
    paging = paging or Paging()
    if exporter.answer is not Answer.PAGES:
        return Plan(
            "one answer", (Step(exporter.path, 1, exporter.units), *_joins(mapping, mapping.joined_only, rows, sizes))
        )
    always = _joins(mapping, mapping.joined_only, rows, sizes)
    if mapping.needs_expansion:
        return Plan("expanded, for the lines", (_read(exporter, rows, paging.expanded, "expanded"), *always))
    if not mapping.expand:
        way, steps = _report(exporter, rows, paging)
        return Plan(way, (*steps, *always))
    rest = rows - paging.expanded
    paths = [path for path in mapping.references if path not in mapping.joined_only]
    kinds = {
        kind: min(_size(kind, sizes), rows, paging.expanded) for path in paths if (kind := kind_of(path, exporter))
    }
    if rest <= 0 or expanding_pays(rest, paging.expanded, kinds, exporter.units, paging):
        return Plan("expanded", (_read(exporter, rows, paging.expanded, "expanded"), *always))
    first = Step(f"{exporter.path}, the first page, expanded", 1, exporter.units)
    per_page = paging.plain - (1 if exporter.feed is Feed.CHANGES else 0)
    requests = _pages(rest, per_page)
    plain = Step(f"{exporter.path}, plain", requests, requests * exporter.units)
    return Plan("joined", (first, plain, *_joins(mapping, frozenset(mapping.references), rows, sizes)))


def kind_of(path: Path, exporter: BaseExporter) -> str:
    """The dictionary that a link's name speaks of; empty when there is none."""
    name = bare(path[-1]).lower()
    if name == "state":
        return f"{exporter.entity}{STATES}"
    if name in _KINDS:
        return _KINDS[name]
    return name.removesuffix("s") if path[-1].endswith(LIST) else name


def _joins(mapping: Mapping, paths: frozenset[Path], rows: int, sizes: Sizes[str, int]) -> tuple[Step, ...]:
    kinds = dict.fromkeys(
        kind for path in mapping.references if path in paths and (kind := kind_of(path, mapping.exporter))
    )
    steps = []
    for kind in kinds:
        requests = _of_dictionary(kind, _size(kind, sizes), rows)
        steps.append(Step(f"/entity/{kind}", requests, requests))
    return tuple(steps)


def _of_dictionary(kind: str, size: int, rows: int) -> int:
    """Requests for a dictionary of that many entries, when each of `rows` rows leads to another one if there is one."""
    if kind.endswith(STATES):
        return 1
    if kind.endswith(ACCOUNTS):
        return _pages(min(size, rows), IDS)
    return _pages(size, PAGE) if size <= whole_up_to(rows) else 1 + _pages(min(size, rows), IDS)


def _read(exporter: BaseExporter, rows: int, page: int, how: str) -> Step:
    """Reading by changes meets the last row of each page again at the top of the next one."""
    per_page = page - (1 if exporter.feed is Feed.CHANGES else 0)
    requests = 1 + (_pages(rows - page, per_page) if rows > page else 0)
    return Step(f"{exporter.path}, {how}", requests, requests * exporter.units)


def _size(kind: str, sizes: Sizes[str, int]) -> int:
    return sizes.get(kind, USUAL_SIZE)


def _likely(kind: str, met: int, seen: int, rest: int) -> int:
    """Requests that a dictionary will likely take."""
    if kind.endswith(ACCOUNTS):
        return _pages(round(met / max(seen, 1) * rest), IDS)
    if kind.endswith(STATES) or met <= _FEW * max(seen, 1):
        return 1
    return _pages(round(met / max(seen, 1) * (rest + seen)), PAGE)


def _pages(rows: int, page: int) -> int:
    return max(1, ceil(rows / page))
