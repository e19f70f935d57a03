"""The part of Jinja's language that templates of notices are written in. What is not named here is refused: calls,
arithmetic, assignments, macros, imports, inheritance, and everything that Jinja may learn later.
"""

from collections.abc import Mapping
from typing import NamedTuple

from jinja2 import nodes

from domain.dealers.template_fields import FIELDS, ITEM_FIELDS, FieldType
from domain.dealers.templates import TemplateFieldUnknown, TemplateForbids, TemplateTooComplex

MOST_NODES = 3_000
DEEPEST = 40
FILTERS = frozenset(
    {"upper", "lower", "capitalize", "trim", "length", "first", "last", "default", "truncate", "replace"}
)
TESTS = frozenset({"defined", "odd", "even", "divisibleby"})

_LOOP = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_STATEMENTS = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For)
_PLAIN = (
    nodes.Const,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Concat,
    nodes.Slice,
)
_TELLING = {
    "Call": "a call: (…)",
    "Mul": "*",
    "Pow": "**",
    "Add": "+",
    "Sub": "-",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Assign": "set",
    "AssignBlock": "set",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "FromImport": "from",
    "List": "[…]",
    "Tuple": "(…)",
    "Dict": "{…}",
}


class Kind(NamedTuple):
    """What an expression is: `text` for all that is shown, `items`, one `item`, or what a `loop` knows of itself."""

    name: str


TEXT, ITEMS, ITEM, LOOP = Kind("text"), Kind("items"), Kind("item"), Kind("loop")
_TOP: Mapping[str, Kind] = {one.name: ITEMS if one.type is FieldType.ITEMS else TEXT for one in FIELDS}
_OF_ITEM = frozenset(one.name for one in ITEM_FIELDS)


def check(tree: nodes.Template) -> None:
    """Raises TemplateForbids, TemplateFieldUnknown or TemplateTooComplex, with the line."""
    _Checking().block(tree, dict(_TOP), 0)


class _Checking:
    """Goes through the tree, and knows what each name stands for where it is used."""

    def __init__(self) -> None:
        self._seen = 0

    def block(self, node: nodes.Node, known: Mapping[str, Kind], depth: int) -> None:
        """A statement with all that is in it."""
        self._count(node, depth)
        if not isinstance(node, _STATEMENTS):
            raise _forbidden(node)
        if isinstance(node, nodes.For):
            self._loop(node, known, depth)
            return
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr) and not isinstance(child, nodes.TemplateData):
                kind = self.kind(child, known, depth + 1)
                if isinstance(node, nodes.Output) and kind is not TEXT:
                    raise TemplateForbids(what=f"{{{{ {kind.name} }}}}", line=child.lineno)
            else:
                self.block(child, known, depth + 1)

    def _loop(self, node: nodes.For, known: Mapping[str, Kind], depth: int) -> None:
        if node.recursive or not isinstance(node.target, nodes.Name):
            raise TemplateForbids(what="for … recursive" if node.recursive else "for a, b", line=node.lineno)
        if node.target.name in known or node.target.name.startswith("_"):
            raise TemplateForbids(what=f"for {node.target.name[:40]}", line=node.lineno)
        if self.kind(node.iter, known, depth + 1) is not ITEMS:
            raise TemplateForbids(what="for … in …: only items", line=node.lineno)
        inner = {**known, node.target.name: ITEM, "loop": LOOP}
        if node.test is not None:
            # Jinja runs the condition before there is a `loop`.
            self.kind(node.test, {**known, node.target.name: ITEM}, depth + 1)
        for child in node.body:
            self.block(child, inner, depth + 1)
        for child in node.else_:
            self.block(child, known, depth + 1)

    def kind(self, node: nodes.Node, known: Mapping[str, Kind], depth: int) -> Kind:
        """An expression, and all that is in it."""
        self._count(node, depth)
        if isinstance(node, nodes.Name):
            if node.name not in known:
                raise _unknown(node.name, known, node.lineno)
            return known[node.name]
        if isinstance(node, nodes.Getattr):
            return self._attribute(node.node, node.attr, node.lineno, known, depth)
        if isinstance(node, nodes.Getitem):
            return self._element(node, known, depth)
        if isinstance(node, nodes.Filter):
            return self._filtered(node, known, depth)
        if isinstance(node, nodes.Test):
            if node.name not in TESTS or node.kwargs or node.dyn_args or node.dyn_kwargs:
                raise TemplateForbids(what=f"is {node.name[:40]}", line=node.lineno)
        elif not isinstance(node, _PLAIN):
            raise _forbidden(node)
        kinds = [self.kind(child, known, depth + 1) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Concat) and any(kind is not TEXT for kind in kinds):
            raise TemplateForbids(what="items ~", line=node.lineno)
        return TEXT

    def _attribute(self, of: nodes.Node, name: str, line: int, known: Mapping[str, Kind], depth: int) -> Kind:
        kind = self.kind(of, known, depth + 1)
        fields = {ITEM: _OF_ITEM, LOOP: _LOOP}.get(kind, frozenset())
        if name not in fields:
            told = of.name if isinstance(of, nodes.Name) else kind.name
            raise TemplateFieldUnknown(field=f"{told}.{name}"[:80], known=_list(fields), line=line)
        return TEXT

    def _element(self, node: nodes.Getitem, known: Mapping[str, Kind], depth: int) -> Kind:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._attribute(node.node, node.arg.value, node.lineno, known, depth)
        if self.kind(node.node, known, depth + 1) is not ITEMS:
            raise TemplateForbids(what="[…]", line=node.lineno)
        for part in _bounds(node.arg):
            if not isinstance(part.node if isinstance(part, nodes.Neg) else part, nodes.Const):
                raise TemplateForbids(what="items[…]", line=node.lineno)
        return ITEMS if isinstance(node.arg, nodes.Slice) else ITEM

    def _filtered(self, node: nodes.Filter, known: Mapping[str, Kind], depth: int) -> Kind:
        if node.name not in FILTERS or node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise TemplateForbids(what=f"|{node.name[:40]}", line=node.lineno)
        kind = self.kind(node.node, known, depth + 1)
        for argument in node.args:
            self.kind(argument, known, depth + 1)
        if kind is ITEMS and node.name in {"first", "last"}:
            return ITEM
        if kind is not TEXT and (kind is not ITEMS or node.name != "length"):
            raise TemplateForbids(what=f"{kind.name}|{node.name}", line=node.lineno)
        return TEXT

    def _count(self, node: nodes.Node, depth: int) -> None:
        self._seen += 1
        if self._seen > MOST_NODES or depth > DEEPEST:
            raise TemplateTooComplex(line=node.lineno or 1)


def _bounds(node: nodes.Node) -> list[nodes.Node]:
    parts = [node.start, node.stop, node.step] if isinstance(node, nodes.Slice) else [node]
    return [one for one in parts if one is not None]


def _forbidden(node: nodes.Node) -> TemplateForbids:
    name = type(node).__name__
    return TemplateForbids(what=_TELLING.get(name, name.lower()), line=node.lineno or 1)


def _unknown(name: str, known: Mapping[str, Kind], line: int) -> TemplateFieldUnknown:
    return TemplateFieldUnknown(field=name[:80], known=_list(known), line=line)


def _list(names: Mapping[str, Kind] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "–"
