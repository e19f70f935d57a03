"""Formulas: what they read, what they come to, and that none of them runs away."""

import contextlib
import time
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formulas.cel import CelFormulas
from domain.exports.formulas import EXPRESSION_LIMIT, FormulaFailed, FormulaInvalid
from domain.shared.cells import TEXT_LIMIT, Cell, CellKind

UUID = "attribute:0f3a3c2e-9d1b-11ee-0a80-000000000001"
CELLS: dict[str, Cell] = {
    "sum": Decimal("1234.50"),
    "payedSum": Decimal("234.45"),
    "quantity": 3,
    "moment": 46000.25,
    "name": "Заказ 7",
    "description": None,
    "applicable": True,
    "agent.name": "ООО «Ромашка»",
    UUID: "красный",
}


def value(expression: str, kind: CellKind = CellKind.TEXT, cells: Mapping[str, Cell] = CELLS) -> Cell:
    return CelFormulas().compile(expression, tuple(cells))(cells, kind)


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ("sum - payedSum", CellKind.MONEY, Decimal("1000.05")),
        ('row["sum"] - row.payedSum', CellKind.MONEY, Decimal("1000.05")),
        ("sum * 2", CellKind.MONEY, Decimal("2469.00")),
        ("sum * 0.07", CellKind.MONEY, Decimal("86.42")),
        ("quantity * sum", CellKind.MONEY, Decimal("3703.50")),
        ("0.1 + 0.2 == 0.3", CellKind.BOOLEAN, True),
        ("0.1 + 0.2", CellKind.NUMBER, Decimal("0.3")),
        ("7 / 2", CellKind.NUMBER, Decimal("3.5")),
        ("1 / 3", CellKind.NUMBER, Decimal("0.333333333333333")),
        ("2-1 - -1", CellKind.INTEGER, 2),
        ("9007199254740992", CellKind.INTEGER, 2**53),
        ("-9007199254740993", CellKind.INTEGER, "-9007199254740993"),
        ("1 - 2 - 3", CellKind.INTEGER, -4),
        ("100 / 10 / 5", CellKind.INTEGER, 2),
        ("2 + 3 * 4", CellKind.INTEGER, 14),
        ("(2 + 3) * 4", CellKind.INTEGER, 20),
        ("-7 % 3", CellKind.INTEGER, -1),
        ("int(sum) % 2 == 0", CellKind.BOOLEAN, True),
        ("0x1F + 2u + 1e2", CellKind.INTEGER, 133),
        ("-(-quantity)", CellKind.INTEGER, 3),
        ("2.345", CellKind.MONEY, Decimal("2.35")),
        ("-2.345", CellKind.MONEY, Decimal("-2.35")),
        ("10000000000000.01 + 0.01", CellKind.MONEY, Decimal("10000000000000.02")),
        ("moment + 3", CellKind.DATE, 46003),
        ("moment + 0.25", CellKind.DATE_TIME, 46000.5),
        ('name + ": " + text(quantity)', CellKind.TEXT, "Заказ 7: 3"),
        ("agent.name", CellKind.TEXT, "ООО «Ромашка»"),
        (f'row["{UUID}"] + "!"', CellKind.TEXT, "красный!"),
        ("sum", CellKind.TEXT, "1234.5"),
        ("applicable", CellKind.TEXT, "true"),
        ("sum > 1000 ? 'много' : 'мало'", CellKind.TEXT, "много"),
        ("!applicable || sum < 1", CellKind.BOOLEAN, False),
        ("quantity in [1, 2, 3]", CellKind.BOOLEAN, True),
        ("'1' in [1, 2, 3]", CellKind.BOOLEAN, False),
        ("true == 1", CellKind.BOOLEAN, False),
        ("quantity == 3.0", CellKind.BOOLEAN, True),
        ("[1, 2, 3][1]", CellKind.INTEGER, 2),
        ("[name, text(description), sum]", CellKind.LIST, "Заказ 7, , 1234.5"),
        ("name.contains('каз') && name.startsWith('З') && name.endsWith('7')", CellKind.BOOLEAN, True),
        ("size(name) + name.size()", CellKind.INTEGER, 14),
        ("name.substring(0, 5).upperAscii()", CellKind.TEXT, "ЗАКАЗ"),
        ("round(sum / 7, 2)", CellKind.NUMBER, Decimal("176.36")),
        ("math.greatest(1, sum, 3)", CellKind.MONEY, Decimal("1234.50")),
        ("math.ceil(1.2) + math.floor(1.8) + math.round(2.5)", CellKind.INTEGER, 6),
        ("number('12,50') + double('0.5')", CellKind.NUMBER, Decimal("13.0")),
        (r'"a\tб\u0416\"" + r"\n"', CellKind.TEXT, 'a\tбЖ"\\n'),
        ("// a comment\n1", CellKind.INTEGER, 1),
        ("'https://example.org/' + text(quantity)", CellKind.LINK, "https://example.org/3"),
    ],
)
def test_a_formula_comes_to_its_value(expression: str, kind: CellKind, expected: Cell) -> None:
    got = value(expression, kind)
    assert got == expected
    assert type(got) is type(expected)


def test_money_is_rounded_to_kopecks_and_a_number_to_what_a_sheet_holds() -> None:
    assert str(value("sum / 7", CellKind.MONEY)) == "176.36"
    assert str(value("sum / 7", CellKind.NUMBER)) == "176.357142857143"


def test_an_empty_cell_is_null_and_arithmetic_with_it_fails() -> None:
    assert value("description") is None
    assert value("description == null", CellKind.BOOLEAN) is True
    for expression in ("description + 1", "sum > description", "-description", "description + name", "!description"):
        with pytest.raises(FormulaFailed) as failed:
            value(expression)
        assert "null" in str(failed.value.details["reason"])


def test_an_empty_cell_can_be_provided_for() -> None:
    assert value("number(description) + sum", CellKind.MONEY) == Decimal("1234.50")
    assert value("text(description) + name") == "Заказ 7"
    assert value("has(description) ? description : name") == "Заказ 7"
    assert value("description == null ? name : description") == "Заказ 7"


def test_and_and_or_pass_over_a_part_without_a_value_when_another_part_decides() -> None:
    assert value("description > 1 || true", CellKind.BOOLEAN) is True
    assert value("description > 1 && false", CellKind.BOOLEAN) is False
    with pytest.raises(FormulaFailed):
        value("description > 1 || false", CellKind.BOOLEAN)


@pytest.mark.parametrize(
    ("expression", "kind", "reason"),
    [
        ("sum / 0", CellKind.MONEY, "division by zero"),
        ("0 / 0", CellKind.MONEY, "division by zero"),
        ("sum % 0", CellKind.MONEY, "division by zero"),
        ("name * 2", CellKind.MONEY, "string * number"),
        ("name - 1", CellKind.MONEY, "string - number"),
        ("name > 1", CellKind.BOOLEAN, "string > number"),
        ("name", CellKind.MONEY, "money: string is not a number"),
        ("applicable", CellKind.MONEY, "money: bool is not a number"),
        ("sum", CellKind.BOOLEAN, "boolean: number is not true or false"),
        ("sum", CellKind.INTEGER, "integer: the number is not whole; round() makes it so"),
        ("sum", CellKind.LINK, "link: number is not a string"),
        ("[sum]", CellKind.TEXT, "text: a list is not a string"),
        ("name ? 1 : 2", CellKind.INTEGER, "?:: string is not true or false"),
        ("number(name)", CellKind.NUMBER, "number(): the text is not a number"),
        ("number('NaN')", CellKind.NUMBER, "number(): the text is not a number"),
        ("number('Infinity')", CellKind.NUMBER, "number(): the text is not a number"),
        ("string(description)", CellKind.TEXT, "string(): null is not a string"),
        ("[1][5]", CellKind.INTEGER, "[]: there is no such element"),
        ("[1][0.5]", CellKind.INTEGER, "[]: there is no such element"),
        ("name.substring(2, 99)", CellKind.TEXT, "substring(): the place is outside of the text"),
    ],
)
def test_a_formula_without_a_value_says_why(expression: str, kind: CellKind, reason: str) -> None:
    with pytest.raises(FormulaFailed) as failed:
        value(expression, kind)
    assert failed.value.details == {"expression": expression, "reason": reason}


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "empty"),
        ("1 +", "cannot be understood"),
        ("sum = 1", "cannot be understood at character 5"),
        ("сумма + 1", "cannot be understood"),
        ("profit + 1", "no column profit"),
        ('row["profit"]', "no column profit"),
        ("row.profit", "no column profit"),
        ("row", "no column row"),
        ("row[name]", 'row["its id"]'),
        ("row[1]", 'row["its id"]'),
        ("__import__('os')", "no function __import__()"),
        ("name.__class__", "no column name.__class__"),
        ("name.format(1)", "no function format()"),
        ("[1, 2].map(x, x * 2)", "no function map()"),
        ("[1, 2].filter(x, x > 1)", "no function filter()"),
        ("[1].all(x, true)", "no function all()"),
        ("[1].exists(x, true)", "no function exists()"),
        ("[1].exists_one(x, true)", "no function exists_one()"),
        ("name.matches('(a+)+$')", "no function matches()"),
        ("size()", "size() takes other arguments"),
        ("size(name, name)", "size() takes other arguments"),
        ("{'a': 1}", "{} cannot be used"),
        ("b'abc'", "bytes cannot be used"),
        (r"'\q'", "no escape"),
        (r"'\uD800'", "no character"),
        ("1e50", "a number is too large"),
    ],
)
def test_an_expression_that_is_not_offered_is_refused(expression: str, told: str) -> None:
    with pytest.raises(FormulaInvalid) as invalid:
        CelFormulas().compile(expression, tuple(CELLS))
    assert told in str(invalid.value.details["reason"])


def test_a_formula_names_the_columns_that_it_reads() -> None:
    formula = CelFormulas().compile(
        f'sum > 1 ? row["{UUID}"] : agent.name + "payedSum row.quantity" + text(row.moment)', tuple(CELLS)
    )
    assert formula.names == {"sum", UUID, "agent.name", "moment"}


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 450 + "1" + ")" * 450,
        "-" * 990 + "1",
        "!" * 990 + "true",
        "[" * 490 + "]" * 490,
        "size(" * 180 + "name" + ")" * 90,
        "true ? " * 120 + "1" + " : 1" * 30,
        "name" + "[0]" * 300,
        "1" * (EXPRESSION_LIMIT + 1),
        '"' + "\\" * 998,
        "9" * 999 + " * " + "9" * 100,
    ],
)
@pytest.mark.alone
def test_a_hostile_expression_is_refused_at_once(expression: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(FormulaInvalid):
        CelFormulas().compile(expression, tuple(CELLS))
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "expression",
    ["+".join(["big"] * 250), "+".join(["big"] * 2 + ['"a"'] * 240), "9e39" + "*9e39" * 150, "9e39" + "*9" * 400],
)
@pytest.mark.alone
def test_a_result_cannot_grow_beyond_a_cell(expression: str) -> None:
    cells: dict[str, Cell] = {"big": "a" * (TEXT_LIMIT - 1)}
    begun = time.perf_counter()
    with pytest.raises(FormulaFailed):
        value(expression, CellKind.TEXT, cells)
    assert time.perf_counter() - begun < 1


@pytest.mark.alone
def test_the_most_laborious_expression_takes_milliseconds_on_the_largest_cells() -> None:
    cells: dict[str, Cell] = {"a": "a" * TEXT_LIMIT, "b": "a" * (TEXT_LIMIT // 2) + "b"}
    formula = CelFormulas().compile("||".join(["a.contains(b)"] * 66), tuple(cells))
    begun = time.perf_counter()
    assert formula(cells, CellKind.BOOLEAN) is False
    assert time.perf_counter() - begun < 2


def test_a_long_chain_is_no_deep_nesting() -> None:
    assert value("+".join(["1"] * 499), CellKind.INTEGER) == 499
    assert value("||".join(["false"] * 142), CellKind.BOOLEAN) is False


def test_a_row_costs_a_small_part_of_what_compiling_its_formula_does() -> None:
    names = [f"c{number}" for number in range(20)]
    cells: dict[str, Cell] = {name: Decimal(place) / 100 for place, name in enumerate(names)}
    expression = " + ".join(names)
    formula = CelFormulas().compile(expression, names)
    row = min(_timed(lambda: formula(cells, CellKind.MONEY), 100) for _ in range(5))
    compiling = min(_timed(lambda: CelFormulas().compile(expression, names), 1) for _ in range(5))
    assert row * 5 < compiling, f"{row * 1e6:.1f} and {compiling * 1e6:.1f} microseconds"


def _timed(work: Callable[[], object], times: int) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begun) / times


@given(st.decimals(-(10**13), 10**13, places=2), st.decimals(-(10**13), 10**13, places=2))
def test_sums_of_money_are_exact(left: Decimal, right: Decimal) -> None:
    cells: dict[str, Cell] = {"left": left, "right": right}
    assert value("left + right", CellKind.MONEY, cells) == left + right
    assert value("left + right - right == left", CellKind.BOOLEAN, cells) is True


@given(st.text(max_size=EXPRESSION_LIMIT))
def test_any_text_is_a_formula_or_refused(expression: str) -> None:
    with contextlib.suppress(FormulaInvalid, FormulaFailed):
        value(expression)
