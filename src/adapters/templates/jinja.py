"""Templates of notices, filled in by Jinja in its sandbox, of which a small part is left."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes, pass_context
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.templates import grammar
from application.dealers.template_ports import Filled
from domain.dealers.template_fields import Fields
from domain.dealers.templates import (
    LONGEST_SOURCE,
    TemplateFails,
    TemplateSyntaxWrong,
    TemplateTooComplex,
    TemplateTooLong,
)

MOST_STEPS = 200_000
"""Nodes of the template that loops go through: a thousand positions with two hundred nodes each."""

MOST_OUTPUT = 100_000
"""Characters, after which the rest is left out: a message shows 4,096 of them."""

_COMPILED = 256
_STEPS, _PASS = "_steps", "_pass"
_RAW = re.compile(r"\{%[-+]?\s*raw")
_LONELY = re.compile(r"^[ \t]*(?P<tag>\{%.*?%\}|\{#.*?#\})[ \t]*\n|\{#.*?#\}", re.MULTILINE | re.DOTALL)
_FAILURES = (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class JinjaTemplates:
    """See application.dealers.template_ports.TemplateEngine. Each pass through a loop is paid for, with as many steps
    as its body has nodes; that, the length of fields and the bound on the output hold whatever a template does. There
    is no measuring of time: what is refused is refused always.
    """

    def __init__(self) -> None:
        self._environment = _environment()
        self._compiled = lru_cache(maxsize=_COMPILED)(self._compile)

    def check(self, source: str) -> None:
        """See the port."""
        self._compiled(source)

    def fill(self, source: str, fields: Fields) -> Filled:
        """See the port."""
        template = self._compiled(source)
        context = template.new_context({**fields, _STEPS: itertools.count(1)})
        pieces: list[str] = []
        length = 0
        try:
            for piece in template.root_render_func(context):
                pieces.append(piece)
                length += len(piece)
                if length > MOST_OUTPUT:
                    return Filled(_whole("".join(pieces)[:MOST_OUTPUT]), cut=True)
        except _FAILURES as wrong:
            raise TemplateFails(sample="-", reason=_told(wrong)) from wrong
        return Filled("".join(pieces), cut=False)

    def _compile(self, source: str) -> Template:
        if len(source) > LONGEST_SOURCE:
            raise TemplateTooLong(limit=LONGEST_SOURCE, count=len(source))
        try:
            tree = self._environment.parse(_without_empty_lines(source))
            grammar.check(tree)
            _pay_for_loops(tree)
            code = self._environment.compile(tree)
            return Template.from_code(self._environment, code, {})
        except TemplateSyntaxError as wrong:
            raise TemplateSyntaxWrong(line=wrong.lineno, reason=str(wrong.message or "")[:200]) from wrong
        except ValueError as wrong:  # a number of thousands of digits
            raise TemplateSyntaxWrong(line=1, reason=str(wrong)[:200]) from wrong
        except (RecursionError, SyntaxError, MemoryError) as wrong:
            raise TemplateTooComplex(line=1) from wrong


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        # Folding constants would carry them out while the template is read, before anything is counted.
        optimized=False,
        cache_size=0,
    )
    made.globals.clear()
    made.filters = {**_FILTERS, _PASS: _paid}
    made.tests = {name: made.tests[name] for name in grammar.TESTS}
    return made


def _without_empty_lines(source: str) -> str:
    """A line on which nothing but a tag stands leaves no line in the message. Its end becomes a comment, so that lines
    are counted as people see them. (Jinja's own `trim_blocks` takes every line's end that follows a tag.)
    """
    if _RAW.search(source):
        return source
    return _LONELY.sub(lambda found: f"{found['tag']}{{#\n#}}" if found["tag"] else found.group(), source)


def _pay_for_loops(tree: nodes.Template) -> None:
    """Has each loop go through `_paid(items, steps of its body, line)`. The name of that filter is one that `grammar`
    knows nothing of, so that no template can say it.
    """
    for loop in list(tree.find_all(nodes.For)):
        weight = 1 + sum(1 for child in (*loop.body, loop.test) if child for _ in _all(child))
        price = [nodes.Const(one, lineno=loop.lineno) for one in (weight, loop.lineno)]
        loop.iter = nodes.Filter(loop.iter, _PASS, price, [], None, None, lineno=loop.lineno)


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    yield from node.find_all(nodes.Node)


@pass_context
def _paid(context: Context, items: Sequence[Mapping[str, str]], weight: int, line: int) -> Iterator[Mapping[str, str]]:
    steps = context.resolve(_STEPS)
    for item in items:
        if next(itertools.islice(steps, weight - 1, None)) > MOST_STEPS:
            raise TemplateTooComplex(line=line)
        yield item


def _text(value: Any) -> str:
    """A filter's subject: texts, and numbers as they are shown. Undefined fails here."""
    return str(value)


def _default(value: Any, otherwise: Any = "", _even_empty: Any = None) -> Any:
    """For what is empty too: no field is ever undefined."""
    return otherwise if isinstance(value, Undefined) or value == "" else value


def _length(value: Any) -> int:
    return len(value)


def _first(value: Any) -> Any:
    return value[:1] if isinstance(value, str) else value[0]


def _last(value: Any) -> Any:
    return value[-1:] if isinstance(value, str) else value[-1]


def _truncate(value: Any, most: Any = 100) -> str:
    text, limit = _text(value), max(int(most), 1)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _replace(value: Any, old: Any, new: Any) -> str:
    """Nothing grows by that, however often it is said."""
    text, before, after = _text(value), _text(old), _text(new)
    if not before or len(after) > max(len(before), 1):
        raise ValueError("replace: the new text is longer than the old one")
    return text.replace(before, after)


_FILTERS: dict[str, Callable[..., Any]] = {
    "upper": lambda value: _text(value).upper(),
    "lower": lambda value: _text(value).lower(),
    "capitalize": lambda value: _text(value).capitalize(),
    "trim": lambda value: _text(value).strip(),
    "length": _length,
    "first": _first,
    "last": _last,
    "default": _default,
    "truncate": _truncate,
    "replace": _replace,
}


def _whole(html: str) -> str:
    """Without the tag or the reference in whose midst it was cut."""
    for opening, closing in (("<", ">"), ("&", ";")):
        at = html.rfind(opening)
        if at > html.rfind(closing):
            html = html[:at]
    return html


def _told(wrong: Exception) -> str:
    if isinstance(wrong, UndefinedError):
        return "there is no such item"
    return str(wrong)[:200]
