"""A worker goes, in one way or another, and another one ends what it began."""

import os
import time

import pytest

from tests.integration.e2e.conftest import LEASE_SECONDS, Place, wait_until

pytestmark = pytest.mark.e2e

LARGE = int(os.environ.get("E2E_ORDERS", "15000"))
ROWS_IN_A_WRITE = 7_000


def test_a_killed_workers_export_is_ended_by_another(place: Place) -> None:
    administrator = place.company("killed", LARGE)
    config = place.export(administrator)
    place.hang_write(max(2, LARGE // ROWS_IN_A_WRITE // 2))
    task = administrator.start(config["id"])
    look = f"/api/v1/tasks/{task['id']}"
    wait_until(place.hanging)
    wait_until(lambda: administrator.call("GET", look)["progress"] > 0)  # noted beside the write that hangs
    for worker in place.workers():
        place.supervisor.kill9(worker)
    halfway = administrator.call("GET", look)
    assert halfway["state"] == "claimed"
    assert 0 < halfway["progress"] < 1
    place.stack.start_worker("second")
    done = administrator.wait(task["id"], 120)
    assert (done["state"], done["error"]) == ("finished", None)
    assert LARGE <= done["counts"]["read"] <= LARGE + 100, "it went on from the checkpoint"
    assert done["counts"]["updated"] > 0, "what the killed worker had written and not noted was found again"
    place.check_sheet(administrator, config)
    assert administrator.run(config["id"])["counts"]["writeRequests"] == 0


def test_a_removal_that_a_killed_worker_began_is_ended_by_another(place: Place) -> None:
    """Rows of positions: some were deleted in the sheet, and nobody noted it."""
    administrator = place.company("removing", orders=10)
    account = f"/accounts/{administrator.account_id}"
    added = {"type": "customerorder", "count": 1_000, "positionsPerOrder": 3}
    ids = place.vendors.moysklad(f"{account}/add", added)["ids"]
    columns = [{"id": column} for column in ("id", "name", "position.id", "position.quantity")]
    config = place.export(administrator, columns=columns, rows="position")
    administrator.run(config["id"])
    target = administrator.config(config["id"])["target"]

    place.vendors.moysklad(f"{account}/trash", {"type": "customerorder", "ids": ids[100:280]})
    place.hang_write(2, f"{target['spreadsheetId']}:batchUpdate")
    task = administrator.start(config["id"])
    wait_until(place.hanging)
    for worker in place.workers():
        place.supervisor.kill9(worker)
    place.stack.start_worker("remover")
    done = administrator.wait(task["id"], 120)
    assert (done["state"], done["error"]) == ("finished", None)

    gone = set(ids[100:280])
    orders = place.vendors.moysklad(f"{account}/objects/customerorder?expand=positions")
    expected = sorted(
        [order["id"], order["name"], position["id"], position["quantity"]]
        for order in orders
        if order["id"] not in gone
        for position in order["positions"]["rows"]
    )
    values = place.vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
    assert len(expected) > 2_000
    assert sorted(values[1:]) == expected


def test_a_worker_told_to_stop_hands_over_at_once(place: Place) -> None:
    """With a lease of an hour nobody could have waited for it to run out."""
    administrator = place.company("stopped", 12_000)
    config = place.export(administrator)
    _only_worker(place, "patient", lease="3600")
    place.hang_write(2)
    task = administrator.start(config["id"])
    wait_until(place.hanging)
    began = time.monotonic()
    assert place.supervisor.stop("patient") == 0
    stopped = time.monotonic() - began
    handed = administrator.call("GET", f"/api/v1/tasks/{task['id']}")
    assert (handed["state"], handed["error"]) == ("booked", None)
    place.stack.environment["LEASE_SECONDS"] = str(LEASE_SECONDS)
    place.stack.start_worker("successor")
    done = administrator.wait(task["id"], 120)
    assert done["state"] == "finished"
    assert stopped < 5
    place.check_sheet(administrator, config)


def _only_worker(place: Place, name: str, lease: str) -> None:
    place.stack.environment["LEASE_SECONDS"] = lease
    for known in place.workers():
        place.supervisor.stop(known)
    place.stack.start_worker(name)
