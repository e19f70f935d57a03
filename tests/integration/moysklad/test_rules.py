"""Rules between two accounts of the emulator, over the real adapters: from a shipment here to a supply there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from dishka import Provider, Scope, alias, provide

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.documents import MoySkladDocuments
from application.automations.commands.create_rule import CreateRule
from application.automations.matching_ports import Matching, ReviewQueue
from application.automations.queries.dry_run_rule import DryRunRule
from application.automations.queries.get_link_targets import GetLinkTargets
from application.automations.queries.list_executions import ListExecutions
from application.connections.document_ports import Documents
from application.ports import Transaction
from application.webhooks.commands.book_hearings import BookHearings
from application.webhooks.event_ports import ObjectEvents
from domain.automations.executions import ExecutionState
from domain.automations.mapping import FieldMapping
from domain.automations.rules import Later, RuleTerms, Trigger
from domain.shared.identities import RuleId
from domain.webhooks.interests import Audience
from entrypoints.composition import memory
from tests.integration.harness.automating import linked
from tests.integration.harness.stories import SMALL, Party, Story
from tests.integration.moysklad.conftest import Customer, Emulator

matcher = pytest.importorskip("application.automations.matcher", reason="matching has come together with this")
reviewing = pytest.importorskip("application.automations.reviews")
matching = pytest.importorskip("entrypoints.composition.matching")

_NUMBERS = count(1)
LARGE = 1_500
Json = dict[str, Any]


class RealVendor(Provider):
    """MoySklad as it is, but for its address."""

    scope = Scope.APP

    def __init__(self, client: MoySkladClient) -> None:
        super().__init__()
        self._client = client

    @provide
    def client(self) -> MoySkladClient:
        return self._client

    @provide
    def documents(self, client: MoySkladClient) -> Documents:
        return MoySkladDocuments(client)


class Finding(Provider):
    """Real matching."""

    scope = Scope.REQUEST

    matching = alias(source=matcher.Matcher, provides=Matching)
    reviews = alias(source=reviewing.Reviews, provides=ReviewQueue)


class Between:
    """A, who ships, and B, who receives."""

    def __init__(self, story: Story, http: httpx.AsyncClient, a: Customer, b: Customer, ours: Party) -> None:
        self.story, self.http, self.a, self.b, self.ours = story, http, a, b, ours
        self.goods: list[Json] = []
        self.own: Json = {}

    async def call(self, whose: Customer, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {whose.token}", "Accept-Encoding": "gzip"}
        answer = await self.http.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def first(self, whose: Customer, kind: str) -> Json:
        return dict((await self.call(whose, "GET", f"/{kind}"))["rows"][0])

    async def ship(self, *positions: Json) -> str:
        body = {**self.own, "positions": positions[:1000], "vatEnabled": True, "vatIncluded": True}
        made = await self.call(self.a, "POST", "/demand", body)
        if positions[1000:]:
            await self.call(self.a, "POST", f"/demand/{made['id']}/positions", positions[1000:])
        return str(made["id"])

    async def tell(self, object_id: str, *, deleted: bool = False) -> None:
        container = self.story.world.container
        transaction, events = await container.get(Transaction), await container.get(ObjectEvents)
        self.story.clock.set(datetime.now(UTC))
        async with transaction(self.ours.id):
            told, now = {object_id: deleted}, self.story.clock.now()
            await events.put(self.ours.id, Audience.RULES, "demand", told, uuid4(), now)
        for _ in range(4):
            await self.story.app.execute(BookHearings())
            await self.story.work()

    async def made(self) -> Json:
        """The only supply, with all of its positions."""
        (supply,) = (await self.call(self.b, "GET", "/supply"))["rows"]
        found: list[Json] = []
        while len(found) < supply["positions"]["meta"]["size"]:
            page = await self.call(self.b, "GET", f"/supply/{supply['id']}/positions?offset={len(found)}")
            found += page["rows"]
        return {**supply, "positions": found}

    async def state(self) -> tuple[ExecutionState, str | None]:
        (execution,) = await self.story.app.ask(ListExecutions(company_id=self.ours.id, limit=10))
        return execution.state, execution.error


def link(thing: Json) -> Json:
    return {"meta": thing["meta"]}


def line(goods: Json, quantity: int, **fields: Any) -> Json:
    usual = {"price": 12_345.0, "discount": 5, "vat": 20, "vatEnabled": True}
    return {"assortment": link(goods), "quantity": quantity, **usual, **fields}


@pytest_asyncio.fixture
async def between(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Between]:
    monkeypatch.setattr(memory, "_fake", lambda found, _: found)  # the documents are no fake here
    vendors = (RealVendor(emulator.client()), matching.MatchingVendors(), Finding())
    story = await Story.begin(SMALL, *vendors)
    story.clock.set(datetime.now(UTC).replace(microsecond=0))
    await emulator.post("/settings", quotas=False)  # what is asked directly here waits for no turn
    a, b = await emulator.customer(), await emulator.customer()
    mark = next(_NUMBERS)
    ours, theirs = await story.install(f"a{mark}", token=a.token), await story.install(f"b{mark}", token=b.token)
    for party in (ours, theirs):
        await party.sign_in()
    async with httpx.AsyncClient(base_url=f"{emulator.base_url}/api/remap/1.2/entity", timeout=60) as http:
        made = Between(story, http, a, b, ours)
        organization, store = await made.first(a, "organization"), await made.first(a, "store")
        await made.call(a, "PUT", f"/organization/{organization['id']}", {"inn": "7701234567"})
        await made.call(b, "POST", "/counterparty", {"name": "Поставщик", "inn": "7701234567"})
        agent = await made.call(a, "POST", "/counterparty", {"name": "Покупатель"})
        made.own = {"organization": link(organization), "store": link(store), "agent": link(agent)}
        for number in range(3):
            goods = {"name": f"Товар {number}", "code": f"K{number}"}
            made.goods.append(await made.call(a, "POST", "/product", goods))
            if number < 2:
                await made.call(b, "POST", "/product", {**goods, "name": f"У нас иначе {number}"})
        await rule(made, theirs)
        yield made
    await story.world.container.close()


async def rule(between: Between, theirs: Party) -> RuleId:
    """What it chooses there is what the service itself says may be chosen."""
    app, company_id = between.story.app, between.ours.id
    link_id = await linked(between.ours, theirs)
    targets = await app.ask(GetLinkTargets(company_id=company_id, link_id=link_id, recipe="demand_supply"))
    ((organization,), (store,), (agent,)) = targets.organizations, targets.stores, targets.agents
    terms = RuleTerms(
        name="Отгрузка → приёмка",
        recipe_key="demand_supply",
        trigger=Trigger.CREATED,
        mapping=FieldMapping(organization=organization.id, agent=agent.id, store=store.id),
        condition="sum > 10",
        on_change=Later.UPDATE,
        on_delete=Later.UPDATE,
    )
    made = await app.execute(CreateRule(company_id=company_id, link_id=link_id, terms=terms))
    return RuleId(made.id)


async def test_a_shipment_with_a_bundle_is_received_followed_and_noticed_when_it_is_gone(between: Between) -> None:
    bread, salt, _ = between.goods
    parts = [{"assortment": link(bread), "quantity": 2}, {"assortment": link(salt), "quantity": 1}]
    kit = await between.call(between.a, "POST", "/bundle", {"name": "Набор", "code": "KIT", "components": parts})
    source = await between.ship(line(bread, 2), line(kit, 1, price=10_000.0))
    for _ in range(2):
        await between.tell(source)
    supply = await between.made()
    assert (supply["applicable"], supply["incomingNumber"]) == (False, "00001")
    shown = [(one["quantity"], one["price"], one["discount"], one["vat"]) for one in supply["positions"]]
    assert shown == [(2, 12_345, 5, 20), (2, 3_333.33, 5, 20), (1, 3_333.34, 5, 20)]
    shipped = await between.call(between.a, "GET", f"/demand/{source}")
    assert abs(supply["sum"] - shipped["sum"]) < 1
    known = (await between.call(between.a, "GET", f"/demand/{source}/positions"))["rows"]
    await between.call(between.a, "PUT", f"/demand/{source}", {"positions": [{**line(bread, 9), "id": known[0]["id"]}]})
    await between.tell(source)
    changed = await between.made()
    assert [(one["id"], one["quantity"]) for one in changed["positions"]] == [(supply["positions"][0]["id"], 9)]
    await between.call(between.a, "DELETE", f"/demand/{source}")
    await between.tell(source, deleted=True)
    assert await between.state() == (ExecutionState.MADE, "automations.source_deleted")


async def test_more_positions_than_one_request_takes(between: Between) -> None:
    source = await between.ship(*(line(between.goods[number % 2], number + 1) for number in range(LARGE)))
    await between.tell(source)
    assert sorted(one["quantity"] for one in (await between.made())["positions"]) == list(range(1, LARGE + 1))
    await between.call(between.a, "POST", f"/demand/{source}/positions", [line(between.goods[0], 7_777)])
    await between.tell(source)
    quantities = sorted(one["quantity"] for one in (await between.made())["positions"])
    assert quantities == [*range(1, LARGE + 1), 7_777]


async def test_unknown_goods_wait_and_a_dry_run_says_so_before(between: Between) -> None:
    source = await between.ship(line(between.goods[2], 1))
    await between.tell(source)
    assert await between.state() == (ExecutionState.WAITING, "automations.needs_review")
    assert (await between.call(between.b, "GET", "/supply"))["rows"] == []
    (found,) = await between.story.app.ask(ListExecutions(company_id=between.ours.id, limit=10))
    dry = DryRunRule(company_id=between.ours.id, rule_id=RuleId(found.rule_id))
    (shown,) = await between.story.app.ask(dry)
    assert ([one.name for one in shown.open], shown.body) == (["Товар 2"], None)
