"""What came and what left in a period, at cost (JSON API docs, "turnover report")."""

from dataclasses import dataclass, field
from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports import asking, documents, goods, ledger, profit
from emulators.moysklad.reports.answers import Table
from emulators.moysklad.reports.asking import FLAG, REF, REFS, TEXT, Asked, Condition
from emulators.moysklad.reports.movements import Movement

TYPES = ("supply", "purchasereturn", "demand", "salesreturn", "loss", "enter", "move", "processing")
MORE_TYPES = ("retaildemand", "retailsalesreturn", "productionstagecompletion")
NARROW = {
    **dict.fromkeys(("agent", "contract", "organization", "product", "project", "retailStore", "variant"), REF),
    "agentTag": TEXT,
    "store": REFS,
    "type": Condition("choice", choices=(*TYPES, *MORE_TYPES)),
}
ALL_FILTERS = NARROW | {"supplier": Condition("ref", ("=", "!=")), "withoutturnover": FLAG, "archived": FLAG}
_LINKS = ("agent", "contract", "organization", "project", "retailStore")


@dataclass(slots=True)
class Flow:
    """Pieces and kopecks before the period, within it and after it; `document` is set where rows are documents."""

    key: Ref
    store: str = ""
    document: Record | None = None
    start: list[float] = field(default_factory=lambda: [0.0, 0.0])
    income: list[float] = field(default_factory=lambda: [0.0, 0.0])
    outcome: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def count(self, move: Movement, *, before: bool) -> None:
        """Adds a movement that happened before the period or within it."""
        if before:
            self.start = [self.start[0] + move.quantity, self.start[1] + move.cost]
        elif move.quantity > 0:
            self.income = [self.income[0] + move.quantity, self.income[1] + move.cost]
        else:
            self.outcome = [self.outcome[0] - move.quantity, self.outcome[1] - move.cost]

    def shown(self) -> dict[str, dict[str, float]]:
        """The four pairs of the report; start plus income less outcome is the end."""
        end = [self.start[n] + self.income[n] - self.outcome[n] for n in (0, 1)]
        pairs = {"onPeriodStart": self.start, "onPeriodEnd": end, "income": self.income, "outcome": self.outcome}
        return {name: {"quantity": round(one[0], 4), "sum": round(one[1], 4)} for name, one in pairs.items()}

    @property
    def still(self) -> bool:
        """Whether nothing came or left."""
        return self.income[0] == 0 and self.outcome[0] == 0


def over_all(call: Call) -> Table:
    """`/report/turnover/all`. Goods that had neither stock nor movement appear only with `withoutturnover=true`."""
    account = call.account
    asked = asking.read(call, ALL_FILTERS, attributes=True)
    group = asking.parameter(call, "groupBy", ("product", "variant"), "product")
    chosen, archived = goods.choose(account, asked), asked.one("archived", False)
    flows: dict[Ref, Flow] = {}
    for move, before in _moves(call, asked):
        ref = goods.grouped(account, move.good, group)
        if _shows(account, ref, archived=archived) and chosen.admits(move.good):
            flows.setdefault(ref, Flow(ref)).count(move, before=before)
    if asked.one("withoutturnover"):
        for kind in ("product", "variant")[: 1 if group == "product" else 2]:
            for record in account.shelves[kind]:
                if _shows(account, record.ref, archived=archived) and chosen.admits(record.ref):
                    flows.setdefault(record.ref, Flow(record.ref))
    else:
        flows = {ref: flow for ref, flow in flows.items() if not flow.still or flow.start[0] != 0}
    return Table(
        "turnover",
        _sorted(account, list(flows.values())),
        lambda flow: {"assortment": goods.short(account, flow.key, folders=True)} | flow.shown(),
    )


def by_store(call: Call) -> Table:
    """`/report/turnover/bystore`: a product with its variants, or one variant, in each store."""
    account = call.account
    asked = _narrow(call)
    chosen = goods.choose(account, asked)
    flows: dict[Ref, dict[str, Flow]] = {}
    for move, before in _moves(call, asked):
        if chosen.admits(move.good):
            ref = goods.grouped(account, move.good, "variant")
            flow = flows.setdefault(ref, {}).setdefault(move.store, Flow(ref, move.store))
            flow.count(move, before=before)

    def shape(ref: Ref) -> dict[str, Any]:
        stores = [{"store": goods.named(account, Ref("store", one.store))} | one.shown() for one in flows[ref].values()]
        return {"assortment": goods.short(account, ref), "stockByStore": stores}

    rows = sorted(flows, key=lambda ref: (goods.name(goods.find(account, ref)), ref.id))
    return Table("turnoverbystore", rows, shape, with_query=True)


def by_operations(call: Call) -> Table:
    """`/report/turnover/byoperations`: each document that moved the good, with the quantity in the whole of it; what
    left is negative. That what came and what left by one document stand in two rows is UNVERIFIED.
    """
    account = call.account
    asked = _narrow(call)
    chosen = goods.choose(account, asked)
    rows: dict[tuple[str, Ref, str, bool], tuple[Record, Movement]] = {}
    for move, before in _moves(call, asked):
        document = move.document
        if before or document is None or not chosen.admits(move.good):
            continue
        good = goods.grouped(account, move.good, "variant")
        whole = Movement(move.moment, good, move.store, 0.0, 0.0, document)
        _, row = rows.setdefault((document.id, good, move.store, move.quantity > 0), (document, whole))
        row.quantity += move.quantity
        row.cost += move.cost
    return Table("turnoverbyoperation", list(rows.values()), lambda row: _operation(account, *row), with_query=True)


def _operation(account: Account, document: Record, move: Movement) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "meta": goods.meta(account, document.ref),
        "name": str(document.fields.get("name") or ""),
        "moment": documents.moment(document),
    }
    if document.fields.get("description"):
        operation["description"] = document.fields["description"]
    agent = documents.link(document, "agent")
    if agent is not None:
        operation["agent"] = goods.named(account, agent)
    return {
        "assortment": goods.short(account, move.good, folders=True),
        "store": goods.named(account, Ref("store", move.store)),
        "operation": operation,
        "quantity": round(move.quantity, 4),
        "cost": round(move.cost / move.quantity, 4) if move.quantity else 0.0,
        "sum": round(move.cost, 4),
    }


def _narrow(call: Call) -> Asked:
    asked = asking.read(call, NARROW)
    if not asked.values.get("product") and not asked.values.get("variant"):
        raise errors.filter_refused("необходимо указать один из параметров product или variant", "filter")
    return asked


def _moves(call: Call, asked: Asked) -> list[tuple[Movement, bool]]:
    """Movements until the period's end that pass the conditions on documents, and whether they precede it.

    The client's time zone moves its period, not the documents.
    """
    start, end = asking.period(call)
    shift = asking.zone(call)
    if shift is not None:
        start, end = (asking.told(asking.parsed(one) - shift) for one in (start, end))
    stores = {one.id for one in asked.every("store")}
    return [
        (move, move.moment < start)
        for move in ledger.ledger(call.account).movements
        if move.moment <= end and (not stores or move.store in stores) and _wanted(call.account, asked, move.document)
    ]


def _wanted(account: Account, asked: Asked, document: Record | None) -> bool:
    conditions = [name for name in (*_LINKS, "type", "agentTag") if asked.values.get(name)]
    if document is None:
        return not conditions
    for name in conditions:
        if name == "type":
            if document.entity.name != asked.one("type"):
                return False
        elif name == "agentTag":
            if asked.one("agentTag") not in profit.tags(account, document):
                return False
        else:
            ref = documents.link(document, name)
            if not asked.admits(name, None if ref is None else Ref(ref.kind, ref.id)):
                return False
    return True


def _shows(account: Account, ref: Ref, *, archived: bool) -> bool:
    record = goods.find(account, ref)
    return record is not None and (archived or not record.fields.get("archived"))


def _sorted(account: Account, flows: list[Flow]) -> list[Flow]:
    return sorted(flows, key=lambda flow: (goods.name(goods.find(account, flow.key)), flow.key.id))
