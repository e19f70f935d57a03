"""How filters are declared: a field, a parameter of a report, a period."""

from domain.exports.filters import Filter, FilterKind, Operator, Place


def by(field: str, title: str, kind: FilterKind) -> Filter:
    """A field of the object itself."""
    return Filter(id=field, title=title, kind=kind, field=field)


def by_text(field: str, title: str) -> Filter:
    """A text."""
    return by(field, title, FilterKind.TEXT)


def by_id(field: str, title: str) -> Filter:
    """An id that is no link."""
    return by(field, title, FilterKind.ID)


def by_exact(field: str, title: str) -> Filter:
    """A text that is compared whole: a login, the number of an account."""
    return Filter(field, title, FilterKind.TEXT, field, operators=(Operator.EQUAL, Operator.NOT_EQUAL))


def by_given(field: str, title: str, *, required: bool = False) -> Filter:
    """A text of a report's filter, which can only be equal."""
    return Filter(field, title, FilterKind.TEXT, field, required=required, operators=(Operator.EQUAL,))


def by_given_id(field: str, title: str, *, required: bool = False) -> Filter:
    """An id of a report's filter, which can only be equal."""
    return Filter(field, title, FilterKind.ID, field, required=required, operators=(Operator.EQUAL,))


def by_count(field: str, title: str) -> Filter:
    """A number of a report's filter, which can only be equal and given once."""
    return Filter(field, title, FilterKind.NUMBER, field, single=True, operators=(Operator.EQUAL,))


def by_number(field: str, title: str) -> Filter:
    """A number."""
    return by(field, title, FilterKind.NUMBER)


def by_money(field: str, title: str) -> Filter:
    """A sum; conditions are in roubles."""
    return by(field, title, FilterKind.MONEY)


def by_moment(field: str, title: str) -> Filter:
    """A date."""
    return by(field, title, FilterKind.DATE_TIME)


def by_flag(field: str, title: str) -> Filter:
    """True or false."""
    return by(field, title, FilterKind.BOOLEAN)


def by_reference(field: str, title: str, entity: str, *, name: str = "") -> Filter:
    """An object that the row links to, by its id. Objects of another kind in the same field need another `name`."""
    return Filter(id=name or field, title=title, kind=FilterKind.REFERENCE, field=field, entity=entity)


def by_one(field: str, title: str, entity: str, *, required: bool = False, name: str = "") -> Filter:
    """The same of a report, which can only be equal."""
    return Filter(
        name or field,
        title,
        FilterKind.REFERENCE,
        field,
        entity=entity,
        required=required,
        operators=(Operator.EQUAL,),
    )


def by_choice(field: str, title: str, *choices: str, default: str = "") -> Filter:
    """One of the values that MoySklad knows; the `default` is asked for where nothing is said."""
    return Filter(id=field, title=title, kind=FilterKind.CHOICE, field=field, choices=choices, default=default)


def parameter(field: str, title: str, *choices: str, default: str = "") -> Filter:
    """A choice that goes out as a parameter of its own."""
    return Filter(field, title, FilterKind.CHOICE, field, place=Place.PARAMETER, choices=choices, default=default)


def report_period(*, required: bool = False, default: str = "") -> Filter:
    """The period of a report, which is asked for by `momentFrom` and `momentTo`, never inside `filter`."""
    return Filter(
        "period",
        "Период",
        FilterKind.PERIOD,
        "momentFrom,momentTo",
        place=Place.PARAMETER,
        required=required,
        default=default,
    )
