"""A scripted MoySklad that answers as a network does: with bytes that are yet to be read."""

from collections.abc import AsyncIterator

import httpx


class _Unread(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


class Wire(httpx.MockTransport):
    """Answers with the raw bytes of what the script made, headers and all."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        body = b"".join(answer.stream) if isinstance(answer.stream, httpx.SyncByteStream) else answer.content
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Unread(body))
