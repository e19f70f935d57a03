"""Rules between companies over PostgreSQL: the rights of its roles are enough, and no more than that."""

import asyncio
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

from adapters.memory.documents import MemoryDocuments
from application.automations.commands.revoke_company_link import RevokeCompanyLink
from application.automations.execute_command import ExecuteRule
from application.automations.mirror_command import MirrorLink
from application.automations.queries.list_company_links import ListCompanyLinks
from application.webhooks.hearing_commands import ApplyRules
from devstack.servers import Servers
from domain.automations.executions import ExecutionState
from domain.automations.links import LinkState
from domain.shared.identities import ExecutionId
from tests.integration.harness import hybrid
from tests.integration.harness.automating import FAKES, Codes, Reviews, Steps, Trade, Writer, linked, stocked
from tests.integration.harness.databases import Database
from tests.integration.postgres.test_isolation_walk import VENDORS


async def test_from_a_link_to_documents_and_back(database: Database) -> None:
    running = cast("Servers", SimpleNamespace(database_url=database.owner_url, redis_url=database.redis_url))
    async with hybrid.opened(hybrid.settings_for(running), VENDORS, FAKES) as world:
        story = hybrid.story_in(world)
        mark = uuid4().hex[:8]
        a, b = await story.install(f"alpha-{mark}"), await story.install(f"beta-{mark}")
        documents = await world.container.get(MemoryDocuments)
        for party, name in ((a, "alpha"), (b, "beta")):
            await party.sign_in()
            party.name = name
            stocked(documents, party)
        kept = [await world.container.get(kind) for kind in (Writer, Codes, Reviews, Steps)]
        trade = Trade(story, a, b, documents, *kept, await linked(a, b))
        await trade.make_rule()
        sources = [trade.ship(f"{mark} {number}") for number in range(5)]
        missing = trade.ship(f"{mark} unknown", "неведомое")
        await trade.tell(*sources, missing)
        await asyncio.gather(*(story.app.execute(ApplyRules(company_id=a.id)) for _ in range(4)))
        booked = await trade.executions()
        assert len(booked) == 6
        told = [ExecuteRule(company_id=a.id, execution_id=ExecutionId(one.id)) for one in booked * 3]
        await asyncio.gather(*(story.app.execute(command) for command in told))
        states = sorted(one.state for one in await trade.executions())
        assert states == [*[ExecutionState.MADE] * 5, ExecutionState.WAITING]
        assert {one.id: one.state for one in await trade.received()} == {
            one.id: one.state for one in await trade.executions()
        }
        assert len(trade.made()) == trade.writer.posts == 5
        assert b.identity is not None
        revoke = RevokeCompanyLink(company_id=b.id, acting=b.identity.acting, link_id=trade.link_id)
        await story.app.execute(revoke)
        await trade.tell(trade.ship(f"{mark} late"))
        await story.app.execute(ApplyRules(company_id=a.id))
        newest = (await trade.executions())[0]
        await story.app.execute(ExecuteRule(company_id=a.id, execution_id=ExecutionId(newest.id)))
        await story.app.execute(MirrorLink(company_id=b.id, link_id=trade.link_id))
        newest = (await trade.executions())[0]
        assert (newest.state, newest.error) == (ExecutionState.SKIPPED, "automations.link_revoked")
        for party in (a, b):
            (link,) = await story.app.ask(ListCompanyLinks(company_id=party.id))
            assert link.state is LinkState.REVOKED
