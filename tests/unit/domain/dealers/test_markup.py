"""Only what Telegram takes leaves the house."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dealers.markup import clean
from domain.dealers.templates import MarkupRefused


@pytest.mark.parametrize(
    ("html", "written", "plain"),
    [
        ("<b>Заказ</b>\nдва", "<b>Заказ</b>\nдва", "Заказ\nдва"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d", "a < b & c > d"),
        ("&laquo;x&raquo;&nbsp;&#39;", "«x»\xa0'", "«x»\xa0'"),
        ('<a href="https://x.ru/?a=1&amp;b=2">тут</a>', '<a href="https://x.ru/?a=1&amp;b=2">тут</a>', "тут: https://x.ru/?a=1&b=2"),
        ('<a href="">тут</a>', "тут", "тут"),
        ('<span class="tg-spoiler">x</span>', '<span class="tg-spoiler">x</span>', "x"),
        ('<pre><code class="language-sql">x</code></pre>', '<pre><code class="language-sql">x</code></pre>', "x"),
        ("<blockquote expandable>x</blockquote>", "<blockquote expandable>x</blockquote>", "x"),
        ("<B>x</B><!-- нет -->", "<b>x</b>", "x"),
    ],
)  # fmt: skip
def test_markup_is_written_anew(html: str, written: str, plain: str) -> None:
    assert clean(html) == (written, plain)


@pytest.mark.parametrize(
    ("html", "tag"),
    [
        ("<br>", "br"),
        ("a<br/>b", "br/"),
        ("<p>x</p>", "p"),
        ("<script>alert(1)</script>", "script"),
        ("<b>x", "b"),
        ("x</b>", "/b"),
        ("<b><i>x</b></i>", "/b"),
        ('<b onclick="x">x</b>', "b onclick"),
        ('<a href="javascript:alert(1)">x</a>', "a href"),
        ('<a href="x" title="y">x</a>', "a title"),
        ('<span class="red">x</span>', "span"),
        ("<code><b>x</b></code>", "b"),
        ('<a href="https://a"><a href="https://b">x</a></a>', "a"),
        ("<img src=x>", "img src"),
    ],
)
def test_what_telegram_does_not_take_is_named(html: str, tag: str) -> None:
    with pytest.raises(MarkupRefused) as refused:
        clean(html)
    assert refused.value.details["tag"] == tag


def test_what_was_cut_is_closed() -> None:
    assert clean("<b>a<i>b", cut=True).html == "<b>a<i>b</i></b>"


PIECES = ["<b>", "</b>", "<i>", "</i>", "<", ">", "&", "&lt;", "x", '"', "<a href='https://x'>", "</a>"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_whatever_comes_out_is_balanced_and_says_the_same(pieces: list[str]) -> None:
    try:
        html, plain = clean("".join(pieces))
    except MarkupRefused:
        return
    assert unescape(re.sub(r"<[^>]*>", "", html)) == plain.replace(": https://x", "")
    assert clean(html) == (html, plain)
    assert html.count("<b>") == html.count("</b>")
