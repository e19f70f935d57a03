"""An answer that is looked at before it is sent."""

from typing import Any

from litestar.types import Message, Send


class Recorded:
    """Takes the place of `send`. An answer that comes in pieces is passed on at once, if there is somewhere to pass it
    to.
    """

    def __init__(self, stream_to: Send | None = None) -> None:
        self._stream_to = stream_to
        self._start: dict[str, Any] = {}
        self.body = b""
        self.streamed = False

    async def __call__(self, message: Message) -> None:
        """One message of the answer."""
        told: dict[str, Any] = dict(message)
        if told["type"] == "http.response.start":
            self._start = told
        elif self.streamed and self._stream_to is not None:
            await self._stream_to(message)
        elif told.get("more_body", False) and self._stream_to is not None:
            self.streamed = True
            await self._stream_to(self._start)  # type: ignore[arg-type]
            await self._stream_to(message)
        else:
            self.body += told.get("body", b"")

    @property
    def status(self) -> int:
        """The answer's status."""
        return int(self._start["status"])

    def header(self, name: bytes) -> bytes | None:
        """A header of the answer, by its name in small letters."""
        return next((value for known, value in self._start["headers"] if known.lower() == name), None)

    def add(self, name: bytes, value: bytes) -> None:
        """Adds a header."""
        self._start["headers"] = [*self._start["headers"], (name, value)]

    async def send(self, send: Send) -> None:
        """Sends what was recorded."""
        if not self.streamed:
            await answer(send, self.status, self._start["headers"], self.body)


async def answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """A whole answer at once."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
