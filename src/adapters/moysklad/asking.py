"""Asking on one account's behalf, and counting what it costs."""

from typing import Any

import msgspec

from adapters.moysklad.client import Answer, MoySkladClient, Parameters
from application.connections.ports import MoySkladKey
from domain.shared.errors import VendorFailed


class Asking:
    """The client with one key. `units` is what the requests so far have cost, at a weight of 1 for each."""

    def __init__(self, client: MoySkladClient, key: MoySkladKey, beta: str = "") -> None:
        self._client = client
        self._key = key
        self._beta = beta
        self.units = 0

    @property
    def base_url(self) -> str:
        """The address of the API, without a slash at its end."""
        return self._client.base_url

    async def get(self, path: str, parameters: Parameters = (), units: int = 1, beta: str = "") -> bytes:
        """The body of a successful answer; `beta` in place of the usual one. See MoySkladClient.get for errors."""
        self.units += units
        return await self._client.get(self._key, path, parameters, units, beta or self._beta)

    async def ask(self, method: str, path: str, parameters: Parameters = (), units: int = 1) -> Answer:
        """A successful answer with its status and headers. See MoySkladClient.ask for what is raised."""
        self.units += units
        return await self._client.ask(self._key, method, path, parameters, units=units, beta=self._beta)

    def taken(self) -> int:
        """The units since this was last asked."""
        spent, self.units = self.units, 0
        return spent


def decoded(decoder: msgspec.json.Decoder[Any], body: bytes, what: str) -> Any:
    """The body by that decoder. Raises VendorFailed, which says what could not be read."""
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as wrong:
        raise VendorFailed(reason=f"{what} unreadable") from wrong
