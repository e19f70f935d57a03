"""Keeping secrets out of logs, spans and error reports, even where somebody put them by mistake."""

import re
from collections.abc import Mapping
from typing import Any

_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|cookie|verifier|context_?key|^code$|^state$|refresh|credential", re.IGNORECASE
)
_SECRET_TEXTS = re.compile(
    r"(?i:bearer\s+)[A-Za-z0-9._~+/=-]+"  # credentials in a header
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # JSON web tokens
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
HIDDEN = "[hidden]"
_DEEPEST = 8


def scrub_text(text: str) -> str:
    """The text with everything that looks like a credential hidden."""
    return _NAMED_TEXTS.sub(rf"\1{HIDDEN}", _SECRET_TEXTS.sub(HIDDEN, text))


def scrub(value: Any, depth: int = 0) -> Any:
    """The value with secrets hidden: by the name they are kept under, and by what they look like."""
    if depth > _DEEPEST:
        return HIDDEN
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if isinstance(key, str) and _SECRET_NAMES.search(key) else scrub(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [scrub(item, depth + 1) for item in value]
    return value
