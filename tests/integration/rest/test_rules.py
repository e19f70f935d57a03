"""Links, rules and executions over HTTP: who may what, what is refused, and what both companies see."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from adapters.memory.documents import MemoryDocuments
from domain.shared.identities import CompanyLinkId
from tests.integration.harness.automating import FAKES, Codes, Reviews, Steps, Trade, Writer, identity, stocked
from tests.integration.rest.conftest import Api, check_problem, opened_api

LINKS, RULES = "/api/v1/company-links", "/api/v1/automation-rules"
MAPPING = {
    "organization": identity("beta organization"),
    "agent": identity("beta knows alpha"),
    "store": identity("beta store"),
}
RULE: dict[str, Any] = {"name": "Приёмка", "recipe": "demand_supply", "trigger": "created", "mapping": MAPPING}
HEADERS = dict[str, str]


class Parties:
    """Two companies, with those who act for them."""

    def __init__(self, api: Api, trade: Trade, a: HEADERS, b: HEADERS) -> None:
        self.api, self.trade, self.a, self.b = api, trade, a, b

    async def call(self, method: str, path: str, headers: HEADERS, json: Any = None) -> Any:
        return await self.api.http.request(method, path, json=json, headers=headers)

    async def make(self, method: str, path: str, headers: HEADERS, json: Any = None) -> Any:
        answer = await self.call(method, path, headers, json)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def rule(self, **changes: Any) -> Any:
        return await self.make("POST", RULES, self.a, {**RULE, "linkId": str(self.trade.link_id), **changes})


@pytest_asyncio.fixture
async def parties() -> AsyncIterator[Parties]:
    async with opened_api(FAKES) as api:
        story, container = api.story, api.story.world.container
        a, b = await story.install("alpha"), await story.install("beta")
        documents = await container.get(MemoryDocuments)
        kept = [await container.get(kind) for kind in (Writer, Codes, Reviews, Steps)]
        trade = Trade(story, a, b, documents, *kept, CompanyLinkId(uuid4()))
        stocked(documents, a)
        stocked(documents, b)
        made = Parties(api, trade, await api.member(a), await api.member(b))
        invited = await made.make("POST", LINKS, made.a, {"name": "Бета"})
        trade.link_id = CompanyLinkId(invited["link"]["id"])
        accepted = await made.make("POST", f"{LINKS}/acceptances", made.b, {"token": invited["token"]})
        assert (accepted["state"], accepted["side"], accepted["name"]) == ("accepted", "target", "alpha")
        assert invited["token"] not in str(await made.make("GET", LINKS, made.a))
        yield made
        assert api.unforeseen == []


async def test_from_an_invitation_to_a_document(parties: Parties) -> None:
    targets = await parties.make("GET", f"{LINKS}/{parties.trade.link_id}/targets?recipe=demand_supply", parties.a)
    assert [one["id"] for one in targets["stores"]] == [identity("beta store")]
    recipes = {one["key"]: one for one in await parties.make("GET", "/api/v1/automation-recipes", parties.b)}
    assert recipes["paymentout_paymentin"]["positions"] is False
    parties.trade.ship("0")
    body = {**RULE, "linkId": str(parties.trade.link_id)}
    (dry,) = await parties.make("POST", f"{RULES}/dry-runs", parties.a, body)
    assert dry["body"]["incomingNumber"] == "0"
    rule = await parties.rule(condition="sum > 5")
    assert await parties.make("GET", f"{RULES}/{rule['id']}", parties.a) == rule
    assert await parties.make("GET", RULES, parties.a) == [rule]
    await parties.trade.tell(parties.trade.ship("1"), parties.trade.ship("2", "неведомое"))
    await parties.trade.work()
    page = await parties.make("GET", f"/api/v1/executions?limit=1&rule={rule['id']}", parties.a)
    rest = await parties.make("GET", f"/api/v1/executions?cursor={page['nextCursor']}", parties.a)
    states = {one["sourceName"]: one for one in (*page["items"], *rest["items"])}
    assert (states["1"]["state"], states["1"]["title"]) == ("made", None)
    assert (states["2"]["state"], states["2"]["error"]) == ("waiting", "automations.needs_review")
    assert "Товар неведомое" in states["2"]["words"]["ru"]["action"]
    seen = await parties.make("GET", "/api/v1/received-executions?state=waiting", parties.b)
    assert [(one["ruleName"], one["sourceName"], one["error"]) for one in seen["items"]] == [
        ("Приёмка", "2", "automations.needs_review")
    ]
    waiting = f"/api/v1/executions/{states['2']['id']}"
    retried = await parties.make("POST", f"{waiting}/retry", parties.a)
    assert retried["state"] == "booked"
    check_problem(
        await parties.call("POST", f"/api/v1/executions/{states['1']['id']}/retry", parties.a),
        409,
        "automations.execution_not_retryable",
    )
    assert (await parties.make("GET", waiting, parties.a))["state"] == "booked"
    (again, *_) = await parties.make("POST", f"{RULES}/{rule['id']}/dry-run", parties.a)
    assert again["sourceName"] == "2"


async def test_a_rule_is_changed_paused_enabled_and_removed(parties: Parties) -> None:
    rule = await parties.rule()
    address = f"{RULES}/{rule['id']}"
    changed = await parties.make("PUT", address, parties.a, {**RULE, "name": "Иначе", "onChange": "update"})
    assert (changed["name"], changed["onChange"], changed["linkId"]) == ("Иначе", "update", rule["linkId"])
    other = {**RULE, "recipe": "salesreturn_purchasereturn"}
    check_problem(await parties.call("PUT", address, parties.a, other), 422, "automations.rule_invalid")
    assert (await parties.make("POST", f"{address}/pause", parties.a))["enabled"] is False
    assert (await parties.make("POST", f"{address}/resumption", parties.a))["enabled"] is True
    await parties.make("DELETE", address, parties.a)
    check_problem(await parties.call("GET", address, parties.a), 404, "automations.rule_not_found")
    entries = (await parties.make("GET", "/api/v1/audit", parties.a))["items"]
    told = [(one["action"], one["outcome"]) for one in entries]
    assert told[:6] == [
        ("rules.remove", "done"),
        ("rules.switch", "done"),
        ("rules.switch", "done"),
        ("rules.change", "refused"),
        ("rules.change", "done"),
        ("rules.create", "done"),
    ]
    assert entries[0]["targetId"] == entries[5]["targetId"] == rule["id"]
    theirs = (await parties.make("GET", "/api/v1/audit", parties.b))["items"]
    assert ("links.accept", "done") in [(one["action"], one["outcome"]) for one in theirs]


async def test_each_side_changes_its_own_half_and_ends_the_link(parties: Parties) -> None:
    address = f"{LINKS}/{parties.trade.link_id}"
    limits = {"types": ["supply"], "largestSum": "1000.50"}
    half = await parties.make("PATCH", address, parties.b, {"limits": limits, "paused": True})
    assert (half["limits"]["types"], half["limits"]["largestSum"], half["paused"]) == (["supply"], "1000.50", True)
    await parties.trade.work()
    (other,) = await parties.make("GET", LINKS, parties.a)
    assert (other["limits"]["types"], other["paused"], other["otherPaused"]) == (None, False, True)
    check_problem(
        await parties.call("POST", RULES, parties.a, {**RULE, "linkId": str(parties.trade.link_id)}),
        409,
        "automations.link_paused",
    )
    await parties.make("DELETE", address, parties.b)
    check_problem(await parties.call("PATCH", address, parties.b, {"paused": False}), 409, "automations.link_revoked")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"recipe": "demand_demand"}, 422, "automations.recipe_unknown"),
        ({"condition": "sum >"}, 422, "automations.condition_invalid"),
        ({"trigger": "state"}, 422, "automations.rule_invalid"),
        ({"trigger": "deleted"}, 400, "request_invalid"),
        ({"mapping": {**MAPPING, "store": None}}, 422, "automations.mapping_invalid"),
        ({"mapping": {**MAPPING, "store": "what?"}}, 400, "request_invalid"),
        ({"mapping": {**MAPPING, "store": str(uuid4())}}, 422, "automations.target_missing"),
        ({"mapping": {**MAPPING, "mark": "Нет"}}, 422, "automations.attribute_unfit"),
        ({"matchBy": []}, 400, "request_invalid"),
        ({"matchBy": ["code", "code"]}, 422, "automations.rule_invalid"),
        ({"linkId": str(uuid4())}, 404, "automations.link_not_found"),
        ({"name": ""}, 400, "request_invalid"),
        ({"unknown": 1}, 400, "request_invalid"),
    ],
)
async def test_what_is_refused(parties: Parties, changes: dict[str, Any], status: int, code: str) -> None:
    body = {**RULE, "linkId": str(parties.trade.link_id), **changes}
    check_problem(await parties.call("POST", RULES, parties.a, body), status, code)
    assert await parties.make("GET", RULES, parties.a) == []


@pytest.mark.parametrize("token", ["x", "a.b.c", f"{1:032x}.{2:032x}.secret"])
async def test_invitations_that_are_none(parties: Parties, token: str) -> None:
    answer = await parties.call("POST", f"{LINKS}/acceptances", parties.b, {"token": token})
    check_problem(answer, 422, "automations.invitation_invalid")


async def test_roles(parties: Parties) -> None:
    rule = await parties.rule()
    viewer = await parties.api.member(parties.trade.a, administrator=False)
    assert await parties.make("GET", RULES, viewer) == [rule]
    for method, path, body in (
        ("POST", LINKS, {"name": "x"}),
        ("POST", f"{LINKS}/acceptances", {"token": "a.b.c"}),
        ("DELETE", f"{LINKS}/{parties.trade.link_id}", None),
        ("PATCH", f"{LINKS}/{parties.trade.link_id}", {"paused": True}),
        ("POST", RULES, {**RULE, "linkId": str(parties.trade.link_id)}),
        ("POST", f"{RULES}/{rule['id']}/pause", None),
        ("DELETE", f"{RULES}/{rule['id']}", None),
        ("POST", f"{RULES}/{rule['id']}/dry-run", None),
        ("POST", f"/api/v1/executions/{uuid4()}/retry", None),
    ):
        answer = await parties.call(method, path, viewer, body)
        assert answer.status_code in {403, 422}, (method, path, answer.text)
        if answer.status_code == 422:
            assert path.endswith("acceptances")


async def test_the_other_company_reaches_nothing_that_is_not_its_own(parties: Parties) -> None:
    rule = await parties.rule()
    await parties.trade.tell(parties.trade.ship("1"))
    await parties.trade.work()
    (execution,) = (await parties.make("GET", "/api/v1/executions", parties.a))["items"]
    assert (await parties.make("GET", "/api/v1/executions", parties.b))["items"] == []
    assert await parties.make("GET", RULES, parties.b) == []
    for method, path, code in (
        ("GET", f"{RULES}/{rule['id']}", "automations.rule_not_found"),
        ("DELETE", f"{RULES}/{rule['id']}", "automations.rule_not_found"),
        ("POST", f"{RULES}/{rule['id']}/dry-run", "automations.rule_not_found"),
        ("GET", f"/api/v1/executions/{execution['id']}", "automations.execution_not_found"),
        ("POST", f"/api/v1/executions/{execution['id']}/retry", "automations.execution_not_found"),
        ("GET", f"{LINKS}/{parties.trade.link_id}/targets?recipe=demand_supply", "automations.link_not_found"),
    ):
        check_problem(await parties.call(method, path, parties.b), 404, code)
