"""Templates of notices say what they should, reach nothing else, and are over soon."""

import contextlib
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.templates.jinja import MOST_OUTPUT, JinjaTemplates
from domain.dealers.dealers import NoticeKind
from domain.dealers.languages import Language
from domain.dealers.markup import clean
from domain.dealers.template_fields import FIELDS, ITEM_FIELDS, Fields, FieldType, fields_of
from domain.dealers.template_samples import samples_of
from domain.dealers.templates import (
    LONGEST_SOURCE,
    TEMPLATE_ERRORS,
    TemplateFails,
    TemplateFieldUnknown,
    TemplateForbids,
    TemplateSyntaxWrong,
    TemplateTooComplex,
    TemplateTooLong,
)

SAMPLES = samples_of(NoticeKind.ORDER)
ENGINE = JinjaTemplates()


def fields(sample: str = "usual") -> Fields:
    order, title = SAMPLES[sample], "Новый заказ № 1"
    return fields_of(NoticeKind.ORDER, order, UTC, title=title, dealer="ИП Петров", language=Language.RU)


def filled(source: str, sample: str = "usual") -> str:
    return ENGINE.fill(source, fields(sample)).html


def test_a_template_says_what_a_document_says() -> None:
    source = (
        "<b>{{ title }}</b> от {{ moment }}\n"
        "{# a note of the author's #}\n"
        "{% if agent %}\n"
        "Клиент: {{ agent|upper }}\n"
        "{% endif %}\n"
        "{% for item in items %}\n"
        "{{ loop.index }}) {{ item.name }} × {{ item.quantity }} = {{ item.sum }}{% if not loop.last %};{% endif %}\n"
        "{% endfor %}\n"
        "{{ sum }}, {{ items_count }} поз.{{ ', много' if total > 1000 }}"
    )
    assert filled(source) == (
        "<b>Новый заказ № 1</b> от 31.01.2026 09:05:00\n"
        "Клиент: ООО «РОМАШКА»\n"
        "1) Чай чёрный, 100 г × 2 = 900,00\u00a0₽;\n"
        "2) Кофе в зёрнах, 1 кг × 1,5 = 336,00\u00a0₽\n"
        "1\u00a0234,56\u00a0₽, 2 поз., много"
    )


def test_every_field_that_is_told_of_can_be_said() -> None:
    for field in FIELDS:
        source = f"{{{{ {field.name}{'|length' if field.type is FieldType.ITEMS else ''} }}}}"
        assert filled(source), field.name
    for field in ITEM_FIELDS:
        assert filled(f"{{{{ items[0].{field.name} }}}}{{{{ (items|last)['{field.name}'] }}}}"), field.name
    assert set(fields()) == {field.name for field in FIELDS}


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("{{ 'x' * 10**9 }}", 1, "*"),
        ("\n{{ 10 ** 10 ** 10 }}", 2, "**"),
        ("{{ total + 1 }}", 1, "+"),
        ("{{ '%999999999d' % 1 }}", 1, "%"),
        ("{% for a in range(10**9) %}{% endfor %}", 1, "a call: (…)"),
        ("{{ '{0.__class__}'.format(agent) }}", 1, "a call: (…)"),
        ("{{ agent.upper() }}", 1, "a call: (…)"),
        ("{{ lipsum(n=10000) }}", 1, "a call: (…)"),
        ("{{ '%s'|format(agent) }}", 1, "|format"),
        ("{{ agent|attr('__class__') }}", 1, "|attr"),
        ("{{ agent|safe }}", 1, "|safe"),
        ("{{ agent|center(1000000000) }}", 1, "|center"),
        ("{{ items|_pass(0) }}", 1, "|_pass"),
        ("{% set a = agent ~ agent %}", 1, "set"),
        ("{% set a %}x{% endset %}", 1, "set"),
        ("{% import 'os' as os %}", 1, "import"),
        ("{% from 'os' import path %}", 1, "from"),
        ("{% include '/etc/passwd' %}", 1, "include"),
        ("{% extends 'x' %}", 1, "extends"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", 1, "macro"),
        ("{% block a %}{% endblock %}", 1, "block"),
        ("{% for a in items recursive %}{{ loop(items) }}{% endfor %}", 1, "for … recursive"),
        ("{% for a in agent %}{% endfor %}", 1, "for … in …: only items"),
        ("{% for a in 'abc' %}{% endfor %}", 1, "for … in …: only items"),
        ("{% for items in items %}{% endfor %}", 1, "for items"),
        ("{{ items }}", 1, "{{ items }}"),
        ("{{ items[0] }}", 1, "{{ item }}"),
        ("{{ items[agent] }}", 1, "items[…]"),
        ("{{ [agent, agent] }}", 1, "[…]"),
        ("{{ agent is callable }}", 1, "is callable"),
    ],
)
def test_what_notices_do_without_is_refused(source: str, line: int, what: str) -> None:
    with pytest.raises(TemplateForbids) as refused:
        ENGINE.check(source)
    assert refused.value.details == {"what": what, "line": line}


@pytest.mark.parametrize(
    ("source", "field", "some"),
    [
        ("{{ agnet }}", "agnet", "agent"),
        ("{{ agent.__class__ }}", "agent.__class__", "–"),
        ("{{ ''['__class__'] }}", "text.__class__", "–"),
        ("{{ items.__len__ }}", "items.__len__", "–"),
        ("{% for one in items %}{{ one.nme }}{% endfor %}", "one.nme", "name, price, quantity, sum"),
        ("{% for one in items %}{{ loop.__init__ }}{% endfor %}", "loop.__init__", "index"),
        ("{% for one in items %}{% endfor %}{{ one }}", "one", "agent"),
        ("{{ self }}", "self", "agent"),
        ("{{ _steps }}", "_steps", "agent"),
        ("{% if false %}{{ agnet }}{% endif %}", "agnet", "agent"),
    ],
)
def test_an_unknown_field_is_named_with_those_that_there_are(source: str, field: str, some: str) -> None:
    with pytest.raises(TemplateFieldUnknown) as refused:
        ENGINE.check(source)
    assert refused.value.details["field"] == field
    assert some in str(refused.value.details["known"])
    assert refused.value.details["line"] == 1


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\nb\n{% if agent %}", 3),
        ("{% if agent %}\n{% endif %}\n{{ agent", 3),
        ("{% if agent %}\nx\n{% endif %}\n{{ agent | }}", 4),
        ("{{ " + "9" * 6000 + " }}", 1),
    ],
)
def test_a_mistake_is_told_with_its_line(source: str, line: int) -> None:
    with pytest.raises(TemplateSyntaxWrong) as refused:
        ENGINE.check(source)
    assert refused.value.details["line"] == line


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ " + "not " * 1500 + "1 }}",
        "{% if agent %}" * 300 + "{% endif %}" * 300,
        "{{ 1" + "~1" * 3500 + " }}",
    ],
)
def test_what_is_nested_without_end_is_refused(source: str) -> None:
    with pytest.raises(TemplateTooComplex):
        ENGINE.check(source)


def test_a_source_of_any_length_is_not_even_read() -> None:
    with pytest.raises(TemplateTooLong):
        ENGINE.check("x" * (LONGEST_SOURCE + 1))


def test_loops_within_loops_end() -> None:
    loops = "{% for a in items %}{% for b in items %}.{% endfor %}{% endfor %}"
    assert filled(loops) == "...."
    with pytest.raises(TemplateTooComplex):
        filled(loops, "many_items")
    deep = "{% for a in items %}{% for b in items %}{% for c in items %}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(TemplateTooComplex):
        filled(deep, "many_items")


def test_a_thousand_positions_are_no_loop_too_many() -> None:
    assert filled("{% for one in items %}{{ one.name }} {{ one.sum }}\n{% endfor %}", "many_items").count("\n") == 1000


def test_what_is_long_beyond_all_measure_is_cut_between_tags() -> None:
    source = "{% for one in items %}<b>{{ one.name }}" + "&amp;" * 50 + "</b>{% endfor %}"
    found = ENGINE.fill(source, fields("many_items"))
    assert found.cut
    assert len(found.html) <= MOST_OUTPUT
    assert clean(found.html, cut=True).html.count("<b>") == clean(found.html, cut=True).html.count("</b>")


def test_nothing_that_a_document_says_becomes_markup() -> None:
    for source in ("{{ agent }}", "{{ '<i>' ~ agent }}", "{{ agent|lower }}", "{{ items[0].name|truncate(20) }}"):
        html = filled(source, "markup")
        assert "<" not in html
        assert "&lt;b&gt;" in html
        assert "{{ sum }}" in html or "truncate" in source


def test_what_depends_on_the_document_fails_by_name() -> None:
    with pytest.raises(TemplateFails):
        filled("{{ items[0].name }}", "no_items")
    with pytest.raises(TemplateFails):
        filled("{{ 'x' if sum > 100 }}")
    with pytest.raises(TemplateFails):
        filled("{{ agent|replace('О', 'ооооо') }}")
    assert filled("{{ agent|default('—') }}", "bare") == "—"
    assert filled("{{ agent|first }}{{ agent|last }}", "bare") == ""


WORDS = "{{ }} {% %} for x in items endfor if endif agent | upper replace('a','') [0] ( ) ' ** ~ __class__ {# #} <b>"
PIECES = st.sampled_from([*WORDS.split(), ".name", " ", "\n", "loop.index", "{% raw %}"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_is_written_either_works_or_is_refused(source: str) -> None:
    with contextlib.suppress(*TEMPLATE_ERRORS):
        assert "__" not in filled(source).replace("__class__", "")
