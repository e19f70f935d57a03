"""Whom a document concerns, what is told of it, and when."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BIND_LINK_LIFETIME, BindLink, BindLinkInvalid, ChatBinding
from domain.dealers.dealers import Dealer, DealerNameInvalid, NoticeKind, Points, TooManyPoints, dealer_name
from domain.dealers.happenings import NEWS, DocumentFacts, concerns, decide
from domain.dealers.quiet import Quiet, QuietHoursInvalid, due_at
from domain.shared.identities import BindingId, CompanyId, DealerId

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STORE, PARTNER = uuid4(), uuid4()
HERE, THERE = Address(Channel.TELEGRAM, "1"), Address(Channel.TELEGRAM, "2")


def facts(**changed: object) -> DocumentFacts:
    plain = {"type": "customerorder", "id": "1", "name": "5", "created": NOW, "moment": NOW, "updated": NOW}
    return DocumentFacts(**({**plain, "total": 0, "currency": "RUB", "store": STORE, "state_id": "s"} | changed))  # type: ignore[arg-type]


def dealer(*kinds: NoticeKind, since: datetime = NOW) -> Dealer:
    made = Dealer(DealerId(uuid4()), CompanyId(uuid4()), "Север", Points(stores=frozenset({STORE})), NOW)
    made.want(kinds, since)
    return made


def chat(of: Dealer, bound_at: datetime = NOW) -> ChatBinding:
    return ChatBinding(BindingId(uuid4()), of.company_id, of.id, HERE, "", bound_at, bound_at)


@pytest.mark.parametrize(
    ("points", "concerned"),
    [
        (Points(), False),
        (Points(partner=PARTNER), True),
        (Points(partner=uuid4()), False),
        (Points(stores=frozenset({STORE})), True),
        (Points(retail_stores=frozenset({STORE})), False),
        (Points(sales_channels=frozenset({STORE})), False),
        (Points(groups=frozenset({"опт", "x"})), True),
        (Points(groups=frozenset({"Опт"})), True),
        (Points(groups=frozenset({"оптом"})), False),
    ],
)
def test_a_document_concerns_who_owns_one_of_its_points(points: Points, concerned: bool) -> None:
    assert concerns(points, facts(partner=PARTNER, groups=frozenset({"опт"}))) is concerned
    assert not concerns(points, facts(store=None))


def test_only_what_was_made_after_the_switch_and_the_binding_is_new() -> None:
    owner = dealer(NoticeKind.ORDER)
    assert [one.kind for one in decide(owner, [chat(owner)], facts(), 0)] == [NoticeKind.ORDER]
    assert decide(owner, [chat(owner)], facts(created=NOW - MINUTE), 0) == []
    assert [one.kind for one in decide(owner, [chat(owner)], facts(updated=NOW + NEWS), 0)] == [NoticeKind.ORDER]
    assert decide(owner, [chat(owner)], facts(updated=NOW + NEWS + MINUTE), 0) == []
    assert decide(owner, [chat(owner, NOW + MINUTE)], facts(), 0) == []
    assert decide(owner, [chat(owner)], facts(type="demand"), 0) == []
    assert decide(dealer(), [chat(owner)], facts(), 3) == []


def test_a_wanted_kind_keeps_the_moment_since_when_it_is_wanted() -> None:
    owner = dealer(NoticeKind.ORDER)
    owner.want([NoticeKind.ORDER, NoticeKind.PAYMENT], NOW + MINUTE)
    assert owner.switches == {NoticeKind.ORDER: NOW, NoticeKind.PAYMENT: NOW + MINUTE}
    owner.want([], NOW + MINUTE)
    owner.want([NoticeKind.ORDER], NOW + 2 * MINUTE)
    assert owner.switches == {NoticeKind.ORDER: NOW + 2 * MINUTE}


def test_each_change_of_state_is_told_once_there_and_back() -> None:
    owner = dealer(NoticeKind.STATE)
    own = chat(owner)
    assert decide(owner, [own], facts(), 0) == []
    keys = [decide(owner, [own], facts(state_id=state), count)[0].once_key for state, count in (("a", 1), ("a", 2))]
    assert len(set(keys)) == 2
    assert decide(owner, [own], facts(state_id="a"), 1)[0].once_key == keys[0]


def test_a_lost_chat_is_told_nothing_until_it_is_bound_anew() -> None:
    owner = dealer(NoticeKind.ORDER)
    own = chat(owner)
    assert own.lose("x")
    assert not own.lose("y")
    assert own.lost == "x"
    assert decide(owner, [own], facts(), 0) == []
    own.bind_anew("Новый", NOW + MINUTE, NOW + MINUTE)
    assert decide(owner, [own], facts(), 0) == []
    assert len(decide(owner, [own], facts(created=NOW + MINUTE), 0)) == 1


def test_a_link_binds_one_chat_for_ten_minutes() -> None:
    link = BindLink(b"x", CompanyId(uuid4()), DealerId(uuid4()), NOW + BIND_LINK_LIFETIME)
    assert link.use(HERE, NOW + BIND_LINK_LIFETIME - MINUTE)
    assert not link.use(HERE, NOW + BIND_LINK_LIFETIME)
    with pytest.raises(BindLinkInvalid):
        link.use(THERE, NOW)
    late = BindLink(b"x", link.company_id, link.dealer_id, NOW)
    with pytest.raises(BindLinkInvalid):
        late.use(HERE, NOW)


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "a\x00b", "a\u202eb"])
def test_names_that_nobody_can_read_are_refused(name: str) -> None:
    with pytest.raises(DealerNameInvalid):
        dealer_name(name)


def test_points_are_bounded() -> None:
    with pytest.raises(TooManyPoints):
        dealer().sell_at(Points(groups=frozenset(map(str, range(501)))))


def test_quiet_hours_that_are_none_are_refused() -> None:
    with pytest.raises(QuietHoursInvalid):
        Quiet(time(8), time(8))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("21:59", "21:59"),
        ("22:00", "+08:00"),
        ("23:30", "+08:00"),
        ("00:10", "08:00"),
        ("07:59", "08:00"),
        ("08:00",) * 2,
    ],
)
def test_what_happens_at_night_is_told_in_the_morning(now: str, due: str) -> None:
    zone = ZoneInfo("Asia/Yekaterinburg")
    day = datetime(2026, 1, 12, tzinfo=zone)
    start = datetime.combine(day, time.fromisoformat(now), zone)
    expected = datetime.combine(day + timedelta(days="+" in due), time.fromisoformat(due.strip("+")), zone)
    assert due_at(Quiet(time(22), time(8)), start.astimezone(UTC), zone) == expected
    assert due_at(None, start, zone) == start


@given(
    st.times(), st.times(), st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - zones follow
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Europe/Moscow", "Australia/Lord_Howe"]),
)  # fmt: skip
def test_nothing_is_told_in_quiet_hours_nor_kept_for_more_than_a_day(
    begins: time, ends: time, moment: datetime, name: str
) -> None:
    if begins == ends:
        return
    zone, now = ZoneInfo(name), moment.replace(tzinfo=UTC)
    quiet = Quiet(begins, ends)
    due = due_at(quiet, now, zone)
    assert now <= due <= now + timedelta(hours=26)
    if due > now:
        assert quiet.holds(now.astimezone(zone).time())
        local = due.astimezone(zone).replace(tzinfo=None)
        # The end may fall into an hour that the clock leaves out; then it is the hour after.
        assert local.time() == ends or local - datetime.combine(local, ends) <= timedelta(hours=1)
    else:
        assert due == now
