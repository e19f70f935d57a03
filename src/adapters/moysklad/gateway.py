"""MoySklad as a source of rows."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.reading import Paging, Reader
from application.connections.ports import MoySkladKey
from application.exports.ports import Page, Reading
from domain.exports.columns import Column, attribute_column
from domain.exports.exporter import BaseExporter
from domain.shared.cells import CellKind
from domain.shared.errors import VendorFailed

_PAGE = 1000

ATTRIBUTE_KINDS: dict[str, CellKind] = {
    "link": CellKind.LINK,
    "long": CellKind.INTEGER,
    "double": CellKind.NUMBER,
    "boolean": CellKind.BOOLEAN,
    "time": CellKind.DATE_TIME,
}
"""Types of custom attributes (JSON API docs, custom fields). Every other type, known or new, shows as text."""


class _Attribute(msgspec.Struct):
    id: UUID
    name: str
    type: str = "string"


class _Meta(msgspec.Struct):
    size: int = 0


class _Attributes(msgspec.Struct):
    rows: list[_Attribute] = []
    meta: _Meta = msgspec.field(default_factory=_Meta)


class MoySkladSource:
    """Reads the rows of an account by its install token. See application.exports.ports.Source for the promises."""

    def __init__(self, client: MoySkladClient, paging: Paging | None = None) -> None:
        self._client = client
        self._paging = paging or Paging()

    async def attributes(self, key: MoySkladKey, exporter: BaseExporter) -> tuple[Column, ...]:
        """Columns of the account's custom attributes, in MoySklad's order."""
        if not exporter.has_attributes:
            return ()
        found: dict[UUID, Column] = {}
        offset = 0
        while True:
            page = await self._attributes(key, exporter.entity, offset)
            found |= {
                one.id: attribute_column(one.id, one.name, ATTRIBUTE_KINDS.get(one.type, CellKind.TEXT))
                for one in page.rows
            }
            offset += len(page.rows)
            if not page.rows or offset >= page.meta.size:
                return tuple(found.values())

    def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """Pages of rows in the order of their last change. Nothing is asked before the first page is wanted."""
        return Reader(self._client, key, reading, self._paging).pages()

    async def _attributes(self, key: MoySkladKey, entity: str, offset: int) -> _Attributes:
        path = f"/entity/{entity}/metadata/attributes"
        body = await self._client.get(key, path, (("limit", str(_PAGE)), ("offset", str(offset))))
        try:
            return msgspec.json.decode(body, type=_Attributes)
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="attributes unreadable") from wrong
