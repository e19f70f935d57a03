"""Companies are kept apart by the database itself, whatever SQL is sent to it. Whatever is changed is rolled back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import Column, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.engine import APPLICATION_ROLE, SYSTEM_ROLE, make_engine
from adapters.postgres.tables import audit_entries, companies, link_sides, metadata, usage_entries, webhook_endpoints
from domain.shared.identities import CompanyId
from tests.integration.harness.databases import Database
from tests.integration.harness.worlds import postgres_world
from tests.integration.postgres.conftest import filled_company

TABLES = [companies, *(table for table in metadata.sorted_tables if "company_id" in table.c)]
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
CHANGEABLE = [table for table in TABLES if table not in (audit_entries, usage_entries)]
every_changeable_table = pytest.mark.parametrize("table", CHANGEABLE, ids=lambda table: table.name)
_SECRET = ("_ciphertext", "_nonce", "_digest")
RECOGNISED = {webhook_endpoints.c.token_digest, link_sides.c.invitation_digest}
"""By these the system role finds whose a call is, or an invitation; of what they were made nothing can be learnt from
them.
"""
SECRETS = [
    column for table in TABLES for column in table.c if column.name.endswith(_SECRET) and column not in RECOGNISED
]


@pytest_asyncio.fixture(scope="module")
async def company(engine: AsyncEngine) -> CompanyId:
    return await filled_company(postgres_world(engine))


@pytest_asyncio.fixture(scope="module")
async def stranger(engine: AsyncEngine) -> CompanyId:
    return await filled_company(postgres_world(engine))


def owner(table: Table) -> Column[object]:
    return table.c.id if table is companies else table.c.company_id


@asynccontextmanager
async def bound(engine: AsyncEngine, company: CompanyId | None) -> AsyncIterator[AsyncConnection]:
    """A transaction of the company, or of nobody; rolled back at its end."""
    async with engine.connect() as connection:
        if company is not None:
            await connection.execute(text("SELECT set_config('app.company_id', :c, true)"), {"c": str(company)})
        yield connection
        await connection.rollback()


async def whose(connection: AsyncConnection, table: Table) -> set[object]:
    return set((await connection.execute(select(owner(table)).distinct())).scalars())


@every_table
async def test_a_company_sees_its_own_rows_only(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId, table: Table
) -> None:
    async with bound(engine, company) as connection:
        assert await whose(connection, table) == {company}
        theirs = select(func.count()).select_from(table).where(owner(table) == stranger)
        assert (await connection.execute(theirs)).scalar_one() == 0
    async with bound(engine, stranger) as connection:
        assert await whose(connection, table) == {stranger}


@every_changeable_table
async def test_a_company_cannot_change_or_delete_anothers_rows(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId, table: Table
) -> None:
    column = owner(table)
    async with bound(engine, company) as connection:
        assert (await connection.execute(update(table).values({column.name: column}))).rowcount == 1
        for statement in (update(table).values({column.name: company}), delete(table)):
            assert (await connection.execute(statement.where(column == stranger))).rowcount == 0
    async with bound(engine, company) as connection:
        # Without a condition a deletion reaches no further than the company's own rows, cascades included.
        await connection.execute(delete(table))
        await connection.execute(text("SELECT set_config('app.company_id', :c, true)"), {"c": str(stranger)})
        assert await whose(connection, table) == {stranger}


@every_changeable_table
async def test_a_company_cannot_give_its_rows_to_another(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId, table: Table
) -> None:
    async with bound(engine, company) as connection:
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(update(table).values({owner(table).name: stranger}))


@every_table
async def test_a_company_cannot_insert_rows_for_another(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId, table: Table
) -> None:
    async with bound(engine, company) as connection:
        row = dict((await connection.execute(select(table))).mappings().one())
        row[owner(table).name] = stranger
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(insert(table).values(row))


@every_table
async def test_without_a_company_there_is_nothing(engine: AsyncEngine, company: CompanyId, table: Table) -> None:
    async with bound(engine, company) as connection:
        row = dict((await connection.execute(select(table))).mappings().one())
    async with bound(engine, None) as connection:
        assert await whose(connection, table) == set()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(insert(table).values(row))
    async with bound(engine, CompanyId(uuid4())) as connection:
        assert await whose(connection, table) == set()


async def test_a_connection_used_again_remembers_no_company(
    database: Database, company: CompanyId, stranger: CompanyId
) -> None:
    engine = make_engine(database.service_url, pool_size=1)
    seen = []
    processes = set()
    try:
        for one in (company, stranger, None, company):
            async with bound(engine, one) as connection:
                processes.add((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
                seen.append([await whose(connection, table) for table in TABLES])
                await connection.commit()
    finally:
        await engine.dispose()
    assert len(processes) == 1
    assert seen == [[expected] * len(TABLES) for expected in ({company}, {stranger}, set(), {company})]


async def test_a_system_transaction_leaves_no_rights_behind(database: Database, company: CompanyId) -> None:
    engine = make_engine(database.service_url, pool_size=1)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SET LOCAL ROLE {SYSTEM_ROLE}"))
            assert company in await whose(connection, companies)
        async with engine.begin() as connection:
            assert (await connection.execute(text("SELECT current_user"))).scalar_one() == APPLICATION_ROLE
            assert await whose(connection, companies) == set()
    finally:
        await engine.dispose()


async def test_the_services_roles_own_nothing_and_may_pass_over_nothing(engine: AsyncEngine) -> None:
    roles = text("""
        SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS mighty,
               EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
                   OR EXISTS (SELECT FROM pg_proc WHERE proowner = pg_roles.oid)
                   OR EXISTS (SELECT FROM pg_namespace WHERE nspowner = pg_roles.oid)
                   OR EXISTS (SELECT FROM pg_database WHERE datdba = pg_roles.oid) AS owns,
               has_schema_privilege(rolname, 'public', 'CREATE') AS creates,
               has_table_privilege(rolname, 'companies', 'TRUNCATE') AS truncates
        FROM pg_roles WHERE rolname IN (:application, :system, session_user)
    """)
    async with engine.connect() as connection:
        found = (await connection.execute(roles, {"application": APPLICATION_ROLE, "system": SYSTEM_ROLE})).all()
    assert len(found) == 3
    for role in found:
        assert (role.mighty, role.owns, role.creates, role.truncates) == (False, False, False, False), role.rolname


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE members DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE members NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own_company ON members",
        "CREATE POLICY mine ON members USING (true)",
        "TRUNCATE members CASCADE",
        f"ALTER ROLE {APPLICATION_ROLE} BYPASSRLS",
    ],
)
async def test_the_service_cannot_open_the_tables(engine: AsyncEngine, attempt: str) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError, match=r"must be owner|permission denied|must be superuser"):
            await connection.execute(text(attempt))


async def test_the_tables_with_secrets_are_known() -> None:
    assert {column.table.name for column in SECRETS} == {
        "sessions",
        "installations",
        "sign_in_links",
        "bind_links",
        "api_keys",
        "moysklad_connections",
        "google_connections",
        "consent_requests",
        "pseudonym_keys",
        "webhook_endpoints",
        "kept_answers",
    }


@pytest.mark.parametrize("secret", SECRETS, ids=str)
async def test_the_system_role_reads_no_secrets(engine: AsyncEngine, secret: Column[object]) -> None:
    async with engine.connect() as connection:
        await connection.execute(text(f"SET LOCAL ROLE {SYSTEM_ROLE}"))
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(select(secret))


async def test_the_system_role_touches_only_what_its_work_needs(engine: AsyncEngine) -> None:
    rights = text("""
        SELECT relname, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS allowed
        FROM pg_class, aclexplode(relacl)
        WHERE relnamespace = 'public'::regnamespace AND grantee = CAST(:role AS regrole)
        GROUP BY relname
    """)
    async with engine.connect() as connection:
        found = (await connection.execute(rights, {"role": SYSTEM_ROLE})).all()
    granted = {row.relname: row.allowed for row in found}
    assert granted == {
        "companies": "INSERT SELECT UPDATE",
        "export_configs": "INSERT SELECT UPDATE",
        "export_tasks": "DELETE INSERT SELECT UPDATE",
        "run_tellings": "INSERT SELECT UPDATE",
        "occurrences": "DELETE INSERT SELECT",
        "outbox": "DELETE INSERT SELECT UPDATE",
        "turns": "INSERT SELECT UPDATE",
        "workers": "DELETE INSERT SELECT UPDATE",
        "nonces": "DELETE INSERT SELECT UPDATE",
        "key_canaries": "DELETE INSERT SELECT UPDATE",
        "sessions": "DELETE",
        "sign_in_links": "DELETE",
        "consent_requests": "DELETE",
        "idempotency_keys": "DELETE",
        "vendor_requests": "DELETE",
        "webhook_deliveries": "DELETE INSERT SELECT UPDATE",
        "webhook_counts": "DELETE INSERT SELECT UPDATE",
        "webhook_receivers": "INSERT SELECT UPDATE",
        "change_marks": "INSERT SELECT UPDATE",
        "dealer_chats": "DELETE SELECT UPDATE",
        "bind_links": "DELETE",
        "dealer_documents": "DELETE",
        "rule_documents": "DELETE",
        "announcements": "DELETE",
        "event_interests": "SELECT",
        "object_events": "INSERT SELECT UPDATE",
        "event_turns": "INSERT SELECT UPDATE",
        "match_reviews": "INSERT SELECT UPDATE",
        "link_sides": "INSERT SELECT UPDATE",
        "automation_rules": "INSERT SELECT UPDATE",
        "executions": "INSERT SELECT UPDATE",
        "received_executions": "INSERT SELECT UPDATE",
        "export_watches": "INSERT SELECT UPDATE",
        "billing_accounts": "SELECT",
        "usage_meters": "SELECT",
        "usage_entries": "DELETE",
        "erasures": "INSERT SELECT UPDATE",
        "kept_answers": "DELETE",
        "audit_entries": "DELETE",
        "notices": "DELETE",
    }


@pytest.mark.parametrize("role", [APPLICATION_ROLE, SYSTEM_ROLE])
async def test_nobody_rewrites_the_audit_log(engine: AsyncEngine, company: CompanyId, role: str) -> None:
    attempts = [update(audit_entries).values(action="x")]
    if role == APPLICATION_ROLE:
        attempts += [delete(audit_entries), text("TRUNCATE audit_entries")]  # type: ignore[list-item]
    else:
        attempts += [select(audit_entries.c.action)]  # type: ignore[list-item]
    for attempt in attempts:
        async with bound(engine, company) as connection:
            await connection.execute(text(f"SET LOCAL ROLE {role}"))
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(attempt)


@pytest.mark.parametrize("role", [APPLICATION_ROLE, SYSTEM_ROLE])
async def test_the_ledger_of_usage_is_only_added_to(engine: AsyncEngine, company: CompanyId, role: str) -> None:
    attempts = ["UPDATE usage_entries SET rows = 0"]
    if role == APPLICATION_ROLE:
        attempts += ["DELETE FROM usage_entries", "TRUNCATE usage_entries"]
    else:
        attempts += ["SELECT rows FROM usage_entries", "INSERT INTO usage_entries SELECT * FROM usage_entries"]
    for attempt in attempts:
        async with bound(engine, company) as connection:
            await connection.execute(text(f"SET LOCAL ROLE {role}"))
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(attempt))


async def test_nothing_that_a_company_may_delete_takes_its_audit_log_along(
    engine: AsyncEngine, company: CompanyId
) -> None:
    async with bound(engine, company) as connection:
        assert (await connection.execute(delete(companies))).rowcount == 1
        assert await whose(connection, audit_entries) == {company}


async def test_what_belongs_to_nobody_is_known() -> None:
    nobodys = {table.name for table in metadata.sorted_tables} - {table.name for table in TABLES}
    assert nobodys == {"erasures", "key_canaries", "nonces", "webhook_receivers", "workers"}


async def test_errors_of_the_database_do_not_tell_what_they_were_about(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as refused:
            await connection.execute(text("SELECT CAST(:secret AS integer) + 1 / :zero"), {"secret": 7, "zero": 0})
    assert "SELECT" in str(refused.value)
    assert "parameters: (" not in str(refused.value)


_KEYS = text("""
    SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent,
           ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
""")
# Pointers without a key, each for the reason that stands beside the column or in the data models.
FREE = {
    ("consent_requests", "member_id"), ("usage_entries", "config_id"), ("usage_holds", "task_id"),
    ("change_marks", "config_id"), ("notices", "dealer_id"), ("notices", "binding_id"), ("notices", "claim_id"),
    ("notices", "message_id"), ("exported_rows", "config_id"), ("occurrences", "task_id"), ("turns", "lane"),
    ("write_intents", "task_id"), ("export_tasks", "claim_id"), ("export_configs", "after_config_id"),
    ("received_executions", "execution_id"),
}  # fmt: skip


async def test_every_key_between_tables_of_companies_has_the_company_in_it(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = (await connection.execute(_KEYS)).all()
    between = [row for row in found if row.parent != "companies"]
    assert len(between) >= 8
    assert [row for row in between if "company_id" not in row.columns] == []
    keyed = {(row.child, column) for row in found for column in row.columns}
    names = {f"{table.name.removesuffix('s').removeprefix('export_')}_id" for table in TABLES}
    pointers = {(table.name, column.name) for table in TABLES for column in table.c if column.name in names}
    assert {("sessions", "member_id"), ("export_tasks", "config_id"), ("run_tellings", "task_id")} <= pointers
    assert pointers - keyed - FREE == set()


POINTING = (
    "sessions",
    "export_tasks",
    "export_watches",
    "occurrences",
    "quarantined_rows",
    "write_intents",
    "run_tellings",
)


@pytest.mark.parametrize("child", POINTING)
async def test_not_even_the_owner_can_point_across_companies(
    database: Database, company: CompanyId, stranger: CompanyId, child: str
) -> None:
    owner = make_engine(database.owner_url, role=None)
    (table,) = [one for one in TABLES if one.name == child]
    theirs = update(table).where(table.c.company_id == company).values(company_id=stranger)
    async with owner.connect() as connection:
        await connection.execute(text("SET row_security = off"))
        with pytest.raises(IntegrityError, match="foreign key"):  # what they point to stays the company's
            await connection.execute(theirs)
        await connection.rollback()
    await owner.dispose()
