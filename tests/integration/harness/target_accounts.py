"""An account in which documents are made and goods are found: a fake one, and the emulator's behind the real client."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from adapters.memory.document_writer import API as MEMORY_API
from adapters.memory.document_writer import MemoryDocumentWriter, MemoryTargetLists
from adapters.memory.documents import MemoryDocuments
from adapters.memory.machine import MemoryClock
from adapters.memory.target_catalogue import MemoryTargetCatalogue
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.document_writer import MoySkladDocumentWriter, MoySkladTargetLists
from adapters.moysklad.documents import MoySkladDocuments
from adapters.moysklad.target_catalogue import MoySkladTargetCatalogue
from application.automations.catalogue_ports import TargetCatalogue
from application.automations.vendor_ports import DocumentWriter, TargetLists
from application.connections.document_ports import Documents
from domain.shared.moments import to_moscow
from emulators.moysklad.links import API
from emulators.moysklad.records import Record
from tests.integration.harness.emulated import BASE, EmulatedAccount, Wire
from tests.integration.harness.samples import moysklad_key

Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]
OWN_WEBHOOKS = "https://skladsheets.test/webhooks/moysklad/"


class TargetAccount:
    """What a suite does to an account past the ports, and the ports."""

    writer: DocumentWriter
    lists: TargetLists
    documents: Documents
    catalogue: TargetCatalogue

    def __init__(self, token: str) -> None:
        self.key = moysklad_key(token)

    def put(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A new object; answers it with its id and meta."""
        raise NotImplementedError

    def trash(self, kind: str, object_id: str) -> None:
        raise NotImplementedError

    def restore(self, kind: str, object_id: str) -> None:
        raise NotImplementedError

    def purge(self, kind: str, object_id: str) -> None:
        raise NotImplementedError

    def archive(self, kind: str, object_id: str) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """No document may be written any more."""
        raise NotImplementedError

    def count(self, kind: str) -> int:
        """How many there are, in the trash too."""
        raise NotImplementedError

    def first(self, kind: str) -> dict[str, Any]:
        """A link to something of that type; made where there is nothing."""
        raise NotImplementedError

    def header(self, **fields: Any) -> dict[str, Any]:
        """What every document of a recipe has."""
        return {"organization": self.first("organization"), "agent": self.first("counterparty"), **fields}

    def lines(self, count: int) -> list[dict[str, Any]]:
        """Lines about goods of their own, the more the dearer."""
        made = [self.put("product", name=f"Товар {number}") for number in range(min(count, 40))]
        return [
            {
                "assortment": {"meta": made[number % len(made)]["meta"]},
                "quantity": 1.0 + number,
                "price": 100.0 + number,
            }
            for number in range(count)
        ]


class MemoryTarget(TargetAccount):
    """Over dictionaries."""

    def __init__(self) -> None:
        super().__init__(f"token-{uuid4()}")
        self.accounts, self.clock = MemoryDocuments(), MemoryClock()
        self.accounts.accounts[self.key.token] = {}
        self.documents = self.accounts
        self.writer = self.fake = MemoryDocumentWriter(self.accounts, self.clock)
        self.lists = MemoryTargetLists(self.accounts)
        self.catalogue = MemoryTargetCatalogue(self.accounts)

    def put(self, kind: str, **fields: Any) -> dict[str, Any]:
        identifier = str(uuid4())
        meta = {"href": f"{MEMORY_API}/entity/{kind}/{identifier}", "type": kind, "mediaType": "application/json"}
        made = {"id": identifier, "meta": meta, "updated": to_moscow(self.clock.now()), **fields}
        self.accounts.put(self.key.token, kind, made)
        return made

    def trash(self, kind: str, object_id: str) -> None:
        self.accounts.trash(self.key.token, kind, object_id)

    def restore(self, kind: str, object_id: str) -> None:
        self.accounts.accounts[self.key.token][kind][object_id].pop("deleted")

    def purge(self, kind: str, object_id: str) -> None:
        self.accounts.remove(self.key.token, kind, object_id)

    def archive(self, kind: str, object_id: str) -> None:
        self.accounts.accounts[self.key.token][kind][object_id]["archived"] = True

    def close(self) -> None:
        self.fake.closed.add(self.key.token)

    def count(self, kind: str) -> int:
        return len(self.accounts.accounts[self.key.token].get(kind, {}))

    def first(self, kind: str) -> dict[str, Any]:
        known = self.accounts.accounts[self.key.token].get(kind) or {"": self.put(kind, name=kind)}
        return {"meta": next(iter(known.values()))["meta"]}


class FaultyWire(Wire):
    """Some requests suffer: `fault` is what happens to the next `times` of them, once `skip` have passed."""

    fault: Fault | None = None
    skip = 0
    times = 0
    headers: list[httpx.Headers]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.headers = [*getattr(self, "headers", ()), request.headers]
        self.asked += 1
        self.questions.append((request.url.path, dict(request.url.params)))
        assert len(request.url.raw_path) < 7_200, "the address is too long"
        self.before(self.asked)
        if "/apiasynctaskresult/" in request.url.path:
            return self._fetched(request)
        fault = None
        if self.fault is not None and self.asked > self.skip and self.times > 0:
            self.times -= 1
            fault = self.fault
        return self._answer(request) if fault is None else fault(request, lambda: self._answer(request))

    def _fetched(self, request: httpx.Request) -> httpx.Response:
        """What was ordered whole, from the host that hands such things out and must not see a token."""
        assert "Authorization" not in request.headers
        account, _, task = request.url.path.rsplit("/", 3)[-3:]
        body = self._world.accounts[account].tasks.file(task, self._world.clock.seconds())
        assert body is not None
        return httpx.Response(200, stream=httpx.ByteStream(body))


class EmulatedTarget(TargetAccount):
    """The emulator's world behind the real client, without a socket."""

    def __init__(self) -> None:
        self.emulated = EmulatedAccount("target", 1_767_225_600.0)
        settings = self.emulated.world.settings
        settings.download_base = "http://files.test"
        settings.async_pending_seconds = settings.async_processing_seconds = 0.0
        assert self.emulated.token is not None
        super().__init__(self.emulated.token)
        self.wire = FaultyWire(self.emulated.world)
        self.client = self.new_client()
        self.documents = MoySkladDocuments(self.client)
        self.writer = MoySkladDocumentWriter(self.client, OWN_WEBHOOKS)
        self.lists = MoySkladTargetLists(self.client)
        self.catalogue = MoySkladTargetCatalogue(self.client, pause=0.0)

    def new_client(self) -> MoySkladClient:
        return MoySkladClient(
            f"{BASE}{API}", f"{BASE}/vendor", transport=self.wire, units=1_000_000, backoff=0.0, patience=0.05
        )

    def put(self, kind: str, **fields: Any) -> dict[str, Any]:
        record = self.emulated.create(kind, **fields)
        return {"id": record.id, **self.emulated.link(record)}

    def record(self, kind: str, object_id: str) -> Record:
        return self.emulated.account.shelves[kind].records[object_id]

    def trash(self, kind: str, object_id: str) -> None:
        self.emulated.trash(self.record(kind, object_id))

    def restore(self, kind: str, object_id: str) -> None:
        self.emulated.restore(self.record(kind, object_id))

    def purge(self, kind: str, object_id: str) -> None:
        self.emulated.purge(self.record(kind, object_id))

    def archive(self, kind: str, object_id: str) -> None:
        self.emulated.archive(self.record(kind, object_id), archived=True)

    def close(self) -> None:
        self.emulated.account.rules["closedBefore"] = "2999-01-01"

    def count(self, kind: str) -> int:
        return len(self.emulated.account.shelves[kind])

    def first(self, kind: str) -> dict[str, Any]:
        if not self.emulated.account.shelves[kind]:
            self.put(kind, name=kind)
        return self.emulated.first(kind)


def answer(status: int, code: int | None = None) -> httpx.Response:
    """A refusal of MoySklad's."""
    entry = {"error": "Сбой"} | ({} if code is None else {"code": code})
    body = msgspec.json.encode({"errors": [entry]})
    return httpx.Response(status, stream=httpx.ByteStream(body))


def silent(_: httpx.Request, __: Callable[[], httpx.Response]) -> httpx.Response:
    """The request never arrives."""
    raise httpx.ConnectError("no route")


def lost(_: httpx.Request, serve: Callable[[], httpx.Response]) -> httpx.Response:
    """What was asked is done; nobody hears of it."""
    serve()
    raise httpx.ReadError("reset")


def late(_: httpx.Request, serve: Callable[[], httpx.Response]) -> httpx.Response:
    """What was asked is done, after whoever asked has given up."""
    serve()
    raise httpx.ReadTimeout("too long")


def refused(status: int, code: int | None = None, *, applied: bool = False) -> Fault:
    """The request is refused, perhaps after what was asked was done."""

    def fault(_: httpx.Request, serve: Callable[[], httpx.Response]) -> httpx.Response:
        if applied:
            serve()
        return answer(status, code)

    return fault


def torn(_: httpx.Request, serve: Callable[[], httpx.Response]) -> httpx.Response:
    """Half of the answer comes."""
    served = serve()
    stream = served.stream
    assert isinstance(stream, httpx.ByteStream)
    body = b"".join(stream)
    return httpx.Response(served.status_code, stream=httpx.ByteStream(body[: len(body) // 2]))


def first_taken(request: httpx.Request, serve: Callable[[], httpx.Response]) -> httpx.Response:
    """Somebody else makes the same at the same moment, and MoySklad does not allow it twice."""
    served = serve()
    made = request.method == "POST" and request.url.path.count("/") == API.count("/") + 2
    return answer(412, 3006) if made else served


LASTING = frozenset({"never arrives", "500", "503 maintenance"})
"""What may strike several times, one after the other."""

FAULTS: dict[str, Fault] = {
    "never arrives": silent,
    "answer lost": lost,
    "answer late": late,
    "answer torn": torn,
    "500": refused(500),
    "500 after applying": refused(500, applied=True),
    "502 after applying": refused(502, applied=True),
    "503 maintenance": refused(503, 1074),
    "changed meanwhile": refused(412, 1065),
    "changed meanwhile, and applied": refused(412, 1065, applied=True),
    "somebody else was first": first_taken,
    "too many requests": refused(429, 1049),
}
