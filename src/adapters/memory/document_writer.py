"""Documents made in accounts that a test fills."""

import copy
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from adapters.memory.documents import MemoryDocuments
from adapters.memory.failures import PlannedFailures
from application.automations.vendor_ports import DocumentGone, Made
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from application.ports import Clock
from domain.connections.moysklad import MoySkladDisconnected, MoySkladRejected
from domain.shared.moments import to_moscow

API = "https://api.moysklad.ru/api/remap/1.2"
_POSITIONS = "positions"
_UNKNOWN = 1021


class MemoryDocumentWriter:
    """Writes into the accounts of a MemoryDocuments; a token that was never opened is refused.

    A link to an object of a type of which the account has some, but not this one, is refused as MoySklad does. `closed`
    are tokens of accounts that refuse every document, as in a closed period. `failures` are planned for `make`, `find`,
    `change` and `describe`, by these names; with `applied` the document is made before the failure is raised.
    """

    def __init__(self, documents: MemoryDocuments, clock: Clock) -> None:
        self.failures = PlannedFailures()
        self.closed: set[str] = set()
        self.metadata: dict[tuple[str, str], Document] = {}
        self._documents = documents
        self._clock = clock

    async def make(self, key: MoySkladKey, kind: str, sync_id: UUID, body: Document) -> Made:
        """See the port."""
        with self.failures.around("make"):
            objects = self._objects(key, kind)
            known = _by_sync_id(objects, sync_id)
            if known is not None:
                made = Made(copy.deepcopy(known), new=False)
            else:
                self._check(key, body)
                document = self._new(kind, sync_id, body, len(objects) + 1)
                objects[str(document["id"])] = document
                made = Made(copy.deepcopy(document), new=True)
        return made

    async def find(self, key: MoySkladKey, kind: str, sync_id: UUID) -> Document | None:
        """See the port."""
        with self.failures.around("find"):
            return copy.deepcopy(_by_sync_id(self._objects(key, kind), sync_id))

    async def change(self, key: MoySkladKey, kind: str, document_id: str, body: Document) -> Document:
        """See the port."""
        with self.failures.around("change"):
            document = self._objects(key, kind).get(document_id)
            if document is None or document.get("deleted"):
                raise DocumentGone(document=document_id)
            self._check(key, body)
            document |= copy.deepcopy(body)
            if _POSITIONS in body:
                document[_POSITIONS] = _lines(kind, document_id, body[_POSITIONS])
            document["updated"] = self._now()
            return copy.deepcopy(document)

    async def describe(self, key: MoySkladKey, kind: str) -> Document:
        """What the test put into `metadata` for the token and kind; by default there is nothing."""
        with self.failures.around("describe"):
            self._objects(key, kind)
            return copy.deepcopy(self.metadata.get((key.token, kind), {"attributes": [], "states": []}))

    def _objects(self, key: MoySkladKey, kind: str) -> dict[str, Document]:
        if key.token not in self._documents.accounts:
            raise MoySkladDisconnected(state="broken")
        return self._documents.accounts[key.token].setdefault(kind, {})

    def _check(self, key: MoySkladKey, body: Document) -> None:
        if key.token in self.closed:
            raise MoySkladRejected(
                reason="Ошибка сохранения документа: дата документа в закрытом периоде", number=17009
            )
        account = self._documents.accounts[key.token]
        links = [*body.values(), *(line.get("assortment") for line in body.get(_POSITIONS) or ())]
        for link in links:
            kind, identifier = linked(link)
            known = account.get(kind)
            if known and identifier not in known:
                text = f"Объект с типом '{kind}' и идентификатором '{identifier}' не найден"
                raise MoySkladRejected(reason=text, number=_UNKNOWN)

    def _new(self, kind: str, sync_id: UUID, body: Document, number: int) -> Document:
        identifier, now = str(uuid5(sync_id, kind)), self._now()
        document: Document = {
            "meta": {"href": f"{API}/entity/{kind}/{identifier}", "type": kind, "mediaType": "application/json"},
            "id": identifier,
            "syncId": str(sync_id),
            "name": f"{number:05}",
            "applicable": True,
            "externalCode": identifier[:22],
            "moment": now,
            "created": now,
            "updated": now,
            **copy.deepcopy(body),
        }
        if _POSITIONS in body:
            document[_POSITIONS] = _lines(kind, identifier, body[_POSITIONS])
        return document

    def _now(self) -> str:
        return to_moscow(self._clock.now())


class MemoryTargetLists:
    """The lists of a MemoryDocuments' accounts, `pricetype` among them, without what is in the archive. `failures` are
    planned for `all`.
    """

    def __init__(self, documents: MemoryDocuments) -> None:
        self.failures = PlannedFailures()
        self._documents = documents

    async def all(self, key: MoySkladKey, kind: str) -> Sequence[dict[str, Any]]:
        """See the port."""
        with self.failures.around("all"):
            if key.token not in self._documents.accounts:
                raise MoySkladDisconnected(state="broken")
            objects = self._documents.accounts[key.token].get(kind, {})
            return [copy.deepcopy(one) for one in objects.values() if not one.get("archived")]


def linked(value: Any) -> tuple[str, str]:
    """The type and id that a link leads to; two empty texts of anything else."""
    meta = value.get("meta") if isinstance(value, dict) else None
    href = str(meta.get("href") or "") if isinstance(meta, dict) else ""
    steps = href.partition("?")[0].rstrip("/").split("/")
    return (steps[-2], steps[-1]) if len(steps) > 1 and steps[-3:-2] == ["entity"] else ("", "")


def _by_sync_id(objects: dict[str, Document], sync_id: UUID) -> Document | None:
    return next((one for one in objects.values() if one.get("syncId") == str(sync_id)), None)


def _lines(kind: str, document_id: str, lines: Sequence[Document]) -> list[Document]:
    """Lines with an id keep it; others get one."""
    found = []
    for number, line in enumerate(lines):
        identifier = str(line.get("id") or uuid5(UUID(document_id), f"{number}/{len(lines)}"))
        href = f"{API}/entity/{kind}/{document_id}/{_POSITIONS}/{identifier}"
        meta = {"href": href, "type": f"{kind}position", "mediaType": "application/json"}
        found.append({**copy.deepcopy(line), "id": identifier, "meta": meta})
    return found
