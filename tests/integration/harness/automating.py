"""Two companies with accounts at MoySklad between which rules work; and everything that may go wrong on the way."""

import copy
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from dishka import Provider, Scope, provide

from adapters.memory.documents import MemoryDocuments
from adapters.memory.failures import PlannedFailures
from adapters.memory.scope import require_no_transaction
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemorySystemTransaction, MemoryTransaction
from application.automations.commands.accept_link import AcceptLink
from application.automations.commands.create_rule import CreateRule
from application.automations.commands.invite_company import InviteCompany
from application.automations.commands.recover_executions import PATIENCE, RecoverExecutions
from application.automations.matching_ports import Matching, ReviewQueue
from application.automations.queries.list_executions import ListExecutions
from application.automations.queries.list_received_executions import ListReceivedExecutions
from application.automations.vendor_ports import DocumentGone, DocumentWriter, Made, TargetLists
from application.automations.views import ExecutionView, ReceivedView, RuleView
from application.connections.document_ports import Document, Documents
from application.connections.ports import MoySkladKey
from application.exports.limits import RunLimits
from application.ports import Clock, Ids, SystemTransaction, Transaction
from application.tenants.audit import AuditTrail
from application.tenants.kept_answers import KeptAnswers
from application.tenants.witnessing import WitnessedTransaction
from application.webhooks.commands.book_hearings import PATIENCE as HEARING_PATIENCE
from application.webhooks.commands.book_hearings import BookHearings
from application.webhooks.event_ports import ObjectEvents
from domain.automations.links import NO_LIMITS, LinkLimits
from domain.automations.mapping import ROOT, FieldMapping
from domain.automations.matching import MatchBy, Matched, Open, Target, Wanted
from domain.automations.rules import Later, RuleTerms, Trigger
from domain.shared.identities import CompanyId, CompanyLinkId
from domain.shared.moments import to_moscow
from domain.webhooks.interests import Audience
from tests.integration.harness.stories import SMALL, Party, Story

LEASE = RunLimits().lease
PATIENT = max(LEASE + PATIENCE, HEARING_PATIENCE)
"""Nobody waits longer for somebody else who may have died."""


class Crash(BaseException):
    """A process dies here."""


class Steps:
    """Counts what a process does, and kills it at one of its steps."""

    def __init__(self) -> None:
        self.taken = 0
        self.dies_at: int | None = None

    def step(self) -> None:
        """Raises Crash where the process is to die."""
        self.taken += 1
        if self.taken == self.dies_at:
            raise Crash


class SteppingTransaction:
    """Before it begins, before it commits, and once it has committed, the process may die."""

    def __init__(self, inner: Callable[..., AbstractAsyncContextManager[None]], steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    @asynccontextmanager
    async def __call__(self, *company_id: CompanyId) -> AsyncIterator[None]:
        self._steps.step()
        async with self._inner(*company_id):
            yield
            self._steps.step()
        self._steps.step()


class Writer:
    """Writes into the accounts of MemoryDocuments, `syncId` being unique in an account."""

    def __init__(self, documents: MemoryDocuments, steps: Steps) -> None:
        self.failures = PlannedFailures()
        self.described: dict[tuple[str, str], Document] = {}
        self.posts = 0
        self._documents = documents
        self._steps = steps

    async def make(self, key: MoySkladKey, kind: str, sync_id: UUID, body: Document) -> Made:
        self._steps.step()
        with self.failures.around("make"):
            found = self._found(key, kind, sync_id)
            if found is not None:
                return Made(copy.deepcopy(found), new=False)
            self.posts += 1
            made = {**copy.deepcopy(body), "id": str(uuid4()), "syncId": str(sync_id)}
            made |= {"name": f"{self.posts:05}", "updated": "2026-01-12 10:00:00.000"}
            made |= {"created": made["updated"], "positions": _positions(body, ())}
            self._documents.put(key.token, kind, made)
        self._steps.step()
        return Made(copy.deepcopy(made), new=True)

    async def find(self, key: MoySkladKey, kind: str, sync_id: UUID) -> Document | None:
        with self.failures.around("find"):
            return copy.deepcopy(self._found(key, kind, sync_id))

    async def change(self, key: MoySkladKey, kind: str, document_id: str, body: Document) -> Document:
        self._steps.step()
        with self.failures.around("change"):
            known = self._documents.accounts[key.token].get(kind, {}).get(document_id)
            if known is None or known.get("deleted"):
                raise DocumentGone
            changed = {**known, **copy.deepcopy(body)}
            if "positions" in body:
                changed["positions"] = _positions(body, [one["id"] for one in known["positions"]])
            self._documents.put(key.token, kind, changed)
        self._steps.step()
        return copy.deepcopy(changed)

    async def describe(self, key: MoySkladKey, kind: str) -> Document:
        with self.failures.around("describe"):
            return copy.deepcopy(self.described.get((key.token, kind), {}))

    def _found(self, key: MoySkladKey, kind: str, sync_id: UUID) -> Document | None:
        documents = self._documents.accounts[key.token].get(kind, {}).values()
        return next((one for one in documents if one.get("syncId") == str(sync_id)), None)


def _positions(body: Document, known: Sequence[str]) -> list[Document]:
    positions = []
    for position in body.get("positions", ()):
        assert position.get("id") in {None, *known}, "a position that there is not"
        positions.append({**copy.deepcopy(position), "id": position.get("id") or str(uuid4())})
    return positions


class Lists:
    """What the accounts have of each type."""

    def __init__(self, documents: MemoryDocuments) -> None:
        self._documents = documents
        self.asked = 0

    async def all(self, key: MoySkladKey, kind: str) -> Sequence[dict[str, Any]]:
        self.asked += 1
        require_no_transaction("all")
        return list(copy.deepcopy(self._documents.accounts[key.token].get(kind, {})).values())


class Codes:
    """Matches goods by their codes alone, counterparties by their INN; learns nothing but what it is told."""

    def __init__(self, documents: MemoryDocuments) -> None:
        self._documents = documents
        self.pairs: dict[tuple[CompanyId, str], Target] = {}
        self.learnt = self.asked = 0

    async def match(
        self,
        key: MoySkladKey,
        company_id: CompanyId,
        source_company_id: CompanyId,
        wanted: Sequence[Wanted],
        order: Sequence[MatchBy],
        *,
        thorough: bool = False,
        learn: bool = True,
    ) -> Matched:
        del source_company_id, order
        self.asked += 1
        if thorough:
            self.pairs = {pair: one for pair, one in self.pairs.items() if one.id in self._all(key)}
        require_no_transaction("match")
        found, unknown = {}, []
        account = self._documents.accounts[key.token]
        for one in wanted:
            kind, name, value = ("product", "code", one.code) if one.type != "organization" else _by_inn(one)
            same = [
                Target(kind, item["id"], item["name"]) for item in account.get(kind, {}).values() if item[name] == value
            ]
            if (company_id, one.source_id) in self.pairs:
                found[one.source_id] = self.pairs[company_id, one.source_id]
            elif len(same) == 1:
                found[one.source_id] = same[0]
                self.learnt += learn
            else:
                unknown.append(Open(one, tuple(same)))
        return Matched(found, tuple(unknown))

    def _all(self, key: MoySkladKey) -> set[str]:
        return {one for kind in self._documents.accounts[key.token].values() for one in kind}


def _by_inn(one: Wanted) -> tuple[str, str, str]:
    return "counterparty", "inn", one.inn


class Reviews:
    """What people are asked."""

    def __init__(self) -> None:
        self.asked: dict[tuple[CompanyId, str], Open] = {}

    async def ask(self, company_id: CompanyId, source_company_id: CompanyId, open: Sequence[Open]) -> None:  # noqa: A002
        del source_company_id
        for one in open:
            self.asked[company_id, one.wanted.source_id] = one


class AutomationFakes(Provider):
    """In the place of what is pending, over those documents."""

    scope = Scope.APP

    @provide
    def memory(self) -> MemoryDocuments:
        return MemoryDocuments()

    @provide
    def documents(self, memory: MemoryDocuments) -> Documents:
        return memory

    steps = provide(Steps)
    writer = provide(Writer, provides=Writer)
    codes = provide(Codes, provides=Codes)
    queue = provide(Reviews, provides=Reviews)

    @provide
    def the_documents(self, documents: MemoryDocuments) -> Lists:
        return Lists(documents)

    @provide
    def document_writer(self, writer: Writer) -> DocumentWriter:
        return writer

    @provide
    def lists(self, lists: Lists) -> TargetLists:
        return lists

    @provide
    def matching(self, codes: Codes) -> Matching:
        return codes

    @provide
    def reviews(self, queue: Reviews) -> ReviewQueue:
        return queue


class Stepping(Provider):
    """Whatever is stored is counted, and who stores it may die."""

    scope = Scope.APP

    @provide
    def system(self, store: MemoryStore, steps: Steps) -> SystemTransaction:
        return SteppingTransaction(MemorySystemTransaction(store), steps)

    @provide
    def own(
        self, store: MemoryStore, steps: Steps, trail: AuditTrail, answers: KeptAnswers, ids: Ids, clock: Clock
    ) -> Transaction:
        plain: Any = SteppingTransaction(MemoryTransaction(store), steps)
        return WitnessedTransaction(plain, trail, answers, ids, clock)


FAKES, STEPPING = AutomationFakes(), Stepping()
"""One of each, so that worlds share the checked graph."""


def identity(name: str) -> str:
    """The id of something that a test calls by name."""
    return str(uuid5(NAMESPACE_URL, name))


def meta(kind: str, object_id: str) -> dict[str, str]:
    return {"href": f"{ROOT}/{kind}/{object_id}", "type": kind, "mediaType": "application/json"}


@dataclass
class Trade:
    """A, whose documents rules look at, and B, where they make others. `moment` is Moscow's."""

    story: Story
    a: Party
    b: Party
    documents: MemoryDocuments
    writer: Writer
    codes: Codes
    reviews: Reviews
    steps: Steps
    link_id: CompanyLinkId

    @classmethod
    async def begin(
        cls, *, limits: LinkLimits = NO_LIMITS, source_limits: LinkLimits = NO_LIMITS, runs: RunLimits = SMALL
    ) -> "Trade":
        story = await Story.begin(runs, FAKES, STEPPING)
        a, b = await story.install("alpha"), await story.install("beta")
        container = story.world.container
        documents = await container.get(MemoryDocuments)
        for party in (a, b):
            await party.sign_in()
            stocked(documents, party)
        link_id = await linked(a, b, source_limits, limits)
        return cls(
            story,
            a,
            b,
            documents,
            await container.get(Writer),
            await container.get(Codes),
            await container.get(Reviews),
            await container.get(Steps),
            link_id,
        )

    def terms(self, **changes: Any) -> RuleTerms:
        """A rule by which A's shipments are B's supplies."""
        mapping = changes.pop("mapping", {})
        recipe = changes.get("recipe_key", "demand_supply")
        usual: dict[str, Any] = {
            "name": "Отгрузка → приёмка",
            "recipe_key": recipe,
            "trigger": Trigger.CREATED,
            "mapping": FieldMapping(
                **{
                    "organization": identity("beta organization"),
                    "agent": identity("beta knows alpha"),
                    "store": None if recipe == "paymentout_paymentin" else identity("beta store"),
                    **mapping,
                }
            ),
            "on_change": Later.UPDATE,
            "on_delete": Later.UPDATE,
        }
        return RuleTerms(**{**usual, **changes})

    async def rule(self, **changes: Any) -> RuleView:
        """Somebody at A makes a rule; the webhooks that it takes are registered, and somebody looks once."""
        made = await self.make_rule(**changes)
        await self.work()
        return made

    async def make_rule(self, **changes: Any) -> RuleView:
        """Somebody at A makes a rule."""
        return await self.story.app.execute(
            CreateRule(company_id=self.a.id, link_id=self.link_id, terms=self.terms(**changes))
        )

    def ship(self, name: str, *goods: str, kind: str = "demand", **fields: Any) -> str:
        """Somebody at A makes a document; answers its id."""
        object_id = identity(f"{kind} {name}")
        stamp = to_moscow(self.story.clock.now())
        document = {
            "id": object_id,
            "meta": {
                **meta(kind, object_id),
                "uuidHref": f"https://online.moysklad.ru/app/#{kind}/edit?id={object_id}",
            },
            "name": name,
            "created": stamp,
            "updated": stamp,
            "moment": stamp,
            "applicable": True,
            "sum": 100_000,
            "vatEnabled": True,
            "vatIncluded": True,
            "store": {
                "meta": meta("store", identity("alpha store")),
                "id": identity("alpha store"),
                "name": "Основной",
            },
            "agent": {"meta": meta("counterparty", identity("x")), "id": identity("x"), "name": "Бета"},
            "rate": {"currency": {"meta": meta("currency", "c"), "isoCode": "RUB"}},
            "positions": [position(f"{name}:{one}", one) for one in goods or ("хлеб",)],
        }
        self.documents.put(self.a.token, kind, {**document, **fields})
        return object_id

    def change(self, object_id: str, kind: str = "demand", **fields: Any) -> None:
        """Somebody at A changes it."""
        known = self.documents.accounts[self.a.token][kind][object_id]
        self.documents.put(self.a.token, kind, {**known, "updated": to_moscow(self.story.clock.now()), **fields})

    async def tell(
        self,
        *ids: str,
        kind: str = "demand",
        deleted: bool = False,
        asked: bool = False,
        at: Party | None = None,
        moved: bool = False,
    ) -> None:
        """MoySklad tells of the documents; of those that `moved` that their state was changed."""
        company = (at or self.a).id
        container = self.story.world.container
        transaction, events = await container.get(Transaction), await container.get(ObjectEvents)
        async with transaction(company):
            now, told = self.story.clock.now(), dict.fromkeys(ids, deleted)
            await events.put(company, Audience.RULES, kind, told, uuid4(), now, asked=asked, moved=ids if moved else ())

    async def work(self, most: int = 20) -> None:
        """The scheduler and the workers, until there is nothing to do."""
        for _ in range(most):
            booked = await self.story.app.execute(BookHearings())
            if not await self.story.work() and not booked:
                return
        raise AssertionError("there is no end to it")

    async def recover(self, by: timedelta = PATIENT) -> None:
        """Time passes, and what was left behind is found and done."""
        self.story.clock.advance(by)
        await self.story.app.execute(RecoverExecutions())
        await self.work()

    def made(self, kind: str = "supply", at: Party | None = None) -> list[Document]:
        """What rules have made at B."""
        found = self.documents.accounts[(at or self.b).token].get(kind, {}).values()
        return [one for one in found if one.get("syncId")]

    async def executions(self) -> list[ExecutionView]:
        return await self.story.app.ask(ListExecutions(company_id=self.a.id, limit=1000))

    async def received(self) -> list[ReceivedView]:
        return await self.story.app.ask(ListReceivedExecutions(company_id=self.b.id, limit=1000))


def position(name: str, code: str, **fields: Any) -> dict[str, Any]:
    """Two of some goods at 500 roubles."""
    usual = {
        "id": identity(f"position {name}"),
        "quantity": 2.0,
        "price": 50_000.0,
        "discount": 10.0,
        "vat": 20,
        "vatEnabled": True,
        "assortment": goods("alpha", code),
    }
    return {**usual, **fields}


def goods(account: str, code: str) -> dict[str, Any]:
    object_id = identity(f"{account} {code}")
    return {"id": object_id, "meta": meta("product", object_id), "name": f"Товар {code}", "code": code}


async def linked(a: Party, b: Party, source: LinkLimits = NO_LIMITS, target: LinkLimits = NO_LIMITS) -> CompanyLinkId:
    """A invites B, and B accepts."""
    assert a.identity is not None
    assert b.identity is not None
    invited = await a.app.execute(InviteCompany(company_id=a.id, acting=a.identity.acting, name=b.name, limits=source))
    accepted = await b.app.execute(
        AcceptLink(company_id=b.id, acting=b.identity.acting, token=invited.token, name=a.name, limits=target)
    )
    return CompanyLinkId(accepted.id)


def stocked(documents: MemoryDocuments, party: Party) -> None:
    name, other = party.name, "beta" if party.name == "alpha" else "alpha"
    for kind, things in {
        "organization": [{"id": identity(f"{name} organization"), "name": name, "inn": f"inn-{name}"}],
        "store": [{"id": identity(f"{name} store"), "name": "Основной"}],
        "counterparty": [{"id": identity(f"{name} knows {other}"), "name": other, "inn": f"inn-{other}"}],
        "currency": [{"id": identity(f"{name} RUB"), "name": "руб", "isoCode": "RUB", "default": True}],
        "taxrate": [{"id": identity(f"{name} {rate}"), "rate": float(rate)} for rate in (10, 20)],
        "product": [goods(name, code) for code in ("хлеб", "соль", "чай")],
    }.items():
        for thing in things:
            documents.put(party.token, kind, thing)
