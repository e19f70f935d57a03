"""The markup that Telegram takes (Bot API, HTML style), and nothing else."""

from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from domain.dealers.templates import MarkupRefused

PLAIN_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "tg-spoiler", "blockquote"}
)
_SCHEMES = ("https://", "http://", "tg://", "mailto:", "tel:")
_ATTRIBUTES = {("blockquote", "expandable"), ("a", "href"), ("code", "class"), ("span", "class")}


class Clean(NamedTuple):
    """HTML in which every tag is one of Telegram's and closed, and the same without markup."""

    html: str
    plain: str


def clean(html: str, *, cut: bool = False) -> Clean:
    """Writes it anew, so that nothing is left that could mean something else to Telegram. Tags that are open at the end
    are closed where the text was `cut`. Raises MarkupRefused, which names the tag.
    """
    writer = _Writer()
    writer.feed(html)
    writer.close()
    if writer.open and not cut:
        raise MarkupRefused(tag=writer.open[-1][0], reason="not closed")
    while writer.open:
        writer.handle_endtag(writer.open[-1][0])
    return Clean("".join(writer.html).strip(), "".join(writer.plain).strip())


class _Writer(HTMLParser):
    """Writes both forms while it reads. Each open tag is kept with the address that it leads to, if any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.html: list[str] = []
        self.plain: list[str] = []
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in given:
            if (tag, name) not in _ATTRIBUTES:
                raise MarkupRefused(tag=_shown(f"{tag} {name}"), reason="not allowed")
        self._require_nestable(tag)
        written, address = self._written(tag, given)
        self.open.append((tag, address))
        self.html.append(written)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        raise MarkupRefused(tag=_shown(f"{tag}/"), reason="not allowed")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise MarkupRefused(tag=_shown(f"/{tag}"), reason="closes what is not open")
        _, address = self.open.pop()
        if address:
            self.plain.append(f": {address}")
        if tag != "a" or address:
            self.html.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.html.append(escape(data, quote=False))
        self.plain.append(data)

    def _require_nestable(self, tag: str) -> None:
        """Bot API, formatting options: `pre` and `code` contain nothing else, and quotations no quotations."""
        around = [name for name, _ in self.open]
        inside_code = bool({"pre", "code"} & set(around)) and (around[-1], tag) != ("pre", "code")
        if inside_code or (tag in around and tag in {"a", "blockquote"}):
            raise MarkupRefused(tag=_shown(tag), reason="stands inside another one")

    @staticmethod
    def _written(tag: str, given: dict[str, str]) -> tuple[str, str]:
        if tag == "a":
            address = given.get("href", "").strip()
            if not address:  # a document may have none: what the link says stays
                return "", ""
            if not address.lower().startswith(_SCHEMES):
                raise MarkupRefused(tag="a href", reason="leads nowhere")
            return f'<a href="{escape(address)}">', address
        if tag == "span" and given.get("class") == "tg-spoiler":
            return '<span class="tg-spoiler">', ""
        if tag == "code" and given.get("class", "").startswith("language-"):
            return f'<code class="{escape(given["class"])}">', ""
        if tag == "blockquote" and "expandable" in given:
            return "<blockquote expandable>", ""
        if tag in PLAIN_TAGS and not given:
            return f"<{tag}>", ""
        raise MarkupRefused(tag=_shown(tag), reason="not allowed")


def _shown(tag: str) -> str:
    return tag[:40]
