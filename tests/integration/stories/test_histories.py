"""Histories: whatever people do in an account, and wherever processes die, the sheet ends up as the source is.

A history is a list of random events: orders made, changed, paid, trashed, restored, deleted for good; counterparties
archived; time passing or standing still; clocks apart; runs that go well, are killed at any step, meet a vendor that
falters, or read pages that change underneath. `HISTORIES=2000 make test ARGS='-k histories'` walks through so many.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.moysklad.planning import Paging
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.commands.start_export import StartExport
from application.exports.limits import RunLimits
from domain.exports.removal import ARCHIVE_SUFFIX, MARK_TITLE
from domain.exports.task import TaskState
from domain.shared.cells import Cell
from domain.shared.identities import ConfigId
from emulators.moysklad.records import Record
from tests.integration.harness.emulated import EMULATED, EmulatedAccount, EmulatedSource
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import Party, Story
from tests.integration.harness.thoroughness import so_many

HISTORIES = so_many("HISTORIES", 24, 500)
SMALL = RunLimits(batch_bytes=300)
OBJECT_COLUMNS = ("id", "name", "description", "sum", "payedSum", "agent.name")
LINE_COLUMNS = ("position.id", "id", "name", "position.quantity", "position.sum")
MOST_ATTEMPTS = 60
_START = 1_767_225_600.0

Event = tuple[str, int, int]
"""What happens, to which of the objects, and how much of it."""

EVENTS = (
    "create", "create", "create", "edit", "edit", "lines", "settle", "trash", "trash", "restore", "purge", "archive",
    "tick", "tick", "tick", "run", "run", "killed", "killed", "falter", "underneath", "full", "reconcile",
)  # fmt: skip
events = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 50), st.integers(0, 60)), min_size=6, max_size=30)


@dataclass
class History:
    """One account, one export of it, and what has happened so far."""

    story: Story
    party: Party
    account: EmulatedAccount
    config: ConfigId
    columns: tuple[str, ...]
    removal: str
    made: int = 0
    restored: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)

    async def happens(self, event: Event) -> None:
        name, which, much = event
        runs: dict[str, Callable[[], Any]] = {
            "run": lambda: self.run("incremental"),
            "full": lambda: self.run("full"),
            "reconcile": lambda: self.run("reconcile"),
            "killed": lambda: self.killed(which + 1, applied=much % 2 == 0),
            "falter": lambda: self.falter(which),
            "underneath": lambda: self.underneath(which, much),
        }
        if name in runs:
            await runs[name]()
        else:
            self.change(name, which, much)

    def change(self, name: str, which: int, much: int) -> None:
        """Something happens in the account."""
        account = self.account
        if name == "create":
            for _ in range(much % 4 + 1):
                self.create()
        elif name == "tick":
            account.clock.pass_time((0.001, 0.5, 61.0, 400.0, 90_000.0)[much % 5])
        elif name == "archive":
            agents = list(account.account.shelves["counterparty"])
            agent = agents[which % len(agents)]
            account.archive(agent, archived=not agent.fields.get("archived"))
        else:
            trashed = name == "restore"
            orders = [one for one in account.account.shelves["customerorder"] if one.trashed is trashed]
            if orders:
                self.touch(name, orders[which % len(orders)], much)

    def touch(self, name: str, order: Record, much: int) -> None:
        account = self.account
        if name == "edit":
            account.change(order, description=f"правка {much}", name=f"{order.id[:4]}-{much}")
        elif name == "lines":
            account.change(order, positions=self.lines(much % 4))
        elif name == "settle":
            account.settle(order, payedSum=float(much))
            self.settled.add(order.id)
        elif name == "trash":
            account.trash(order)
        elif name == "restore":
            account.restore(order)
            self.restored.add(order.id)
        elif name == "purge":
            account.purge(order)

    def create(self) -> None:
        self.made += 1
        account = self.account
        agents = list(account.account.shelves["counterparty"])
        account.create(
            "customerorder",
            name=f"{self.made:05}",
            organization=account.first("organization"),
            agent=account.link(agents[self.made % len(agents)]),
            positions=self.lines(self.made % 4),
        )

    def lines(self, count: int) -> list[dict[str, Any]]:
        product = self.account.first("product")
        return [
            {"assortment": product, "quantity": number + 0.5, "price": 10050.5 * (number + 1), "discount": 10 * number}
            for number in range(count)
        ]

    async def run(self, mode: str) -> None:
        """A run goes to its end, and the sheet shows what it promises."""
        task = await self.party.run(self.config, mode)
        await self.settle_down()
        task = await self.party.task(task.id)
        assert task.state is TaskState.FINISHED, task.error
        assert task.counts.bad == 0
        if mode == "incremental":
            await self.check_increment()
        else:
            self.restored.clear()
            self.settled.clear()
            await self.check()
        if mode == "reconcile":
            assert task.counts.source_rows == task.counts.sheet_rows == len(self.expected())

    async def begin(self, mode: str) -> None:
        command = StartExport(company_id=self.party.id, config_id=self.config, mode=mode, may_remove=True)
        await self.party.app.execute(command)

    async def settle_down(self) -> None:
        """Workers come and go until the run is over."""
        for _ in range(MOST_ATTEMPTS):
            if (await self.party.tasks())[0].state in {TaskState.FINISHED, TaskState.FAILED}:
                return
            await self.story.pass_time()
            await self.story.work()
        raise AssertionError("the run never ends")

    async def killed(self, step: int, *, applied: bool) -> None:
        """The worker is killed at that step; another one takes over. What is promised, is promised by both."""
        await self.begin("incremental" if step % 3 else "full")
        ordeal = Ordeal(self.story.world, step, Killed(), applied=applied)
        with ordeal.watched():
            await ordeal.endure(self.working())
        await self.settle_down()
        await self.check_increment()

    async def working(self) -> None:
        await self.story.work()

    async def falter(self, skip: int) -> None:
        """MoySklad breaks the connection at some request, so often that the attempt fails."""
        self.account.wire.failures.plan("request", httpx.ReadError("cut"), skip=skip % 6, times=3)
        await self.begin("incremental")
        await self.story.work()
        self.account.wire.failures.clear()
        await self.settle_down()
        await self.check_increment()

    async def underneath(self, which: int, much: int) -> None:
        """While the run reads, the account goes on changing between one request and the next."""
        names = ("create", "edit", "trash", "lines", "restore")

        def change(asked: int) -> None:
            if asked % 2 == much % 2:
                self.account.clock.pass_time(0.25)
                self.change(names[(which + asked) % len(names)], which + asked, much + asked)

        self.account.wire.before = change
        await self.begin("incremental")
        try:
            await self.story.work()
            await self.settle_down()
        finally:
            self.account.wire.before = lambda _: None
        # What happened during that run is seen by the next one.
        await self.run("incremental")

    def expected(self) -> dict[str, tuple[Cell, ...]]:
        """What the sheet should show, worked out from the emulator's objects alone."""
        rows: dict[str, tuple[Cell, ...]] = {}
        for order in self.account.live("customerorder"):
            values = order.fields
            if self.columns is OBJECT_COLUMNS:
                agent = self.account.account.find(values["agent"])
                name = agent.fields["name"] if agent is not None else None
                cells = (order.id, values["name"], values.get("description"), _roubles(values["sum"]))
                rows[order.id] = (*cells, _roubles(values["payedSum"]), name)
            else:
                for line in order.positions or ():
                    total = line.quantity * line.price * (100 - line.discount) / 100
                    rows[line.id] = (line.id, order.id, values["name"], float(line.quantity), _roubles(total))
        return rows

    async def shown(self) -> dict[str, tuple[Cell, ...]]:
        """The rows of the tab that are not marked as deleted. A key stands once."""
        header, *rows = (await self.party.tab(self.config)).values()
        width = len(self.columns)
        assert header[width:] == ([MARK_TITLE] if self.removal == "mark" else [])
        found: dict[str, tuple[Cell, ...]] = {}
        for row in rows:
            cells = [*row, *[None] * (width + 1 - len(row))]
            if self.removal == "mark" and cells[width]:
                continue
            key = str(cells[0])
            assert key not in found, "a key stands twice"
            found[key] = tuple(_shown(cell) for cell in cells[:width])
        return found

    async def check(self) -> None:
        """The sheet is the source."""
        shown, expected = await self.shown(), self.expected()
        if self.removal == "keep":
            shown = {key: row for key, row in shown.items() if key in expected}
        assert shown.keys() == expected.keys()
        for key, row in expected.items():
            assert shown[key] == row

    async def check_increment(self) -> None:
        """An increment shows all that MoySklad tells of: not what came back from the trash in silence, what was deleted
        for good, or sums that changed without `updated`.
        """
        if (await self.party.tasks())[0].state is not TaskState.FINISHED:
            raise AssertionError((await self.party.tasks())[0].error)
        shown, expected = await self.shown(), self.expected()
        orders = self.account.account.shelves["customerorder"].records
        place = 0 if self.columns is OBJECT_COLUMNS else 1
        for key, row in expected.items():
            if row[place] in self.restored:
                continue
            assert key in shown, "a row is lost"
            silent = self.columns is OBJECT_COLUMNS and row[0] in self.settled
            assert shown[key] == row or (silent and (*shown[key][:4], shown[key][5]) == (*row[:4], row[5]))
        for key, row in shown.items():
            gone_in_silence = self.removal == "keep" or str(row[place]) not in orders or row[place] in self.restored
            assert key in expected or gone_in_silence, "a deleted row is still there"


def _roubles(kopecks: float) -> float:
    return float(Decimal(str(kopecks)).scaleb(-2))


def _shown(cell: Cell) -> Cell:
    return round(float(cell), 9) if isinstance(cell, int | float) and not isinstance(cell, bool) else (cell or None)


async def begin(columns: tuple[str, ...], removal: str) -> History:
    story = await Story.begin(SMALL, EMULATED)
    account = EmulatedAccount("shop", _START, Paging(expanded=3, plain=5))
    assert account.token is not None
    party = await story.install("shop", token=account.token)
    await party.sign_in()
    await party.connect_google()
    source = story.world.source
    assert isinstance(source, EmulatedSource)
    source.add(account)
    for number in range(3):
        account.create("counterparty", name=f"Покупатель {number}")
    account.create("product", name="Чай")
    config = await party.create(
        columns=tuple(ColumnChoice(id=column) for column in columns),
        rows="document" if columns is OBJECT_COLUMNS else "position",
        removal=removal,
        brake_percent=100,
    )
    return History(story, party, account, config, columns, removal)


async def tell(happened: list[Event], columns: tuple[str, ...], removal: str, apart: int) -> None:
    history = await begin(columns, removal)
    history.story.clock.advance(timedelta(hours=apart))
    history.account.world.settings.restore_bumps_updated = False
    try:
        for event in happened:
            await history.happens(event)
        await history.run("reconcile")
        await history.run("incremental")
        await history.check()
        if removal == "archive":
            await archived_rows_are_kept(history)
    finally:
        await history.story.world.container.close()


async def archived_rows_are_kept(history: History) -> None:
    """A removed row stands in the archive tab once."""
    target = (await history.party.config(history.config)).target
    assert target.spreadsheet_id is not None
    tabs = history.story.world.spreadsheets.spreadsheets[target.spreadsheet_id].tabs
    for tab in tabs:
        if tab.title.endswith(ARCHIVE_SUFFIX):
            keys = [row[0] for row in tab.values()[1:]]
            assert len(keys) == len(set(keys))


@pytest.mark.timeout(180 + HISTORIES)
@given(
    happened=events,
    columns=st.sampled_from([OBJECT_COLUMNS, LINE_COLUMNS]),
    removal=st.sampled_from(["remove", "remove", "mark", "archive", "keep"]),
    apart=st.sampled_from([0, 0, -5, 7]),
)
@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=HISTORIES <= 60,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
def test_histories_end_with_the_sheet_as_the_source_is(
    happened: list[Event], columns: tuple[str, ...], removal: str, apart: int
) -> None:
    asyncio.run(tell(happened, columns, removal, apart))
