"""Formulas over the columns of a row, in the Common Expression Language."""

from collections.abc import Mapping, Sequence
from decimal import DecimalException

from adapters.formulas.compiling import Compiler, parse
from adapters.formulas.reasons import Unreadable, Unworkable
from adapters.formulas.results import as_cell
from adapters.formulas.values import Read
from domain.exports.formulas import EXPRESSION_LIMIT, FormulaFailed, FormulaInvalid
from domain.shared.cells import Cell, CellKind

_SHOWN = 100


class CelFormula:
    """One compiled expression."""

    def __init__(self, expression: str, read: Read, names: frozenset[str]) -> None:
        self._expression = expression
        self._read = read
        self._names = names

    @property
    def names(self) -> frozenset[str]:
        """Ids of the columns that the expression reads, in any of its branches."""
        return self._names

    def __call__(self, cells: Mapping[str, Cell], kind: CellKind) -> Cell:
        """The value for a row, as a cell of that kind. Raises FormulaFailed."""
        try:
            return as_cell(self._read(cells), kind)
        except Unworkable as failed:
            raise FormulaFailed(expression=self._expression[:_SHOWN], reason=failed.reason) from None
        except DecimalException:
            raise FormulaFailed(expression=self._expression[:_SHOWN], reason="a number is too large") from None


class CelFormulas:
    """The language's own grammar, from its library, and a closed set of operations on exact values.

    A column is read as `row["its id"]`, `row.id` or by its bare id; an empty cell is null. All numbers, dates as serial
    numbers among them, are exact decimals of 34 digits, so that whole and fractional ones mix, `0.1 + 0.2 == 0.3`, and
    `7 / 2` is 3.5. Anything but `==`, `!=`, `has`, `number` and `text` fails at null. Results are rounded as
    `adapters.formulas.results` says.

    The language has no loops, and the macros that would bring them (`map`, `filter`, `all`, `exists`) are not offered,
    nor are regular expressions: the work for a row is at most one operation for each character of the expression, each
    on texts of at most one cell's length.
    """

    def compile(self, expression: str, offered: Sequence[str]) -> CelFormula:
        """`offered` are ids of the columns that may be read. Raises FormulaInvalid."""
        try:
            _check_length(expression)
            tree, texts = parse(expression)
            compiler = Compiler(frozenset(offered), texts)
            read = compiler.compile(tree)
        except Unreadable as wrong:
            raise FormulaInvalid(expression=expression[:_SHOWN], reason=wrong.reason) from None
        return CelFormula(expression, read, frozenset(compiler.names))


def _check_length(expression: str) -> None:
    if not expression.strip():
        raise Unreadable("it is empty")
    if len(expression) > EXPRESSION_LIMIT:
        raise Unreadable(f"it is longer than {EXPRESSION_LIMIT} characters")
