"""Every endpoint, asked by one company for the things of another, beside every table: nothing is told and nothing is
changed. `make isolation` prints the matrix.
"""

import itertools
import re
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx
import pytest_asyncio
from litestar import Litestar
from sqlalchemy import Table, Uuid, select
from sqlalchemy.ext.asyncio import AsyncEngine

from application.bus import Application
from application.tenants.ports import AccessTokens, Identity
from devstack.servers import Servers
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role
from entrypoints.composition.serving import wording
from entrypoints.rest.app import create_app
from tests.integration.harness import hybrid
from tests.integration.harness.databases import Database
from tests.integration.postgres.test_isolation import TABLES, bound
from tests.integration.rest.conftest import served

VENDORS, NUMBERS = hybrid.FakeVendors(), itertools.count(1)
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
BODIES: dict[str, Any] = {
    "PATCH /api/v1/export-configs/{}": {"name": "чужая"},
    "PUT /api/v1/export-configs/{}/schedule": {"cron": None},
    "PUT /api/v1/members/{}/role": {"role": "viewer"},
    "PUT /api/v1/match-pairs/{}/{}/{}": {"targetType": "product", "targetId": str(UUID(int=1))},
    "POST /api/v1/match-reviews/{}/answer": {"targetType": "product", "targetId": str(UUID(int=1))},
    "POST /api/v1/dealers/{}/emails": {"address": "dealer@example.org"},
    "PUT /api/v1/automation-rules/{}": {
        "name": "чужое",
        "recipe": "demand_supply",
        "trigger": "created",
        "mapping": dict.fromkeys(("organization", "agent", "store"), str(UUID(int=1))),
    },
}
"""For those that do not look at anything before the body has a form; others get an empty object."""


@dataclass
class Walked:
    """An endpoint: what it answered, and by tables how many things of the other company it told or changed."""

    answers: set[int] = field(default_factory=set)
    told: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)


@dataclass
class Place:
    """The service over a real database, and two companies in it: one who asks, and one who is asked for."""

    app: Litestar
    http: httpx.AsyncClient
    asking: dict[str, str]
    owning: dict[str, str]
    owner: CompanyId
    unforeseen: list[BaseException]


def token(tokens: AccessTokens, company: UUID, member: UUID, session: UUID, now: Any, until: Any) -> dict[str, str]:
    identity = Identity(
        company_id=CompanyId(company), member_id=MemberId(member), session_id=SessionId(session), role=Role.OWNER
    )
    return {"Authorization": f"Bearer {tokens.issue(identity, now, until)}"}


@pytest_asyncio.fixture
async def place(database: Database, engine: AsyncEngine, company: CompanyId) -> AsyncIterator[Place]:
    running = cast("Servers", SimpleNamespace(database_url=database.owner_url, redis_url=database.redis_url))
    async with hybrid.opened(hybrid.settings_for(running), VENDORS) as world:
        story = hybrid.story_in(world)
        party = await story.party(f"walker-{next(NUMBERS)}")
        party.fill(1)
        await party.create()
        pair = await party.sign_in()
        asking = {"Authorization": f"Bearer {pair.access_token}"}
        unforeseen: list[BaseException] = []

        @asynccontextmanager
        async def opening() -> AsyncIterator[Application]:
            yield world.application

        app = create_app(opening, wording, unforeseen.append)
        rows = await everything(engine, company)
        ((member,), (session,)) = ([row["id"] for row in rows[name]] for name in ("members", "sessions"))
        tokens = await world.container.get(AccessTokens)
        now = world.clock.now()
        owning = token(tokens, company, member, session, now, now.replace(year=now.year + 1))
        async with served(app) as http:
            yield Place(app, http, asking, owning, company, unforeseen)


async def everything(engine: AsyncEngine, company: CompanyId) -> dict[str, list[dict[str, Any]]]:
    """The company's rows of every table, as its own transactions see them."""
    async with bound(engine, company) as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()] for table in TABLES
        }


def names(table: Table, rows: Iterable[dict[str, Any]], theirs: CompanyId) -> set[str]:
    """What the rows could be recognised by: their own identities, and what they point to, but not whose they are."""
    columns = [column.name for column in table.c if isinstance(column.type, Uuid)]
    found = {str(row[column]) for row in rows for column in columns if row[column] is not None}
    return found - {str(theirs)} if table.name != "companies" else found


def endpoints(app: Litestar) -> list[tuple[str, str]]:
    """Those that know who asks; what a vendor or a browser on its way back calls proves itself in other ways."""
    found = (
        (method, route.path)
        for route in app.routes
        for method in getattr(route, "methods", set())
        if route.path.startswith("/api/v1/") and method not in {"OPTIONS", "HEAD"}
    )
    # Lists come first: the audit log tells whoever asks what they themselves have asked for.
    return sorted(found, key=lambda one: ("{" in one[1], one[0] != "GET", one[1], one[0]))


async def ask(place: Place, method: str, path: str, headers: dict[str, str], **fields: Any) -> httpx.Response:
    plain = re.sub(r"\{[^}]*\}", "{}", fields.pop("route"))
    body = BODIES.get(f"{method} {plain}", {}) if method in {"POST", "PUT", "PATCH"} else None
    return await place.http.request(method, path, json=body, headers=headers)


async def walk(
    place: Place, engine: AsyncEngine, headers: dict[str, str], methods: frozenset[str] = METHODS
) -> dict[str, Walked]:
    """Asks for everything with every identity that the owning company has."""
    found: dict[str, Walked] = {}
    before = await everything(engine, place.owner)
    known = {table.name: names(table, before[table.name], place.owner) for table in TABLES}
    identities = sorted(set().union(*known.values()) | {str(place.owner)})
    for method, route in endpoints(place.app):
        if "/sessions/current" in route or method not in methods:
            continue  # it would end the session that asks
        walked = found.setdefault(f"{method} {route}", Walked())
        params = re.findall(r"\{([^}]*)\}", route)
        fitting = [one for one in params if one.endswith(":uuid")]
        paths = [re.sub(r"\{[^}]*:uuid\}", one, route) for one in identities] if fitting else [route]
        for path in paths:
            asked = re.sub(r"\{[^}]*\}", "customerorder", path)
            answer = await ask(place, method, asked, headers, route=route)
            walked.answers.add(answer.status_code)
            text = answer.text.lower().replace(asked.lower(), "")
            for name, own in known.items():
                told = {one for one in own if one in text and one not in asked}
                walked.told[name] = walked.told.get(name, 0) + len(told)
        after = await everything(engine, place.owner)
        walked.changed = {name: sum(row not in after[name] for row in rows) for name, rows in before.items()}
    return found


def matrix(found: dict[str, Walked]) -> str:
    """One line for each endpoint: things told and rows changed of each table, which all have to be 0."""
    tables = [table.name for table in TABLES]
    width = max(len(name) for name in found)
    lines = [f"{number:>3} {name}" for number, name in enumerate(tables, 1)]
    lines.append(" " * width + "  answers      " + " ".join(f"{number:>3}" for number in range(1, len(tables) + 1)))
    for name, walked in found.items():
        cells = " ".join(f"{walked.told[table] + walked.changed[table]:>3}" for table in tables)
        lines.append(f"{name:<{width}}  {','.join(map(str, sorted(walked.answers))):<12} {cells}")
    return "\n".join(lines)


async def test_no_endpoint_tells_or_changes_anything_of_another_company(place: Place, engine: AsyncEngine) -> None:
    found = await walk(place, engine, place.asking)
    sys.stdout.write(f"\n{matrix(found)}\n")
    assert place.unforeseen == []
    for name, walked in found.items():
        assert not any(walked.told.values()), (name, walked.told)
        assert not any(walked.changed.values()), (name, walked.changed)
        if ":uuid}" in name:
            assert walked.answers == {404}, (name, walked.answers)
    assert len(found) > 40
    assert len(TABLES) > 30


async def test_the_company_itself_is_told_of_its_own(place: Place, engine: AsyncEngine) -> None:
    found = await walk(place, engine, place.owning, frozenset({"GET", "PATCH"}))
    seen = {table for walked in found.values() for table, told in walked.told.items() if told}
    assert seen >= {"export_configs", "export_tasks", "members", "sessions", "api_keys"}
    assert any(any(walked.changed.values()) for walked in found.values())
    answered = {name for name, walked in found.items() if ":uuid}" in name and walked.answers - {404}}
    assert {"GET /api/v1/export-configs/{config_id:uuid}", "GET /api/v1/tasks/{task_id:uuid}"} <= answered
