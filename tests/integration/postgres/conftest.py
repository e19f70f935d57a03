"""A migrated database with two companies that have something in every table."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import make_engine
from application.billing.ports import Entry
from application.exports.intent_ports import WriteIntent
from application.exports.run_command import RunExport
from application.ports import Turn
from application.tenants.audit import DONE, AuditEntry
from application.tenants.kept_answers import Claim
from application.tenants.occasions import ActorKind
from application.webhooks.event_ports import SeenState
from application.webhooks.ports import Arrival
from domain.automations.executions import received
from domain.billing.grants import Account
from domain.billing.plans import PlanKey
from domain.billing.usage import Hold
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.dealers import Dealer, NoticeKind, Points
from domain.dealers.templates import NoticeTemplate
from domain.exports.rows import BadRow
from domain.exports.write_strategies.gathering import Gathered
from domain.shared.identities import AnnouncementId, BindingId, ClaimId, CompanyId, DealerId, NoticeId
from domain.tenants.announcements import Announcement
from domain.webhooks.interests import Audience
from tests.integration.harness import samples
from tests.integration.harness.databases import Database, shared_database
from tests.integration.harness.notices import notice
from tests.integration.harness.worlds import World, postgres_world


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    with shared_database() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database.service_url)
    yield made
    await made.dispose()


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return postgres_world(engine)


async def filled_company(world: World) -> CompanyId:
    """A company with a row in every table."""
    company = await samples.stored_company(world)
    member = await samples.stored_member(world, company)
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    async with world.transaction(company):
        await world.sessions.put(samples.session(world, company, member))
        await world.links.put(samples.link(world, company))
        await world.api_keys.put(samples.api_key(world, company, member))
        await world.moysklad.put(samples.moysklad(company))
        await world.google.put(samples.google(company, world.now, "subject"))
        await world.homes.put(company, "client-1")
        await world.picked.add(samples.picked(company, world.now))
        await world.installations.put(samples.installation(company, world.now))
        await world.calls.carried_out(company, "request", "Activated", world.now)
        await world.consents.put(samples.consent(world, company))
        await world.rows.remember(company, task.config_id, {"row": b"fingerprint"}, gathering=7)
        await world.quarantine.put(company, task.config_id, [BadRow("row", "exports.row_unreadable", {})], world.now)
        await world.intents.put(
            company,
            task.config_id,
            WriteIntent(1, None, task.id, (("row", b"1", ""),), pending=True, gathered=Gathered(7, 1, b"digest")),
        )
        await world.tellings.put(samples.telling(world, task))
        await world.outbox.put(RunExport(company_id=company, task_id=task.id), turn=Turn(task.lane.value))
        await world.occurrences.add([samples.occurrence(world, task)])
        await world.replays.earlier(company, "key", "fingerprint")
        claim = Claim(company, "POST /x", "key", uuid4())
        await world.answers.claim(claim, "fingerprint", world.now, world.now, again=False)
        entry = AuditEntry(
            uuid4(), company, world.now, ActorKind.SYSTEM, None, "exports.start", None, DONE, None, None, None
        )
        await world.trail.add(entry)
        endpoint = samples.endpoint(world, company)
        await world.endpoints.put(endpoint)
        await world.registrations.replace(company, [samples.REGISTRATION])
        await world.marks.put(company, [task.config_id], {str(uuid4()): True}, uuid4())
        await world.pseudonym_keys.add(company, samples.sealed("pseudonyms"))
        await world.accounts.put(Account(company, PlanKey.START))
        hold = Hold(company, task.id, ClaimId(uuid4()), 1, "2026-01", 5)
        await world.usage.reserve(hold, None)
        other = replace(hold, number=2)
        await world.usage.reserve(other, None)
        await world.usage.settle([other], Entry("batch", task.config_id, 5, world.now))
        await world.usage.warn(company, "2026-01", 50, world.now)
        await world.interests.replace(company, Audience.RULES, ["demand"], world.now)
        await world.events.put(company, Audience.RULES, "demand", {str(uuid4()): False}, uuid4(), world.now)
        await world.pairs.add([samples.match_pair(world, company)])
        await world.reviews.put(samples.match_review(world, company))
        await world.notices.add(company, [(NoticeId(uuid4()), notice(world))], world.now)
        await world.notices.count(company, "2026-01", 1, None)
        number = AnnouncementId(uuid4())
        await world.announcements.put(
            Announcement(number, company, "google", "1", "announcements.google_broke", {}, world.now, world.now)
        )
        await world.notice_templates.put(NoticeTemplate(company, NoticeKind.ORDER, "{{ title }}", world.now))
        owner = Dealer(DealerId(uuid4()), company, "Dealer", Points(), world.now)
        await world.dealers.put(owner)
        chat = Address(Channel.TELEGRAM, "1")
        await world.chats.put(ChatBinding(BindingId(uuid4()), company, owner.id, chat, "", world.now, world.now))
        await world.bind_links.put(BindLink(uuid4().bytes, company, owner.id, world.now))
        for audience in Audience:
            states = {str(uuid4()): SeenState("", world.now)}
            await world.document_states.seen(company, audience, "demand", states)
        await world.watches.put(samples.watch(world, task.config_id, company), world.now)
        rule = samples.automation_rule(world, company, CompanyId(uuid4()))
        await world.link_sides.put(samples.link_side(world, company, rule.target_id))
        await world.rules.put(rule)
        execution = samples.execution(world, rule)
        await world.executions.book([execution])
        await world.received.put(replace(received(execution, "Правило", "supply"), company_id=company))
    async with world.system_transaction():
        await world.deliveries.keep([Arrival(endpoint.token_digest, uuid4(), b"{}")], world.now)
        await world.counts.add(world.now.date(), {(company, "deliveries"): 1})
    return company


@pytest_asyncio.fixture
async def company(world: World) -> CompanyId:
    return await filled_company(world)


@pytest_asyncio.fixture
async def stranger(world: World) -> CompanyId:
    return await filled_company(world)
