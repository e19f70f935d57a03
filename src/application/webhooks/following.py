"""Following: exports that want to hear of something are told, in the transaction that takes it in."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from application.exports.mark_ports import ChangeMarks
from application.exports.ports import ExporterCatalogue
from application.ports import Clock, Headers, Ids
from application.webhooks.ports import ExportWatches, ListeningExport
from domain.exports.exporter import ExporterUnknown
from domain.shared.identities import CompanyId, ConfigId
from domain.webhooks.announcements import Announced
from domain.webhooks.scenario import Listener
from domain.webhooks.watch import ExportWatch, Pace


class Following:
    """Marks objects for the exports that show them, and has their watches wait for a run."""

    def __init__(
        self,
        catalogue: ExporterCatalogue,
        marks: ChangeMarks,
        watches: ExportWatches,
        pace: Pace,
        headers: Headers,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._catalogue = catalogue
        self._marks = marks
        self._watches = watches
        self._pace = pace
        self._headers = headers
        self._ids = ids
        self._clock = clock

    def listeners(self, exports: Iterable[ListeningExport]) -> list[Listener]:
        """The exports with their exporters; one whose exporter is no more hears of nothing."""
        found = []
        for export in exports:
            try:
                exporter = self._catalogue.get(export.exporter_key)
            except ExporterUnknown:
                continue
            found.append(Listener(export.config_id, export.name, exporter))
        return found

    async def take_in(self, company_id: CompanyId, listeners: Iterable[Listener], announced: Announced) -> int:
        """Marks what was announced; answers how many exports it concerns."""
        version = self._ids.new()
        concerned: dict[ConfigId, Mapping[str, str] | None] = {}
        by_type: dict[str, list[Listener]] = {}
        for one in listeners:
            if one.exporter.stock_report in announced.reports:
                concerned[one.config_id] = announced.origins.get(one.exporter.stock_report)
            for kind in one.exporter.announced_types:
                by_type.setdefault(kind, []).append(one)
        for kind in announced.objects:
            for one in by_type.get(kind, ()):
                concerned[one.config_id] = concerned.get(one.config_id) or announced.origins.get(kind)
        await self._wake(company_id, concerned)
        for kind, objects in sorted(announced.objects.items()):
            await self._mark(company_id, by_type.get(kind, ()), objects, version)
        return len(concerned)

    async def mark_one(
        self,
        company_id: CompanyId,
        listeners: Sequence[Listener],
        kind: str,
        object_id: str,
        follows: Mapping[ConfigId, bool],
    ) -> None:
        """Somebody's scenario wants one object to be read; `follows` says which exports follow changes anyway."""
        origin = self._headers.current()
        for one in sorted(listeners, key=lambda listener: listener.config_id):
            told = {one.config_id: origin}
            await self._wake(company_id, told, by_scenario=True, follows=follows[one.config_id])
        readers = [one for one in listeners if kind in one.exporter.announced_types]
        await self._mark(company_id, readers, {object_id: False}, self._ids.new())

    async def _wake(
        self,
        company_id: CompanyId,
        concerned: Mapping[ConfigId, Mapping[str, str] | None],
        *,
        by_scenario: bool = False,
        follows: bool = True,
    ) -> None:
        """Something changed that these exports show. A watch that is new `follows` from here on, or not."""
        now, wanted = self._clock.now(), sorted(concerned)
        known = await self._watches.get(company_id, wanted)
        for config_id in wanted:
            watch = known.get(config_id) or ExportWatch(config_id, company_id, caught_up_at=now, follows=follows)
            watch.told(now, by_scenario=by_scenario, origin=concerned[config_id])
            await self._watches.put(watch, watch.due_at(self._pace))

    async def _mark(
        self, company_id: CompanyId, listeners: Iterable[Listener], objects: Mapping[str, bool], version: UUID
    ) -> None:
        readers = sorted(one.config_id for one in listeners if one.exporter.reads_by_id())
        if readers:
            await self._marks.put(company_id, readers, objects, version)
