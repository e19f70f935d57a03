"""The examples of core.telegram.org/bots/api#formatting-options, and what its parser says of mistakes."""

from typing import Any

import pytest

from emulators.telegram.errors import BotError
from emulators.telegram.markup import parsed, units


def pieces(text: str, mode: str) -> tuple[str, list[tuple[Any, ...]]]:
    """The plain text, and each entity with the piece of it that it covers."""
    plain, entities = parsed(text, mode)
    whole = plain.encode("utf-16-le")
    found = []
    for one in entities:
        begin, end = 2 * one["offset"], 2 * (one["offset"] + one["length"])
        more = [one[name] for name in ("url", "language", "custom_emoji_id") if name in one]
        found.append((one["type"], whole[begin:end].decode("utf-16-le"), *more))
    return plain, found


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("*жирный 😀* и _курсив_", "жирный 😀 и курсив", [("bold", "жирный 😀"), ("italic", "курсив")]),
        ("*a _b __c__ d_ e*", "a b c d e", [("bold", "a b c d e"), ("italic", "b c d"), ("underline", "c")]),
        ("~a~ ||b||", "a b", [("strikethrough", "a"), ("spoiler", "b")]),
        (r"1\.5 \- \(2\)", "1.5 - (2)", []),
        (r"[з\]аказ](https://x.ru/?a=\)1)", "з]аказ", [("text_link", "з]аказ", "https://x.ru/?a=)1")]),
        ("[нет](куда)", "нет", []),
        ("`a_b*c\\`d`", "a_b*c`d", [("code", "a_b*c`d")]),
        ("```python\nx = [1]\n```", "x = [1]\n", [("pre", "x = [1]\n", "python")]),
        ("![👍](tg://emoji?id=53)", "👍", [("custom_emoji", "👍", "53")]),
        (">раз\n>два\nтри", "раз\nдва\nтри", [("blockquote", "раз\nдва")]),
        (">*a*", "a", [("blockquote", "a"), ("bold", "a")]),
    ],
)
def test_what_markdown_v2_means(text: str, plain: str, entities: list[tuple[Any, ...]]) -> None:
    assert pieces(text, "MarkdownV2") == (plain, entities)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("сумма 1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved"),
        ("a | b", "Character '|' is reserved"),
        ("я *b", "Can't find end of Bold entity at byte offset 3"),
        ("__", "Can't find end of Underline entity at byte offset 0"),
        (
            "*a _b* c_",
            "Can't find end of Italic entity at byte offset 8",
        ),  # begun by the second _
        ("`a", "Can't find end of Code entity"),
        ("[a](http://x.ru", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_what_is_told_of_mistakes_in_markdown_v2(text: str, told: str) -> None:
    with pytest.raises(BotError) as refused:
        parsed(text, "MarkdownV2")
    assert refused.value.code == 400
    assert f"Bad Request: can't parse entities: {told}" in refused.value.description


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("*жирный* _a_ `b*`", "жирный a b*", [("bold", "жирный"), ("italic", "a"), ("code", "b*")]),
        ("[з](http://x.ru/a_b) 1.5 - ok", "з 1.5 - ok", [("text_link", "з", "http://x.ru/a_b")]),
        (r"snake\_case \* ~", "snake_case * ~", []),
        ("```sql\nselect 1```", "select 1", [("pre", "select 1", "sql")]),
    ],
)
def test_what_the_older_markdown_means(text: str, plain: str, entities: list[tuple[Any, ...]]) -> None:
    assert pieces(text, "Markdown") == (plain, entities)


def test_what_is_told_of_mistakes_in_the_older_markdown() -> None:
    with pytest.raises(BotError, match="Can't find end of the entity starting at byte offset 3"):
        parsed("abc_case", "Markdown")
    with pytest.raises(BotError, match="unsupported parse_mode"):
        parsed("a", "rst")


def test_offsets_count_as_telegram_counts() -> None:
    _, (entity,) = parsed("😀 *я*", "MarkdownV2")
    assert (entity["offset"], units("😀 ")) == (3, 3)
