"""A method's parameters, from wherever they were sent: the query, a form, a multipart form or a JSON object."""

from typing import Any

import msgspec
from aiohttp import web

from emulators.telegram.errors import bad_request


async def read_params(request: web.Request) -> "Params":
    """Reads them. Raises BotError for a body that is no JSON object."""
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.read()
        try:
            body = msgspec.json.decode(raw) if raw else {}
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise bad_request("can't parse JSON object") from wrong
        if not isinstance(body, dict):
            raise bad_request("JSON object expected")
        found.update(body)
    elif request.can_read_body:
        found.update(await request.post())
    return Params(found)


class Params:
    """Parameters by name."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def text(self, name: str) -> str:
        """A string; empty where it was not sent."""
        value = self._found.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str) -> int | None:
        """A number, None where it was not sent or is none."""
        value = self._found.get(name)
        try:
            return None if value is None or isinstance(value, bool) else int(value)
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """Whether it is true, in any of the forms in which that is sent."""
        return str(self._found.get(name, "")).lower() in {"true", "1", "yes"}

    def thing(self, name: str) -> Any:
        """An object or a list, which a form sends as JSON. Raises BotError."""
        value = self._found.get(name)
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError as wrong:
            raise bad_request(f"can't parse {name}: {wrong}") from wrong
