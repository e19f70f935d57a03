"""Filters: the conditions under which rows are exported, in MoySklad's own terms."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from domain.exports.periods import period_named
from domain.shared.errors import RuleViolated


class Operator(StrEnum):
    """MoySklad's filter operators (JSON API docs, Filtering), and WITHIN, which becomes two of them."""

    EQUAL = "="
    NOT_EQUAL = "!="
    GREATER = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    CONTAINS = "~"
    STARTS_WITH = "~="
    ENDS_WITH = "=~"
    WITHIN = "within"
    """A date inside a period, often one relative to now: `last_30_days` (see domain.exports.periods)."""


class FilterKind(StrEnum):
    """What kind of value a filter field holds, which decides the operators and the form of the value."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE_TIME = "date_time"
    BOOLEAN = "boolean"
    REFERENCE = "reference"
    STATE = "state"
    ID = "id"
    CHOICE = "choice"
    PERIOD = "period"


class Place(StrEnum):
    """Where a condition goes in a request: into `filter`, to a parameter of its own, or into the path."""

    FILTER = "filter"
    PARAMETER = "parameter"
    PATH = "path"


_EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})
_ORDER = _EQUALITY | {Operator.GREATER, Operator.LESS, Operator.AT_LEAST, Operator.AT_MOST}
_WORDS = _EQUALITY | {Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH}
OPERATORS: dict[FilterKind, frozenset[Operator]] = {
    FilterKind.TEXT: _WORDS,
    FilterKind.NUMBER: _ORDER,
    FilterKind.MONEY: _ORDER,
    FilterKind.DATE_TIME: _ORDER | {Operator.WITHIN},
    FilterKind.BOOLEAN: frozenset({Operator.EQUAL}),
    FilterKind.REFERENCE: _EQUALITY,
    FilterKind.STATE: _EQUALITY,
    FilterKind.ID: _EQUALITY,
    FilterKind.CHOICE: frozenset({Operator.EQUAL}),
    FilterKind.PERIOD: frozenset({Operator.WITHIN}),
}


class FilterUnknown(RuleViolated):
    """The exporter cannot be filtered by this field."""

    code = "exports.filter_unknown"


class OperatorUnknown(RuleViolated):
    """The field cannot be compared like that."""

    code = "exports.filter_operator_unknown"


class FilterValueInvalid(RuleViolated):
    """The value has not the form that the field needs."""

    code = "exports.filter_value_invalid"


class FiltersContradict(RuleViolated):
    """MoySklad refuses `=` together with `<` or `>` on one field, and heeds only the first of two `>`."""

    code = "exports.filters_contradict"


class FilterMissing(RuleViolated):
    """MoySklad cannot be asked for these rows without this condition."""

    code = "exports.filter_missing"


class FilterAlone(RuleViolated):
    """A saved filter of MoySklad's cannot be combined with other conditions (JSON API docs, saved filters)."""

    code = "exports.filter_alone"


class FilterRefused(RuleViolated):
    """MoySklad refused the conditions; `reason` are its own words, cut short."""

    code = "exports.filter_refused"


@dataclass(frozen=True, slots=True)
class Filter:
    """One field by which an exporter's rows can be filtered. `field` is MoySklad's name for it.

    `entity` is the dictionary that a reference points into, as in `counterparty`. `choices` are the values that exist,
    in MoySklad's own words. A `required` filter must be given unless it has a `default`, which then applies.
    A period outside of `filter` has the names of two parameters in `field`, from and to, with a comma between.
    `single` fields take one condition only. `operators` are those that can be asked where they are fewer than the
    kind's.
    """

    id: str
    title: str
    kind: FilterKind
    field: str
    entity: str = ""
    place: Place = Place.FILTER
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str = ""
    single: bool = False
    operators: tuple[Operator, ...] = ()

    @property
    def allowed(self) -> frozenset[Operator]:
        """The operators that a condition may have. Outside of `filter` nothing can be asked for but equality."""
        if self.operators:
            return frozenset(self.operators)
        usual = OPERATORS[self.kind]
        return usual if self.place is Place.FILTER else usual & {Operator.EQUAL, Operator.WITHIN}


SAVED_FILTER = Filter("namedfilter", "Сохранённый фильтр", FilterKind.REFERENCE, "namedfilter", place=Place.PARAMETER)
"""A filter that somebody saved in MoySklad, by its id. It goes with no other condition and no order."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as a company wrote it. Money is in roubles, times are the company's wall clock."""

    filter_id: str
    operator: str
    value: str


def check_condition(offered: Filter, condition: Condition) -> None:
    """Raises OperatorUnknown or FilterValueInvalid when the condition can't be put to MoySklad."""
    allowed = offered.allowed
    if condition.operator not in {operator.value for operator in allowed}:
        known = " ".join(sorted(operator.value for operator in allowed))
        raise OperatorUnknown(field=offered.id, operator=condition.operator, known=known)
    needs_value = offered.kind in {FilterKind.BOOLEAN, FilterKind.CHOICE} or offered.place is not Place.FILTER
    if condition.value == "" and condition.operator in _EQUALITY and not needs_value:
        return
    try:
        if condition.operator == Operator.WITHIN:
            period_named(condition.value)
        elif offered.kind is FilterKind.CHOICE:
            _choose(offered, condition.value)
        else:
            _parse(offered.kind, condition.value)
    except (ValueError, InvalidOperation) as wrong:
        raise FilterValueInvalid(field=offered.id, value=condition.value[:100], kind=offered.kind.value) from wrong


def check_together(offered: tuple[Filter, ...], conditions: tuple[Condition, ...]) -> None:
    """Raises FiltersContradict for what MoySklad would refuse or half ignore, FilterAlone or FilterMissing."""
    seen: dict[str, list[str]] = {}
    for condition in conditions:
        operators = [">=", "<="] if condition.operator == Operator.WITHIN else [condition.operator]
        seen.setdefault(condition.filter_id, []).extend(operators)
    for field, operators in seen.items():
        bounds = [operator for operator in operators if operator in {">", ">=", "<", "<="}]
        lower = [operator for operator in bounds if operator.startswith(">")]
        if (bounds and len(bounds) != len(operators)) or len(lower) > 1 or len(bounds) - len(lower) > 1:
            raise FiltersContradict(field=field)
    for offer in offered:
        given = seen.get(offer.id, [])
        if offer.required and not offer.default and not given:
            raise FilterMissing(field=offer.id)
        if len(given) > (2 if offer.kind is FilterKind.PERIOD else 1) and (
            offer.single or offer.place is not Place.FILTER
        ):
            raise FiltersContradict(field=offer.id)
    if SAVED_FILTER.id in seen and len(seen) > 1:
        raise FilterAlone(field=next(field for field in seen if field != SAVED_FILTER.id))


def _choose(offered: Filter, value: str) -> None:
    if value not in offered.choices:
        raise ValueError(value)


def _parse(kind: FilterKind, value: str) -> None:
    if kind in {FilterKind.NUMBER, FilterKind.MONEY}:
        if not Decimal(value).is_finite():
            raise ValueError(value)
    elif kind is FilterKind.DATE_TIME:
        datetime.fromisoformat(value)
    elif kind is FilterKind.BOOLEAN:
        if value not in {"true", "false"}:
            raise ValueError(value)
    elif kind in {FilterKind.REFERENCE, FilterKind.ID}:
        UUID(value)
    elif value == "" or len(value) > 255 or "\x00" in value:
        raise ValueError(value)
