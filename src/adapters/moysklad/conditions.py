"""Conditions: from the company's terms to MoySklad's `filter` parameter (JSON API docs, Filtering)."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from decimal import Decimal
from uuid import UUID

from adapters.moysklad.cells import shows_moscow_time
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition, Filter, FilterKind
from domain.shared.moments import MOSCOW, to_moscow


def filter_terms(
    exporter: BaseExporter, conditions: Iterable[Condition], zone: tzinfo, base_url: str
) -> tuple[str, ...]:
    """One term for each condition, ready to be joined by `;` and urlencoded.

    Roubles become kopecks, the company's wall clock becomes Moscow's, an id becomes the full href below `base_url`.
    An empty value asks for empty (or filled) fields.
    """
    terms = []
    for condition in conditions:
        offered = exporter.filter(condition.filter_id)
        value = _value(offered, condition.value, zone, base_url) if condition.value else ""
        terms.append(f"{offered.field}{condition.operator}{escaped(value)}")
    return tuple(terms)


def escaped(value: str) -> str:
    """A semicolon inside a value is written with a backslash before it."""
    return value.replace(";", "\\;")


def _value(offered: Filter, value: str, zone: tzinfo, base_url: str) -> str:
    if offered.kind is FilterKind.MONEY:
        return _plain(Decimal(value) * 100)
    if offered.kind is FilterKind.NUMBER:
        return _plain(Decimal(value))
    if offered.kind is FilterKind.DATE_TIME:
        return _moment(value, zone)
    if offered.kind is FilterKind.REFERENCE:
        return f"{base_url}/entity/{offered.entity}/{UUID(value)}"
    return value


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: str, zone: tzinfo) -> str:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=MOSCOW if shows_moscow_time(zone) else zone)
    return to_moscow(moment)
