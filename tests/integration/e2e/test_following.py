"""Something changes at the emulated MoySklad, and the emulated Google shows it, through real processes."""

from typing import Any

import pytest

from devstack.people import Administrator
from tests.integration.e2e.conftest import Place, wait_until

pytestmark = pytest.mark.e2e


def registered(place: Place, administrator: Administrator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.vendors.moysklad(f"/accounts/{administrator.account_id}/webhooks")["webhooks"]
    return found


def runs(administrator: Administrator) -> list[str]:
    tasks = administrator.call("GET", "/api/v1/tasks")["items"]
    return [task["trigger"] for task in reversed(tasks) if task["state"] == "finished"]


def test_an_edit_and_a_deletion_reach_the_sheet(place: Place) -> None:
    administrator = place.company("following", orders=12)
    config = place.export(administrator, onChange=True)
    administrator.run(config["id"])
    wait_until(lambda: len(registered(place, administrator)) == 3)
    account = f"/accounts/{administrator.account_id}"
    place.vendors.moysklad(f"{account}/webhooks/mishaps", {"double": 1})
    (changed,) = place.vendors.moysklad(f"{account}/touch", {"type": "customerorder", "count": 1})["ids"]
    wait_until(lambda: runs(administrator) == ["manual", "webhook"])
    place.check_sheet(administrator, config)
    place.vendors.moysklad(f"{account}/trash", {"type": "customerorder", "ids": [changed]})
    wait_until(lambda: runs(administrator) == ["manual", "webhook", "webhook"])
    target = administrator.config(config["id"])["target"]
    shown = [row[0] for row in place.vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]]
    assert changed not in shown
    assert len(shown) == 12
    told = administrator.call("GET", "/api/v1/webhooks")
    assert told["allowed"] is True
    assert {one["state"] for one in told["registrations"]} == {"registered"}
    assert (told["today"]["deliveries"], told["today"]["repeated"]) == (2, 1)


def test_a_scenario_reaches_the_sheet_and_no_address_is_printed(place: Place) -> None:
    administrator = place.company("scenario")
    config = place.export(administrator, onChange=True)
    administrator.run(config["id"])
    wait_until(lambda: len(registered(place, administrator)) == 3)
    account = f"/accounts/{administrator.account_id}"
    orders = place.vendors.moysklad(f"{account}/objects/customerorder")
    action = {"actionName": "update_exports", "objectType": "CustomerOrder", "objectId": orders[0]["id"]}
    assert place.vendors.moysklad(f"{account}/scenario", action)["httpStatus"] == 204
    wait_until(lambda: runs(administrator) == ["manual", "scenario"])
    refused = place.vendors.moysklad(f"{account}/scenario", {**action, "actionName": "nothing of ours"})
    assert refused["httpStatus"] == 400
    assert "errorMessage" in refused["body"]["error"]
    for webhook in registered(place, administrator):
        assert webhook["url"].rsplit("/", 1)[-1] not in place.stack.printed()
