"""Conditions: from the company's terms to MoySklad's parameters (JSON API docs, Filtering)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from uuid import UUID

from adapters.moysklad.cells import shows_moscow_time
from domain.exports.columns import ATTRIBUTE_PREFIX, Column
from domain.exports.custom import every_filter
from domain.exports.exporter import BaseExporter
from domain.exports.filters import SAVED_FILTER, Condition, Filter, FilterKind, Operator, Place
from domain.exports.periods import period_named
from domain.shared.moments import MOSCOW, to_moscow

BOTH_ARCHIVED = ("archived=true", "archived=false")
"""Archived and other objects alike: so an object that is archived is seen as changed instead of vanishing."""

BOTH_DELETED = ("isDeleted=true", "isDeleted=false")


@dataclass(frozen=True, slots=True)
class Question:
    """What conditions come to: the path with its ids filled in, the terms of `filter`, and parameters of their own."""

    path: str
    terms: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]

    @property
    def saved(self) -> bool:
        """Whether a saved filter is asked for, which goes with no other filter and no order."""
        return any(name == SAVED_FILTER.field for name, _ in self.parameters)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What conditions are read by: the company's clock, the present moment, and the address of the API."""

    zone: tzinfo
    now: datetime
    base_url: str


def question(
    exporter: BaseExporter, conditions: Sequence[Condition], around: Surroundings, custom: Iterable[Column] = ()
) -> Question:
    """Roubles become kopecks, the company's wall clock becomes Moscow's, an id becomes the full href below `base_url`,
    a period becomes two bounds. An empty value asks for empty (or filled) fields.

    Defaults of filters apply where nothing is said, and archived objects are asked for too unless a condition is about
    them. Raises FilterUnknown for a field that does not exist, such as an attribute that was deleted since.
    """
    offered = {offer.id: offer for offer in every_filter(exporter, custom)}
    given = {condition.filter_id for condition in conditions}
    usual = [
        Condition(one.id, _usual_operator(one), one.default)
        for one in exporter.filters
        if one.default and one.id not in given
    ]
    asked = [
        (offered.get(condition.filter_id) or exporter.filter(condition.filter_id), condition)
        for condition in (*conditions, *usual)
    ]
    ids = {offer.id: str(UUID(one.value)) for offer, one in asked if offer.place is Place.PATH}
    path, terms, parameters = _filled(exporter.path, ids), list[str](), list[tuple[str, str]]()
    for offer, condition in asked:
        if offer.place is Place.PARAMETER:
            parameters += _parameters(offer, condition, around, path)
        elif offer.place is Place.FILTER:
            terms += _terms(replace(offer, field=_filled(offer.field, ids)), condition, around)
    if exporter.archive and "archived" not in given and SAVED_FILTER.id not in given:
        terms += BOTH_ARCHIVED
    return Question(path, tuple(terms), tuple(parameters))


def escaped(value: str) -> str:
    """A semicolon inside a value is written with a backslash before it."""
    return value.replace(";", "\\;")


def _filled(path: str, ids: Mapping[str, str]) -> str:
    """The path with ids in place of the names in braces; that of a dictionary's custom attribute has some too."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _usual_operator(offer: Filter) -> str:
    return Operator.WITHIN if offer.kind is FilterKind.PERIOD else Operator.EQUAL


def _terms(offer: Filter, condition: Condition, around: Surroundings) -> list[str]:
    field = f"{around.base_url}{offer.field}" if offer.id.startswith(ATTRIBUTE_PREFIX) else offer.field
    if condition.operator == Operator.WITHIN:
        first, last = _bounds(condition.value, around)
        return [f"{field}>={first}", f"{field}<={last}"]
    value = _value(offer, condition.value, around) if condition.value else ""
    return [f"{field}{condition.operator}{escaped(value)}"]


def _parameters(offer: Filter, condition: Condition, around: Surroundings, path: str) -> list[tuple[str, str]]:
    if offer.id == SAVED_FILTER.id:
        return [(offer.field, f"{around.base_url}{path}/namedfilter/{UUID(condition.value)}")]
    if condition.operator == Operator.WITHIN:
        return list(zip(offer.field.split(","), _bounds(condition.value, around), strict=True))
    return [(offer.field, _value(offer, condition.value, around))]


def _bounds(text: str, around: Surroundings) -> tuple[str, str]:
    """The period's first and last second in Moscow, counted in days of the company's wall clock."""
    first, last = period_named(text).on(around.now.astimezone(around.zone).date()).bounds()
    return _stamp(first, around.zone), _stamp(last, around.zone)


def _value(offer: Filter, value: str, around: Surroundings) -> str:
    if offer.kind is FilterKind.MONEY:
        return _plain(Decimal(value) * 100)
    if offer.kind is FilterKind.NUMBER:
        return _plain(Decimal(value))
    if offer.kind is FilterKind.DATE_TIME:
        return _stamp(datetime.fromisoformat(value), around.zone)
    if offer.kind is FilterKind.ID:
        return str(UUID(value))
    if offer.kind is FilterKind.REFERENCE:
        return f"{around.base_url}/entity/{offer.entity}/{UUID(value)}"
    return value


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stamp(moment: datetime, zone: tzinfo) -> str:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=MOSCOW if shows_moscow_time(zone) else zone)
    return to_moscow(moment)
