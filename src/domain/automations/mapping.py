"""How a document of one account becomes a document of another: chosen by people, checked, and carried out as a pure
function.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.automations.lines import Line
from domain.automations.matching import Target
from domain.automations.reading import currency_of
from domain.automations.recipes.recipe import Recipe
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import RuleViolated

ROOT = "https://api.moysklad.ru/api/remap/1.2/entity"
"""The address that references have in bodies, whatever address is called: any other host is refused (1059)."""

FIELDS: dict[str, CellKind] = {
    "name": CellKind.TEXT,
    "code": CellKind.TEXT,
    "description": CellKind.TEXT,
    "moment": CellKind.TEXT,
    "deliveryPlannedMoment": CellKind.TEXT,
    "paymentPlannedMoment": CellKind.TEXT,
    "incomingNumber": CellKind.TEXT,
    "incomingDate": CellKind.TEXT,
    "paymentPurpose": CellKind.TEXT,
}
"""Fields of the made document that a rule may work out."""

LINE_FIELDS: dict[str, CellKind] = {
    "quantity": CellKind.NUMBER,
    "price": CellKind.NUMBER,
    "discount": CellKind.NUMBER,
}
REFERENCES: dict[str, str] = {"project": "project", "contract": "contract", "salesChannel": "saleschannel"}
ATTRIBUTES: dict[str, CellKind] = {
    "string": CellKind.TEXT,
    "text": CellKind.TEXT,
    "link": CellKind.LINK,
    "time": CellKind.TEXT,
    "long": CellKind.INTEGER,
    "double": CellKind.NUMBER,
    "boolean": CellKind.BOOLEAN,
}
"""Types of attributes that can be written, and as what. Those that point into a dictionary cannot."""

DESCRIPTION_LIMIT = 4096
_THEIRS = frozenset({"applicable", "organization", "agent", "state", "externalCode"})
_HUNDRED = Decimal(100)


class MappingInvalid(RuleViolated):
    """The mapping names a field that there is not, or leaves out one that has to be there. `field` says which."""

    code = "automations.mapping_invalid"


class TargetMissing(RuleViolated):
    """What the rule has chosen in the target's account is not there any more, or is archived. `what` is organization,
    store, agent or state.
    """

    code = "automations.target_missing"


class CurrencyMissing(RuleViolated):
    """The target's account has no currency of that ISO code."""

    code = "automations.currency_missing"


class VatUnmapped(RuleViolated):
    """The target's account does not have that rate, and the rule does not say which one stands for it."""

    code = "automations.vat_unmapped"


class AttributeUnfit(RuleViolated):
    """The target's documents have no attribute of that name, or one that cannot be filled by a rule."""

    code = "automations.attribute_unfit"


class ValueUnfit(RuleViolated):
    """A field's value does not fit: a quantity that is not above nothing, for instance."""

    code = "automations.value_unfit"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """`organization`, `agent` and `store` are ids in the target's account; the agent is whoever stands for the source
    there. `fields`, `attributes` (by their names there) and `line_fields` are worked out by expressions. `references`
    are ids there, by field. `vat` has the target's rate for a rate of the source's.

    Documents are drafts unless `applicable`. Where they come from is told in their description, or in the attribute
    named `mark`.
    """

    organization: str
    agent: str
    store: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    line_fields: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    vat: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    mark: str = ""
    applicable: bool = False

    def check(self, recipe: Recipe) -> None:
        """Raises MappingInvalid."""
        for name, known in (("fields", FIELDS), ("lineFields", LINE_FIELDS), ("references", REFERENCES)):
            chosen: Mapping[str, str] = {
                "fields": self.fields,
                "lineFields": self.line_fields,
                "references": self.references,
            }[name]
            for unknown in sorted(set(chosen) - set(known)):
                raise MappingInvalid(field=f"{name}.{unknown}"[:100])
        if not self.organization or not self.agent:
            raise MappingInvalid(field="agent" if self.organization else "organization")
        if (recipe.store and self.store is None) or (self.store is not None and not recipe.stores):
            raise MappingInvalid(field="store")
        if self.line_fields and not recipe.positions:
            raise MappingInvalid(field="lineFields")
        for rates in self.vat.items():
            for rate in rates:
                if not rate.isdecimal() or int(rate) > 100:
                    raise MappingInvalid(field="vat")


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What has to be known of the target's account: objects as MoySklad has them. Archived ones count as gone."""

    organizations: Sequence[Mapping[str, Any]] = ()
    stores: Sequence[Mapping[str, Any]] = ()
    agent: Mapping[str, Any] | None = None
    currencies: Sequence[Mapping[str, Any]] = ()
    tax_rates: Sequence[Mapping[str, Any]] = ()
    attributes: Sequence[Mapping[str, Any]] = ()
    states: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Worked:
    """What a rule's expressions came to: by field, by attribute, and by field for each line."""

    fields: Mapping[str, Cell] = field(default_factory=dict)
    attributes: Mapping[str, Cell] = field(default_factory=dict)
    lines: Sequence[Mapping[str, Cell]] = ()


def kind_of_attribute(facts: TargetFacts, name: str) -> CellKind:
    """As what the attribute of that name is written. Raises AttributeUnfit."""
    found = next((one for one in facts.attributes if one.get("name") == name), None)
    kind = ATTRIBUTES.get(str(found.get("type"))) if found else None
    if kind is None:
        raise AttributeUnfit(name=name[:100])
    return kind


def require_targets(mapping: FieldMapping, facts: TargetFacts) -> None:
    """What the rule has chosen there is there, and the attributes can be filled. Raises TargetMissing or
    AttributeUnfit.
    """
    if mapping.organization not in _ids(facts.organizations):
        raise TargetMissing(what="organization", id=mapping.organization)
    if facts.agent is None or facts.agent.get("archived"):
        raise TargetMissing(what="agent", id=mapping.agent)
    if mapping.store is not None and mapping.store not in _ids(facts.stores):
        raise TargetMissing(what="store", id=mapping.store)
    if mapping.state and mapping.state not in {str(one.get("name")) for one in facts.states}:
        raise TargetMissing(what="state", id=mapping.state)
    for name in (*mapping.attributes, *filter(None, (mapping.mark,))):
        kind_of_attribute(facts, name)
    if mapping.mark and kind_of_attribute(facts, mapping.mark) not in {CellKind.TEXT, CellKind.LINK}:
        raise AttributeUnfit(name=mapping.mark[:100])


def written(
    recipe: Recipe,
    mapping: FieldMapping,
    document: Mapping[str, Any],
    lines: Sequence[Line],
    found: Mapping[str, Target],
    facts: TargetFacts,
    worked: Worked,
    mark: str,
) -> dict[str, Any]:
    """The body of the document to be made. `found` has a target for every line; `mark` is a line that says where it
    comes from. Raises what `require_targets` does, CurrencyMissing, VatUnmapped or ValueUnfit.
    """
    require_targets(mapping, facts)
    body: dict[str, Any] = {
        "organization": reference("organization", mapping.organization),
        "agent": reference("counterparty", mapping.agent),
        "applicable": mapping.applicable,
    }
    if mapping.store is not None:
        body["store"] = reference("store", mapping.store)
    for source, target in recipe.carried:
        if document.get(source) not in (None, ""):
            body[target] = document[source]
    body |= {name: value for name, value in worked.fields.items() if value is not None}
    body |= {name: reference(REFERENCES[name], chosen) for name, chosen in mapping.references.items()}
    if mapping.state:
        state = next(one for one in facts.states if one.get("name") == mapping.state)
        body["state"] = {"meta": state["meta"]}
    currency = _currency(document, facts)
    if currency is not None:
        body["rate"] = {"currency": currency}
    _mark(body, mapping, facts, worked, mark)
    if recipe.positions:
        for name in ("vatEnabled", "vatIncluded"):
            if name in document:
                body[name] = document[name]
        vat = bool(document.get("vatEnabled", True))
        body["positions"] = [
            _position(place, line, found[line.wanted.source_id], mapping, facts, _at(worked.lines, place), vat=vat)
            for place, line in enumerate(lines, start=1)
        ]
    return body


def reference(kind: str, object_id: str) -> dict[str, Any]:
    """A link to an object, as bodies have it."""
    return {"meta": {"href": f"{ROOT}/{kind}/{object_id}", "type": kind, "mediaType": "application/json"}}


def paired(
    lines: Sequence[Line], found: Mapping[str, Target], positions: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Which position of the made document stands for which line, by the goods and then by the order: MoySklad keeps no
    id of ours with a position. What people have added there stands for none.
    """
    waiting: dict[str, list[str]] = {}
    for position in positions:
        href = str(((position.get("assortment") or {}).get("meta") or {}).get("href", ""))
        goods = href.partition("?")[0].rpartition("/")[2]
        waiting.setdefault(goods, []).append(str(position.get("id", "")))
    pairs: dict[str, str] = {}
    for line in lines:
        left = waiting.get(found[line.wanted.source_id].id)
        if left:
            pairs[line.key] = left.pop(0)
    return pairs


def following(body: Mapping[str, Any], lines: Sequence[Line], pairs: Mapping[str, str]) -> dict[str, Any]:
    """The body that changes the document which was made earlier: known positions keep their ids, and whether it is
    posted, its organization, agent and state are left as people have them there.
    """
    kept = {name: value for name, value in body.items() if name not in _THEIRS}
    if "positions" in body:
        kept["positions"] = [
            {**({"id": pairs[line.key]} if line.key in pairs else {}), **position}
            for line, position in zip(lines, body["positions"], strict=True)
        ]
    return kept


def _position(
    place: int,
    line: Line,
    target: Target,
    mapping: FieldMapping,
    facts: TargetFacts,
    worked: Mapping[str, Cell],
    *,
    vat: bool,
) -> dict[str, Any]:
    quantity = _figure(worked, "quantity", line.quantity)
    price = _figure(worked, "price", line.price / _HUNDRED) * _HUNDRED
    discount = _figure(worked, "discount", line.discount)
    if quantity <= 0 or price < 0 or discount > _HUNDRED:
        raise ValueUnfit(position=place, field="quantity" if quantity <= 0 else "price" if price < 0 else "discount")
    made: dict[str, Any] = {
        "assortment": reference(target.type, target.id),
        "quantity": _json(quantity),
        "price": _json(price),
        "discount": _json(discount),
    }
    if vat and line.vat is not None:
        made["vat"] = _rate(place, line, mapping, facts)
        made["vatEnabled"] = line.vat_enabled
    return made


def _rate(place: int, line: Line, mapping: FieldMapping, facts: TargetFacts) -> int | float:
    """A rate that the rule names, or that the other account has as well. Where that account lists no rates at all, it
    is MoySklad that judges. Whether an account's list has the usual rates too is unverified; a rate of 0 is everywhere.
    """
    rate = line.vat or Decimal(0)
    chosen = mapping.vat.get(f"{rate.normalize():f}")
    if chosen is not None:
        return int(chosen)
    known = {Decimal(str(one.get("rate", 0))) for one in facts.tax_rates if not one.get("archived")}
    if rate and known and rate not in known:
        raise VatUnmapped(position=place, rate=f"{rate.normalize():f}")
    return _json(rate)


def _figure(worked: Mapping[str, Cell], name: str, usual: Decimal) -> Decimal:
    value = worked.get(name)
    return usual if value is None or isinstance(value, str) else Decimal(str(value))


def _mark(body: dict[str, Any], mapping: FieldMapping, facts: TargetFacts, worked: Worked, mark: str) -> None:
    values: dict[str, Cell] = {name: value for name, value in worked.attributes.items() if value is not None}
    if mapping.mark:
        values[mapping.mark] = mark
    else:
        told = str(body.get("description") or "")
        room = DESCRIPTION_LIMIT - len(mark) - 1
        body["description"] = f"{told[:room]}\n{mark}" if told else mark
    if values:
        metas = {str(one.get("name")): one["meta"] for one in facts.attributes}
        body["attributes"] = [
            {"meta": metas[name], "value": _json(value) if isinstance(value, Decimal) else value}
            for name, value in values.items()
        ]


def _currency(document: Mapping[str, Any], facts: TargetFacts) -> dict[str, Any] | None:
    """None where it is the target's own, which MoySklad takes by itself."""
    rate = document.get("rate")
    code = currency_of(document)
    if code is None:
        if isinstance(rate, Mapping) and rate.get("currency"):
            raise CurrencyMissing(currency="?")
        return None
    usable = (one for one in facts.currencies if not one.get("archived"))
    found = next((one for one in usable if one.get("isoCode") == code), None)
    if found is None:
        raise CurrencyMissing(currency=code)
    return None if found.get("default") else reference("currency", str(found["id"]))


def _ids(objects: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(one.get("id")) for one in objects if not one.get("archived")}


def _at(lines: Sequence[Mapping[str, Cell]], place: int) -> Mapping[str, Cell]:
    return lines[place - 1] if lines else {}


def _json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
