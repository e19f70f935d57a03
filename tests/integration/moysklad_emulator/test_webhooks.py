"""Webhooks of the emulator against the documentation, its examples, and the vendor's own SDK."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from .conftest import API, Customer, Emulator
from .sdk_on_demand import load as load_sdk

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
documented = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")


def example(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


class Receiver:
    """Takes calls, and answers them as `answers` says, the last of them again and again."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.answers: list[int] = [204]
        self.pause = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, dict(self.headers), json.loads(raw)))
                answers = receiver.answers
                status = answers.pop(0) if len(answers) > 1 else answers[0]
                time.sleep(receiver.pause)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def bodies(self) -> list[Any]:
        return [body for _, _, body in self.calls]

    def events(self) -> list[Any]:
        return [event for body in self.bodies() for event in body["events"]]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def customer(calm: Emulator) -> Customer:
    """An account of the test's own, with a few orders."""
    made = calm.account()
    made.post("/seed", {"orders": 5, "counterparties": 3, "products": 3})
    return made


def until(happens: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def hook(customer: Customer, url: str, action: str = "UPDATE", entity: str = "customerorder", **more: Any) -> Any:
    answer = customer.api.post("/entity/webhook", json={"url": url, "action": action, "entityType": entity, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: Any) -> tuple[int, int]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["code"]


@documented
@pytest.mark.parametrize(
    ("request_file", "response_file"),
    [
        ("webhook.create.request.json", "webhook.create.response.json"),
        ("webhook.create.request-2.json", "webhook.create.response-2.json"),
        ("webhook.create.request-3.json", "webhook.create.response-3.json"),
    ],
)
def test_creating_as_documented(customer: Customer, request_file: str, response_file: str) -> None:
    shown = customer.api.post("/entity/webhook", json=example(request_file)).json()
    told = example(response_file)
    assert set(shown) == {*told, "authorApplication"}
    for name in set(told) - {"meta", "id", "accountId"}:
        assert shown[name] == told[name], name
    assert set(shown["meta"]) == set(told["meta"])
    listed = customer.api.get("/entity/webhook").json()
    assert listed["rows"] == [shown]
    assert set(example("webhook.list.json")["meta"]) - set(listed["meta"]) <= {"metadataHref"}
    assert customer.api.get(f"/entity/webhook/{shown['id']}").json() == shown


@documented
def test_stock_webhooks_as_documented(customer: Customer) -> None:
    shown = customer.api.post("/entity/webhookstock", json=example("webhookstock.create.request.json")).json()
    told = example("webhookstock.create.response.json")
    assert set(shown) == {*told, "authorApplication"}
    changed = customer.api.put(
        f"/entity/webhookstock/{shown['id']}", json=example("webhookstock.update.request.json")
    ).json()
    assert {name: changed[name] for name in ("reportType", "url", "enabled")} == {
        name: example("webhookstock.update.response.json")[name] for name in ("reportType", "url", "enabled")
    }
    off = customer.api.put(f"/entity/webhookstock/{shown['id']}", json=example("webhookstock.update.request-2.json"))
    assert off.json()["enabled"] is False


@documented
def test_changing_in_bulk_and_deleting_as_documented(customer: Customer) -> None:
    known = hook(customer, "http://www.example.com", "CREATE", "demand")
    items = example("webhook.bulk.request.json")
    items[1]["meta"] = known["meta"]
    for path in ("/entity/webhook", "/entity/webhook/batch"):
        made = customer.api.post(path, json=items).json()
        if path == "/entity/webhook":
            assert [(one["entityType"], one["action"]) for one in made] == [("supply", "CREATE"), ("demand", "DELETE")]
        else:  # the first is there already, the second is as it should be
            assert made[0]["errors"][0]["code"] == 30003
            assert made[1]["action"] == "DELETE"
    metas = [{"meta": one["meta"]} for one in customer.api.get("/entity/webhook").json()["rows"]]
    gone = customer.api.post("/entity/webhook/delete", json=[*metas, metas[0]]).json()
    assert [set(one) for one in gone] == [{"info"}, {"info"}, {"errors"}]
    assert gone[0]["info"] == example("webhook.bulkdelete.response.json")[0]["info"].replace(
        "7944ef04-f831-11e5-7a69-971500188b1", metas[0]["meta"]["href"].rsplit("/", 1)[-1]
    )
    assert customer.api.get("/entity/webhook").json()["meta"]["size"] == 0


def test_a_webhook_is_changed_and_deleted(customer: Customer) -> None:
    made = hook(customer, "https://www.example.com/a", diffType="FIELDS")
    path = f"/entity/webhook/{made['id']}"
    assert customer.api.put(path, json={"enabled": False}).json() == {**made, "enabled": False}
    moved = customer.api.put(path, json={"url": "https://www.example.com/b", "enabled": True}).json()
    assert (moved["url"], moved["enabled"], moved["diffType"]) == ("https://www.example.com/b", True, "FIELDS")
    assert customer.api.put(path, json={"action": "CREATE"}).json().keys().isdisjoint({"diffType"})
    assert customer.api.delete(path).status_code == 200
    assert refused(customer.api.get(path)) == (404, 1021)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"entityType": "rocket"}, 30000),
        ({"entityType": "webhook"}, 30000),
        ({"entityType": "discount"}, 30000),
        ({"method": "GET"}, 30001),
        ({"action": "EXPLODE"}, 30002),
        ({"url": "not an address"}, 30005),
        ({"url": "ftp://example.com"}, 30005),
        ({"action": "PROCESSED"}, 30008),
        ({"entityType": "async", "action": "DELETE"}, 30008),
        ({"action": "DELETE", "diffType": "FIELDS"}, 30009),
        ({"url": "https://example.com/" + "x" * 250}, 30010),
        ({"url": None}, 3000),
        ({"diffType": "EVERYTHING"}, 3005),
        ({"enabled": "yes"}, 2016),
    ],
    ids=str,
)
def test_refusals(customer: Customer, fields: dict[str, Any], code: int) -> None:
    usual = {"url": "https://example.com", "action": "UPDATE", "entityType": "demand"}
    answer = customer.api.post("/entity/webhook", json={**usual, **fields})
    assert answer.json()["errors"][0]["code"] == code
    assert customer.api.get("/entity/webhook").json()["meta"]["size"] == 0


def test_how_many_there_may_be(customer: Customer, calm: Emulator) -> None:
    first = hook(customer, "https://example.com/0", "CREATE")
    again = {"url": first["url"], "action": "CREATE", "entityType": "customerorder"}
    assert refused(customer.api.post("/entity/webhook", json=again)) == (412, 30003)
    other = {**again, "url": "https://example.com/1"}
    assert refused(customer.api.post("/entity/webhook", json=other)) == (412, 30007)
    user = calm.client(customer.post("/tokens", {"kind": "user"})["token"])
    for number in range(1, 6):
        made = user.post("/entity/webhook", json={**again, "url": f"https://example.com/{number}"})
        assert made.status_code == 200
        assert "authorApplication" not in made.json()
    assert refused(user.post("/entity/webhook", json={**again, "url": "https://example.com/6"})) == (412, 30007)


def test_who_may(customer: Customer, calm: Emulator) -> None:
    somebody = customer.post("/employees", {"name": "Не администратор"})["employeeId"]
    user = calm.client(customer.post("/tokens", {"kind": "user", "employeeId": somebody})["token"])
    assert refused(user.get("/entity/webhook")) == (403, 30004)
    customer.post("/permissions", {"appId": customer.app["appId"], "permissions": {"webhook": {"view": False}}})
    assert refused(customer.api.get("/entity/webhook")) == (403, 30004)


def test_the_free_tariff(customer: Customer, receiver: Receiver) -> None:
    made = hook(customer, receiver.url)
    customer.post("/webhooks/tariff", {"allowed": False})
    usual = {"url": receiver.url, "action": "CREATE", "entityType": "demand"}
    assert refused(customer.api.post("/entity/webhook", json=usual)) == (403, 30006)
    assert refused(customer.api.put(f"/entity/webhook/{made['id']}", json={"enabled": False})) == (403, 30006)
    assert customer.api.get("/entity/webhook").json()["meta"]["size"] == 1
    customer.post("/touch", {"type": "customerorder", "count": 1})
    customer.post("/webhooks/tariff", {"allowed": True})
    customer.post("/touch", {"type": "customerorder", "count": 1})
    until(lambda: len(receiver.calls) == 1)


def test_what_is_told_and_how(customer: Customer, receiver: Receiver) -> None:
    for action, more in (("CREATE", {}), ("UPDATE", {"diffType": "FIELDS"}), ("DELETE", {})):
        hook(customer, f"{receiver.url}/path?mine=1", action, **more)
    made = customer.api.post("/entity/customerorder", json=customer.order()).json()
    until(lambda: len(receiver.calls) == 1)
    changed = {"name": "Новое имя", "description": "правка"}
    customer.api.put(f"/entity/customerorder/{made['id']}", json=changed)
    until(lambda: len(receiver.calls) == 2)
    customer.api.delete(f"/entity/customerorder/{made['id']}")
    until(lambda: len(receiver.calls) == 3)
    for (path, headers, body), action in zip(receiver.calls, ("CREATE", "UPDATE", "DELETE"), strict=True):
        asked = parse_qs(urlsplit(path).query)
        assert (urlsplit(path).path, asked["mine"]) == ("/path", ["1"])
        UUID(asked["requestId"][0])
        assert headers["User-Agent"] == "MoySklad webhook touch agent 2.0 (/https://www.moysklad.ru)"
        (event,) = body["events"]
        assert event["action"] == action
        assert event["meta"] == {"type": "customerorder", "href": made["meta"]["href"]}
        assert event["accountId"] == customer.account["accountId"]
        assert set(body["auditContext"]) == {"meta", "moment", "uid"}
        assert len(body["auditContext"]["moment"]) == len("2021-07-21 15:51:16")
    assert receiver.events()[1]["updatedFields"] == ["description", "name"]
    assert "updatedFields" not in receiver.events()[0]


@documented
def test_a_message_has_the_documented_form(customer: Customer, receiver: Receiver) -> None:
    hook(customer, receiver.url, entity="product", diffType="FIELDS")
    customer.post("/touch", {"type": "product", "count": 1})
    until(lambda: bool(receiver.calls))
    (body,), told = receiver.bodies(), example("webhook.payload.update-fields.json")
    assert set(body) == set(told)
    assert set(body["auditContext"]) == set(told["auditContext"])
    assert set(body["events"][0]) == set(told["events"][0])
    assert set(body["events"][0]["meta"]) == set(told["events"][0]["meta"])


def test_a_bulk_change_is_one_message(customer: Customer, receiver: Receiver) -> None:
    hook(customer, receiver.url)
    orders = customer.api.get("/entity/customerorder?limit=3").json()["rows"]
    customer.api.post("/entity/customerorder", json=[{"meta": one["meta"], "description": "вместе"} for one in orders])
    until(lambda: bool(receiver.calls))
    time.sleep(0.1)
    assert len(receiver.calls) == 1
    assert {event["meta"]["href"] for event in receiver.events()} == {one["meta"]["href"] for one in orders}


def test_four_attempts_with_one_id_and_then_no_more(customer: Customer, receiver: Receiver, calm: Emulator) -> None:
    hook(customer, receiver.url)
    receiver.answers = [500, 404, 302, 500, 204]
    customer.post("/touch", {"type": "customerorder", "count": 1})
    until(lambda: bool(calm.get(f"{customer.path}/webhooks")["log"]))
    (ended,) = calm.get(f"{customer.path}/webhooks")["log"]
    assert (ended["outcome"], ended["attempts"], ended["status"]) == ("dropped", 4, 500)
    assert len(receiver.calls) == 4
    assert len({path for path, _, _ in receiver.calls}) == 1
    customer.post("/touch", {"type": "customerorder", "count": 1})
    until(lambda: len(receiver.calls) == 5)
    assert len({path for path, _, _ in receiver.calls}) == 2


def test_who_is_slow_is_asked_again(customer: Customer, receiver: Receiver, calm: Emulator) -> None:
    calm.post("/settings", {"webhookTimeoutSeconds": 0.2})
    try:
        hook(customer, receiver.url)
        receiver.pause = 0.4
        customer.post("/touch", {"type": "customerorder", "count": 1})
        until(lambda: len(receiver.calls) == 4)
        until(lambda: [one["outcome"] for one in calm.get(f"{customer.path}/webhooks")["log"]] == ["dropped"])
    finally:
        calm.post("/settings", {"webhookTimeoutSeconds": 1.5})


def test_a_request_may_switch_webhooks_off(customer: Customer, receiver: Receiver) -> None:
    hook(customer, f"{receiver.url.replace('127.0.0.1', 'localhost')}/hooks")
    order = customer.api.get("/entity/customerorder?limit=1").json()["rows"][0]
    path = f"/entity/customerorder/{order['id']}"
    base = receiver.url.replace("127.0.0.1", "localhost")
    name = "X-Lognex-WebHook-DisableByPrefix"
    muted = [(name, "https://elsewhere.example.com"), (name, f"{base}/hooks")]
    answer = customer.api.put(path, json={"description": "тихо"}, headers=muted)
    assert answer.status_code == 200
    assert customer.api.put(path, json={"description": "мимо"}, headers={name: f"{base}/other"}).status_code == 200
    until(lambda: len(receiver.calls) == 1)
    for wrong in ("https://", "https://some_url", "example.com"):
        assert customer.api.put(path, json={"description": "x"}, headers={name: wrong}).status_code == 400


def test_mishaps_on_demand(customer: Customer, receiver: Receiver, calm: Emulator) -> None:
    hook(customer, receiver.url)
    customer.post("/webhooks/mishaps", {"lose": 1})
    customer.post("/touch", {"type": "customerorder", "count": 1})
    until(lambda: bool(calm.get(f"{customer.path}/webhooks")["log"]))
    assert receiver.calls == []
    customer.post("/webhooks/mishaps", {"double": 1})
    customer.post("/touch", {"type": "customerorder", "count": 1})
    until(lambda: len(receiver.calls) == 2)
    assert receiver.calls[0][0] == receiver.calls[1][0]
    made = customer.api.get("/entity/webhook").json()["rows"][0]
    customer.post("/webhooks/disable")
    assert customer.api.get(f"/entity/webhook/{made['id']}").json()["enabled"] is False
    customer.post("/webhooks/remove")
    assert customer.api.get("/entity/webhook").json()["rows"] == []


def test_what_becomes_of_the_trash_is_a_setting(customer: Customer, receiver: Receiver, calm: Emulator) -> None:
    hook(customer, receiver.url, "DELETE")
    orders = [one["id"] for one in customer.objects("customerorder")]
    calm.post("/settings", {"trashSendsDelete": False})
    try:
        customer.post("/trash", {"type": "customerorder", "ids": orders[:1]})
    finally:
        calm.post("/settings", {"trashSendsDelete": True})
    customer.post("/trash", {"type": "customerorder", "ids": orders[1:2]})
    until(lambda: bool(receiver.calls))
    assert [event["meta"]["href"].rsplit("/", 1)[-1] for event in receiver.events()] == orders[1:2]


def test_uninstalling_takes_webhooks_along(calm: Emulator) -> None:
    customer = calm.account()
    hook(customer, "https://example.com")
    user = calm.client(customer.post("/tokens", {"kind": "user"})["token"])
    body = {"appId": customer.app["appId"]}
    calm.post("/settings", {"retryForSeconds": 0, "retryEverySeconds": 1})
    receiver = Receiver()
    try:
        calm.post("/apps", {**customer.app, "endpointBase": receiver.url})
        receiver_deletes(receiver)
        customer.post("/suspend", body)
        assert [one["enabled"] for one in user.get("/entity/webhook").json()["rows"]] == [False]
        customer.post("/uninstall", body)
        assert user.get("/entity/webhook").json()["rows"] == []
    finally:
        calm.post("/settings", {"retryForSeconds": 180, "retryEverySeconds": 10})
        receiver.close()


def receiver_deletes(receiver: Receiver) -> None:
    handler = receiver._server.RequestHandlerClass

    def do_delete(self: Any) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    handler.do_DELETE = do_delete  # type: ignore[attr-defined]


def test_stock_webhooks_tell_once_where_to_ask(customer: Customer, receiver: Receiver) -> None:
    for report in ("all", "bystore"):
        body = {"url": receiver.url, "stockType": "stock", "reportType": report}
        assert customer.api.post("/entity/webhookstock", json=body).status_code == 200
    customer.post("/stock", {"count": 2})
    customer.post("/webhooks/stock")
    before = len(receiver.calls)
    customer.post("/stock/change", {"count": 1, "seed": 5})
    assert customer.post("/webhooks/stock") == {"told": 2}
    until(lambda: len(receiver.calls) >= before + 2)
    assert {body["reportType"] for body in receiver.bodies()} == {"all", "bystore"}
    for body in receiver.bodies():
        assert set(body) == {"accountId", "stockType", "reportType", "reportUrl"}
        assert f"/report/stock/{body['reportType']}/current?changedSince=" in body["reportUrl"]
        answer = customer.api.get(body["reportUrl"].split(API, 1)[1])
        assert answer.status_code == 200
        assert len(answer.json()) >= 1
    assert customer.post("/webhooks/stock") == {"told": 0}


@documented
def test_scenarios_call_as_documented(customer: Customer, receiver: Receiver, calm: Emulator) -> None:
    calm.post("/apps", {**customer.app, "endpointBase": receiver.url})
    told = example("vendor.scenario.request.json")
    ended = customer.post("/scenario", told)
    assert (ended["httpStatus"], ended["attempts"]) == (204, 1)
    path, headers, body = receiver.calls[0]
    account = customer.account["accountId"]
    assert path == f"/api/moysklad/vendor/1.0/apps/{customer.app['appId']}/{account}/scenario"
    assert body == told
    assert headers["Authorization"].startswith("Bearer eyJ")
    assert UUID(headers["X_Lognex_RequestId"])


def test_the_vendors_own_client(customer: Customer, receiver: Receiver, calm: Emulator) -> None:
    sdk = load_sdk()
    configuration = sdk.Configuration(host=calm.base_url + API, access_token=customer.token)
    with sdk.ApiClient(configuration) as client:
        client.default_headers["Accept-Encoding"] = "gzip"
        webhooks, stocks = sdk.WebhooksApi(client), sdk.WebhookStocksApi(client)
        made = webhooks.create_webhook(
            sdk.Webhook(url=receiver.url, action="UPDATE", entity_type="customerorder", diff_type="FIELDS")
        )
        assert (made.enabled, made.diff_type, made.method) == (True, "FIELDS", "POST")
        (listed,) = webhooks.get_webhooks().rows
        assert listed.id == made.id
        off = webhooks.update_webhook(id=made.id, webhook=sdk.Webhook(enabled=False))
        assert off.enabled is False
        webhooks.update_webhook(id=made.id, webhook=sdk.Webhook(enabled=True))
        stock = stocks.create_webhook_stock(sdk.WebhookStock(url=receiver.url, stock_type="stock", report_type="all"))
        assert [one.id for one in stocks.get_webhook_stocks().rows] == [stock.id]
        customer.post("/touch", {"type": "customerorder", "count": 1})
        until(lambda: bool(receiver.calls))
        message = sdk.WebhookNotificationPayload.from_dict(receiver.bodies()[0])
        assert message.events[0].action == "UPDATE"
        assert str(message.events[0].account_id) == customer.account["accountId"]
        webhooks.delete_webhook(id=made.id)
        stocks.delete_webhook_stock(id=stock.id)
