"""Requests as they reach our handlers."""

import re
from typing import Any

from litestar import Request
from litestar.exceptions import ClientException

DEEPEST = 64
"""Nothing that we or MoySklad send is nested half as deep. Decoders give up at a depth of their own, as if it were our
mistake.
"""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


class TextRequest(Request[Any, Any, Any]):
    """A request whose body, if it has one, is text in UTF-8, as JSON has to be (RFC 8259, 8.1), and not nested without
    end.
    """

    async def body(self) -> bytes:
        """The body. Raises ClientException where it is no such text; Litestar would let the decoder's error through."""
        body = await super().body()
        try:
            body.decode()
        except UnicodeDecodeError as wrong:
            raise ClientException("The body is not UTF-8.") from wrong
        if too_deep(body):
            raise ClientException(f"The body is nested more than {DEEPEST} levels deep.")
        return body


def too_deep(body: bytes) -> bool:
    """Whether brackets are nested too deep, in JSON or what looks like it."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False
