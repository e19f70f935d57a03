"""Formulas: a company's own columns, worked out from the other columns of the row."""

from domain.shared.errors import RuleViolated

EXPRESSION_LIMIT = 1000
"""Characters of an expression."""


class FormulaInvalid(RuleViolated):
    """The expression cannot be understood, is too long, or reads a column that is not offered."""

    code = "exports.formula_invalid"


class FormulaFailed(RuleViolated):
    """The expression came to no value for a row: a division by zero, a text where a number is needed, too much work."""

    code = "exports.formula_failed"
