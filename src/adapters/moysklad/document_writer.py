"""Documents that we make in an account, each once (reference 7.2, 7.3)."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.conditions import BOTH_ARCHIVED, BOTH_DELETED
from adapters.moysklad.line_sets import arranged, lacking, surplus
from adapters.moysklad.planning import EXPANDED_PAGE
from adapters.moysklad.positions import POSITIONS, all_positions, read_all
from application.automations.vendor_ports import DocumentGone, Made
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from domain.connections.moysklad import MoySkladPaused, MoySkladRejected
from domain.exports.filters import FilterRefused
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed

MOST_POSITIONS = 1000
"""Positions in one request, MoySklad's maximum (JSON API docs, Restrictions)."""

_DICTIONARIES = frozenset({"product", "service", "bundle", "counterparty", "organization"})
"""What else than documents has a `syncId` (JSON API docs, attribute tables)."""

_WITHOUT_POSITIONS = _DICTIONARIES | {
    *("paymentin", "paymentout", "cashin", "cashout", "facturein", "factureout", "counterpartyadjustment"),
    *("retaildrawercashin", "retaildrawercashout"),
}
_OWN = frozenset({"id", "meta", "accountId"})
"""What a line that is added may not bring along (reference 7.2)."""
_CHANGED = 1065
_TRIES = 3
_REFUSALS = frozenset({400, 404, 405, 409, 412, 413, 415})


class _Rows(msgspec.Struct):
    rows: list[dict[str, Any]]


class _Metadata(msgspec.Struct):
    states: list[dict[str, Any]] = []


_ROWS = msgspec.json.Decoder(_Rows)
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_METADATA = msgspec.json.Decoder(_Metadata)


class MoySkladDocumentWriter:
    """See application.automations.vendor_ports.DocumentWriter.

    Looks for the `syncId` before it makes anything, and once more where making failed: MoySklad documents that a second
    POST with a known `syncId` answers the first one's document, but not for the trash, and not for two at once.
    Webhooks at addresses that begin with `own_webhooks` are not told of what is written here.

    A document of more than a thousand positions is made as a draft with the first thousand, the rest is added, and it
    is made valid at last. What is lacking is found by comparing, so that whoever repeats it goes on; where two did so
    at once, what was added twice is taken away. A person who takes lines out of such a draft meanwhile would get them
    back, until it was made whole once.
    """

    def __init__(self, client: MoySkladClient, own_webhooks: str = "") -> None:
        self._client = client
        host = urlsplit(own_webhooks).hostname or ""
        self._quiet_for = own_webhooks if "." in host or host == "localhost" else ""  # MoySklad refuses other hosts

    async def make(self, key: MoySkladKey, kind: str, sync_id: UUID, body: Document) -> Made:
        """Two requests, if all goes well; two for each further thousand positions."""
        lines: list[Any] = list(body.get(POSITIONS) or ())
        known = await self._known(key, kind, sync_id)
        if known is not None:
            return Made(await self._completed(key, kind, known, body, lines), new=False)
        first = {**body, "syncId": str(sync_id)}
        if len(lines) > MOST_POSITIONS:
            first |= {POSITIONS: lines[:MOST_POSITIONS], "applicable": False}
        new = True
        try:
            made = await self._send(key, "POST", kind, first)
        except (VendorFailed, VendorBusy, MoySkladRejected) as failed:
            if isinstance(failed, MoySkladPaused) or (isinstance(failed, VendorBusy) and not _was_changed(failed)):
                raise  # nothing happened, and nothing may be asked now
            seen = await self._known(key, kind, sync_id)
            if seen is None:
                raise
            made, new = seen, False
        return Made(await self._completed(key, kind, made, body, lines), new=new)

    async def find(self, key: MoySkladKey, kind: str, sync_id: UUID) -> Document | None:
        """One request, and one for each thousand positions that did not come along."""
        known = await self._known(key, kind, sync_id)
        return None if known is None else await self._with_positions(key, kind, known)

    async def change(self, key: MoySkladKey, kind: str, document_id: str, body: Document) -> Document:
        """One PUT; positions beyond a thousand are added after it."""
        lines: list[Any] = list(body.get(POSITIONS) or ())
        long, first = len(lines) > MOST_POSITIONS, dict(body)
        if long:
            first |= {POSITIONS: lines[:MOST_POSITIONS], **({"applicable": False} if "applicable" in body else {})}
        try:
            changed = await self._send(key, "PUT", kind, first, document_id)
        except MoySkladRejected:
            await self._require_there(key, kind, document_id)
            raise
        if changed.get("deleted"):  # it was in the trash once; whether it is there now, only a filter tells
            await self._require_there(key, kind, document_id)
            del changed["deleted"]
        if long:
            await self._add_lacking(key, kind, document_id, lines)
            if body.get("applicable"):
                changed = await self._send(key, "PUT", kind, {"applicable": True}, document_id)
            changed = {**changed, POSITIONS: _UNTOLD}
        return await self._with_positions(key, kind, changed, lines)

    async def describe(self, key: MoySkladKey, kind: str) -> Document:
        """Two requests, and one for each further thousand attributes."""
        asking = Asking(self._client, key)
        base = f"/entity/{kind}/metadata"
        states = decoded(_METADATA, await asking.get(base), "metadata").states
        attributes = await read_all(asking, f"{base}/attributes")
        return {"attributes": attributes, "states": states}

    async def _known(self, key: MoySkladKey, kind: str, sync_id: UUID) -> Document | None:
        """The document, wherever it is: of several (which MoySklad does not promise to prevent) one that is not in the
        trash, the oldest.
        """
        hidden = BOTH_ARCHIVED if kind in _DICTIONARIES else BOTH_DELETED
        terms = ";".join((f"syncId={sync_id}", *hidden))
        asked = (("filter", terms), ("limit", str(EXPANDED_PAGE)), *_expanded(kind))
        try:
            body = await self._client.get(key, f"/entity/{kind}", asked)
        except FilterRefused as refused:
            _reject(refused)
        rows = decoded(_ROWS, body, kind).rows
        if any("deleted" in row for row in rows):
            rows = await self._without_past(key, kind, rows)
        rows.sort(key=lambda row: ("deleted" in row, str(row.get("created")), str(row.get("id"))))
        return rows[0] if rows else None

    async def _without_past(self, key: MoySkladKey, kind: str, rows: Sequence[Document]) -> list[Document]:
        """`deleted` stays when something comes back out of the trash (JSON API docs): here it is told only of what lies
        there now.
        """
        terms = ";".join((*(f"id={row['id']}" for row in rows), BOTH_DELETED[0]))
        body = await self._client.get(key, f"/entity/{kind}", (("filter", terms), ("limit", str(EXPANDED_PAGE))))
        there = {row["id"] for row in decoded(_ROWS, body, kind).rows}
        return [
            row if row["id"] in there else {name: one for name, one in row.items() if name != "deleted"} for row in rows
        ]

    async def _completed(
        self, key: MoySkladKey, kind: str, made: Document, body: Document, lines: Sequence[Any]
    ) -> Document:
        """The document with all of its positions. One that fits into one request was made whole."""
        if len(lines) > MOST_POSITIONS and not made.get("applicable") and not made.get("deleted"):
            identifier = str(made["id"])
            await self._add_lacking(key, kind, identifier, lines)
            if body.get("applicable", True):
                made = await self._send(key, "PUT", kind, {"applicable": True}, identifier)
            made = {**made, POSITIONS: _UNTOLD}
        return await self._with_positions(key, kind, made, lines)

    async def _add_lacking(self, key: MoySkladKey, kind: str, document_id: str, lines: Sequence[Any]) -> None:
        path = f"/entity/{kind}/{document_id}/{POSITIONS}"
        there = await self._lines(key, kind, document_id)
        tries = added = 0
        while missing := lacking(lines, there):
            try:
                new = [{name: one for name, one in line.items() if name not in _OWN} for line in missing]
                await self._post_lines(key, path, new[:MOST_POSITIONS])
            except VendorFailed:
                tries += 1
                if tries == _TRIES:
                    raise
            added += 1
            there = await self._lines(key, kind, document_id)
        over = surplus(lines, there) if added else []
        if over:
            await self._post_lines(key, f"{path}/delete", [{"meta": line["meta"]} for line in over])

    async def _lines(self, key: MoySkladKey, kind: str, document_id: str, told: Any = None) -> list[Any]:
        """Positions, to the last. Raises DocumentGone where there is no such document any more."""
        path = f"/entity/{kind}/{document_id}/{POSITIONS}"
        try:
            return await all_positions(Asking(self._client, key), path, _UNTOLD if told is None else told)
        except FilterRefused:
            raise DocumentGone(document=document_id) from None

    async def _post_lines(self, key: MoySkladKey, path: str, lines: Sequence[Any]) -> None:
        for start in range(0, len(lines), MOST_POSITIONS):
            await self._ask(key, "POST", path, lines[start : start + MOST_POSITIONS], ())

    async def _with_positions(
        self, key: MoySkladKey, kind: str, document: Document, wanted: Sequence[Any] = ()
    ) -> Document:
        """Positions in the order in which they were wanted; others after them."""
        told = document.get(POSITIONS)
        if not isinstance(told, dict):
            return document
        there = await self._lines(key, kind, str(document["id"]), told)
        found, others = arranged(wanted, there)
        return {**document, POSITIONS: [line for line in found if line is not None] + others}

    async def _require_there(self, key: MoySkladKey, kind: str, document_id: str) -> None:
        terms = ";".join((f"id={document_id}", *(() if kind in _DICTIONARIES else ("isDeleted=false",))))
        try:
            body = await self._client.get(key, f"/entity/{kind}", (("filter", terms), ("limit", "1")))
        except FilterRefused:
            raise DocumentGone(document=document_id) from None
        if not decoded(_ROWS, body, kind).rows:
            raise DocumentGone(document=document_id)

    async def _send(
        self, key: MoySkladKey, method: str, kind: str, body: Mapping[str, Any], document_id: str = ""
    ) -> Document:
        path = f"/entity/{kind}/{document_id}".rstrip("/")
        answer = await self._ask(key, method, path, body, _expanded(kind))
        document: Document = decoded(_OBJECT, answer, "document")
        if not document.get("id"):
            raise VendorFailed(reason="document unreadable")
        return document

    async def _ask(
        self, key: MoySkladKey, method: str, path: str, body: Any, parameters: Sequence[tuple[str, str]]
    ) -> bytes:
        sent = msgspec.json.encode(body)
        try:
            answer = await self._client.ask(key, method, path, parameters, body=sent, quiet_for=self._quiet_for)
        except FilterRefused as refused:
            _reject(refused)
        except VendorFailed as failed:
            if failed.details.get("status") in _REFUSALS:
                _reject(failed)
            raise
        return answer.body


class MoySkladTargetLists:
    """See application.automations.vendor_ports.TargetLists. What is in the archive is left out."""

    def __init__(self, client: MoySkladClient) -> None:
        self._client = client

    async def all(self, key: MoySkladKey, kind: str) -> Sequence[dict[str, Any]]:
        """One request for each thousand; price types come all at once, from the company's settings."""
        asking = Asking(self._client, key)
        try:
            if kind == "pricetype":
                body = await asking.get("/context/companysettings/pricetype")
                found: list[dict[str, Any]] = decoded(_LIST, body, kind)
                return found
            rows = await read_all(asking, f"/entity/{kind}")
        except FilterRefused as refused:
            _reject(refused)
        return [row for row in rows if not row.get("archived")]


_LIST = msgspec.json.Decoder(list[dict[str, Any]])


_UNTOLD = {"rows": [], "meta": {"size": 1}}
"""What stands for positions that have to be read anew."""


def _expanded(kind: str) -> tuple[tuple[str, str], ...]:
    return () if kind in _WITHOUT_POSITIONS else (("expand", POSITIONS),)


def _was_changed(busy: VendorBusy) -> bool:
    """Whether somebody changed the same object at the same time."""
    return busy.details.get("reason") == _CHANGED


def _reject(refused: SkladSheetsError) -> NoReturn:
    """What MoySklad refuses of a request that changes something: its contents, whatever the code."""
    details = refused.details
    reason = details.get("reason", "")
    if "number" not in details:
        raise MoySkladRejected(reason=f"HTTP {details.get('status', '')}", number=reason) from None
    raise MoySkladRejected(reason=reason, number=details["number"]) from None
