"""Dealers are told what happened to their documents, once, whatever dies on the way."""

import contextlib
import inspect
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.scope import current_scope
from application.dealers.commands.bind_chat import BindChat
from application.dealers.commands.create_bind_link import CreateBindLink
from application.dealers.commands.create_dealer import CreateDealer
from application.dealers.commands.set_template import SetTemplate
from application.dealers.commands.tell_dealers import TellDealersHandler
from application.dealers.queries.list_templates import ListTemplates
from application.dealers.queueing_ports import NewNotice, NoticeQueue
from application.dealers.template_command import TellFailedTemplate
from application.dealers.template_ports import NoticeTemplates
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.queries.list_announcements import ListAnnouncements
from application.webhooks.event_ports import ObjectEvents
from application.webhooks.hearing_commands import TellDealers
from domain.dealers.addresses import Address, Channel
from domain.dealers.dealers import NoticeKind, Points
from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Often, Rhythm
from domain.dealers.templates import NoticeTemplate, TemplateFails
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import CompanyId
from domain.shared.moments import to_moscow
from domain.webhooks.interests import Audience
from tests.integration.harness.stories import Party, Story, command_of

STORE, PARTNER = uuid4(), uuid4()
ROUBLES = {"currency": {"isoCode": "RUB", "name": "руб"}}


class Queue:
    """A NoticeQueue. What was put in is taken out again where the transaction fails; `dies` has it fail then."""

    def __init__(self) -> None:
        self.notices: dict[str, NewNotice] = {}
        self.dies = False

    async def queue(self, company_id: CompanyId, notices: Sequence[NewNotice]) -> int:
        before = dict(self.notices)
        assert current_scope().company_id == company_id
        current_scope().undo.append(lambda: setattr(self, "notices", before))
        fresh = {one.once_key: one for one in notices if one.once_key not in self.notices}
        self.notices = before | fresh
        if self.dies:
            raise RuntimeError("killed")
        return len(fresh)

    def taken(self) -> list[NewNotice]:
        return list(self.notices.values())


class Shop:
    """A company with one dealer, who has a chat."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.queue = Queue()
        party.world.documents.accounts[party.token] = {}

    async def dealer(
        self,
        *kinds: NoticeKind,
        quiet: Quiet | None = None,
        rhythm: Rhythm | None = None,
        language: Language = Language.RU,
        name: str = "Север",
        chat: str = "5",
    ) -> None:
        points = Points(partner=PARTNER, stores=frozenset({STORE}))
        made = await self.party.app.execute(
            CreateDealer(
                company_id=self.party.id,
                name=name,
                points=points,
                notices=frozenset(kinds),
                quiet=quiet,
                rhythm=rhythm or Rhythm(),
                language=language,
            )
        )
        link = await self.party.app.execute(CreateBindLink(company_id=self.party.id, dealer_id=made))
        await self.party.app.execute(
            BindChat(
                company_id=self.party.id,
                token=link.url.partition("=")[2],
                address=Address(Channel.TELEGRAM, chat),
                title="",
                asked_at=self.party.story.clock.now(),
            )
        )

    def document(self, kind: str = "customerorder", object_id: str | None = None, **changed: Any) -> str:
        now = to_moscow(self.party.story.clock.now())
        own = object_id or str(uuid4())
        plain = {
            "id": own,
            "name": "00042",
            "created": now,
            "moment": now,
            "updated": now,
            "sum": 123456.0,
            "rate": ROUBLES,
            "meta": {"uuidHref": f"https://online.moysklad.ru/app/#{kind}/edit?id={own}"},
            "agent": {"id": str(uuid4()), "name": "ООО «Ромашка» <b>&"},
            "store": {"meta": {"href": f"https://api.moysklad.ru/api/remap/1.2/entity/store/{STORE}"}},
        }
        self.party.world.documents.put(self.party.token, kind, plain | changed)
        return own

    async def hear(self, *ids: str, kind: str = "customerorder", deleted: bool = False) -> None:
        async with self.party.world.container() as scope:
            transaction, events = await scope.get(Transaction), await scope.get(ObjectEvents)
            async with transaction(self.party.id):
                told, now = dict.fromkeys(ids, deleted), self.party.story.clock.now()
                await events.put(self.party.id, Audience.NOTICES, kind, told, uuid4(), now)

    async def tell(self) -> Outcome:
        async with self.party.world.container() as scope:
            needs = inspect.signature(TellDealersHandler.__init__).parameters.values()
            ports = {
                one.name: self.queue if one.annotation is NoticeQueue else await scope.get(one.annotation)
                for one in needs
                if one.name != "self"
            }
            return await TellDealersHandler(**ports)(TellDealers(company_id=self.party.id))

    @property
    def waiting(self) -> int:
        return len(self.party.world.store.object_events._rows)


async def opened() -> Shop:
    return Shop(await (await Story.begin()).party("romashka"))


@pytest.fixture
async def shop() -> Shop:
    return await opened()


async def test_a_new_order_is_told_once_with_what_matters(shop: Shop) -> None:
    await shop.dealer(NoticeKind.ORDER)
    positions = [
        {"quantity": 1.5, "price": 100000.0, "assortment": {"name": f"Чай <{number}>"}} for number in range(12)
    ]
    order = shop.document(positions=positions)
    await shop.hear(order)
    assert (await shop.tell()).state == "queued 1"
    (notice,) = shop.queue.taken()
    assert notice.address == Address(Channel.TELEGRAM, "5")
    assert notice.text.startswith("<b>Новый заказ № 00042</b>\nот 12.01.2026 ")
    assert "на 1\u00a0234,56\u00a0₽" in notice.text
    assert "ООО «Ромашка» &lt;b&gt;&amp;" in notice.text
    assert "• Чай &lt;9&gt; × 1,5 по 1\u00a0000,00\u00a0₽\n… и ещё 2" in notice.text
    assert "Чай <9>" in notice.plain
    assert notice.about in notice.plain
    assert shop.waiting == 0
    await shop.hear(order)
    assert (await shop.tell()).state == "nothing to tell"
    assert len(shop.queue.taken()) == 1


async def test_payments_and_shipments_are_told_and_others_are_not(shop: Shop) -> None:
    await shop.dealer(NoticeKind.PAYMENT, NoticeKind.SHIPMENT)
    mine = {"agent": {"id": str(PARTNER), "name": "Партнёр"}, "store": None}
    for kind in ("paymentin", "cashin", "demand", "customerorder"):
        other = shop.document(kind, store=None)
        await shop.hear(shop.document(kind, **mine), other, kind=kind)
    await shop.hear(shop.document("demand", rate={"currency": {"isoCode": "CNY"}}), kind="demand")
    assert (await shop.tell()).state == "queued 4"
    assert sorted(one.kind for one in shop.queue.taken()) == ["payment", "payment", "shipment", "shipment"]
    assert any("1\u00a0234,56\u00a0CNY" in one.text for one in shop.queue.taken())


async def test_a_state_is_told_when_it_changes_and_not_when_it_is_met(shop: Shop) -> None:
    await shop.dealer(NoticeKind.STATE)
    states = [{"id": str(UUID(int=number)), "name": name} for number, name in enumerate(("Новый", "Собран"), 1)]
    order = shop.document(state=states[0])
    await shop.hear(order)
    assert (await shop.tell()).state == "nothing to tell"
    for told, state in enumerate((states[1], states[0], states[1]), 1):
        shop.party.story.clock.advance(timedelta(minutes=1))
        shop.document(object_id=order, state=state)
        for _ in range(2):
            await shop.hear(order)
            await shop.tell()
        assert len(shop.queue.taken()) == told
        assert f"Статус: {state['name']}" in shop.queue.taken()[-1].text
    shop.document(object_id=order)
    await shop.hear(order)
    await shop.tell()
    assert "Статус: снят" in shop.queue.taken()[-1].text


async def test_what_is_old_deleted_or_unreadable_is_heard_and_told_to_nobody(shop: Shop) -> None:
    old = shop.document()
    shop.party.story.clock.advance(timedelta(minutes=1))
    await shop.dealer(NoticeKind.ORDER)
    broken = [shop.document(agent=[1]), shop.document(created="soon"), shop.document(sum="x")]
    await shop.hear(old, str(uuid4()), *broken)
    await shop.hear(shop.document("demand"), kind="demand", deleted=True)
    fine = shop.document()
    await shop.hear(fine)
    told = await shop.tell()
    assert (told.state, told.error) == ("queued 1", "dealers.document_unreadable")
    (announced,) = await shop.party.app.ask(ListAnnouncements(company_id=shop.party.id))
    assert (announced.code, announced.params) == ("announcements.documents_unreadable", {"documents": 3})
    assert shop.waiting == 0
    assert fine in shop.queue.taken()[0].once_key


async def test_quiet_hours_hold_back_until_the_morning(shop: Shop) -> None:
    now = shop.party.story.clock.now()
    moscow = (now + timedelta(hours=3)).time()
    quiet = Quiet(moscow.replace(minute=0, second=0, microsecond=0), time((moscow.hour + 2) % 24))
    await shop.dealer(NoticeKind.ORDER, quiet=quiet)
    await shop.hear(shop.document())
    await shop.tell()
    (notice,) = shop.queue.taken()
    assert notice.due_at > now
    assert (notice.due_at + timedelta(hours=3)).time() == quiet.ends


@pytest.mark.parametrize("failure", [VendorBusy(30), VendorFailed()])
async def test_while_moysklad_cannot_answer_everything_waits(shop: Shop, failure: Exception) -> None:
    await shop.dealer(NoticeKind.ORDER)
    await shop.hear(shop.document())
    shop.party.world.documents.failures.plan("read", failure)
    assert (await shop.tell()).state == "postponed"
    assert shop.waiting == 1
    assert (await shop.tell()).state == "queued 1"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["order", "again", "state", "dies", "fails", "tell"]), max_size=14))
async def test_whatever_dies_everything_is_told_exactly_once(steps: list[str]) -> None:
    shop = await opened()
    await shop.dealer(NoticeKind.ORDER, NoticeKind.STATE)
    orders: list[str] = []
    expected, state = 0, 0
    for step in steps:
        shop.party.story.clock.advance(timedelta(seconds=1))
        if step == "order":
            orders.append(shop.document(state={"id": str(UUID(int=9)), "name": "x"}))
            expected += 1
            await shop.hear(orders[-1])
        elif step == "again" and orders:
            await shop.hear(*orders)
        elif step == "state" and orders:
            await settle(shop)  # a state that nobody has looked at is not a change
            state += 1
            created = shop.party.world.documents.accounts[shop.party.token]["customerorder"][orders[0]]["created"]
            shop.document(object_id=orders[0], created=created, state={"id": str(UUID(int=10 + state)), "name": "y"})
            expected += 1
            await shop.hear(orders[0])
        elif step == "dies":
            shop.queue.dies = True
            with contextlib.suppress(RuntimeError):
                await shop.tell()
            shop.queue.dies = False
        elif step == "fails":
            shop.party.world.documents.failures.plan("read", VendorFailed())
            await shop.tell()
            shop.party.world.documents.failures.clear()
        elif step == "tell":
            await shop.tell()
    await settle(shop)
    assert len(shop.queue.taken()) == expected
    await shop.party.world.container.close()


async def settle(shop: Shop) -> None:
    while shop.waiting:
        await shop.tell()


async def test_a_company_tells_in_its_own_words(shop: Shop) -> None:
    await shop.dealer(NoticeKind.ORDER, NoticeKind.STATE)
    text = "Для {{ dealer }}: {{ number }} от {{ agent }}, {{ store }}, {{ comment }}"
    await shop.party.app.execute(SetTemplate(company_id=shop.party.id, kind=NoticeKind.ORDER, text=text))
    order = shop.document(description="до обеда", store={"id": str(STORE), "name": "Склад"})
    await shop.hear(order)
    assert (await shop.tell()).state == "queued 1"
    (notice,) = shop.queue.taken()
    assert notice.text == "Для Север: 00042 от ООО «Ромашка» &lt;b&gt;&amp;, Склад, до обеда"
    assert notice.plain == "Для Север: 00042 от ООО «Ромашка» <b>&, Склад, до обеда"


async def test_a_text_that_fails_is_replaced_by_ours_and_told_of_once(shop: Shop) -> None:
    await shop.dealer(NoticeKind.ORDER)
    company, world = shop.party.id, shop.party.world
    async with world.container() as scope:
        transaction, templates = await scope.get(Transaction), await scope.get(NoticeTemplates)
        async with transaction(company):
            broken = NoticeTemplate(company, NoticeKind.ORDER, "{{ items[0].name }}", shop.party.story.clock.now())
            await templates.put(broken)
    for _ in range(2):
        await shop.hear(shop.document(), shop.document())
        assert (await shop.tell()).state == "queued 2"
    assert all(one.text.startswith("<b>Новый заказ № 00042</b>") for one in shop.queue.taken())
    (view,) = [one for one in await shop.party.app.ask(ListTemplates(company_id=company)) if one.text]
    assert view.failed == "dealers.template_fails"
    stored = [command_of(one.message) for one in world.store.outbox._rows.values()]
    told = [one for one in stored if isinstance(one, TellFailedTemplate)]
    assert told == [TellFailedTemplate(company_id=company, kind=NoticeKind.ORDER)]
    assert (await shop.party.app.execute(told[0])).error == "dealers.template_fails"
    await shop.party.app.execute(SetTemplate(company_id=company, kind=NoticeKind.ORDER, text="{{ title }}"))
    assert (await shop.party.app.execute(told[0])).state == "left alone"


async def test_a_dealer_may_hear_once_a_day(shop: Shop) -> None:
    await shop.dealer(NoticeKind.ORDER, rhythm=Rhythm(Often.DAILY, time(8)))
    await shop.hear(shop.document(), shop.document())
    assert (await shop.tell()).state == "queued 2"
    dues = {(one.due_at, one.together) for one in shop.queue.taken()}
    ((due, together),) = dues
    assert together
    assert to_moscow(due).endswith(" 08:00:00.000")
    assert timedelta(0) < due - shop.party.story.clock.now() <= timedelta(days=1)


async def test_each_dealer_is_told_in_their_own_language(shop: Shop) -> None:
    await shop.dealer(NoticeKind.ORDER)
    await shop.dealer(NoticeKind.ORDER, NoticeKind.PAYMENT, language=Language.EN, name="North", chat="6")
    positions = [{"quantity": 1.5, "price": 100000.0, "assortment": {"name": f"Tea {one}"}} for one in range(12)]
    await shop.hear(shop.document(positions=positions))
    await shop.hear(shop.document("paymentin"), kind="paymentin")
    await settle(shop)
    told = {(one.address.recipient, one.kind): one for one in shop.queue.taken()}
    assert told["5", "order"].text.startswith("<b>Новый заказ № 00042</b>\nот 12.01.2026 ")
    english = told["6", "order"]
    assert english.language is Language.EN
    assert english.text.startswith("<b>New order № 00042</b>\nof 12.01.2026 ")
    assert "• Tea 9 × 1,5 at 1\u00a0000,00\u00a0₽\n… and 2 more" in english.text
    assert english.plain.endswith(f"Open in MoySklad: {english.about}")
    assert told["6", "payment"].plain.startswith("Payment received № 00042\n")
    assert not any("а" <= one <= "я" for one in told["6", "payment"].plain.replace("ООО «Ромашка»", "").casefold())


async def test_a_companys_own_text_may_look_at_the_language(shop: Shop) -> None:
    await shop.dealer(NoticeKind.ORDER)
    await shop.dealer(NoticeKind.ORDER, language=Language.EN, name="North", chat="6")
    text = "{% if language == 'en' %}Order {{ number }}{% else %}{{ title }}!{% endif %}"
    await shop.party.app.execute(SetTemplate(company_id=shop.party.id, kind=NoticeKind.ORDER, text=text))
    await shop.hear(shop.document())
    await settle(shop)
    told = {one.address.recipient: one.plain for one in shop.queue.taken()}
    assert told == {"5": "Новый заказ № 00042!", "6": "Order 00042"}
    # Whatever only dealers of one language would be told is tried too.
    broken = "{% if language == 'en' %}{{ items[0].name }}{% else %}{{ title }}{% endif %}"
    with pytest.raises(TemplateFails):
        await shop.party.app.execute(SetTemplate(company_id=shop.party.id, kind=NoticeKind.ORDER, text=broken))
