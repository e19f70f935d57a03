"""Dealers are taken in from a list."""

from dataclasses import dataclass, replace

import msgspec

from application.billing.quotas import Quotas
from application.dealers.directory_ports import Dealers
from application.dealers.hearing_wishes import PAGE, Wishes
from application.dealers.import_report import ImportReport, LineOutcome, LineReport, refused_line
from application.dealers.point_lookups import FoundPoints, PointLookups
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from domain.dealers.dealers import Dealer, DealerNotFound, NoticeKind, Points, TooManyDealers
from domain.dealers.imported import Cell, CellsBeyond, DealersAlike, FormulaBroken, Line, LineRepeated, read_line
from domain.dealers.naming import folded
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId, DealerId


class ListedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it stands in the list. `broken` names a column whose formula has no value; `beyond` says that there are
    more cells than columns.
    """

    row: int
    cells: dict[Cell, str]
    broken: str | None = None
    beyond: bool = False


class ImportDealers(Command[ImportReport], frozen=True, kw_only=True, tag="dealers.import"):
    """Dealers are found by their names, whatever their case and spaces. A dry run changes nothing."""

    lines: tuple[ListedLine, ...]
    dry_run: bool = False


@dataclass(slots=True)
class _Course:
    """How far it went. `would_be` counts dealers whom a dry run did not make, `heard` what has been listened for."""

    company_id: CompanyId
    dry_run: bool
    found: FoundPoints
    known: dict[str, list[DealerId]]
    would_be: int = 0
    heard: frozenset[NoticeKind] | None = None


class ImportDealersHandler:
    """Each line is a transaction, taken in as a whole or not at all. Killed meanwhile it begins again with the same
    list: lines that were taken in change nothing then.
    """

    def __init__(
        self,
        transaction: Transaction,
        dealers: Dealers,
        wishes: Wishes,
        quotas: Quotas,
        lookups: PointLookups,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._wishes = wishes
        self._quotas = quotas
        self._lookups = lookups
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: ImportDealers) -> ImportReport:
        """Raises what PointLookups raises; then nothing was taken in."""
        reports: dict[int, LineReport] = {}
        lines = _readable(command.lines, reports)
        found = await self._lookups.find(command.company_id, list(lines.values()))
        course = _Course(command.company_id, command.dry_run, found, await self._known(command.company_id))
        for row, line in lines.items():
            try:
                reports[row] = await self._take_in(course, row, line)
            except SkladSheetsError as refused:
                reports[row] = refused_line(row, line.name, refused)
        if course.heard is not None:
            async with self._transaction(command.company_id):
                await self._wishes.follow(command.company_id)
        return ImportReport(dry_run=command.dry_run, lines=tuple(reports[one.row] for one in command.lines))

    async def _known(self, company_id: CompanyId) -> dict[str, list[DealerId]]:
        found: dict[str, list[DealerId]] = {}
        after: DealerId | None = None
        async with self._transaction(company_id):
            while page := await self._dealers.page(company_id, after, PAGE):
                for dealer in page:
                    found.setdefault(folded(dealer.name), []).append(dealer.id)
                after = page[-1].id
        return found

    async def _take_in(self, course: _Course, row: int, line: Line) -> LineReport:
        company_id = course.company_id
        namesakes = course.known.get(folded(line.name), [])
        if len(namesakes) > 1:
            raise DealersAlike(name=line.name, number=len(namesakes))
        async with self._transaction(company_id):
            before = await self._dealers.get(company_id, namesakes[0]) if namesakes else None
            if namesakes and before is None:
                raise DealerNotFound
            if before is None:
                await self._require_room(company_id, course.would_be)
            points, warnings = course.found.resolved(line, Points() if before is None else before.points)
            after = self._made(company_id, line) if before is None else replace(before)
            self._change(after, line, points)
            changed = _differences(before, after)
            if changed and not course.dry_run:
                await self._store(course, after)
        course.would_be += before is None and course.dry_run
        outcome = LineOutcome.CREATED if before is None else LineOutcome.CHANGED if changed else LineOutcome.UNCHANGED
        return LineReport(
            row=row,
            name=after.name,
            outcome=outcome,
            dealer_id=None if before is None and course.dry_run else after.id,
            changed=changed,
            warnings=warnings,
        )

    async def _store(self, course: _Course, dealer: Dealer) -> None:
        """What is wanted for the first time is heard of from now on; what is wanted no more, once all is taken in."""
        await self._dealers.put(dealer)
        heard = course.heard or frozenset()
        if course.heard is None or not heard.issuperset(dealer.switches):
            await self._wishes.follow(dealer.company_id)
        course.heard = heard.union(dealer.switches)

    def _made(self, company_id: CompanyId, line: Line) -> Dealer:
        return Dealer(
            id=DealerId(self._ids.new()),
            company_id=company_id,
            name=line.name,
            points=Points(),
            created_at=self._clock.now(),
        )

    def _change(self, dealer: Dealer, line: Line, points: Points) -> None:
        dealer.sell_at(points)
        dealer.want(line.wanted(frozenset(dealer.switches)), self._clock.now())
        if line.quiet is not None or line.loud:
            dealer.quiet = line.quiet

    async def _require_room(self, company_id: CompanyId, would_be: int) -> None:
        entitlement, _ = await self._quotas.of(company_id)
        limit = entitlement.plan.dealers
        if limit is not None and (used := await self._dealers.count(company_id) + would_be) >= limit:
            raise TooManyDealers(used=used, limit=limit)


def _readable(listed: tuple[ListedLine, ...], reports: dict[int, LineReport]) -> dict[int, Line]:
    """Lines that say something, by their rows; the others are reported as refused."""
    lines: dict[int, Line] = {}
    rows: dict[str, int] = {}
    for one in listed:
        try:
            line = _read(one)
            if (first := rows.setdefault(folded(line.name), one.row)) != one.row:
                raise LineRepeated(name=line.name, row=first)
        except SkladSheetsError as refused:
            reports[one.row] = refused_line(one.row, one.cells.get(Cell.NAME, "").strip()[:255], refused)
        else:
            lines[one.row] = line
    return lines


def _read(listed: ListedLine) -> Line:
    if listed.broken is not None:
        raise FormulaBroken(column=listed.broken)
    if listed.beyond:
        raise CellsBeyond
    return read_line(listed.cells)


def _differences(before: Dealer | None, after: Dealer) -> tuple[str, ...]:
    """What is new, by the names that the API has for it."""
    old_points = Points() if before is None else before.points
    old, new = (
        {
            "name": "" if dealer is None else dealer.name,
            "partner": points.partner,
            "retailStores": points.retail_stores,
            "stores": points.stores,
            "salesChannels": points.sales_channels,
            "groups": points.groups,
            "notices": frozenset[str]() if dealer is None else frozenset(dealer.switches),
            "quiet": None if dealer is None else dealer.quiet,
        }
        for dealer, points in ((before, old_points), (after, after.points))
    )
    return tuple(name for name in new if old[name] != new[name])
