"""Messages that are too long are shortened at the end of a line, with a note."""

import re

MOST_UNITS = 4096
"""Bot API, sendMessage: 1 to 4096 characters after entities parsing; UTF-16 code units, as entities are counted."""

LONGEST_SUBJECT = 150
"""Characters: more than any mail program shows."""

_JOINER = "\u200d"
_TOKENS = re.compile(r"(<[^<>]*>)|(&(?:#\d+|#[xX][0-9a-fA-F]+|[a-z]+);)|(\n)|([^<&\n]+|[<&])")
_NAME = re.compile(r"</?\s*([a-zA-Z-]+)")


def units(text: str) -> int:
    """How long Telegram counts the text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitted_plain(text: str, note: str, most: int = MOST_UNITS) -> str:
    """The text, or as many of its lines as there is room for, and the note."""
    if units(text) <= most:
        return text
    room = most - units(note) - 1
    kept, used = "", 0
    for line in text.splitlines(keepends=True):
        if used + units(line.rstrip("\n")) > room:
            break
        kept, used = kept + line, used + units(line)
    kept = kept.rstrip("\n") or _cut(text, room)
    return f"{kept}\n{note}"


def fitted_html(text: str, note: str, most: int = MOST_UNITS) -> str:
    """The same for HTML as Telegram takes it: markup does not count, and every tag that is open at the cut is closed.
    The note is plain text.
    """
    if shown(text) <= most:
        return text
    room = most - units(note) - 1
    kept, used = "", 0
    open_tags: list[str] = []
    best: tuple[str, list[str]] | None = None
    for found in _TOKENS.finditer(text):
        tag, reference, line_end, plain = found.groups()
        if tag:
            open_tags = _after(open_tags, tag)
        else:
            piece = plain or reference or line_end
            size = 1 if reference else units(piece)
            if line_end and used:
                best = kept, list(open_tags)
            if used + size > room:
                if best is None:
                    best = kept + (_cut(piece, room - used) if plain else ""), list(open_tags)
                break
            used += size
        kept += found.group()
    cut, left_open = best if best is not None else (kept, open_tags)
    return f"{cut}{''.join(f'</{name}>' for name in reversed(left_open))}\n{note}"


def shown(html: str) -> int:
    """How long what Telegram shows of the HTML is."""
    return sum(
        1 if reference else units(line_end or plain or "")
        for tag, reference, line_end, plain in _TOKENS.findall(html)
        if not tag
    )


def _after(open_tags: list[str], tag: str) -> list[str]:
    found = _NAME.match(tag)
    if found is None:
        return open_tags
    return open_tags[:-1] if tag.startswith("</") else [*open_tags, found.group(1)]


def _cut(text: str, most: int) -> str:
    kept, used = [], 0
    for one in text:
        used += units(one)
        if used > most:
            break
        kept.append(one)
    return "".join(kept)


def mail_subject(subject: str, plain: str) -> str:
    """The subject of a mail: that one, or else the first line of the text that says anything. One line whatever it is
    made of, so that nothing of it can become a header of its own, and no longer than mail programs show.
    """
    lines = (one_line(line) for line in (subject, *plain.splitlines()))
    chosen = next((line for line in lines if line), "")
    return chosen if len(chosen) <= LONGEST_SUBJECT else chosen[: LONGEST_SUBJECT - 1] + "…"


def one_line(text: str) -> str:
    """Whatever separates lines, or cannot be seen, is a space; what joins emoji stays."""
    return " ".join("".join(one if one.isprintable() or one == _JOINER else " " for one in text).split())
