"""MoySklad as a source of rows."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.conditions import Question, Surroundings, question
from adapters.moysklad.custom import CustomColumns
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.planning import IDS, PAGE, Paging, plan
from adapters.moysklad.reading import Reader
from adapters.moysklad.walks import BY_ID
from application.connections.ports import MoySkladKey
from application.exports.vendor_ports import Page, Reading, Trash
from domain.exports.columns import Column
from domain.exports.exporter import Answer, BaseExporter
from domain.exports.filters import Condition


class _Meta(msgspec.Struct):
    size: int = 0


class _Trashed(msgspec.Struct):
    id: str
    deleted: str | None = None


class _TrashPage(msgspec.Struct):
    rows: list[_Trashed]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Sized(msgspec.Struct):
    meta: _Meta


_TRASH = msgspec.json.Decoder(_TrashPage)
_SIZED = msgspec.json.Decoder(_Sized)
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


class MoySkladSource:
    """Reads the rows of an account by its install token; the promises are those of the port Source."""

    def __init__(self, client: MoySkladClient, paging: Paging | None = None) -> None:
        self._client = client
        self._paging = paging or Paging()

    async def custom_columns(
        self, key: MoySkladKey, exporter: BaseExporter, conditions: Sequence[Condition] = ()
    ) -> tuple[Column, ...]:
        """One request for each kind of metadata that the exporter's rows can have, in MoySklad's order."""
        return await CustomColumns(Asking(self._client, key)).of(exporter, conditions)

    def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """Nothing is asked before the first page is wanted."""
        return Reader(Asking(self._client, key, reading.exporter.beta), reading, self._paging).pages()

    async def deleted(self, key: MoySkladKey, reading: Reading, since: str | None) -> AsyncIterator[Trash]:
        """Pages of 1,000 ids, by offset in the order of ids. The trash only grows by what is seen next time anyway."""
        exporter = reading.exporter
        if not exporter.trash:
            return
        asking = Asking(self._client, key, reading.exporter.beta)
        terms = ["isDeleted=true", *([f"deleted>={since}"] if since is not None else [])]
        offset = 0
        while True:
            asked = (("limit", str(PAGE)), ("offset", str(offset)), ("order", BY_ID), ("filter", ";".join(terms)))
            page: _TrashPage = decoded(_TRASH, await asking.get(exporter.path, asked), "trash")
            latest = max((one.deleted for one in page.rows if one.deleted), default=None)
            yield Trash(tuple(one.id for one in page.rows), latest, asking.taken())
            offset += len(page.rows)
            if not page.rows or offset >= page.meta.size:
                return

    async def existing(self, key: MoySkladKey, reading: Reading, ids: Sequence[str]) -> frozenset[str]:
        """A hundred ids in a request. Reports cannot be asked for single objects: there, nothing is known to exist."""
        if not reading.exporter.entity:
            return frozenset()
        asking = Asking(self._client, key, reading.exporter.beta)
        asked = self._question(asking, reading)
        if asked.saved:
            return frozenset()
        found: set[str] = set()
        for start in range(0, len(ids), IDS):
            terms = [*asked.terms, *(f"id={one}" for one in ids[start : start + IDS])]
            parameters = (("limit", str(IDS)), ("filter", ";".join(terms)), *asked.parameters)
            page: _TrashPage = decoded(_TRASH, await asking.get(asked.path, parameters), "ids")
            found.update(one.id for one in page.rows)
        return frozenset(found)

    async def count(self, key: MoySkladKey, reading: Reading) -> int:
        """Reads one row and believes the list's own `meta.size`; an answer that is an array is counted."""
        asking = Asking(self._client, key, reading.exporter.beta)
        asked = self._question(asking, reading)
        exporter = reading.exporter
        terms = (("filter", ";".join(asked.terms)),) if asked.terms else ()
        if exporter.answer is Answer.OBJECT:
            return 1
        if exporter.answer is Answer.ARRAY:
            body = await asking.get(asked.path, (*asked.parameters, *terms), exporter.units)
            return len(decoded(_ARRAY, body, "rows"))
        body = await asking.get(asked.path, (("limit", "1"), *asked.parameters, *terms), exporter.units)
        found: _Sized = decoded(_SIZED, body, "size")
        return found.meta.size

    def units(self, reading: Reading, objects: int) -> int:
        """The plan's, with dictionaries of the usual size."""
        mapping = Mapping(reading.exporter, reading.columns, reading.zone, reading.mode)
        return plan(reading.exporter, mapping, objects, {}, self._paging).units

    def _question(self, asking: Asking, reading: Reading) -> Question:
        around = Surroundings(reading.zone, reading.now, asking.base_url)
        return question(reading.exporter, reading.conditions, around, reading.custom)
