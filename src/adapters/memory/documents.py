"""Single objects of accounts that a test fills."""

import copy
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from adapters.memory.failures import PlannedFailures
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from domain.connections.moysklad import MoySkladDisconnected
from domain.shared.moments import from_moscow


class MemoryDocuments:
    """Accounts by their install token; a token that was never opened is refused.

    Objects are kept as MoySklad would answer them with everything expanded; what `expand` does not name is not taken
    away. `failures` are planned for `read` and `changed`, by these names.
    """

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self.accounts: dict[str, dict[str, dict[str, Document]]] = {}

    def put(self, token: str, kind: str, document: Document) -> None:
        """Adds an object, or puts it in the place of the one with its id."""
        self.accounts.setdefault(token, {}).setdefault(kind, {})[str(document["id"])] = copy.deepcopy(document)

    def trash(self, token: str, kind: str, object_id: str) -> None:
        """It lies in the trash: it is not read any more, and its `syncId` is known still."""
        self.accounts[token][kind][object_id]["deleted"] = self.accounts[token][kind][object_id].get("updated", "-")

    def remove(self, token: str, kind: str, object_id: str) -> None:
        """It is not there any more."""
        self.accounts[token][kind].pop(object_id, None)

    async def read(
        self, key: MoySkladKey, kind: str, ids: Sequence[str], expand: Sequence[str] = ()
    ) -> dict[str, Document]:
        """See the port."""
        del expand
        objects = self._objects(key, kind, "read")
        return {one: copy.deepcopy(objects[one]) for one in sorted(set(ids)) if one in objects}

    async def changed(self, key: MoySkladKey, kind: str, since: datetime) -> AsyncIterator[Sequence[str]]:
        """See the port."""
        objects = self._objects(key, kind, "changed")

        def stamp(one: Document) -> str:
            return str(one["updated"])

        found = sorted((one for one in objects.values() if from_moscow(stamp(one)) >= since), key=stamp)
        for start in range(0, len(found), 1000):
            yield [str(one["id"]) for one in found[start : start + 1000]]

    def _objects(self, key: MoySkladKey, kind: str, step: str) -> dict[str, Any]:
        with self.failures.around(step):
            if key.token not in self.accounts:
                raise MoySkladDisconnected(state="broken")
            objects = self.accounts[key.token].get(kind, {})
            return {identifier: one for identifier, one in objects.items() if "deleted" not in one}
