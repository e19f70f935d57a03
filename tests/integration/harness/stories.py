"""A whole company's life over fakes: who installs, comes in, consents, exports, and what then stands in the sheet."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec
from dishka import AsyncContainer, Provider
from sqlalchemy import delete

from adapters.memory.grids import MemoryTab
from adapters.postgres.tables import outbox
from adapters.postgres.transaction import connection
from application.bus import Application
from application.connections.commands.activate_company import ActivateCompany
from application.connections.commands.begin_google_consent import BeginGoogleConsent
from application.connections.commands.complete_google_consent import CompleteGoogleConsent
from application.connections.commands.deactivate_company import DeactivateCompany
from application.connections.confirm_command import ConfirmInstallations
from application.connections.queries.list_companies import ListCompanies
from application.connections.queries.list_connections import ListConnections
from application.delivery.commands.relay_outbox import RelayOutbox
from application.exports.commands.create_export_config import ColumnChoice, CreateExportConfig
from application.exports.commands.dispatch_runs import DispatchRuns
from application.exports.commands.recover_tasks import PATIENCE, RecoverTasks
from application.exports.commands.start_export import StartExport
from application.exports.limits import RunLimits
from application.exports.queries.get_export_config import GetExportConfig
from application.exports.queries.get_task import GetTask
from application.exports.queries.list_tasks import ListTasks
from application.exports.views import ConfigView, TaskView
from application.handlers import WORK
from application.messages import Command
from application.ports import OutboxMessage, SystemTransaction, tag_of
from application.tenants.commands.sign_in import SignIn
from application.tenants.ports import Identity, Visitor
from application.tenants.queries.identify import Identify
from application.tenants.sessions import TokenPair
from domain.connections.installation import ToldInstallation, VendorStatus
from domain.exports.columns import attribute_column
from domain.shared.cells import Cell, CellKind
from domain.shared.identities import CompanyId, ConfigId, TaskId
from entrypoints.composition.memory import MemoryWorld, memory_world

APP_ID = UUID("5a8e0c5e-6b7a-4d53-9a0b-0d8d8f6f1c11")
ENTITY = "customerorder"
WEIGHT = attribute_column(UUID("c2ecd338-015e-11e6-9464-e4de0000008f"), "Вес, кг", CellKind.NUMBER)
COLUMNS = ("id", "name", "sum", "applicable", "description", WEIGHT.id, "updated")
SMALL = RunLimits(batch_bytes=250)
"""Two or three orders make a batch."""
_COMMANDS = {work.tag: work.command for work in WORK}
_FIRST_CHANGE = datetime(2026, 1, 10, 9)  # noqa: DTZ001 - Moscow's wall clock


class Story:
    """The application and everybody around it."""

    def __init__(self, world: MemoryWorld) -> None:
        self.world = world
        self.changes = count()

    @classmethod
    async def begin(cls, limits: RunLimits | None = None, *instead: Provider) -> "Story":
        return cls(await memory_world(limits, *instead))

    @property
    def app(self) -> Application:
        return self.world.application

    @property
    def clock(self) -> Any:
        return self.world.clock

    async def install(
        self, name: str, *, token: str | None = None, cause: str = "Install", settled: bool = True
    ) -> "Party":
        """MoySklad installs the app for the account of that name; `settled` says that it says so when it is asked."""
        token = token or f"install-{name}"
        self.world.source.open(token)
        account_id = uuid5(NAMESPACE_URL, name)
        if settled:
            self.world.vendor.standing[APP_ID, account_id] = ToldInstallation(VendorStatus.SETTINGS_REQUIRED, cause)
        await self.app.execute(
            ActivateCompany(
                signature=self.signature(),
                app_id=APP_ID,
                account_id=account_id,
                account_name=name,
                cause=cause,
                access_token=token,
            )
        )
        *_, company = [one for one in await self.app.ask(ListCompanies(limit=10_000)) if one.account_name == name]
        return Party(self, name, company.id, account_id, token)

    async def party(self, name: str) -> "Party":
        """A company that installed the app, whose administrator came in and connected Google."""
        party = await self.install(name)
        await party.sign_in()
        await party.connect_google()
        return party

    def signature(self) -> str:
        """How MoySklad signs its next call to us."""
        return self.world.signatures.sign(APP_ID, self.clock.now() + timedelta(minutes=5))

    def next_context_key(self) -> str:
        return f"context-key-{uuid4()}"

    async def relay(self) -> list[OutboxMessage]:
        """What the relay hands to the queue now."""
        await self.app.execute(RelayOutbox())
        await self.app.execute(DispatchRuns())
        return self.world.publisher.taken()

    async def work(self) -> int:
        """The relay relays, and a worker carries out everything it was handed. Answers how many messages."""
        messages = await self.relay()
        for message in messages:
            await self.app.execute(command_of(message))
        return len(messages)

    async def relay_late(self, by: timedelta) -> None:
        """Everything that is due is carried out, but only after that time: as if runs took as long."""
        messages = await self.relay()
        self.clock.advance(by)
        for message in messages:
            await self.app.execute(command_of(message))

    async def pass_time(self, by: timedelta | None = None) -> None:
        """By default long enough for every lease and all patience to run out. Then the scheduler looks."""
        self.clock.advance(by or PATIENCE + timedelta(minutes=1))
        await self.app.execute(RecoverTasks())


async def forget_messages(container: AsyncContainer, company_id: CompanyId, tag: str) -> None:
    """Nobody carries out what of the kind stands in a real outbox."""
    async with container() as scope, (await scope.get(SystemTransaction))():
        theirs = (outbox.c.company_id == company_id, outbox.c.tag == tag)
        await connection().execute(delete(outbox).where(*theirs))


class Party:
    """One company with its administrator, its account at MoySklad and at Google."""

    def __init__(self, story: Story, name: str, company_id: CompanyId, account_id: UUID, token: str) -> None:
        self.story = story
        self.world = story.world
        self.app = story.app
        self.name = name
        self.id = company_id
        self.account_id = account_id
        self.token = token
        self.identity: Identity | None = None
        self.orders: dict[str, tuple[str, dict[str, Cell]]] = {}
        self.world.source.define_attributes(token, ENTITY, (WEIGHT,))

    async def sign_in(
        self, *, administrator: bool = True, person: str = "anna", sees_everything: bool = False
    ) -> TokenPair:
        """Somebody opens the app inside MoySklad."""
        key = self.story.next_context_key()
        visitor = self.visitor(administrator=administrator, person=person, sees_everything=sees_everything)
        self.world.context_keys.let_in(key, visitor)
        pair = await self.app.execute(SignIn(context_key=key))
        self.identity = await self.app.ask(Identify(access_token=pair.access_token))
        return pair

    def visitor(self, *, administrator: bool = True, person: str = "anna", sees_everything: bool = False) -> Visitor:
        return Visitor(
            account_id=self.account_id,
            employee_id=uuid5(self.account_id, person),
            uid=f"{person}@{self.name}",
            name=person,
            administrator=administrator,
            sees_everything=sees_everything,
        )

    async def connect_google(self, *, subject: str | None = None) -> None:
        """The administrator goes to Google's consent page, agrees, and comes back."""
        assert self.identity is not None
        begun = await self.app.execute(
            BeginGoogleConsent(company_id=self.id, member_id=self.identity.member_id),
        )
        code = self.world.consent.approve(
            begun.authorization_url, subject=subject or f"google-{self.name}", email=f"owner@{self.name}.example"
        )
        state = begun.authorization_url.split("state=")[1].split("&")[0]
        await self.app.execute(CompleteGoogleConsent(state=state, code=code))
        await self.confirm()

    async def confirm(self) -> None:
        """MoySklad is asked how the installation stands, ahead of whatever else waits."""
        await self.app.execute(ConfirmInstallations(company_id=self.id))
        tag = tag_of(ConfirmInstallations(company_id=self.id))
        if isinstance(self.world, MemoryWorld):
            rows = self.world.store.outbox._rows
            for key in [key for key, stored in rows.items() if stored.message.tag == tag]:
                del rows[key]
        else:
            await forget_messages(self.world.container, self.id, tag)

    async def connections(self) -> dict[str, str]:
        found = await self.app.ask(ListConnections(company_id=self.id))
        return {connection.vendor: str(connection.state) for connection in found}

    async def leave(self, cause: str) -> None:
        """MoySklad suspends or removes the app."""
        left = ToldInstallation(VendorStatus.SUSPENDED, cause) if cause == "Suspend" else None
        self.world.vendor.standing[APP_ID, self.account_id] = left
        await self.app.execute(
            DeactivateCompany(signature=self.story.signature(), app_id=APP_ID, account_id=self.account_id, cause=cause)
        )

    def order(self, key: str, **cells: Cell) -> None:
        """Somebody makes or changes an order. Each change is later than all before it."""
        changed = _FIRST_CHANGE + timedelta(seconds=next(self.story.changes))
        stamp = changed.isoformat(" ", "milliseconds")
        known = self.orders.get(key, ("", _usual(key)))[1]
        self.orders[key] = (stamp, {**known, **cells, "updated": float(len(self.orders))})
        self.world.source.put(self.token, ENTITY, key, stamp, self.orders[key][1])

    def fill(self, orders: int, prefix: str = "order") -> None:
        for number in range(orders):
            self.order(f"{prefix}-{number:03}")

    async def create(self, **fields: Any) -> ConfigId:
        """The administrator describes an export of orders."""
        usual: dict[str, Any] = {
            "name": "Заказы на сегодня",
            "exporter": ENTITY,
            "columns": tuple(ColumnChoice(id=column) for column in COLUMNS),
            "tab": "Заказы",
        }
        return await self.app.execute(CreateExportConfig(company_id=self.id, **{**usual, **fields}))

    async def start(self, config_id: ConfigId, mode: str = "incremental", key: str | None = None) -> TaskId:
        return await self.app.execute(
            StartExport(company_id=self.id, config_id=config_id, mode=mode, idempotency_key=key)
        )

    async def run(self, config_id: ConfigId, mode: str = "incremental") -> TaskView:
        """Starts a run and has a worker carry it out."""
        task_id = await self.start(config_id, mode)
        await self.story.work()
        return await self.task(task_id)

    async def task(self, task_id: TaskId) -> TaskView:
        return await self.app.ask(GetTask(company_id=self.id, task_id=task_id))

    async def tasks(self) -> list[TaskView]:
        return await self.app.ask(ListTasks(company_id=self.id))

    async def config(self, config_id: ConfigId) -> ConfigView:
        return await self.app.ask(GetExportConfig(company_id=self.id, config_id=config_id))

    async def tab(self, config_id: ConfigId) -> MemoryTab:
        """The tab that the export writes to."""
        target = (await self.config(config_id)).target
        assert target.spreadsheet_id is not None
        spreadsheet = self.world.spreadsheets.spreadsheets[target.spreadsheet_id]
        return next(tab for tab in spreadsheet.tabs if tab.sheet_id == target.sheet_id)

    async def check_sheet(self, config_id: ConfigId) -> None:
        """The sheet shows every order of the account once, each cell right, and nothing else."""
        header, *rows = (await self.tab(config_id)).values()
        assert header == [column.title for column in (await self.config(config_id)).columns]
        shown = [row[0] for row in rows]
        assert sorted(map(str, shown)) == sorted(self.orders)
        for row in rows:
            cells = dict(zip(COLUMNS, [*row, *[None] * (len(COLUMNS) - len(row))], strict=True))
            assert cells == self.expected(str(row[0]))

    def expected(self, key: str) -> dict[str, Cell]:
        return {"id": key, **{column: _as_sent(self.orders[key][1].get(column)) for column in COLUMNS[1:]}}


def command_of(message: OutboxMessage) -> Command[Any]:
    """The command as a worker reads it."""
    command: Command[Any] = msgspec.json.decode(message.body, type=_COMMANDS[message.tag])
    return command


def _usual(key: str) -> Mapping[str, Cell]:
    return {
        "name": f"№ {key}",
        "sum": Decimal("1250.50"),
        "applicable": True,
        "description": "=1+1",
        WEIGHT.id: Decimal("0.25"),
    }


def _as_sent(cell: Cell) -> Cell:
    return float(cell) if isinstance(cell, Decimal) else cell
