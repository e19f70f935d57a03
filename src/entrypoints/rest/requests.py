"""Requests as they reach our handlers."""

from typing import Any

from litestar import Request
from litestar.exceptions import ClientException


class TextRequest(Request[Any, Any, Any]):
    """A request whose body, if it has one, is text in UTF-8, as JSON has to be (RFC 8259, 8.1)."""

    async def body(self) -> bytes:
        """The body. Raises ClientException where it is not UTF-8; Litestar would let the decoder's error through."""
        body = await super().body()
        try:
            body.decode()
        except UnicodeDecodeError as wrong:
            raise ClientException("The body is not UTF-8.") from wrong
        return body
