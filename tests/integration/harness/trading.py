"""A shop that trades at an emulated MoySklad, and an export of its stock."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from application.exports.commands.create_export_config import ColumnChoice
from application.exports.commands.start_export import StartExport
from application.exports.views import TaskView
from domain.exports.filters import Condition
from domain.exports.task import TaskState
from domain.shared.cells import Cell
from domain.shared.identities import ConfigId
from emulators.moysklad.records import Record
from tests.integration.harness.emulated import EMULATED, EmulatedAccount, EmulatedSource
from tests.integration.harness.stories import SMALL, Party, Story

OVER_ALL = ("stock.all.current", ("assortmentId", "assortment.name", "stock"))
IN_STORES = ("stock.bystore.current", ("key", "assortment.name", "store.name", "stock"))
QUIET = 2 * 3600.0
"""So long after a change the overlap of two readings holds it no more."""


@dataclass
class Shop:
    """An account that trades, and an export of its stock."""

    story: Story
    party: Party
    account: EmulatedAccount
    goods: list[Record] = field(default_factory=list)
    stores: list[Record] = field(default_factory=list)
    config: ConfigId = None  # type: ignore[assignment]
    columns: tuple[str, ...] = ()

    @classmethod
    async def open(cls, apart: float = 0) -> "Shop":
        """Three goods in one store; our clock is so many hours ahead of MoySklad's."""
        story = await Story.begin(SMALL, EMULATED)
        account = EmulatedAccount("shop", story.clock.now().timestamp())
        party = await story.install("shop", token=account.token)
        await party.sign_in()
        await party.connect_google()
        source = story.world.source
        assert isinstance(source, EmulatedSource)
        source.add(account)
        story.clock.advance(timedelta(hours=apart))
        made = cls(story, party, account)
        account.create("counterparty", name="Покупатель")
        made.stores = list(account.account.shelves["store"])[:1]
        for name, quantity in (("Чай", 10), ("Чашка", 5), ("Ложка", 7)):
            made.good(name)
            made.trade("enter", len(made.goods) - 1, quantity)
        made.pass_time()
        return made

    async def export(self, of: tuple[str, tuple[str, ...]], *conditions: Condition, **fields: Any) -> None:
        exporter, self.columns = of
        self.config = await self.party.create(
            exporter=exporter,
            columns=tuple(ColumnChoice(id=column) for column in self.columns),
            conditions=conditions,
            **fields,
        )

    def trade(self, kind: str, good: int, quantity: float, store: int = 0) -> Record:
        """A document that moves goods."""
        account = self.account
        return account.create(
            kind,
            organization=account.first("organization"),
            store=account.link(self.stores[store]),
            **({} if kind in {"enter", "loss"} else {"agent": account.first("counterparty")}),
            positions=[{"assortment": account.link(self.goods[good]), "quantity": quantity, "price": 100.0}],
        )

    def good(self, name: str) -> None:
        self.goods.append(self.account.create("product", name=name))

    def pass_time(self, seconds: float = QUIET) -> None:
        """On both clocks, which need not agree."""
        self.account.clock.pass_time(seconds)
        self.story.clock.advance(timedelta(seconds=seconds))

    async def run(self, mode: str = "incremental") -> TaskView:
        command = StartExport(company_id=self.party.id, config_id=self.config, mode=mode, may_remove=True)
        task = await self.party.app.execute(command)
        await self.story.work()
        found = await self.party.task(task)
        assert found.state is TaskState.FINISHED, found.error
        return found

    async def shown(self) -> dict[str, tuple[Cell, ...]]:
        rows = [row for row in (await self.party.tab(self.config)).values()[1:] if row and row[0]]
        assert len({row[0] for row in rows}) == len(rows), "a key stands twice"
        return {str(row[0]): tuple(row[1:]) for row in rows}

    def expected(self) -> dict[str, tuple[Cell, ...]]:
        """Worked out from the documents alone."""
        amounts: dict[tuple[str, str], float] = {}
        for kind, sign in (("enter", 1), ("salesreturn", 1), ("demand", -1), ("loss", -1)):
            for document in self.account.live(kind):
                for line in document.positions or ():
                    assert line.assortment is not None
                    place = (line.assortment.id, document.fields["store"].id)
                    amounts[place] = amounts.get(place, 0.0) + sign * line.quantity
        names = self.account.account.shelves
        rows: dict[str, tuple[Cell, ...]] = {}
        for (good, store), amount in amounts.items():
            at, product = names["store"].records.get(store), names["product"].records.get(good)
            if at is None or product is None or at.fields.get("archived") or product.fields.get("archived"):
                continue
            if len(self.columns) == 4 and amount:
                rows[f"{good}/{store}"] = (product.fields["name"], at.fields["name"], amount)
            elif len(self.columns) == 3:
                rows[good] = (product.fields["name"], float(str(rows.get(good, (0, 0.0))[1])) + amount)
        return {key: row for key, row in rows.items() if row[-1]}

    async def check(self) -> None:
        assert await self.shown() == self.expected()

    def asked(self) -> list[str]:
        """What was asked of the report, each question's changedSince, or nothing for a whole one."""
        return [query.get("changedSince", "") for path, query in self.account.wire.questions if "/current" in path]
