"""What MoySklad is asked to tell, what of it is believed, and when a run follows."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.moysklad.catalogue import ScannedExporters
from application.webhooks.payload import told_by
from domain.exports.task import Trigger
from domain.shared.identities import CompanyId, ConfigId
from domain.webhooks.announcements import Announced, Refused, ToldEvent, ToldStock
from domain.webhooks.endpoint import spread
from domain.webhooks.registration import (
    ACTIONS,
    AddressTooLong,
    Family,
    FoundWebhook,
    RegistrationState,
    Subject,
    address,
    reconcile,
    standing,
    wanted,
)
from domain.webhooks.scenario import Listener, ScenarioUnmatched, chosen
from domain.webhooks.watch import ExportWatch, Pace

BASE = "https://ours.example/webhooks/moysklad/"
OLD = "https://old.example/webhooks/moysklad/"
URL = f"{BASE}token"
NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
SUBJECTS = [Subject(Family.ENTITY, name, action) for name in ("customerorder", "demand") for action in ACTIONS]
SUBJECTS.append(Subject(Family.STOCK, "all"))
CATALOGUE = ScannedExporters()


def after(wishes: frozenset[Subject], found: list[FoundWebhook]) -> list[FoundWebhook]:
    """What is registered once the changes are carried out, each of which MoySklad would accept."""
    changes = reconcile(wishes, URL, found, (BASE, OLD))
    left = {one.id: one for one in found}
    for one in changes.remove:
        del left[one.id]
    for one, subject in changes.correct:
        assert one.subject == subject
        left[one.id] = FoundWebhook(one.id, subject, URL)
    for subject in changes.create:
        assert not any(one.subject == subject and one.url == URL for one in left.values())
        made = FoundWebhook(f"new-{len(left)}", subject, URL)
        left[made.id] = made
    return list(left.values())


webhooks = st.lists(
    st.builds(
        FoundWebhook,
        st.uuids().map(str),
        st.sampled_from(SUBJECTS),
        st.sampled_from([URL, f"{BASE}other", f"{OLD}token", "https://theirs.example/hook", f"{BASE[:-1]}x"]),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(st.frozensets(st.sampled_from(SUBJECTS)), webhooks)
def test_after_tending_all_is_as_wanted_and_others_are_left_alone(
    wishes: frozenset[Subject], found: list[FoundWebhook]
) -> None:
    left = after(wishes, found)
    ours = [one for one in left if one.url.startswith((BASE, OLD))]
    assert sorted(one.subject for one in ours) == sorted(wishes)
    assert all(one.url == URL and one.enabled for one in ours)
    theirs = [one for one in found if not one.url.startswith((BASE, OLD))]
    assert [one for one in left if one in theirs] == theirs
    assert reconcile(wishes, URL, left, (BASE, OLD)).none
    assert {one.state for one in standing(wishes, URL, left, {})} <= {RegistrationState.REGISTERED}


def test_how_what_is_wanted_stands() -> None:
    found = [FoundWebhook("1", SUBJECTS[0], URL), FoundWebhook("2", SUBJECTS[1], URL, enabled=False)]
    stands = standing(frozenset(SUBJECTS[:3]), URL, found, {SUBJECTS[0]: "a", SUBJECTS[2]: "b"})
    told = {one.subject: (one.state.value, one.problem) for one in stands}
    assert told == {
        SUBJECTS[0]: ("registered", None),
        SUBJECTS[1]: ("disabled", None),
        SUBJECTS[2]: ("missing", "b"),
    }


def test_what_exporters_need() -> None:
    orders, goods = CATALOGUE.get("customerorder"), CATALOGUE.get("assortment")
    stock = CATALOGUE.get("stock.bystore.current")
    assert wanted([orders, orders]) == {Subject(Family.ENTITY, "customerorder", one) for one in ACTIONS}
    assert {one.name for one in wanted([goods])} == {"product", "variant", "service", "bundle", "consignment"}
    assert wanted([stock]) == {Subject(Family.STOCK, "bystore")}
    assert wanted([CATALOGUE.get("customentity"), CATALOGUE.get("profit.byproduct")]) == frozenset()


def test_which_exporters_can_be_followed_is_known() -> None:
    silent = {one.key for one in CATALOGUE.all() if not one.announces_changes}
    assert silent == {"customentity", *(one.key for one in CATALOGUE.all() if one.report and not one.stock_report)}
    assert {one.key for one in CATALOGUE.all() if one.stock_report} == {"stock.all.current", "stock.bystore.current"}


def test_addresses_fit() -> None:
    assert address(BASE, "x" * 43).endswith("x")
    with pytest.raises(AddressTooLong):
        address("https://" + "a" * 205 + "/", "x" * 43)


ACCOUNT = uuid4()


def told(object_id: UUID, action: str = "UPDATE", kind: str = "demand", account: str | None = None) -> ToldEvent:
    return ToldEvent(kind, f"https://x/entity/{kind}/{object_id}", action, str(ACCOUNT) if account is None else account)


def test_the_last_event_of_an_object_counts() -> None:
    one, other, announced = uuid4(), uuid4(), Announced()
    announced.take([told(one), told(other), told(one, "DELETE")], ACCOUNT, {"demand"})
    announced.take([told(other, "DELETE"), told(other, "CREATE", account=str(ACCOUNT).upper())], ACCOUNT, {"demand"})
    assert announced.objects == {"demand": {str(one): True, str(other): False}}
    assert (announced.events, announced.refused) == (5, {})


def test_whose_state_was_changed_is_remembered() -> None:
    one, other, announced = uuid4(), uuid4(), Announced()
    fields = frozenset({"state", "description"})
    announced.take([replace(told(one), fields=fields), told(other)], ACCOUNT, {"demand"})
    announced.take([replace(told(one), fields=frozenset({"name"}))], ACCOUNT, {"demand"})
    assert announced.moved == {"demand": {str(one)}}
    announced.take([replace(told(other, account=str(uuid4())), fields=fields)], ACCOUNT, {"demand"})
    assert announced.moved == {"demand": {str(one)}}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (["state", "name"], {"state", "name"}),
        (None, set()),
        ("state", set()),
        ([1, None, "state"], {"state"}),
        ({"state": 1}, set()),
    ],
)
def test_changed_fields_are_read_and_in_no_form_keep_the_event_back(given: object, fields: set[str]) -> None:
    href = f"https://x/entity/demand/{uuid4()}"
    event = {"meta": {"type": "demand", "href": href}, "action": "UPDATE", "accountId": "a", "updatedFields": given}
    assert told_by(json.dumps({"events": [event]}).encode()) == [
        ToldEvent("demand", href, "UPDATE", "a", frozenset(fields))
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (told(uuid4(), account=str(uuid4())), Refused.FOREIGN),
        (told(uuid4(), account=""), Refused.FOREIGN),
        (told(uuid4(), kind="supply"), Refused.IGNORED),
        (told(uuid4(), "PROCESSED"), Refused.IGNORED),
        (ToldEvent("demand", "https://x/entity/demand/1", "UPDATE", str(ACCOUNT)), Refused.IGNORED),
        (ToldEvent("demand", f"{uuid4()}", "UPDATE", str(ACCOUNT)), Refused.IGNORED),
        (ToldEvent("demand", f"https://x/entity/supply/{uuid4()}", "UPDATE", str(ACCOUNT)), Refused.IGNORED),
        (ToldEvent("demand", "", "UPDATE", str(ACCOUNT)), Refused.IGNORED),
    ],
)
def test_events_that_come_to_nothing(event: ToldEvent, reason: Refused) -> None:
    announced, good = Announced(), uuid4()
    announced.take([event, told(good)], ACCOUNT, {"demand"})
    assert announced.objects == {"demand": {str(good): False}}
    assert announced.refused == {reason: 1}


def test_stock_that_is_told() -> None:
    announced = Announced()
    for report, account in (("all", ACCOUNT), ("bystore", ACCOUNT), ("all", uuid4())):
        announced.take_stock(ToldStock(report, str(account)), ACCOUNT, {"all"})
    assert (announced.reports, announced.refused) == ({"all"}, {Refused.IGNORED: 1, Refused.FOREIGN: 1})


def watch(**fields: object) -> ExportWatch:
    return ExportWatch(ConfigId(uuid4()), CompanyId(uuid4()), **{"caught_up_at": NOW, **fields})  # type: ignore[arg-type]


@given(st.lists(st.floats(0.01, 4.0), min_size=1, max_size=60))
def test_a_run_follows_after_quiet_and_no_later_than_allowed(pauses: list[float]) -> None:
    pace, waiting, now = Pace(), watch(), NOW
    first = now
    for pause in pauses:
        waiting.told(now)
        due = waiting.due_at(pace)
        assert due is not None
        assert now < due <= max(first + pace.longest, now + timedelta(microseconds=1)) or due == first + pace.longest
        now += timedelta(seconds=pause)
        trigger = waiting.trigger(now, pace)
        assert (trigger is Trigger.WEBHOOK) == (due <= now)
        if trigger is not None:
            waiting.booked(trigger, now)
            assert waiting.trigger(now, pace) is None
            first = now


def test_whoever_follows_looks_from_time_to_time() -> None:
    pace, waiting = Pace(), watch()
    almost = NOW + pace.catch_up - timedelta(seconds=1)
    assert waiting.trigger(almost, pace) is None
    waiting.told(almost)
    assert waiting.due_at(pace) == NOW + pace.catch_up
    assert waiting.trigger(NOW + pace.catch_up, pace) is Trigger.CATCH_UP
    waiting.booked(Trigger.CATCH_UP, NOW + pace.catch_up)
    assert (waiting.first_at, waiting.due_at(pace)) == (None, NOW + 2 * pace.catch_up)
    waiting.hurry()
    assert waiting.trigger(NOW + pace.catch_up, pace) is Trigger.CATCH_UP


def test_whoever_cannot_run_waits_and_forgets_nothing() -> None:
    pace, waiting = Pace(), watch(follows=False)
    assert waiting.due_at(pace) is None
    waiting.told(NOW, by_scenario=True)
    later = NOW + timedelta(minutes=1)
    waiting.wait(later)
    assert waiting.trigger(later - timedelta(seconds=1), pace) is None
    assert waiting.trigger(later, pace) is Trigger.SCENARIO
    waiting.booked(Trigger.SCENARIO, later)
    assert waiting.due_at(pace) is None


@given(st.uuids())
def test_companies_are_looked_at_at_different_times(company: UUID) -> None:
    hour = timedelta(hours=1)
    assert 0.75 * hour <= spread(CompanyId(company), hour) <= 1.25 * hour
    assert spread(CompanyId(company), hour) == spread(CompanyId(company), hour)


LISTENERS = [
    Listener(ConfigId(uuid4()), "Заказы", CATALOGUE.get("customerorder")),
    Listener(ConfigId(uuid4()), "Заказы с суммами", CATALOGUE.get("customerorder")),
    Listener(ConfigId(uuid4()), "Товары", CATALOGUE.get("assortment")),
    Listener(ConfigId(uuid4()), "Остатки", CATALOGUE.get("stock.all.current")),
]


@pytest.mark.parametrize(
    ("action", "kind", "places"),
    [
        ("update_exports", "CustomerOrder", [0, 1]),
        ("update_exports", "customerorder", [0, 1]),
        ("update_exports", "Product", [2]),
        ("export_customerorder", "CustomerOrder", [0, 1]),
        ("export_stock_all_current", "Demand", [3]),
        ("заказы", "CustomerOrder", [0]),
    ],
)
def test_which_exports_a_scenario_is_about(action: str, kind: str, places: list[int]) -> None:
    assert list(chosen(action, kind, LISTENERS)) == [LISTENERS[place] for place in places]


@pytest.mark.parametrize(("action", "kind"), [("update_exports", "Supply"), ("export_", "Demand"), ("", "Demand")])
def test_a_scenario_about_nothing(action: str, kind: str) -> None:
    with pytest.raises(ScenarioUnmatched):
        chosen(action, kind, LISTENERS)
