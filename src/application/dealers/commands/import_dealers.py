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
from domain.dealers.languages import Language
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
    """What there was at the beginning, and how far it went. `used` counts dealers, those that a dry run would make too;
    `heard` is what has been listened for.
    """

    company_id: CompanyId
    dry_run: bool
    found: FoundPoints
    known: dict[str, list[Dealer]]
    limit: int | None
    used: int
    heard: frozenset[NoticeKind] | None = None

    def require_room(self) -> None:
        """Raises TooManyDealers."""
        if self.limit is not None and self.used >= self.limit:
            raise TooManyDealers(used=self.used, limit=self.limit)


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
        course = await self._begin(command, found)
        for row, line in lines.items():
            try:
                reports[row] = await self._take_in(course, row, line)
            except SkladSheetsError as refused:
                reports[row] = refused_line(row, line.name, refused)
        if course.heard is not None:
            async with self._transaction(command.company_id):
                await self._wishes.follow(command.company_id)
        return ImportReport(dry_run=command.dry_run, lines=tuple(reports[one.row] for one in command.lines))

    async def _begin(self, command: ImportDealers, found: FoundPoints) -> _Course:
        company_id = command.company_id
        known: dict[str, list[Dealer]] = {}
        after: DealerId | None = None
        async with self._transaction(company_id):
            entitlement, _ = await self._quotas.of(company_id)
            while page := await self._dealers.page(company_id, after, PAGE):
                for dealer in page:
                    known.setdefault(folded(dealer.name), []).append(dealer)
                after = page[-1].id
        used = sum(map(len, known.values()))
        return _Course(company_id, command.dry_run, found, known, entitlement.plan.dealers, used)

    async def _take_in(self, course: _Course, row: int, line: Line) -> LineReport:
        """Most lines of a list that is taken in again change nothing: for them nothing is locked."""
        namesakes = course.known.get(folded(line.name), [])
        if len(namesakes) > 1:
            raise DealersAlike(name=line.name, number=len(namesakes))
        before = namesakes[0] if namesakes else None
        after, report = self._judged(course, row, line, before)
        if report.outcome is LineOutcome.UNCHANGED:
            return report
        if course.dry_run:
            if before is None:
                course.require_room()
                course.used += 1
            return report
        async with self._transaction(course.company_id):
            if before is None:
                await self._require_room(course)
            else:
                now = await self._dealers.get(course.company_id, before.id)
                if now is None:
                    raise DealerNotFound
                after, report = self._judged(course, row, line, now)
            await self._store(course, after)
        return report

    async def _require_room(self, course: _Course) -> None:
        """As it is now: another import, or somebody who adds dealers one by one, may have been quicker."""
        await self._dealers.alone(course.company_id)
        course.limit = (await self._quotas.of(course.company_id))[0].plan.dealers
        course.used = await self._dealers.count(course.company_id)
        course.require_room()

    def _judged(self, course: _Course, row: int, line: Line, before: Dealer | None) -> tuple[Dealer, LineReport]:
        """The dealer as the line wants them, and what is to be reported then. Raises TooManyPoints."""
        points, left_out = course.found.resolved(line, Points() if before is None else before.points)
        after = self._made(course.company_id, line) if before is None else replace(before)
        self._change(after, line, points)
        changed = _differences(before, after)
        outcome = LineOutcome.CREATED if before is None else LineOutcome.CHANGED if changed else LineOutcome.UNCHANGED
        return after, LineReport(
            row=row,
            name=after.name,
            outcome=outcome,
            dealer_id=None if before is None and course.dry_run else after.id,
            changed=changed,
            warnings=left_out,
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
        if line.language is not None:
            dealer.language = line.language


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
            "language": Language.RU if dealer is None else dealer.language,
        }
        for dealer, points in ((before, old_points), (after, after.points))
    )
    return tuple(name for name in new if old[name] != new[name])
