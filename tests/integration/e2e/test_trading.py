"""What happens at one company becomes documents at another and messages to its dealers, through all processes."""

from typing import Any

import pytest

from devstack.dealing import EXPECTED, Dealing
from devstack.partners import Partnership
from devstack.people import Administrator
from tests.integration.e2e.conftest import Place, wait_until

pytestmark = pytest.mark.e2e


def documents(place: Place, company: Administrator, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.vendors.moysklad(f"/accounts/{company.account_id}/objects/{kind}")
    return found


def trading(place: Place, name: str) -> Administrator:
    """A company that installed the app and has goods; it needs no Google."""
    company = Administrator(place.stack, place.vendors, name)
    company.install()
    company.sign_in()
    seed = {"orders": 3, "counterparties": 3, "products": 10, "positionsPerOrder": 2, "seed": 4}
    place.vendors.moysklad(f"/accounts/{company.account_id}/seed", seed)
    return company


def test_a_rules_worker_dies_after_the_document_was_made(place: Place) -> None:
    source, target = trading(place, "rules-from"), trading(place, "rules-to")
    partners = Partnership(place.stack, place.vendors, source, target)
    partners.agree()
    before = {kind: len(documents(place, target, kind)) for kind in ("customerorder", "supply")}
    lost = {"action": "hang", "method": "POST", "path": "/entity/customerorder", "when": "after", "seconds": 60}
    place.vendors.moysklad("/faults", {**lost, "skip": 1})  # the first one is the order at the source
    order = partners.happen("customerorder", 31)
    wait_until(lambda: place.vendors.moysklad("/faults") == [])
    wait_until(lambda: len(documents(place, target, "customerorder")) > before["customerorder"])
    for worker in place.workers():
        place.supervisor.kill9(worker)
    place.stack.start_worker("trader")
    execution = partners.follows("customerorder", order)
    assert execution["error"] is None
    partners.follows("demand", partners.happen("demand", 32))
    made = {kind: len(documents(place, target, kind)) - count for kind, count in before.items()}
    assert made == {"customerorder": 1, "supply": 1}
    received = target.call("GET", "/api/v1/received-executions")["items"]
    assert {(one["state"], one["targetId"]) for one in received} >= {("made", execution["targetId"])}


def test_a_dealer_is_told_once_and_says_stop_and_a_lost_chat_is_told_to_the_owner(place: Place) -> None:
    company = trading(place, "dealing")
    dealing = Dealing(place.stack, place.vendors, company)
    dealing.begin()
    dealing.happen()
    assert len(dealing.told()) == len(EXPECTED)
    notices = company.call("GET", "/api/v1/notices")["items"]
    assert [one["state"] for one in notices] == ["sent"] * len(EXPECTED)
    assert all(one["messageId"] for one in notices)
    dealing.owner_begins()
    dealing.block()
    lost = "В чат «Север» дилера «Дилер «Север»» больше нельзя писать"
    assert len(dealing.owner_told(lost)) == 1
    dealing.say("/stop")
    wait_until(lambda: not dealing.chats())
