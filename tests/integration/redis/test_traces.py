"""What Redis knows of a company is forgotten, and nothing else."""

import json
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from adapters.queue.broker import make_broker
from adapters.queue.publisher import DramatiqPublisher
from adapters.redis.budgets import RedisBudgets
from adapters.redis.google_budgets import RedisGoogleBudgets
from adapters.redis.traces import RedisTraces
from application.connections.google_ports import Spending
from application.connections.ports import GoogleKey, Urgency
from application.delivery.ports import QUEUE_NAMES
from application.exports.run_command import RunExport
from application.ports import OutboxMessage, encoded, tag_of
from domain.shared.errors import VendorFailed
from domain.shared.identities import CompanyId, TaskId


def message(company: CompanyId) -> OutboxMessage:
    command = RunExport(company_id=company, task_id=TaskId(uuid4()))
    return OutboxMessage(id=uuid4(), tag=tag_of(command), body=encoded(command), company_id=company, headers={})


async def spend(client: Redis, company: CompanyId, account: str, spreadsheet: str) -> None:
    """Turns at both vendors, a lock that somebody holds, and two messages that wait."""
    moysklad, google = RedisBudgets(client), RedisGoogleBudgets(client)
    async with moysklad.turn(f"token of {account}", account, 1, Urgency.ROUTINE):
        pass
    key = GoogleKey("token", f"subject of {account}", "project", company, Urgency.ROUTINE)
    async with google.turn(key, Spending.WRITE, spreadsheet):
        pass
    await moysklad.close()
    await google.close()
    await client.set(f"lock:webhooks:{company}", "held")


async def test_one_company_is_forgotten(client: Redis, url: str) -> None:
    one, other = CompanyId(uuid4()), CompanyId(uuid4())
    account, stranger = uuid4(), uuid4()
    await spend(client, other, str(stranger), "sheet-2")
    before = {key: await client.dump(key) for key in await client.keys("*:sheet:*")}
    await spend(client, one, str(account), "sheet-1")
    publisher = DramatiqPublisher(make_broker(url), {"exports.run": "exports"})
    kept = message(other)
    await publisher.publish([message(one), kept, message(one)])
    for dead in (message(one), kept):
        body = json.dumps({"kwargs": {"company_id": str(dead.company_id)}})
        await client.zadd("skladsheets:exports.XQ", {str(dead.id): 1})
        await client.hset("skladsheets:exports.XQ.msgs", str(dead.id), body)
    traces = RedisTraces(client, QUEUE_NAMES)
    assert await traces.forget(one, account, ["sheet-1"]) >= 6
    assert await client.zrange("skladsheets:exports.XQ", 0, -1) == [str(kept.id).encode()]
    assert await client.hkeys("skladsheets:exports.XQ.msgs") == [str(kept.id).encode()]
    waiting = await client.hgetall("skladsheets:exports.msgs")
    assert await client.lrange("skladsheets:exports", 0, -1) == list(waiting)
    assert [json.loads(body)["message_id"] for body in waiting.values()] == [str(kept.id)]
    assert not await client.keys(f"*{account}*")
    assert not await client.keys(f"*{one}*")
    assert await client.keys(f"*{stranger}*")
    assert await client.get(f"lock:webhooks:{other}") == b"held"
    assert {key: await client.dump(key) for key in await client.keys("*:sheet:*")} == before
    shares = [await client.hgetall(key) for key in await client.keys("*:shares")]
    assert shares
    assert all(set(one_of) == {str(other).encode()} for one_of in shares)
    assert await traces.forget(one, account, ["sheet-1"]) == 0


async def test_what_is_no_message_of_ours_is_left_alone(client: Redis) -> None:
    await client.hset("skladsheets:notices.msgs", mapping={"a": "{", "b": "[]", "c": '{"kwargs": {}}'})
    assert await RedisTraces(client, QUEUE_NAMES).forget(CompanyId(uuid4()), None, ()) == 0
    assert await client.hlen("skladsheets:notices.msgs") == 3


async def test_a_lost_server_is_told(lost: Redis) -> None:
    with pytest.raises(VendorFailed):
        await RedisTraces(lost, QUEUE_NAMES).forget(CompanyId(uuid4()), None, ())
