"""Webhooks as they are registered at MoySklad (JSON API docs, `webhook` and `webhookstock`)."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from adapters.moysklad.asking import decoded
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.planning import PAGE
from application.connections.ports import MoySkladKey
from domain.webhooks.registration import Family, FoundWebhook, Subject

_PATHS = {Family.ENTITY: "/entity/webhook", Family.STOCK: "/entity/webhookstock"}
_STOCK_TYPE = "stock"
_UPDATE = "UPDATE"


class _Webhook(msgspec.Struct, rename="camel"):
    id: str
    url: str = ""
    enabled: bool = True
    entity_type: str = ""
    action: str = ""
    stock_type: str = ""
    report_type: str = ""


class _Meta(msgspec.Struct):
    size: int = 0


class _Page(msgspec.Struct):
    rows: list[_Webhook]
    meta: _Meta = msgspec.field(default_factory=_Meta)


_PAGE = msgspec.json.Decoder(_Page)


class MoySkladRegisteredWebhooks:
    """See application.webhooks.ports.RegisteredWebhooks.

    Updates are asked for with the names of the changed fields (`diffType` FIELDS), which costs nothing and tells people
    who look at a delivery what it was about.
    """

    def __init__(self, client: MoySkladClient) -> None:
        self._client = client

    async def found(self, key: MoySkladKey) -> list[FoundWebhook]:
        """Pages of a thousand, each family in turn."""
        return [
            FoundWebhook(one.id, _subject(family, one), one.url, one.enabled)
            for family in _PATHS
            async for one in self._listed(key, family)
        ]

    async def create(self, key: MoySkladKey, subject: Subject, url: str) -> None:
        """One POST."""
        await self._send(key, "POST", _PATHS[subject.family], {**_described(subject), "url": url})

    async def correct(self, key: MoySkladKey, webhook: FoundWebhook, url: str) -> None:
        """One PUT."""
        path = f"{_PATHS[webhook.subject.family]}/{webhook.id}"
        await self._send(key, "PUT", path, {"url": url, "enabled": True})

    async def remove(self, key: MoySkladKey, webhook: FoundWebhook) -> None:
        """One POST, which answers for each webhook: one that is gone already is an error in the answer, and no harm."""
        path = _PATHS[webhook.subject.family]
        meta = {
            "href": f"{self._client.base_url}{path}/{webhook.id}",
            "type": path.rsplit("/", 1)[-1],
            "mediaType": "application/json",
        }
        await self._send(key, "POST", f"{path}/delete", [{"meta": meta}])

    async def _listed(self, key: MoySkladKey, family: Family) -> AsyncIterator[_Webhook]:
        offset = 0
        while True:
            asked = (("limit", str(PAGE)), ("offset", str(offset)))
            page: _Page = decoded(_PAGE, await self._client.get(key, _PATHS[family], asked), "webhooks")
            for one in page.rows:
                yield one
            offset += len(page.rows)
            if not page.rows or offset >= page.meta.size:
                return

    async def _send(self, key: MoySkladKey, method: str, path: str, body: Any) -> None:
        await self._client.ask(key, method, path, body=msgspec.json.encode(body))


def _subject(family: Family, one: _Webhook) -> Subject:
    if family is Family.STOCK:
        return Subject(family, one.report_type)
    return Subject(family, one.entity_type, one.action)


def _described(subject: Subject) -> dict[str, str]:
    if subject.family is Family.STOCK:
        return {"stockType": _STOCK_TYPE, "reportType": subject.name}
    fields = {"diffType": "FIELDS"} if subject.action == _UPDATE else {}
    return {"entityType": subject.name, "action": subject.action, **fields}
