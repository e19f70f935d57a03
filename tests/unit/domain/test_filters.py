"""Filters: which conditions can be put to MoySklad."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.filters import (
    OPERATORS,
    Condition,
    Filter,
    FilterKind,
    FiltersContradict,
    FilterValueInvalid,
    Operator,
    OperatorUnknown,
    check_condition,
    check_together,
)

GOOD = {
    FilterKind.TEXT: ["x", "=;'", "я" * 255],
    FilterKind.STATE: ["Новый"],
    FilterKind.NUMBER: ["0", "-1.5", "1e3"],
    FilterKind.MONEY: ["1000.50"],
    FilterKind.DATE_TIME: ["2026-01-12", "2026-01-12 09:00:00", "2026-01-12T09:00:00+05:00"],
    FilterKind.BOOLEAN: ["true", "false"],
    FilterKind.REFERENCE: ["5a8e0c5e-6b7a-4d53-9a0b-0d8d8f6f1c11"],
    FilterKind.ID: ["5a8e0c5e-6b7a-4d53-9a0b-0d8d8f6f1c11"],
    FilterKind.CHOICE: ["day", "month"],
    FilterKind.PERIOD: ["today", "last_30_days", "2026-01-01..2026-01-31"],
}
BAD = {
    FilterKind.TEXT: ["я" * 256],
    FilterKind.STATE: ["я" * 256],
    FilterKind.NUMBER: ["", "1,5", "NaN", "Infinity", "1 000"],
    FilterKind.MONEY: ["1000 руб", "-inf"],
    FilterKind.DATE_TIME: ["12.01.2026", "2026-13-01", "yesterday"],
    FilterKind.BOOLEAN: ["", "yes", "True", "1"],
    FilterKind.REFERENCE: ["", "Ромашка"],
    FilterKind.ID: ["Ромашка"],
    FilterKind.CHOICE: ["year"],
}


def offered(kind: FilterKind) -> Filter:
    return Filter(id="field", title="Поле", kind=kind, field="field", choices=("day", "month"))


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in GOOD.items() for value in values])
def test_values_of_the_right_form(kind: FilterKind, value: str) -> None:
    for operator in OPERATORS[kind]:
        within = operator is Operator.WITHIN
        written = "this_month" if within and kind is not FilterKind.PERIOD else value
        check_condition(offered(kind), Condition("field", operator.value, written))


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in BAD.items() for value in values if value]
)
def test_values_of_a_wrong_form(kind: FilterKind, value: str) -> None:
    with pytest.raises(FilterValueInvalid) as refused:
        check_condition(offered(kind), Condition("field", "=", value))
    assert refused.value.details == {"field": "field", "value": value[:100], "kind": kind.value}


@pytest.mark.parametrize("kind", list(FilterKind))
def test_an_empty_value_asks_for_empty_or_filled_fields(kind: FilterKind) -> None:
    for operator in OPERATORS[kind]:
        condition = Condition("field", operator.value, "")
        needs_value = kind in {FilterKind.BOOLEAN, FilterKind.CHOICE}
        if operator in {Operator.EQUAL, Operator.NOT_EQUAL} and not needs_value:
            check_condition(offered(kind), condition)
        else:
            with pytest.raises(FilterValueInvalid):
                check_condition(offered(kind), condition)


@pytest.mark.parametrize("kind", list(FilterKind))
def test_operators_of_another_kind(kind: FilterKind) -> None:
    for operator in ["", "==", "in", *(one.value for one in set(Operator) - OPERATORS[kind])]:
        with pytest.raises(OperatorUnknown) as refused:
            check_condition(offered(kind), Condition("field", operator, GOOD[kind][0]))
        assert refused.value.details["known"] == " ".join(sorted(one.value for one in OPERATORS[kind]))


@pytest.mark.parametrize(
    "operators",
    [["=", ">"], [">=", "="], ["<", "!="], ["~", "<="], [">", ">"], [">", ">="], ["<", "<="], [">", "<", "<"]],
)
def test_conditions_that_moysklad_would_refuse_or_half_ignore(operators: list[str]) -> None:
    with pytest.raises(FiltersContradict):
        check_together((), tuple(Condition("sum", operator, "1") for operator in operators))


@pytest.mark.parametrize("operators", [[], [">"], [">=", "<"], ["<=", ">"], ["=", "="], ["=", "!=", "~"]])
def test_conditions_that_go_together(operators: list[str]) -> None:
    check_together((), tuple(Condition("sum", operator, "1") for operator in operators))


def test_other_fields_do_not_matter() -> None:
    check_together((), (Condition("sum", "=", "1"), Condition("moment", ">", "2"), Condition("created", ">", "2")))


@given(st.sampled_from(FilterKind), st.sampled_from(Operator), st.text(max_size=30))
def test_nonsense_is_refused_in_the_words_of_the_business(kind: FilterKind, operator: Operator, value: str) -> None:
    if operator in OPERATORS[kind]:
        with suppress(FilterValueInvalid):
            check_condition(offered(kind), Condition("field", operator.value, value))
    else:
        with pytest.raises(OperatorUnknown):
            check_condition(offered(kind), Condition("field", operator.value, value))
