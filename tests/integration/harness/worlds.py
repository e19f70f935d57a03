"""The same ports twice: over dictionaries and over PostgreSQL."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.memory.connections import (
    MemoryConsentRequests,
    MemoryGoogleConnections,
    MemoryGoogleHomes,
    MemoryMoySkladConnections,
    MemoryPickedSpreadsheets,
)
from adapters.memory.delivery import MemoryHeaders, MemoryNonces, MemoryOutbox, MemoryOutboxQueue, MemoryReplays
from adapters.memory.exports import MemoryExportConfigs, MemoryExportedRows, MemoryExportTasks, MemoryQuarantine
from adapters.memory.intents import MemoryWriteIntents
from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.store import MemoryStore
from adapters.memory.tellings import MemoryTellings
from adapters.memory.tenants import MemoryCompanies, MemoryMembers, MemorySessions
from adapters.memory.transaction import MemorySystemTransaction, MemoryTransaction
from adapters.memory.views import MemoryExportViews
from adapters.memory.watching import MemoryBacklogViews
from adapters.postgres.repositories.connections import (
    SqlConsentRequests,
    SqlGoogleConnections,
    SqlGoogleHomes,
    SqlMoySkladConnections,
    SqlPickedSpreadsheets,
)
from adapters.postgres.repositories.delivery import SqlNonces, SqlOutbox, SqlOutboxQueue, SqlReplays
from adapters.postgres.repositories.exported_rows import SqlExportedRows
from adapters.postgres.repositories.exports import SqlExportConfigs, SqlExportTasks
from adapters.postgres.repositories.quarantine import SqlQuarantine
from adapters.postgres.repositories.tellings import SqlTellings
from adapters.postgres.repositories.tenants import SqlCompanies, SqlMembers, SqlSessions
from adapters.postgres.repositories.write_intents import SqlWriteIntents
from adapters.postgres.transaction import SqlSystemTransaction, SqlTransaction
from adapters.postgres.views.backlog import SqlBacklogViews
from adapters.postgres.views.exports import SqlExportViews
from adapters.system.ids import SystemIds
from application.connections.google_ports import GoogleHomes, PickedSpreadsheets
from application.connections.ports import ConsentRequests, GoogleConnections, MoySkladConnections
from application.delivery.ports import BacklogViews
from application.exports.ports import ExportConfigs, ExportedRows, ExportTasks, Quarantine, Tellings, WriteIntents
from application.exports.views import ExportViews
from application.ports import Ids, Nonces, Outbox, OutboxQueue, Replays, SystemTransaction, Transaction
from application.tenants.ports import Companies, Members, Sessions

_ERAS = itertools.count()
_ERA = timedelta(days=20)


@dataclass(frozen=True)
class World:
    """Every port that keeps something. The clock stands in an era of the test's own."""

    transaction: Transaction
    system_transaction: SystemTransaction
    companies: Companies
    members: Members
    sessions: Sessions
    moysklad: MoySkladConnections
    google: GoogleConnections
    homes: GoogleHomes
    picked: PickedSpreadsheets
    consents: ConsentRequests
    configs: ExportConfigs
    tasks: ExportTasks
    rows: ExportedRows
    quarantine: Quarantine
    intents: WriteIntents
    tellings: Tellings
    outbox: Outbox
    queue: OutboxQueue
    replays: Replays
    nonces: Nonces
    views: ExportViews
    backlog: BacklogViews
    ids: Ids
    clock: MemoryClock
    headers: MemoryHeaders

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()


def era_clock() -> MemoryClock:
    """A clock that stands before everything that earlier tests left in the database.

    So whatever works across companies by time (what is due, what has expired) meets this test's rows only.
    """
    clock = MemoryClock()
    clock.set(datetime(2026, 1, 12, 6, tzinfo=UTC) - next(_ERAS) * _ERA)
    return clock


def memory_world() -> World:
    """A world of its own."""
    store, clock, ids, headers = MemoryStore(), era_clock(), MemoryIds(), MemoryHeaders()
    return World(
        transaction=MemoryTransaction(store),
        system_transaction=MemorySystemTransaction(store),
        companies=MemoryCompanies(store),
        members=MemoryMembers(store),
        sessions=MemorySessions(store),
        moysklad=MemoryMoySkladConnections(store),
        google=MemoryGoogleConnections(store),
        homes=MemoryGoogleHomes(store),
        picked=MemoryPickedSpreadsheets(store),
        consents=MemoryConsentRequests(store),
        configs=MemoryExportConfigs(store),
        tasks=MemoryExportTasks(store),
        rows=MemoryExportedRows(store),
        quarantine=MemoryQuarantine(store),
        intents=MemoryWriteIntents(store),
        tellings=MemoryTellings(store),
        outbox=MemoryOutbox(store, ids, clock, headers),
        queue=MemoryOutboxQueue(store),
        replays=MemoryReplays(store, clock),
        nonces=MemoryNonces(store),
        views=MemoryExportViews(store),
        backlog=MemoryBacklogViews(store),
        ids=ids,
        clock=clock,
        headers=headers,
    )


def postgres_world(engine: AsyncEngine) -> World:
    """The world of that database; companies made in it are of one's own, the rest is shared with other tests."""
    clock, ids, headers = era_clock(), SystemIds(), MemoryHeaders()
    return World(
        transaction=SqlTransaction(engine),
        system_transaction=SqlSystemTransaction(engine),
        companies=SqlCompanies(),
        members=SqlMembers(),
        sessions=SqlSessions(),
        moysklad=SqlMoySkladConnections(),
        google=SqlGoogleConnections(),
        homes=SqlGoogleHomes(),
        picked=SqlPickedSpreadsheets(),
        consents=SqlConsentRequests(),
        configs=SqlExportConfigs(),
        tasks=SqlExportTasks(),
        rows=SqlExportedRows(),
        quarantine=SqlQuarantine(),
        intents=SqlWriteIntents(),
        tellings=SqlTellings(),
        outbox=SqlOutbox(ids, clock, headers),
        queue=SqlOutboxQueue(),
        replays=SqlReplays(clock),
        nonces=SqlNonces(),
        views=SqlExportViews(),
        backlog=SqlBacklogViews(),
        ids=ids,
        clock=clock,
        headers=headers,
    )


class Trouble(Exception):
    """Something went wrong inside a transaction."""


@asynccontextmanager
async def troubled(
    transaction: AbstractAsyncContextManager[None], trouble: type[BaseException] = Trouble
) -> AsyncIterator[None]:
    """The transaction, with trouble at its end: what happens inside is rolled back."""
    with suppress(trouble):
        async with transaction:
            yield
            raise trouble
