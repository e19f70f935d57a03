"""Refusing to start where companies would not be kept apart, and saying whether the database answers."""

import asyncio
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.engine import APPLICATION_ROLE, SYSTEM_ROLE

PATIENCE = 2.0
_RIGHTS = text("""
    SELECT current_user AS role, rolsuper, rolbypassrls,
           EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid) AS owns
    FROM pg_roles WHERE rolname = current_user
""")
# Whoever is logged in can take off the role that it works under, and put on any other that it is a member of.
_WITHIN_REACH = text("""
    SELECT rolname FROM pg_roles
    WHERE (rolsuper OR rolbypassrls OR EXISTS (
        SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace
    )) AND (rolname = session_user OR pg_has_role(session_user, pg_roles.oid, 'MEMBER'))
    ORDER BY rolname
""")
_OF_COMPANIES = """
    SELECT relname, relrowsecurity AND relforcerowsecurity AS forced,
           CASE relname WHEN 'companies' THEN 'id' ELSE 'company_id' END AS owner
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND (relname = 'companies' OR EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'company_id' AND NOT attisdropped
    ))
"""
_UNGUARDED = text(f"SELECT relname FROM ({_OF_COMPANIES}) AS tables WHERE NOT forced ORDER BY relname")  # noqa: S608
_RULE = "({owner} = (NULLIF(current_setting('app.company_id'::text, true), ''::text))::uuid)"
"""As PostgreSQL writes the rule of the migrations when it is asked for it."""
_UNRULED = text(f"""
    SELECT relname FROM ({_OF_COMPANIES}) AS tables
    WHERE NOT EXISTS (
        SELECT FROM pg_policies
        WHERE schemaname = 'public' AND tablename = relname AND policyname = 'own_company' AND cmd = 'ALL'
          AND qual = replace(:rule, '{{owner}}', owner) AND with_check = replace(:rule, '{{owner}}', owner)
    )
    ORDER BY relname
""")  # noqa: S608 - constants of our own
_OPENED = text("""
    SELECT DISTINCT tablename FROM pg_policies
    WHERE schemaname = 'public' AND policyname <> 'own_company' AND permissive = 'PERMISSIVE'
      AND roles && ARRAY['public', :role]::name[]
""")
_PROBE = text("""
    INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
    VALUES (:id, :account_id, 'probe', 'active', 'UTC', now())
""")
_SEEN = text("SELECT count(*) FROM companies WHERE id = :id")
_BIND = text("SELECT set_config('app.company_id', :company, true)")


class NotIsolated(RuntimeError):
    """The database does not keep companies apart; the service must not start."""


async def require_isolation(engine: AsyncEngine) -> None:
    """Raises NotIsolated unless the role owns nothing, cannot bypass row-level security, and really sees no stranger.

    A probe company is made and rolled back: one that must be invisible to another, and visible to itself.
    """
    async with engine.connect() as connection:
        rights = (await connection.execute(_RIGHTS)).mappings().one()
        if rights["role"] != APPLICATION_ROLE or rights["rolsuper"] or rights["rolbypassrls"] or rights["owns"]:
            raise NotIsolated(f"the service works as {rights['role']}, which owns tables or passes over row security")
        reached = (await connection.execute(_WITHIN_REACH)).scalars().all()
        if reached:
            raise NotIsolated(f"the service's login may act as {', '.join(reached)}, which keeps no companies apart")
        unguarded = (await connection.execute(_UNGUARDED)).scalars().all()
        if unguarded:
            raise NotIsolated(f"row-level security is not forced on {', '.join(unguarded)}")
        unruled = (await connection.execute(_UNRULED, {"rule": _RULE})).scalars().all()
        if unruled:
            raise NotIsolated(f"the policy own_company is missing or says something else on {', '.join(unruled)}")
        opened = (await connection.execute(_OPENED, {"role": APPLICATION_ROLE})).scalars().all()
        if opened:
            raise NotIsolated(f"more than its own company's rows are open to {APPLICATION_ROLE} in {', '.join(opened)}")
        await _probe(connection)
        await connection.rollback()


async def _probe(connection: AsyncConnection) -> None:
    stranger, somebody = uuid4(), uuid4()
    await connection.execute(text(f"SET LOCAL ROLE {SYSTEM_ROLE}"))
    await connection.execute(_PROBE, {"id": stranger, "account_id": uuid4()})
    await connection.execute(text(f"SET LOCAL ROLE {APPLICATION_ROLE}"))
    seen = []
    for company in (somebody, stranger):
        await connection.execute(_BIND, {"company": str(company)})
        seen.append((await connection.execute(_SEEN, {"id": stranger})).scalar_one())
    if seen != [0, 1]:
        raise NotIsolated("a company can see another company's row, or not its own")


async def ping(engine: AsyncEngine) -> str:
    """`ok`, or what is wrong. Answers within 2 s."""
    try:
        async with asyncio.timeout(PATIENCE), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except TimeoutError:
        return "no answer"
    except (SQLAlchemyError, OSError) as error:
        return type(error).__name__
    return "ok"
