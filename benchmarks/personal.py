"""`python -m benchmarks.personal [--rows N] [--fingerprints N]`: what hiding people costs, how long erasing takes.

Rows are orders whose customers come again, each with a telephone number of its own. A company with so many fingerprints
and runs is erased beside another one with as many. PostgreSQL is a built-in one, or the one that DATABASE_URL and
REDIS_URL name. Exits with 1 where a row is left, or one of the other company's is gone.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.formulas.cel import CelFormulas
from adapters.moysklad.catalogue import ScannedExporters
from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.audit import SqlAuditTrail
from adapters.postgres.repositories.billing import SqlUsage
from adapters.postgres.repositories.records import SqlCompanyRecords
from adapters.postgres.transaction import SqlSystemTransaction, SqlTransaction
from application.delivery.erasing import Erasing
from application.exports.assembling import Assembly, assembly
from devstack.processes import orderly_exit
from devstack.servers import postgres, service_login
from devstack.stack import migrate
from domain.exports.columns import ChosenColumn
from domain.exports.config import ExportConfig, WriteStrategy
from domain.exports.personal import PSEUDONYM_KEY_BYTES, PersonalTerms, Treatment
from domain.exports.rows import Row
from domain.exports.target import SheetTarget
from domain.shared.identities import CompanyId, ConfigId

COLUMNS = ("id", "name", "moment", "agent.name", "agent.phone", "agent.inn", "shipmentAddress", "owner.name", "sum")
HIDDEN = 5
CUSTOMERS = 2_000
EXPORTS = 20
ROUNDS = 5
_FILL = (
    """
    INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
    VALUES (:company, gen_random_uuid(), 'bench', 'active', 'Europe/Moscow', now())
    """,
    """
    INSERT INTO export_configs (
        id, company_id, name, exporter_key, columns, conditions, strategy, title, tab, created_at
    )
    SELECT gen_random_uuid(), :company, 'export', 'customerorder', '[]', '[]', 'upsert', 'title', 'tab', now()
    FROM generate_series(1, CAST(:exports AS int))
    """,
    """
    INSERT INTO exported_rows (config_id, row_key, company_id, fingerprint)
    SELECT id, gen_random_uuid()::text, :company, '\\x00112233445566778899aabbccddeeff'
    FROM export_configs, generate_series(1, CAST(:each AS int)) WHERE company_id = :company
    """,
    """
    INSERT INTO export_tasks (
        id, company_id, config_id, mode, trigger, write_lock, booked_at, sent_at, state, failures, crashes, counts,
        ended_at
    )
    SELECT gen_random_uuid(), :company, id, 'incremental', 'schedule', 'lock', now(), now(), 'finished', 0, 0, '{}',
        now()
    FROM export_configs, generate_series(1, CAST(:each AS int) / 10) WHERE company_id = :company
    """,
)


def assembled(treatment: Treatment) -> Assembly:
    """An export of orders that shows people like that."""
    config = ExportConfig(
        id=ConfigId(uuid4()),
        company_id=CompanyId(uuid4()),
        name="bench",
        exporter_key="customerorder",
        columns=tuple(ChosenColumn(column, column) for column in COLUMNS),
        conditions=(),
        strategy=WriteStrategy.UPSERT,
        target=SheetTarget(None, "bench", "bench", None),
        schedule=None,
        created_at=datetime.now(UTC),
        personal=PersonalTerms(treatment),
    )
    exporter = ScannedExporters().get("customerorder")
    return assembly(exporter, config, (), CelFormulas(), bytes(PSEUDONYM_KEY_BYTES))


def orders(count: int) -> Sequence[Row]:
    """Rows as they are read."""
    return [
        Row(
            f"order-{number}",
            (
                f"order-{number}",
                f"{number:05}",
                45_000.5,
                f"Иванов Иван {number % CUSTOMERS}",
                f"+7 916 {number:07}",
                f"{502913642078 + number % CUSTOMERS}",
                f"г. Москва, ул. Ленина, д. {number % CUSTOMERS}, кв. 10",
                "Анна Ким",
                1250.5,
            ),
            "",
        )
        for number in range(count)
    ]


def seconds(made: Assembly, rows: Sequence[Row]) -> float:
    """The best of some rounds: what else the machine does only makes it longer."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for row in rows:
            made.assemble(row)
        best = min(best, time.perf_counter() - began)
    return best


async def fill(owner: AsyncEngine, fingerprints: int) -> CompanyId:
    """A company with so many fingerprints, and a tenth of that in runs."""
    company = CompanyId(uuid4())
    values = {"company": company, "exports": EXPORTS, "each": fingerprints // EXPORTS}
    for statement in _FILL:
        async with owner.begin() as connection:
            await connection.execute(text(statement), values)
    return company


async def erase(fingerprints: int, console: Console) -> bool:
    """Whether all went of one company, and nothing of the other."""
    with postgres() as url:
        migrate(url)
        owner, service = make_engine(url, role=None), make_engine(service_login(url))
        try:
            company, other = await fill(owner, fingerprints), await fill(owner, fingerprints)
            transaction, records = SqlTransaction(service), SqlCompanyRecords()
            erasing = Erasing(transaction, SqlSystemTransaction(service), records, SqlAuditTrail(), SqlUsage())
            async with transaction(other):
                before = await records.counts(other)
            began = time.perf_counter()
            await erasing.remove(company)
            removed = time.perf_counter()
            left = await erasing.verify(company)
            verified = time.perf_counter()
            async with transaction(other):
                after = await records.counts(other)
        finally:
            await owner.dispose()
            await service.dispose()
    console.print(
        f"{fingerprints:,} fingerprints and {fingerprints // 10:,} runs: removed in {removed - began:.1f} s, "
        f"every table counted in {verified - removed:.2f} s"
    )
    return not any(left.values()) and before == after


def measure() -> int:
    """Prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--fingerprints", type=int, default=1_000_000)
    arguments = parser.parse_args()
    console = Console()
    rows = orders(arguments.rows)
    table = Table(
        "people are", "microseconds a row", title=f"{len(rows):,} rows of {len(COLUMNS)} cells, {HIDDEN} hidden"
    )
    for treatment in Treatment:
        made = assembled(treatment)
        table.add_row(treatment.value, "0" if made.as_read else f"{seconds(made, rows) / len(rows) * 1e6:.2f}")
    console.print(table)
    return 0 if asyncio.run(erase(arguments.fingerprints, console)) else 1


if __name__ == "__main__":
    with orderly_exit():
        sys.exit(measure())
