"""From the syntax tree of an expression to a function of a row's cells."""

from collections.abc import Callable, Mapping
from decimal import DecimalException
from typing import Any

from celpy.celparser import CELParseError, CELParser

from adapters.formulas.functions import FUNCTIONS, MATHEMATICS, METHODS, Function
from adapters.formulas.literals import take_out
from adapters.formulas.reasons import Unreadable, Unworkable
from adapters.formulas.values import ARITHMETIC, OPERATORS, Read, Value, from_cell, numbered, truth
from domain.shared.cells import Cell

DEEPEST = 40
"""How deeply parentheses, calls, signs and conditions may be nested. Sums and other chains may be of any length."""

_ROW = "row"
_MATH = "math"
_Node = Any
"""A tree of the library's, with `data` and `children`; its leaves are strings with a `type`."""


class Compiler:
    """Compiles one expression. `names` are the columns that it reads, known once it is compiled.

    `texts` are the texts that stand in it, by their places.
    """

    def __init__(self, offered: frozenset[str], texts: dict[int, str]) -> None:
        self._offered = offered
        self._texts = texts
        self._depth = 0
        self.names: set[str] = set()
        self._rules: dict[str, Callable[[_Node], Read]] = {
            "expr": self._condition,
            "conditionalor": self._either,
            "conditionaland": self._both,
            "relation": self._chain,
            "addition": self._chain,
            "multiplication": self._chain,
            "unary": self._signed,
            "member_dot": self._column,
            "member_dot_arg": self._method,
            "member_index": self._element,
            "ident": self._column,
            "ident_arg": self._call,
            "paren_expr": lambda node: self.compile(node.children[0]),
            "list_lit": self._list,
            "literal": self._literal,
        }

    def compile(self, node: _Node) -> Read:
        """Raises Unreadable."""
        while len(node.children) == 1 and node.data in _WRAPPERS:
            node = node.children[0]
        rule = self._rules.get(node.data)
        if rule is None:
            raise Unreadable(f"{_UNSUPPORTED.get(node.data, node.data)} cannot be used")
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable(f"it is nested more than {DEEPEST} deep")
        compiled = rule(node)
        self._depth -= 1
        return compiled

    def _condition(self, node: _Node) -> Read:
        asked, yes, no = (self.compile(child) for child in node.children)
        return lambda cells: yes(cells) if truth(asked(cells), "?:") else no(cells)

    def _either(self, node: _Node) -> Read:
        return _decided([self.compile(child) for child in _spine(node)], "||", by=True)

    def _both(self, node: _Node) -> Read:
        return _decided([self.compile(child) for child in _spine(node)], "&&", by=False)

    def _chain(self, node: _Node) -> Read:
        steps: list[tuple[Callable[[Value, Value], Value], Read]] = []
        while node.data in _CHAINS and len(node.children) == 2:
            left, right = node.children
            steps.append((OPERATORS[left.data], self.compile(right)))
            node = left.children[0]
        first = self.compile(node)
        if len(steps) == 1:
            operate, second = steps[0]
            return lambda cells: operate(first(cells), second(cells))
        steps.reverse()
        return lambda cells: _folded(first(cells), steps, cells)

    def _signed(self, node: _Node) -> Read:
        sign, operand = node.children[0].data, self.compile(node.children[1])
        if sign == "unary_not":
            return lambda cells: not truth(operand(cells), "!")
        return lambda cells: ARITHMETIC.minus(numbered(operand(cells), "-"))

    def _column(self, node: _Node) -> Read:
        path = _path(node)
        if path is None:
            raise Unreadable(f".{node.children[1]} cannot be used")
        if path in self._offered:
            return self._reading(path, node)
        return self._reading(path.removeprefix(f"{_ROW}."), node)

    def _element(self, node: _Node) -> Read:
        target, index = node.children
        if _path(target) == _ROW:
            literal = _leaf(index)
            if literal is None or literal.type not in _TEXTS:
                raise Unreadable('a column is read as row["its id"]')
            return self._reading(self._texts[literal.start_pos], index)
        listed, place = self.compile(target), self.compile(index)
        return lambda cells: _at(listed(cells), place(cells))

    def _reading(self, name: str, node: _Node) -> Read:
        if name not in self._offered:
            raise Unreadable(f"there is no column {name[:100]} at character {_place(node)}")
        self.names.add(name)
        return lambda cells: from_cell(cells[name])

    def _call(self, node: _Node) -> Read:
        return self._calling(str(node.children[0]), FUNCTIONS, [], _arguments(node.children[1:]))

    def _method(self, node: _Node) -> Read:
        target, name, *rest = node.children
        if _path(target) == _MATH:
            return self._calling(str(name), MATHEMATICS, [], _arguments(rest))
        return self._calling(str(name), METHODS, [target], _arguments(rest))

    def _calling(self, name: str, known: dict[str, Function], target: list[_Node], rest: list[_Node]) -> Read:
        function = known.get(name)
        if function is None:
            raise Unreadable(f"there is no function {name[:50]}(); there are {', '.join(sorted(known))}")
        given = [*target, *rest]
        if not function.least <= len(given) <= function.most:
            raise Unreadable(f"{name}() takes other arguments")
        reads, work = [self.compile(one) for one in given], function.work
        if len(reads) == 1:
            only = reads[0]
            return lambda cells: work(only(cells))
        return lambda cells: work(*[read(cells) for read in reads])

    def _list(self, node: _Node) -> Read:
        reads = [self.compile(one) for one in _arguments(node.children)]
        return lambda cells: tuple([read(cells) for read in reads])

    def _literal(self, node: _Node) -> Read:
        token = node.children[0]
        value = self._texts[token.start_pos] if token.type in _TEXTS else _constant(token)
        return lambda _: value


def parse(expression: str) -> tuple[_Node, dict[int, str]]:
    """The syntax tree, and the texts that stand in it, by their places. Raises Unreadable."""
    emptied, texts = take_out(expression)
    try:
        return CELParser().parse(emptied), texts
    except CELParseError as wrong:
        where = f" at character {wrong.column}" if wrong.column else ""
        raise Unreadable(f"it cannot be understood{where}") from None


def _decided(reads: list[Read], sign: str, *, by: bool) -> Read:
    """`||` and `&&`: the first part that settles the answer does, also where another part has no value."""

    def decide(cells: Mapping[str, Cell]) -> Value:
        trouble: Unworkable | DecimalException | None = None
        for read in reads:
            try:
                if truth(read(cells), sign) is by:
                    return by
            except (Unworkable, DecimalException) as failed:
                trouble = trouble or failed
        if trouble is not None:
            raise trouble
        return not by

    return decide


def _folded(
    value: Value, steps: list[tuple[Callable[[Value, Value], Value], Read]], cells: Mapping[str, Cell]
) -> Value:
    for operate, read in steps:
        value = operate(value, read(cells))
    return value


def _spine(node: _Node) -> list[_Node]:
    """The parts of `a || b || c`, which the grammar nests to the left."""
    rule, parts = node.data, []
    while node.data == rule and len(node.children) == 2:
        parts.append(node.children[1])
        node = node.children[0]
    return [node, *reversed(parts)]


def _arguments(children: list[_Node]) -> list[_Node]:
    return list(children[0].children) if children else []


def _inner(node: _Node) -> _Node:
    while len(node.children) == 1 and node.data in _WRAPPERS:
        node = node.children[0]
    return node


def _place(node: _Node) -> int:
    """At which character the node begins."""
    while not hasattr(node, "start_pos"):
        node = node.children[0]
    return int(node.start_pos) + 1


def _path(node: _Node) -> str | None:
    """`a.b.c` where the node is nothing but names."""
    steps: list[str] = []
    node = _inner(node)
    while node.data == "member_dot":
        steps.append(str(node.children[1]))
        node = _inner(node.children[0])
    if node.data != "ident":
        return None
    return ".".join([str(node.children[0]), *reversed(steps)])


def _leaf(node: _Node) -> _Node | None:
    node = _inner(node)
    return node.children[0] if node.data == "literal" else None


def _constant(leaf: _Node) -> Value:
    if leaf.type == "NULL_LIT" or leaf == "null":
        return None
    if leaf.type == "BOOL_LIT":
        return bool(leaf == "true")
    digits = leaf.rstrip("uU") if leaf.type == "UINT_LIT" else str(leaf)
    try:
        if "0x" in digits:
            return ARITHMETIC.create_decimal(int(digits, 16))
        return ARITHMETIC.create_decimal(digits)
    except DecimalException:
        raise Unreadable("a number is too large") from None


def _at(listed: Value, place: Value) -> Value:
    where = numbered(place, "[]")
    if not isinstance(listed, tuple) or where != int(where) or not 0 <= where < len(listed):
        raise Unworkable("[]: there is no such element")
    return listed[int(where)]


_CHAINS = frozenset({"relation", "addition", "multiplication"})
_WRAPPERS = _CHAINS | {"expr", "conditionalor", "conditionaland", "unary", "member", "primary"}
_TEXTS = frozenset({"STRING_LIT", "MLSTRING_LIT"})
_UNSUPPORTED = {
    "map_lit": "{}",
    "member_object": "{}",
    "dot_ident": "a name that begins with a dot",
    "dot_ident_arg": "a name that begins with a dot",
}
