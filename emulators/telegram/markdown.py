"""Text with Markdown and MarkdownV2 as Telegram reads it, and what is told of a mistake, with its byte offset.

Facts: core.telegram.org/bots/api#markdownv2-style and #markdown-style; the words of the errors are those of the
server's own parser (tdlib, MessageEntity.cpp, parse_markdown and parse_markdown_v2).
"""

from dataclasses import dataclass
from typing import Any

from emulators.telegram.errors import BotError, bad_request

_PRE = "```"
_RESERVED = "_*[]()~`>#+-=|{}.!"
_MARKS = (("__", "underline"), ("||", "spoiler"), ("_", "italic"), ("*", "bold"), ("~", "strikethrough"))
_ENDS = {mark: name for name, mark in _MARKS} | {"text_link": "]", "custom_emoji": "]", "code": "`", "pre": _PRE}
_NAMES = {
    "underline": "Underline",
    "spoiler": "Spoiler",
    "italic": "Italic",
    "bold": "Bold",
    "strikethrough": "Strikethrough",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "code": "Code",
    "pre": "Pre",
}
_SCHEMES = ("http://", "https://", "tg://", "mailto:", "tel:")
_VERBATIM = frozenset({"code", "pre"})


@dataclass(slots=True)
class _Open:
    kind: str
    at: int
    begin: int
    language: str = ""


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain: list[str] = []
        self._length = 0
        self._entities: list[dict[str, Any]] = []

    def _told(self) -> tuple[str, list[dict[str, Any]]]:
        self._entities.sort(key=lambda one: (one["offset"], -one["length"], one["type"] != "blockquote"))
        return "".join(self._plain), self._entities

    def _put(self, text: str) -> None:
        self._plain.append(text)
        self._length += len(text.encode("utf-16-le")) // 2

    def _sees(self, mark: str) -> bool:
        return self._source.startswith(mark, self._at)

    def _language(self) -> str:
        """What follows the three marks up to the first blank; one line break after it is no part of the text."""
        source, end = self._source, self._at
        while end < len(source) and not source[end].isspace() and source[end] != "`":
            end += 1
        language = ""
        if self._at != end < len(source) and source[end] != "`":
            language, self._at = source[self._at : end], end
        for line_break in ("\r\n", "\n", "\r"):
            if self._sees(line_break):
                self._at += len(line_break)
                break
        return language

    def _note(self, opened: _Open, **more: str) -> None:
        length = self._length - opened.at
        if not length:
            return
        told = {"language": opened.language} if opened.language else {}
        self._entities.append({"type": opened.kind, "offset": opened.at, "length": length, **told, **more})

    def _note_link(self, opened: _Open, address: str) -> None:
        """An address that is none makes its text plain."""
        if opened.kind == "custom_emoji":
            self._note(opened, custom_emoji_id=address.rpartition("id=")[2])
        elif address.startswith(_SCHEMES):
            self._note(opened, url=address)

    def _since(self, opened: _Open) -> str:
        whole = "".join(self._plain).encode("utf-16-le")
        return whole[2 * opened.at :].decode("utf-16-le")

    def _wrong(self, what: str, at: int) -> BotError:
        return bad_request(f"can't parse entities: {what} at byte offset {len(self._source[:at].encode())}")


class Markdown(_Reader):
    """The older of the two: nothing stands within anything else."""

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        """The text without markup, and its entities. Raises BotError."""
        source = self._source
        while self._at < len(source):
            mark = source[self._at]
            if mark == "\\" and source[self._at + 1 : self._at + 2] in {"_", "*", "`", "["}:
                self._put(source[self._at + 1])
                self._at += 2
            elif mark in "_*`[":
                self._entity(mark)
            else:
                self._put(mark)
                self._at += 1
        return self._told()

    def _entity(self, mark: str) -> None:
        begin = self._at
        kind, end = {"_": ("italic", "_"), "*": ("bold", "*"), "`": ("code", "`"), "[": ("text_link", "]")}[mark]
        opened = _Open(kind, self._length, begin)
        self._at += 1
        if self._source.startswith(_PRE, begin):
            self._at, opened.kind, end = begin + len(_PRE), "pre", _PRE
            opened.language = self._language()
        close = self._source.find(end, self._at)
        if close < 0:
            raise self._wrong("Can't find end of the entity starting", begin)
        self._put(self._source[self._at : close])
        self._at = close + len(end)
        if kind == "text_link":
            self._note_link(opened, self._address(opened))
        else:
            self._note(opened)

    def _address(self, opened: _Open) -> str:
        if not self._sees("("):
            return self._since(opened)
        close = self._source.find(")", self._at)
        if close < 0:
            raise self._wrong("Can't find end of the entity starting", opened.begin)
        address, self._at = self._source[self._at + 1 : close], close + 1
        return address


class MarkdownV2(_Reader):
    """The newer one: entities stand within each other, and every reserved character is escaped or means something."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._open: list[_Open] = []
        self._quote: _Open | None = None

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        """The text without markup, and its entities. Raises BotError."""
        source = self._source
        while self._at < len(source):
            mark = source[self._at]
            inside = self._open[-1].kind if self._open else ""
            reserved = "`" if inside in _VERBATIM else _RESERVED
            if mark == "\\" and "\0" < source[self._at + 1 : self._at + 2] <= "~":
                self._put(source[self._at + 1])
                self._at += 2
            elif inside and self._ends(inside):
                self._close()
            elif mark == ">" and inside not in _VERBATIM and self._begins_line():
                self._quoted()
            elif mark in reserved:
                self._begin(mark)
            else:
                self._put(mark)
                self._at += 1
                if mark == "\n" and self._quote is not None and not self._sees(">"):
                    self._end_quote(trailing=1)
        if self._open:
            raise self._wrong(f"Can't find end of {_NAMES[self._open[-1].kind]} entity", self._open[-1].begin)
        if self._quote is not None:
            self._end_quote()
        return self._told()

    def _ends(self, kind: str) -> bool:
        if kind == "italic" and self._sees("__"):
            return False
        return self._sees(_ENDS[kind])

    def _begins_line(self) -> bool:
        return self._at == 0 or self._source[self._at - 1] == "\n"

    def _quoted(self) -> None:
        if self._quote is None:
            self._quote = _Open("blockquote", self._length, self._at)
        self._at += 1

    def _end_quote(self, trailing: int = 0) -> None:
        quote, self._quote = self._quote, None
        if quote is not None:
            length = self._length - quote.at - trailing
            self._entities.append({"type": quote.kind, "offset": quote.at, "length": length})

    def _begin(self, mark: str) -> None:
        begin, kind, width = self._at, "", 1
        if self._sees(_PRE):
            kind, width = "pre", len(_PRE)
        elif mark == "`":
            kind = "code"
        elif mark == "[":
            kind = "text_link"
        elif self._sees("!["):
            kind, width = "custom_emoji", 2
        else:
            found = next(((one, name) for one, name in _MARKS if self._sees(one)), None)
            if found is None:
                raise bad_request(
                    f"can't parse entities: Character '{mark}' is reserved and must be escaped with the preceding '\\'"
                )
            kind, width = found[1], len(found[0])
        self._at += width
        opened = _Open(kind, self._length, begin)
        if kind == "pre":
            opened.language = self._language()
        self._open.append(opened)

    def _close(self) -> None:
        opened = self._open.pop()
        self._at += len(_ENDS[opened.kind])
        if opened.kind in {"text_link", "custom_emoji"}:
            self._note_link(opened, self._address(opened))
        else:
            self._note(opened)

    def _address(self, opened: _Open) -> str:
        if not self._sees("("):
            return self._since(opened)
        begin, source, address = self._at, self._source, ""
        self._at += 1
        while self._at < len(source) and source[self._at] != ")":
            if source[self._at] == "\\" and "\0" < source[self._at + 1 : self._at + 2] <= "~":
                self._at += 1
            address += source[self._at]
            self._at += 1
        if self._at >= len(source):
            raise self._wrong(f"Can't find end of {'a URL' if opened.kind == 'text_link' else 'a custom emoji'}", begin)
        self._at += 1
        return address
