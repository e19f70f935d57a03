"""What a request asks of a report: conditions, periods, the client's time zone (JSON API docs, each report)."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from emulators.moysklad import clock, errors, filters
from emulators.moysklad.calls import Call
from emulators.moysklad.links import UUID
from emulators.moysklad.records import Ref

_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_ZONE = re.compile(r"([+-])(\d\d)(\d\d)\s*$")
MOSCOW_OFFSET = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of a report's filter. `kind` is how its value is read; `many` allows it to be given again."""

    kind: str
    operators: tuple[str, ...] = ("=",)
    many: bool = False
    choices: tuple[str, ...] = ()


REF = Condition("ref")
REFS = Condition("ref", many=True)
REFS_NOT = Condition("ref", ("=", "!="), many=True)
FLAG = Condition("flag")
FLAGS = Condition("flag", many=True)
TEXT = Condition("text")
MOMENT = Condition("moment")
WHOLE = Condition("whole")
IDS = Condition("ids", many=True)


@dataclass(slots=True)
class Asked:
    """The conditions of one request, read: (operator, value) by field, and tests of goods by their own fields."""

    values: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    attributes: list[str] = field(default_factory=list)

    def one(self, name: str, default: Any = None) -> Any:
        """The first value of a field."""
        found = self.values.get(name)
        return found[0][1] if found else default

    def every(self, name: str, operator: str = "=") -> set[Any]:
        """All values that a field has with this operator."""
        return {value for found, value in self.values.get(name, ()) if found == operator}

    def admits(self, name: str, found: Any) -> bool:
        """Whether a value passes the field's `=` (any of them) and `!=` (none of them)."""
        wanted, unwanted = self.every(name), self.every(name, "!=")
        return (not wanted or found in wanted) and found not in unwanted


def read(call: Call, known: dict[str, Condition], *, attributes: bool = False) -> Asked:
    """Reads `filter`. Raises ApiError 1034 for an unknown field or operator, 1030 for one given again, 1014 or 1041
    for a wrong value. With `attributes` conditions on goods' custom fields are kept for `goods`.
    """
    asked = Asked()
    for name, operator, value in filters.split(call.query.get("filter", "")):
        if attributes and name.startswith(("http://", "https://")):
            asked.attributes.append(f"{name}{operator}{value}".replace(";", "\\;"))
            continue
        condition = known.get(name)
        if condition is None:
            raise errors.filter_refused(f"неизвестное поле '{name}' или фильтрация по нему не поддерживается", name)
        if operator not in condition.operators:
            raise errors.filter_refused(f"оператор '{operator}' не поддерживается для поля '{name}'", name)
        if name in asked.values and not condition.many:
            raise errors.ApiError(400, 1030, f"Поле для фильтрации '{name}' может быть указано только один раз")
        found = asked.values.setdefault(name, [])
        found.extend((operator, one) for one in _values(call, name, condition, value))
    return asked


def _values(call: Call, name: str, condition: Condition, text: str) -> list[Any]:
    match condition.kind:
        case "ref":
            return [None if text == "" and "!=" in condition.operators else _ref(call, name, text)]
        case "ids":
            return [_uuid(name, one) for one in text.split(",")]
        case "flag":
            return [choice(name, text, ("true", "false")) == "true"]
        case "choice":
            return [choice(name, text, condition.choices)]
        case "moment":
            return [moment(name, text)]
        case "id":
            return [_uuid(name, text)]
        case "number":
            try:
                return [float(text)]
            except ValueError:
                raise errors.filter_value(text, name) from None
        case "whole":
            if not text.lstrip("-").isdigit():
                raise errors.filter_value(text, name)
            return [int(text)]
    if text == "":
        raise errors.filter_value(text, name)
    return [text]


def choice(name: str, text: str, allowed: tuple[str, ...]) -> str:
    """A word from a list. Raises ApiError 1041 for another."""
    if text not in allowed:
        shown = ", ".join(allowed)
        reason = f"Неверное значение '{text}' параметра фильтрации '{name}', допустимые значения: '{shown}'"
        raise errors.ApiError(400, 1041, reason, parameter=name)
    return text


def parameter(call: Call, name: str, allowed: tuple[str, ...], default: str) -> str:
    """A word among the request's parameters. Raises ApiError 1091 for another."""
    text = call.query.get(name, default)
    if text not in allowed:
        raise errors.ApiError(400, 1091, f"Недопустимые значения {text} параметра запроса {name}", parameter=name)
    return text


def order(call: Call) -> list[tuple[str, bool]]:
    """The sorting keys of a request as (field, descending). Raises ApiError 1042 for another direction."""
    keys = []
    for piece in call.query.get("order", "").split(";"):
        name, _, direction = (part.strip() for part in piece.partition(","))
        if direction.lower() not in {"", "asc", "desc"}:
            raise errors.order_direction(direction, name)
        if name:
            keys.append((name, direction.lower() == "desc"))
    return keys


def moment(name: str, text: str) -> str:
    """A moment with milliseconds; a bare date is its midnight, as in the documented examples. Raises ApiError 1035."""
    found = clock.parse(f"{text} 00:00:00" if _DAY.match(text) else text)
    if found is None:
        raise errors.filter_date(name)
    return found


def period(call: Call) -> tuple[str, str]:
    """`momentFrom` and `momentTo`, both inclusive. Without both: the last month; only `momentTo`: from the start of
    the current year; only `momentFrom`: until now (JSON API docs, profit report).
    """
    now = call.world.clock.now()
    start, end = (call.query.get(name) for name in ("momentFrom", "momentTo"))
    if start is None and end is None:
        return month_before(now), now
    if start is None:
        return f"{now[:4]}-01-01 00:00:00.000", moment("momentTo", end or "")
    return moment("momentFrom", start), now if end is None else moment("momentTo", end)


def month_before(text: str) -> str:
    """The same wall-clock moment a month earlier, or that month's last day."""
    at = parsed(text)
    year, month = (at.year - 1, 12) if at.month == 1 else (at.year, at.month - 1)
    for day in range(at.day, 27, -1):
        try:
            return told(at.replace(year=year, month=month, day=day))
        except ValueError:
            continue
    return told(at.replace(year=year, month=month))


def parsed(text: str) -> datetime:
    """A moment of the API as a naive datetime."""
    return datetime.fromisoformat(text)


def told(at: datetime) -> str:
    """A naive datetime as the API's moment."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")[:23]


def zone(call: Call) -> timedelta | None:
    """How far the client's clock is from Moscow's, from `X-Lognex-Accept-Timezone`; None without the header.

    Raises ApiError 1040 when the header has no numeric offset.
    """
    header = call.headers.get("X-Lognex-Accept-Timezone")
    if header is None:
        return None
    found = _ZONE.search(header)
    if found is None:
        raise errors.bad_parameters("X-Lognex-Accept-Timezone")
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return (offset if sign == "+" else -offset) - MOSCOW_OFFSET


def zone_header(call: Call, shift: timedelta | None) -> dict[str, str]:
    """`X-Lognex-Content-Timezone`: the client's present moment as the server understood it."""
    if shift is None:
        return {}
    local = datetime.fromtimestamp(call.world.clock.seconds(), timezone(shift + MOSCOW_OFFSET))
    return {"X-Lognex-Content-Timezone": local.strftime("%a, %d %b %Y %H:%M:%S %z")}


def _ref(call: Call, name: str, text: str) -> Ref:
    if not text.startswith(("http://", "https://")):
        raise errors.filter_value(text, name)
    ref = call.account.links.read(text, name)
    return Ref(ref.kind, ref.id)


def _uuid(name: str, text: str) -> str:
    lowered = text.strip().lower()
    if not UUID.match(lowered):
        raise errors.filter_value(text, name)
    return lowered
