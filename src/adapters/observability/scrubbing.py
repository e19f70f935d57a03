"""Keeping secrets out of logs, spans and error reports, even where somebody put them by mistake."""

import re
from collections.abc import Mapping
from typing import Any

_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|cookie|verifier|context_?key|api_?key|private_?key|encryption|signature"
    r"|^code$|^state$|refresh|credential|e_?mail|phone|contact_?info",
    re.IGNORECASE,
)
_SECRET_TEXTS = re.compile(
    r"(?i:(?:bearer\s+)+)[A-Za-z0-9._~+/=-]+"  # credentials in a header
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # JSON web tokens
    r"|\b(?:sk_)?[0-9a-f]{32}[._][0-9a-f]{32}[._][A-Za-z0-9_-]+"  # our API keys, refresh tokens and one-time links
    r"|\b[0-9a-f]{32}\.[A-Za-z0-9_-]{20,}"  # states of trips to Google
    r"|\b[0-9a-f]{40,}\b"  # MoySklad's tokens and context keys
    r"|\b4/[A-Za-z0-9_-]{16,}|\bGOCSPX-[A-Za-z0-9_-]+"  # Google's codes and client secrets
    r"|(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{43}="  # keys of 32 bytes
    r"|\bya29\.[A-Za-z0-9._-]+|\b1//[A-Za-z0-9._-]+"  # Google's access and refresh tokens
    r"|(?<=/webhooks/moysklad/)[A-Za-z0-9_~%.-]+"  # what nobody can guess of a webhook's address
    r"|(?<=://)[^/@\s:]*:[^/@\s]+(?=@)"  # a password in an address
)
_NAMED_TEXTS = re.compile(
    r"""(?ix)
    ( (?: token | secret | password | context_?key | verifier | \bcode | \bstate ) \w* = ["']?  # in a query or a form
    | (?: token | secret | password | context_?key | verifier ) \w* \\?["'] \s* : \s* \\?["']  # in JSON, in a repr
    ) [^&\s"'\\]+
    """
)
_PERSONAL_NAMES = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]+(?:\.[\w-]+)*"  # e-mail addresses, and MoySklad's logins
    r"|(?<![\w+.-])(?:\+\d(?:[\s()-]{0,2}\d){9,13}|8(?:[\s()-]{0,2}\d){10})(?![\w.-])"  # telephone numbers
)
_PERSONAL_TEXTS = re.compile(
    r"\+?\d[\d\s()-]{8,}\d"  # whatever else is as long as a telephone number
    r"|(?<![\w~+=-])(?=[A-Za-z_~+=-]*\d)(?=[\d_~+=-]*[A-Za-z])[\w~+=-]{24,}"  # whatever seems drawn by lot
)
_STORED = re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*?\)(?=[\s.]|$)", re.DOTALL)  # PostgreSQL's details
_QUOTED = re.compile(r"""(?P<sign>["'])(?P<what>(?:\\.|(?!(?P=sign)).)*)(?P=sign)""", re.DOTALL)
_NAME_OF_OURS = re.compile(r"[a-z][a-z_]*(?:[A-Z][a-z]+)*(?:\.[a-z_]+)*|<?class [\w.]+>?")
_IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HARMLESS = re.compile(rf"[a-z_.]{{1,30}}|{_IDENTITY.pattern}|[A-Z]{{3,7}}")
"""A word of ours, an identity, a method: most of what is logged. Nothing that is looked for is like it."""
HIDDEN = "[hidden]"
_DEEPEST = 8


def scrub_text(text: str) -> str:
    """The text with everything hidden that looks like a credential, an address or a telephone number."""
    if _HARMLESS.fullmatch(text):
        return text
    named = _NAMED_TEXTS.sub(rf"\1{HIDDEN}", _SECRET_TEXTS.sub(HIDDEN, text))
    return _PERSONAL_NAMES.sub(HIDDEN, named)


def scrub_error(text: str) -> str:
    """What an error of somebody else's says, with everything hidden that it may have been about: it quotes what it
    could not deal with, which may be a customer's name or a cell. Names as programs give them stay, and our own
    identities.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\x00{len(kept) - 1}\x00"

    told = _IDENTITY.sub(keep, scrub_text(text))
    told = _STORED.sub(rf"\1({HIDDEN})", told)
    told = _QUOTED.sub(_unquoted, told)
    told = _PERSONAL_TEXTS.sub(HIDDEN, told)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found.group(1))], told)


def scrub_trace(text: str) -> str:
    """A traceback. Lines of code lose credentials alone, what was said is left as `scrub_error` leaves it; so is what
    groups of errors print, code or not.
    """
    clean: list[str] = []
    said: list[str] = []
    for line in text.split("\n"):
        begins = line.startswith("Traceback ")
        if begins or (not said and line.startswith("  ") and not line.lstrip().startswith(("|", "+"))):
            if said:
                clean.append(scrub_error("\n".join(said)))
                said = []
            clean.append(scrub_text(line))
        else:
            said.append(line)
    return "\n".join([*clean, *([scrub_error("\n".join(said))] if said else [])])


def _unquoted(found: re.Match[str]) -> str:
    sign, what = found["sign"], found["what"]
    return found.group() if _NAME_OF_OURS.fullmatch(what) or "\x00" in what else f"{sign}{HIDDEN}{sign}"


def scrub(value: Any, depth: int = 0) -> Any:
    """The value with secrets hidden: by the name they are kept under, and by what they look like."""
    if depth > _DEEPEST:
        return HIDDEN
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, int | float | None):
        return value
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if isinstance(key, str) and _SECRET_NAMES.search(key) else scrub(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [scrub(item, depth + 1) for item in value]
    return value
