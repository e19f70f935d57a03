"""`python -m benchmarks.chaos [--minutes N] [--companies N]`: everything fails at random, and nothing is lost.

Companies with scheduled exports run on three workers, two schedulers and two relays. Meanwhile objects change at
MoySklad, processes are killed, Valkey is emptied, PostgreSQL is restarted, both vendors fail now and then. In the end,
when all is calm again, every sheet has to equal its source, every occurrence of every schedule has one entry in the
ledger, and no webhook that was acknowledged is missing.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import redis

from benchmarks.ledger import gaps, missing_deliveries
from benchmarks.limits import UNCOUNTED
from devstack.errors import StackError
from devstack.expectation import EXPAND, differences, expected_rows
from devstack.people import Administrator, Vendors
from devstack.processes import orderly_exit
from devstack.stack import Stack, stack

COLUMNS = ["id", "name", "moment", "updated", "agent.name", "state.name", "sum", "applicable"]
SURROUNDINGS = {
    "LOG_LEVEL": "WARNING",
    "LEASE_SECONDS": "5",
    "SCHEDULE_MINIMUM_SECONDS": "60",
    **UNCOUNTED,
}
"""Short times, so that much happens in little time."""
STRATEGIES = ("upsert", "insert", "replace", "append")


@dataclass(slots=True)
class Account:
    """One company with one export by each of a few ways of writing."""

    administrator: Administrator
    configs: list[dict[str, Any]] = field(default_factory=list)


class Chaos:
    """What runs, and what is done to it. The same seed does the same things in the same order."""

    def __init__(self, running: Stack, companies: int, orders: int, seed: int) -> None:
        self._stack = running
        self._vendors = Vendors(running)
        self._chance = random.Random(seed)
        self._redis = redis.Redis.from_url(running.servers.redis_url)
        self.done: Counter[str] = Counter()
        self._ended: dict[str, str] = {}
        self._accounts = [self._account(number, orders) for number in range(companies)]

    def rage(self, seconds: float, pause: float) -> None:
        """Something happens, again and again."""
        blows: list[tuple[Callable[[], None], int]] = [
            (self._edit, 8),
            (self._kill, 4),
            (self._vendor_fails, 3),
            (self._start_by_hand, 2),
            (self._forget_queue, 1),
            (self._restart_database, 1),
        ]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            (blow,) = self._chance.choices([blow for blow, _ in blows], [weight for _, weight in blows])
            blow()
            self.done[blow.__name__.strip("_")] += 1
            time.sleep(self._chance.uniform(0, 2 * pause))

    def calm(self) -> None:
        """Nobody does anything any more, and everything runs."""
        self._vendors.forget_faults()
        self._look_who_ended()
        for name in self._stack.supervisor.names:
            if not self._stack.supervisor.running(name):
                self._stack.supervisor.relaunch(name)
        deadline = time.monotonic() + 60
        while not self._ready():
            if time.monotonic() > deadline:
                raise StackError(f"The API does not come back:\n{self._stack.supervisor.tail('api')}")
            time.sleep(0.1)

    def settle(self, seconds: float) -> list[str]:
        """Starts what nobody has started since, and waits until all is done; tells what is wrong then."""
        deadline = time.monotonic() + seconds
        wrong: list[str] = []
        for account in self._accounts:
            for config in account.configs:
                wrong += self._settled(account.administrator, config, deadline)
        wrong += gaps(self._stack.servers.database_url)
        acknowledged = {one.administrator.account_id: self._acknowledged(one) for one in self._accounts}
        self.done["acknowledged deliveries"] = sum(map(len, acknowledged.values()))
        wrong += missing_deliveries(self._stack.servers.database_url, acknowledged)
        self._look_who_ended()
        return [*wrong, *self._ended.values()]

    def _look_who_ended(self) -> None:
        """Notes processes that nobody killed, with the end of what they said."""
        supervisor = self._stack.supervisor
        for name, code in supervisor.died().items():
            self._ended[name] = f"{name} ended by itself with {code}:\n{supervisor.tail(name)}"

    def _acknowledged(self, account: Account) -> list[str]:
        """Ids of the calls that we have answered with success, as MoySklad saw it."""
        told = self._vendors.moysklad(f"/accounts/{account.administrator.account_id}/webhooks?last=1000000")
        return [call["requestId"] for call in told["log"] if call["outcome"] == "delivered"]

    def _settled(self, administrator: Administrator, config: dict[str, Any], deadline: float) -> list[str]:
        """One more run of this export has to end well and leave the sheet equal to the source."""
        name = f"{administrator.account_id}, {config['strategy']}"
        while time.monotonic() < deadline:
            answer = _begun(administrator, config)
            if answer.status_code == 202:
                task = administrator.wait(answer.json()["id"], deadline - time.monotonic())
                if task["state"] == "finished":
                    return [f"{name}: {one}" for one in self._differences(administrator, config)[:5]]
                return [f"{name}: the last run is {task['state']}: {task['error']}"]
            if answer.status_code != 409:
                return [f"{name}: starting answers {answer.status_code}: {answer.text[:300]}"]
            time.sleep(0.2)
        return [f"{name}: its run did not come to an end"]

    def _differences(self, administrator: Administrator, config: dict[str, Any]) -> list[str]:
        target = administrator.config(config["id"])["target"]
        orders = self._vendors.moysklad(f"/accounts/{administrator.account_id}/objects/customerorder?expand={EXPAND}")
        values = self._vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
        titles = [column["title"] for column in config["columns"]]
        if config["strategy"] in {"upsert", "replace"}:
            found = differences(values, titles, expected_rows(orders, COLUMNS))
            doubled = [] if len(values) == len(orders) + 1 else [f"{len(values) - 1} rows for {len(orders)} orders"]
            return [*map(str, found), *doubled]
        ids = Counter(row[0] for row in values[1:])
        missing = [order["id"] for order in orders if order["id"] not in ids]
        told = [f"order {one} is missing" for one in missing]
        if config["strategy"] == "insert":
            return [*told, *(f"order {one} stands there {count} times" for one, count in ids.items() if count > 1)]
        versions = Counter((row[0], row[3]) for row in values[1:])
        return [*told, *(f"version {one} stands there {count} times" for one, count in versions.items() if count > 1)]

    def _account(self, number: int, orders: int) -> Account:
        administrator = Administrator(self._stack, self._vendors, f"chaos-{number}")
        administrator.install()
        administrator.sign_in()
        administrator.connect_google()
        size = {"orders": orders, "counterparties": 20, "products": 5, "positionsPerOrder": 1, "seed": number}
        self._vendors.moysklad(f"/accounts/{administrator.account_id}/seed", size)
        account = Account(administrator)
        for strategy in ("upsert", STRATEGIES[1 + number % 3]):
            body = {
                "name": strategy,
                "exporter": "customerorder",
                "strategy": strategy,
                "columns": [{"id": column} for column in COLUMNS],
                "removal": "keep",
                "cron": "* * * * *",
                "onChange": strategy in {"upsert", "insert"},
            }
            if strategy != "upsert":
                del body["removal"]
            account.configs.append(administrator.create_export(body))
        return account

    # What happens -------------------------------------------------------------------------------------------------

    def _edit(self) -> None:
        """Somebody changes orders and makes new ones."""
        account_id = self._chance.choice(self._accounts).administrator.account_id
        seed, count = self._chance.randrange(10**6), self._chance.randrange(1, 40)
        kind = self._chance.choice(("touch", "touch", "add"))
        body = {"type": "customerorder", "count": count, "seed": seed}
        self._vendors.moysklad(f"/accounts/{account_id}/{kind}", body)

    def _kill(self) -> None:
        """A process dies, and whoever looks after processes starts it again."""
        kinds = ("worker", "scheduler", "relay", "api")
        names = [name for name in self._stack.supervisor.names if name.partition("-")[0] in kinds]
        name = self._chance.choice(names)
        self._look_who_ended()
        if self._stack.supervisor.running(name):
            self._stack.supervisor.kill9(name)
        self._stack.supervisor.relaunch(name)

    def _vendor_fails(self) -> None:
        share, seed = round(self._chance.uniform(0.02, 0.2), 2), self._chance.randrange(10**6)
        faults: tuple[tuple[Callable[..., Any], str], ...] = (
            (self._vendors.moysklad, "/entity/"),
            (self._vendors.google, "/v4/"),
        )
        tell, path = self._chance.choice(faults)
        self._vendors.forget_faults()
        tell("/faults", {"action": "random", "path": path, "share": share, "seed": seed, "seconds": 1})

    def _start_by_hand(self) -> None:
        account = self._chance.choice(self._accounts)
        config = self._chance.choice(account.configs)
        try:
            _begun(account.administrator, config)
        except (httpx.TransportError, StackError):
            self.done["api was away"] += 1

    def _forget_queue(self) -> None:
        self._redis.flushall()

    def _restart_database(self) -> None:
        server = self._stack.servers.postgres
        if server is not None:
            server.restart(kill=self._chance.random() < 0.5, pause=self._chance.uniform(0, 2))

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self._stack.api_url}/ready", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def run(*, companies: int, seconds: float, orders: int, seed: int, pause: float, patience: float) -> tuple[Any, Any]:
    """The whole of it: what was done how often, and what is wrong in the end."""
    with stack(workers=3, schedulers=2, relays=2, extra=SURROUNDINGS) as running:
        chaos = Chaos(running, companies, orders, seed)
        chaos.rage(seconds, pause)
        chaos.calm()
        return chaos.done, chaos.settle(patience)


def _begun(administrator: Administrator, config: dict[str, Any]) -> httpx.Response:
    """Starting a run, after signing in anew where that was ten minutes ago."""
    path = f"/api/v1/export-configs/{config['id']}/tasks"
    answer = administrator.http.post(path, json={})
    if answer.status_code == 401:
        administrator.sign_in()
        answer = administrator.http.post(path, json={})
    return answer


def main() -> int:
    """Runs it and tells how it ended."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--companies", type=int, default=20)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with orderly_exit():
        done, wrong = run(
            companies=arguments.companies,
            seconds=arguments.minutes * 60,
            orders=arguments.orders,
            seed=arguments.seed,
            pause=1.0,
            patience=600,
        )
    print(", ".join(f"{what}: {times}" for what, times in sorted(done.items())))
    for one in wrong:
        print(f"WRONG: {one}")
    print("everything is as it should be" if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
