"""Expressions of rules: conditions over a document, and fields worked out from it and its positions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from application.exports.ports import Formula, Formulas
from domain.automations.lines import Line
from domain.automations.mapping import FIELDS, LINE_FIELDS, TargetFacts, Worked, kind_of_attribute
from domain.automations.reading import ATTRIBUTE, LINE_NAMES, NAMES, cells_of, line_cells
from domain.automations.rules import ConditionFailed, ConditionInvalid, RuleTerms
from domain.exports.formulas import FormulaFailed, FormulaInvalid
from domain.shared.cells import Cell, CellKind

_ATTRIBUTE = re.compile(r"""["']((?:document\.)?attribute:[^"'\\]{1,300})["']""")


class Expressions:
    """Compiles what rules say, in the language of formulas. An attribute is `row["attribute:Its name"]`."""

    def __init__(self, formulas: Formulas) -> None:
        self._formulas = formulas
        self._known: dict[tuple[str, Sequence[str]], Formula] = {}

    def check(self, terms: RuleTerms, attributes: Sequence[str] | None = None) -> None:
        """`attributes` are the names that documents of the source have; None where that is not known now. Raises
        ConditionInvalid.
        """
        known = None if attributes is None else frozenset(attributes)
        for where, expression, names in _all(terms):
            try:
                formula = self._compiled(expression, names)
            except FormulaInvalid as wrong:
                raise ConditionInvalid(where=where, **wrong.details) from None
            asked = {name.partition(ATTRIBUTE)[2] for name in formula.names if ATTRIBUTE in name}
            if known is not None and not asked <= known:
                absent = min(asked - known)
                place = expression.find(absent) + 1
                reason = f"there is no attribute {absent[:100]} at character {place}"
                raise ConditionInvalid(where=where, expression=expression[:100], reason=reason)

    def holds(self, terms: RuleTerms, document: Mapping[str, Any]) -> bool:
        """Raises ConditionFailed, also where the condition comes to nothing, which is neither true nor false."""
        if not terms.condition.strip():
            return True
        value = self._value("condition", terms.condition, NAMES, cells_of(document), CellKind.BOOLEAN)
        if not isinstance(value, bool):
            raise ConditionFailed(where="condition", expression=terms.condition[:100], reason="it came to null")
        return value

    def worked(
        self, terms: RuleTerms, document: Mapping[str, Any], lines: Sequence[Line], facts: TargetFacts
    ) -> Worked:
        """Raises ConditionFailed or AttributeUnfit."""
        mapping, cells = terms.mapping, cells_of(document)
        fields = {
            name: self._value(f"fields.{name}", expression, NAMES, cells, FIELDS[name])
            for name, expression in mapping.fields.items()
        }
        attributes = {
            name: self._value(f"attributes.{name}", expression, NAMES, cells, kind_of_attribute(facts, name))
            for name, expression in mapping.attributes.items()
        }
        if not mapping.line_fields:
            return Worked(fields, attributes)
        return Worked(fields, attributes, [self._line(terms, line, cells) for line in lines])

    def _line(self, terms: RuleTerms, line: Line, document: Mapping[str, Cell]) -> dict[str, Cell]:
        cells = line_cells(line.source, document)
        cells |= {"quantity": line.quantity, "price": line.price / 100, "discount": line.discount}
        return {
            name: self._value(f"lineFields.{name}", expression, LINE_NAMES, cells, LINE_FIELDS[name])
            for name, expression in terms.mapping.line_fields.items()
        }

    def _value(
        self, where: str, expression: str, names: Sequence[str], cells: Mapping[str, Cell], kind: CellKind
    ) -> Cell:
        try:
            formula = self._compiled(expression, names)
            return formula({name: cells.get(name) for name in formula.names}, kind)
        except (FormulaFailed, FormulaInvalid) as failed:
            raise ConditionFailed(where=where, **failed.details) from None

    def _compiled(self, expression: str, names: Sequence[str]) -> Formula:
        offered = (*names, *_ATTRIBUTE.findall(expression))
        known = self._known.get((expression, offered))
        if known is None:
            known = self._known[expression, offered] = self._formulas.compile(expression, offered)
        return known


def _all(terms: RuleTerms) -> Iterator[tuple[str, str, Sequence[str]]]:
    if terms.condition.strip():
        yield "condition", terms.condition, NAMES
    for name, expression in terms.mapping.fields.items():
        yield f"fields.{name}", expression, NAMES
    for name, expression in terms.mapping.attributes.items():
        yield f"attributes.{name}", expression, NAMES
    for name, expression in terms.mapping.line_fields.items():
        yield f"lineFields.{name}", expression, LINE_NAMES
