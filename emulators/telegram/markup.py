"""Text with markup as Telegram reads it; HTML here: which tags there are, and what is told of a mistake.

Facts: core.telegram.org/bots/api#html-style; the words of the errors are those of the server's own parser (tdlib,
MessageEntity.cpp, parse_html).
"""

import re
from dataclasses import dataclass
from typing import Any

from emulators.telegram.errors import BotError, bad_request
from emulators.telegram.markdown import Markdown, MarkdownV2

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]+)?")


@dataclass(slots=True)
class _Open:
    tag: str
    at: int
    attributes: dict[str, str]


def units(text: str) -> int:
    """How long Telegram counts the text: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def parsed(text: str, mode: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without markup, and its entities. Raises BotError."""
    if not mode:
        return text, []
    reader = _READERS.get(mode.lower())
    if reader is None:
        raise bad_request("unsupported parse_mode")
    return reader(text).read()


def commands(text: str) -> list[dict[str, Any]]:
    """Entities of the commands in what somebody says."""
    return [
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in _COMMAND.finditer(text)
    ]


class _Html:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[dict[str, Any]] = []

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        source = self._source
        while self._at < len(source):
            mark = source[self._at]
            if mark == "<":
                self._end_tag() if source.startswith("</", self._at) else self._start_tag()
            elif mark == "&":
                self._reference()
            else:
                self._put(mark)
                self._at += 1
        if self._open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        self._entities.sort(key=lambda one: (one["offset"], -one["length"]))
        return "".join(self._plain), self._entities

    def _put(self, text: str) -> None:
        self._plain.append(text)
        self._length += units(text)

    def _reference(self) -> None:
        found = _REFERENCE.match(self._source, self._at)
        put = ""
        if found is not None:
            decimal, hexadecimal, name = found.groups()
            if name is not None:
                put = _NAMED.get(name, "")
            else:
                number = int(decimal) if decimal else int(hexadecimal, 16)
                put = chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
        if found is None or not put:
            self._put("&")
            self._at += 1
            return
        self._put(put)
        self._at = found.end()

    def _start_tag(self) -> None:
        begin = self._at
        found = _NAME.match(self._source, begin + 1)
        tag = found.group().lower() if found else ""
        self._at = begin + 1 + len(tag)
        if self._at >= len(self._source):
            raise self._wrong_at("Unclosed start tag", begin)
        if tag not in _TAGS:
            raise self._wrong_at(f'Unsupported start tag "{tag}"', begin)
        attributes = self._attributes(begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._wrong_at('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag, self._length, attributes))

    def _attributes(self, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._at < len(self._source):
            rest = len(self._source) - len(self._source[self._at :].lstrip())
            if self._source[rest : rest + 1] == ">":
                self._at = rest + 1
                return attributes
            found = _ATTRIBUTE.match(self._source, self._at)
            if found is None or found.end() == self._at:
                break
            attributes[found.group(1).lower()] = _unescaped((found.group(2) or "").strip("\"'"))
            self._at = found.end()
        raise self._wrong_at("Unclosed start tag", begin)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._wrong_at("Unexpected end tag", begin)
        close = self._source.find(">", begin)
        if close < 0:
            raise self._wrong_at("Unclosed end tag", begin)
        name = self._source[begin + 2 : close].strip().lower()
        opened = self._open.pop()
        if name and name != opened.tag:
            raise self._wrong_at(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self._at = close + 1
        self._note(opened)

    def _note(self, opened: _Open) -> None:
        length = self._length - opened.at
        kind = _TAGS[opened.tag]
        entity: dict[str, Any] = {"type": kind, "offset": opened.at, "length": length}
        if kind == "text_link":
            address = opened.attributes.get("href", "")
            if not address.startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
                return
            entity["url"] = address
        if kind == "custom_emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        if length:
            self._entities.append(entity)

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _wrong_at(self, what: str, at: int | None = None) -> BotError:
        return _wrong(what if at is None else f"{what} at byte offset {self._bytes(at)}")


_READERS: dict[str, type[_Html] | type[Markdown] | type[MarkdownV2]] = {
    "html": _Html,
    "markdown": Markdown,
    "markdownv2": MarkdownV2,
}


def _wrong(what: str) -> BotError:
    return bad_request(f"can't parse entities: {what}")


def _unescaped(text: str) -> str:
    for name, mark in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(name, mark)
    return text
