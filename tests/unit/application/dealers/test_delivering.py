"""Notices are delivered in order, once, whatever dies on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.announcements import MemoryAnnouncements
from adapters.memory.delivery import MemoryHeaders, MemoryOutbox
from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.notices import MemoryGovernor, MemoryMessenger, MemoryNotices, MemoryNoticeViews
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemorySystemTransaction, MemoryTransaction
from adapters.memory.ways_out import MemoryWaysOut
from adapters.wording.delivery_words import BilingualDeliveryWords
from application.dealers.attempts import Attempts, OneAtATime
from application.dealers.commands.deliver_notices import BATCH, HANDS, DeliverNoticesHandler
from application.dealers.commands.recover_notices import RecoverNotices, RecoverNoticesHandler
from application.dealers.delivery_commands import DeliverNotices
from application.dealers.mail_ports import Mailing
from application.dealers.notice_ports import NoticeView
from application.dealers.queueing_ports import NewNotice
from domain.dealers.addresses import Address, Channel
from domain.dealers.languages import Language
from domain.dealers.notices import (
    LEASE,
    MOST_FAILURES,
    ChatBusy,
    ChatMoved,
    DeliveryFailed,
    DeliveryUncertain,
    MessageRefused,
    MessengerUnready,
    NoticeState,
)
from domain.shared.identities import BindingId, CompanyId, DealerId, NoticeId

COMPANY = CompanyId(uuid4())


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Fate:
    """Kills at one step, and counts them."""

    def __init__(self) -> None:
        self.steps = 0
        self.at: int | None = None

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.at = None
            raise Killed


class FatefulTransaction:
    def __init__(self, inner: MemoryTransaction, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        self._fate.step()
        async with self._inner(company_id):
            yield
            self._fate.step()
        self._fate.step()


class FatefulMessenger(MemoryMessenger):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
        self._fate.step()
        number = await super().send(address, text, plain, leave, subject)
        self._fate.step()
        return number


class Bindings:
    def __init__(self) -> None:
        self.lost_ones: list[tuple[BindingId, str]] = []
        self.moves: list[tuple[BindingId, str]] = []

    async def lost(self, company_id: CompanyId, binding_id: BindingId, reason: str) -> None:
        assert company_id == COMPANY
        self.lost_ones.append((binding_id, reason))

    async def moved(self, company_id: CompanyId, binding_id: BindingId, recipient: str) -> None:
        assert company_id == COMPANY
        self.moves.append((binding_id, recipient))


class Office:
    """Workers of one installation, over one store."""

    def __init__(self) -> None:
        self.store, self.clock, self.ids, self.fate = MemoryStore(), MemoryClock(), MemoryIds(), Fate()
        self.plain = MemoryTransaction(self.store)
        self.notices, self.views = MemoryNotices(self.store), MemoryNoticeViews(self.store)
        self.messenger, self.governor = FatefulMessenger(self.fate), MemoryGovernor(self.clock)
        self.bindings = Bindings()
        self.outbox = MemoryOutbox(self.store, self.ids, self.clock, MemoryHeaders())

    async def queue(
        self,
        *texts: str,
        chat: str = "1",
        binding: BindingId | None = None,
        together: bool = False,
        language: Language = Language.RU,
        subject: str = "",
    ) -> None:
        new = [
            (
                NoticeId(self.ids.new()),
                NewNotice(
                    DealerId(uuid4()),
                    binding or BindingId(uuid4()),
                    Address(Channel.TELEGRAM, chat),
                    "order_created",
                    f"{chat}:{text}",
                    text,
                    text,
                    self.clock.now(),
                    together=together,
                    language=language,
                    subject=subject,
                ),
            )
            for text in texts
        ]
        async with self.plain(COMPANY):
            await self.notices.add(COMPANY, new, self.clock.now())

    async def work(self, hand: int = 0) -> None:
        """A worker's process carries out the command."""
        transaction = FatefulTransaction(self.plain, self.fate)
        attempts = Attempts(
            transaction,
            self.notices,
            self.messenger,
            self.governor,
            self.bindings,
            Mailing(None, "https://skladsheets.test"),
            MemoryWaysOut(),
            BilingualDeliveryWords(),
            OneAtATime(),
            self.outbox,
            self.ids,
            self.clock,
        )
        handler = DeliverNoticesHandler(transaction, self.notices, attempts, self.outbox, self.clock)
        await handler(DeliverNotices(company_id=COMPANY, hand=hand))

    async def ledger(self) -> list[NoticeView]:
        async with self.plain(COMPANY):
            found = await self.views.list(COMPANY, state=None, dealer_id=None, before=None, limit=1000)
        return list(reversed(found))

    async def states(self) -> list[str]:
        return [one.state.value for one in await self.ledger()]

    @property
    def told(self) -> list[str]:
        return [text for _, text in self.messenger.sent]


async def test_each_chat_hears_in_order_and_the_ledger_knows_the_ids() -> None:
    office = Office()
    await office.queue("a1", "a2", chat="a")
    await office.queue("b1", chat="b")
    await office.work()
    assert [text for text in office.told if text.startswith("a")] == ["a1", "a2"]
    assert {(one.state, one.message_id) for one in await office.ledger()} == {
        (NoticeState.SENT, "1"),
        (NoticeState.SENT, "2"),
        (NoticeState.SENT, "3"),
    }


class Turnstile(MemoryGovernor):
    """Counts what it lets go, and takes a moment for it, in which other hands work on."""

    let_go = 0

    async def take(self, address: Address) -> float:
        await asyncio.sleep(0)
        wait = await super().take(address)
        self.let_go += wait == 0
        await asyncio.sleep(0)
        return wait


async def test_while_there_is_enough_no_hand_spends_the_pace_on_what_another_one_sends() -> None:
    office, messages = Office(), 2 * BATCH + BATCH // HANDS
    office.governor = Turnstile(office.clock)
    for number in range(messages):
        await office.queue("x", chat=str(number))
    await asyncio.gather(*(office.work(hand) for hand in range(HANDS)))
    assert len(office.told) == messages
    # At the very end the first one may meet what the others have still at hand.
    assert office.governor.let_go < messages + BATCH // HANDS


async def test_what_other_hands_do_not_come_for_is_delivered_too() -> None:
    office = Office()
    for number in range(2 * BATCH):
        await office.queue("x", chat=str(number))
    await office.work(hand=2)
    left = 2 * BATCH - len(office.told)
    assert 0 < left < BATCH
    await office.work()
    assert len(office.told) == 2 * BATCH


TITLE = "<b>Сводка, уведомлений: "


def carried(message: str) -> list[str]:
    """The notices that a message carried, in its order."""
    if not message.startswith(TITLE):
        return [message]
    title, *texts = message.split("\n\n")
    assert title == f"{TITLE}{len(texts)}</b>"
    return texts


async def test_what_is_told_together_is_one_message_and_each_row_says_which() -> None:
    office, one, other = Office(), BindingId(uuid4()), BindingId(uuid4())
    await office.queue("a1", "a2", "a3", chat="a", binding=one, together=True)
    await office.queue("b1", chat="b", binding=other, together=True)
    await office.queue("a4", chat="a", binding=one)
    await office.work()
    assert office.told == [f"{TITLE}3</b>\n\na1\n\na2\n\na3", "b1", "a4"]
    assert [one.message_id for one in await office.ledger()] == ["1", "1", "1", "2", "3"]
    assert await office.states() == ["sent"] * 5


async def test_a_digest_has_a_title_in_the_language_of_its_dealer() -> None:
    office = Office()
    await office.queue("1", "2", binding=BindingId(uuid4()), together=True, language=Language.EN)
    await office.work()
    (text,) = office.told
    assert text.startswith("<b>Digest, notices: 2</b>")


async def test_a_notice_has_its_own_subject_and_a_digest_the_digests() -> None:
    office = Office()
    await office.queue("1", chat="a", subject="Заказ 1")
    await office.queue("2", chat="b")
    await office.queue("3", "4", chat="c", binding=BindingId(uuid4()), together=True, subject="Заказ 3")
    await office.work()
    assert sorted(office.messenger.subjects) == ["2", "Заказ 1", "Сводка, уведомлений: 2"]


async def test_what_is_too_long_for_one_message_goes_as_several_in_order() -> None:
    office = Office()
    texts = [f"{number:02d} " + "я" * 900 for number in range(10)]
    await office.queue(*texts, binding=BindingId(uuid4()), together=True)
    await office.work()
    assert [len(carried(message)) for message in office.told] == [4, 4, 2]
    assert [text for message in office.told for text in carried(message)] == texts
    assert all(len(message) - len("<b></b>") <= 4096 for message in office.told)


async def test_dealers_who_share_a_chat_have_digests_of_their_own() -> None:
    office, one, other = Office(), BindingId(uuid4()), BindingId(uuid4())
    for text in ("1", "2"):
        await office.queue(f"a{text}", binding=one, together=True)
        await office.queue(f"b{text}", binding=other, together=True)
    await office.work()
    assert [carried(message) for message in office.told] == [["a1", "a2"], ["b1", "b2"]]


async def test_a_digest_that_is_refused_goes_one_by_one() -> None:
    office = Office()
    office.messenger.refusals = [MessageRefused(), None, MessageRefused()]
    await office.queue("1", "2", "3", binding=BindingId(uuid4()), together=True)
    await office.work()
    assert office.told == ["1", "3"]
    assert await office.states() == ["sent", "failed", "sent"]


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (ChatBusy(1), "queued"),
        (DeliveryFailed(), "queued"),
        (DeliveryUncertain(), "uncertain"),
        (ChatMoved("-9"), "sent"),
    ],
)
async def test_what_becomes_of_a_digest_becomes_of_all_that_it_carries(refusal: Exception, state: str) -> None:
    office = Office()
    office.messenger.refusals = [refusal]
    await office.queue("1", "2", chat="-1", binding=BindingId(uuid4()), together=True)
    await office.work()
    assert await office.states() == [state] * 2
    office.clock.advance(timedelta(minutes=1))
    await office.work()
    assert [carried(message) for message in office.told] == ([] if state == "uncertain" else [["1", "2"]])


async def test_a_digest_to_a_lost_chat_blocks_all_of_it() -> None:
    office, binding = Office(), BindingId(uuid4())
    office.messenger.lost = {"a"}
    await office.queue("1", "2", chat="a", binding=binding, together=True)
    await office.work()
    assert await office.states() == ["blocked"] * 2
    assert office.bindings.lost_ones == [(binding, "dealers.chat_lost")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), min_size=1, max_size=8),
    st.lists(st.integers(1, 40), max_size=4),
)
async def test_wherever_workers_die_digests_are_whole_in_order_and_sent_once(
    notices: list[tuple[str, bool]], deaths: list[int]
) -> None:
    office = Office()
    bindings = {chat: BindingId(uuid4()) for chat in "ab"}
    for number, (chat, together) in enumerate(notices):
        text = f"{chat}{number}" + "я" * 1500 * together
        await office.queue(text, chat=chat, binding=bindings[chat], together=together)
    killed = 0
    for death in deaths:
        office.fate.at = office.fate.steps + death
        try:
            await office.work()
        except Killed:
            killed += 1
        office.clock.advance(LEASE + timedelta(seconds=1))
    office.fate.at = None
    await office.work()
    ledger = await office.ledger()
    told = [text for message in office.told for text in carried(message)]
    assert len(told) == len(set(told))
    assert {one.state for one in ledger} <= {NoticeState.SENT, NoticeState.UNCERTAIN}
    for one in ledger:
        if one.state is NoticeState.SENT:
            assert one.plain in carried(office.told[int(one.message_id) - 1])
    # Of what one dead worker was sending, all is uncertain or nothing.
    uncertain = [one.plain for one in ledger if one.state is NoticeState.UNCERTAIN]
    assert len(uncertain) <= 2 * killed
    for chat in "ab":
        for kind in (False, True):
            heard = [text for text in told if text.startswith(chat) and ("я" in text) is kind]
            assert heard == sorted(heard, key=lambda text: int(text[1:].rstrip("я")))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=6),
    st.lists(st.integers(1, 60), max_size=4),
)
async def test_wherever_workers_die_nothing_is_lost_nor_sent_twice(chats: list[str], deaths: list[int]) -> None:
    office = Office()
    for number, chat in enumerate(chats):
        await office.queue(f"{chat}{number}", chat=chat)
    killed = 0
    for death in deaths:
        office.fate.at = office.fate.steps + death
        try:
            await office.work()
        except Killed:
            killed += 1
        office.clock.advance(LEASE + timedelta(seconds=1))
    office.fate.at = None
    await office.work()
    ledger = await office.ledger()
    assert {one.state for one in ledger} <= {NoticeState.SENT, NoticeState.UNCERTAIN}
    uncertain = [one for one in ledger if one.state is NoticeState.UNCERTAIN]
    assert len(uncertain) <= killed
    for one in ledger:
        times = office.told.count(one.plain)
        assert times == 1 if one.state is NoticeState.SENT else times <= 1
    for chat in set(chats):
        heard = [text for text in office.told if text.startswith(chat)]
        assert heard == sorted(heard, key=lambda text: int(text[1:]))


async def test_two_workers_at_once_send_each_notice_once() -> None:
    office = Office()
    for chat in "abcdef":
        await office.queue(f"{chat}1", f"{chat}2", chat=chat)
    await asyncio.gather(office.work(), office.work(), office.work())
    await office.work()
    assert sorted(office.told) == [f"{chat}{number}" for chat in "abcdef" for number in (1, 2)]


async def test_while_a_message_is_on_its_way_no_other_one_of_the_process_is() -> None:
    office = Office()
    under_way = most = 0

    class Slow(MemoryMessenger):
        async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
            nonlocal under_way, most
            del address, plain, leave, subject
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return text

    gate = OneAtATime()
    attempts = Attempts(
        office.plain,
        office.notices,
        Slow(),
        office.governor,
        office.bindings,
        Mailing(None, "https://skladsheets.test"),
        MemoryWaysOut(),
        BilingualDeliveryWords(),
        gate,
        office.outbox,
        office.ids,
        office.clock,
    )
    for chat in "abc":
        await office.queue("x", chat=chat)
    async with office.plain(COMPANY):
        ready = await office.notices.ready(COMPANY, office.clock.now(), 10)
    await asyncio.gather(*map(attempts.make, ready))
    assert most == 1
    assert await office.states() == ["sent"] * 3


async def test_a_lost_chat_blocks_what_waits_for_it_and_is_told_once() -> None:
    office, binding = Office(), BindingId(uuid4())
    office.messenger.lost = {"a"}
    await office.queue("1", "2", "3", chat="a", binding=binding)
    await office.queue("4", chat="b")
    await office.work()
    assert await office.states() == ["blocked"] * 3 + ["sent"]
    assert office.bindings.lost_ones == [(binding, "dealers.chat_lost")]


async def test_a_chat_that_moved_is_followed_in_order() -> None:
    office, binding = Office(), BindingId(uuid4())
    office.messenger.refusals = [ChatMoved("-1002")]
    await office.queue("1", "2", chat="-2", binding=binding)
    await office.work()
    assert [(address.recipient, text) for address, text in office.messenger.sent] == [("-1002", "1"), ("-1002", "2")]
    assert office.bindings.moves == [(binding, "-1002")]


async def test_429_is_waited_out_and_is_no_failure() -> None:
    office = Office()
    office.messenger.refusals = [ChatBusy(30)]
    await office.queue("1", "2", chat="a")
    await office.queue("3", chat="b")
    await office.work()
    assert office.told == ["3"]
    office.clock.advance(timedelta(seconds=29))
    await office.work()
    assert office.told == ["3"]
    office.clock.advance(timedelta(seconds=1))
    await office.work()
    assert office.told == ["3", "1", "2"]
    assert [one.failures for one in await office.ledger()] == [0, 0, 0]


async def test_what_fails_is_tried_later_and_later_and_given_up_in_the_end() -> None:
    office = Office()
    await office.queue("1")
    office.messenger.refusals = [DeliveryFailed()] * MOST_FAILURES
    tried = []
    while (await office.states())[0] == "queued":
        before = len(office.messenger.refusals)
        await office.work()
        if len(office.messenger.refusals) < before:
            tried.append(office.clock.now())
        office.clock.advance(timedelta(seconds=5))
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) == MOST_FAILURES
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=10)
    (given_up,) = await office.ledger()
    assert (given_up.state, given_up.reason) == (NoticeState.FAILED, "dealers.delivery_failed")


@pytest.mark.parametrize(
    ("refusal", "state"),
    [(DeliveryUncertain(), NoticeState.UNCERTAIN), (MessageRefused(), NoticeState.FAILED)],
)
async def test_what_is_over_is_not_tried_again_and_the_owner_is_told(refusal: Exception, state: NoticeState) -> None:
    office = Office()
    office.messenger.refusals = [refusal]
    await office.queue("1", "2")
    await office.work()
    await office.work()
    assert [one.state for one in await office.ledger()] == [state, NoticeState.SENT]
    tags = [row.message.tag for row in office.store.outbox._rows.values()]
    assert "notices.undelivered" in tags


async def test_a_revoked_token_loses_nothing_and_asks_rarely() -> None:
    office = Office()
    for chat in "abcde":
        await office.queue("1", chat=chat)
    office.messenger.refusals = [MessengerUnready()] * 2
    await office.work()
    await office.work()
    assert len(office.messenger.refusals) == 1
    assert await office.states() == ["queued"] * 5
    office.clock.advance(timedelta(minutes=5, seconds=1))
    await office.work()
    assert len(office.messenger.refusals) == 0
    office.clock.advance(timedelta(minutes=5, seconds=1))
    await office.work()
    assert await office.states() == ["sent"] * 5


async def test_what_nobody_delivers_any_more_is_found() -> None:
    office = Office()
    await office.queue("1")
    system = MemorySystemTransaction(office.store)
    recover = RecoverNoticesHandler(
        system, office.notices, MemoryAnnouncements(office.store), office.outbox, office.clock
    )
    assert await recover(RecoverNotices()) == 0
    office.clock.advance(timedelta(minutes=3))
    assert await recover(RecoverNotices()) == 1
    await office.work()
    assert await recover(RecoverNotices()) == 0
