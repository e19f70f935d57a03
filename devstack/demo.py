"""`python -m devstack.demo [--once]`: the main job of SkladSheets, played with emulated vendors and checked."""

import argparse
import sys
import threading
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from devstack.dealing import Dealing
from devstack.errors import StackError
from devstack.expectation import CUSTOM_ATTRIBUTE, EXPAND, differences, expected_rows
from devstack.partners import Partnership
from devstack.people import Administrator, Vendors
from devstack.processes import orderly_exit
from devstack.stack import Stack, stack

ORDERS, CHANGED, ADDED = 2500, 40, 3
COLUMNS = (
    "id",
    "name",
    "moment",
    "updated",
    "agent.name",
    "organization.name",
    "state.name",
    "sum",
    "applicable",
    "positions.meta.size",
    "description",
    "meta.uuidHref",
)
REPLACED_BY_ATTRIBUTE = "organization.name"
"""The demo shows twelve columns; this one gives way to a custom attribute once the company's are known."""


class Story:
    """Two companies, one export, two runs. Raises StackError where anything is not as it should be."""

    def __init__(self, running: Stack, console: Console) -> None:
        self._stack = running
        self._vendors = Vendors(running)
        self._console = console
        self._step = 0
        self.url = ""
        self.chat_url = ""

    def play(self) -> None:
        """From installation to what a dealer is told in Telegram."""
        first, second = self._install()
        self._sign_in(first, second)
        config, columns, titles = self._describe(first)
        self._first_run(first, config, columns, titles)
        self._second_run(first, config, columns, titles)
        self._nothing_changed(first, config)
        self._strangers_see_nothing(first, second, config)
        self._trade(first, second)
        self._tell_dealer(first)

    def _install(self) -> tuple[Administrator, Administrator]:
        first = Administrator(self._stack, self._vendors, "romashka")
        second = Administrator(self._stack, self._vendors, "vasilek")
        for administrator in (first, second):
            administrator.install()
            size = {"orders": ORDERS, "counterparties": 200, "products": 50, "positionsPerOrder": 3, "seed": 1}
            self._vendors.moysklad(f"/accounts/{administrator.account_id}/seed", size)
        self._tell(f"«{first.account}» and «{second.account}» installed the app; each has {ORDERS:,} orders")
        return first, second

    def _sign_in(self, first: Administrator, second: Administrator) -> None:
        first.sign_in()
        second.sign_in()
        first.connect_google()
        states = {one["vendor"]: one["state"] for one in first.call("GET", "/api/v1/connections")}
        _require(states == {"moysklad": "active", "google": "active"}, f"the connections are {states}")
        self._tell("the administrator came in from MoySklad and connected Google")

    def _describe(self, first: Administrator) -> tuple[dict[str, Any], list[str], list[str]]:
        offered = first.call("GET", "/api/v1/exporters/customerorder")["columns"]
        attribute = next(column for column in offered if column["title"] == CUSTOM_ATTRIBUTE)
        chosen = [attribute["id"] if column == REPLACED_BY_ATTRIBUTE else column for column in COLUMNS]
        config = first.create_export(
            {
                "name": "Заказы на сегодня",
                "exporter": "customerorder",
                "columns": [{"id": column} for column in chosen],
                "strategy": "upsert",
                "target": {"tab": "Заказы"},
            },
            key="demo-export",
        )
        titles = [column["title"] for column in config["columns"]]
        readers = [CUSTOM_ATTRIBUTE if column == attribute["id"] else column for column in chosen]
        self._tell(f"an export of {len(titles)} columns was described: {', '.join(titles)}")
        return config, readers, titles

    def _first_run(self, first: Administrator, config: dict[str, Any], columns: list[str], titles: list[str]) -> None:
        task = self._run(first, config["id"], f"{ORDERS:,} orders on their way")
        _require(task["counts"]["appended"] == ORDERS, f"the counts are {task['counts']}")
        self._verify(first, config["id"], columns, titles)
        writes = task["counts"]["writeRequests"]
        self._tell(f"{ORDERS:,} orders stand in the sheet, every cell checked ({writes} write requests)")

    def _second_run(self, first: Administrator, config: dict[str, Any], columns: list[str], titles: list[str]) -> None:
        account = f"/accounts/{first.account_id}"
        self._vendors.moysklad(f"{account}/touch", {"type": "customerorder", "count": CHANGED, "seed": 7})
        self._vendors.moysklad(f"{account}/add", {"type": "customerorder", "count": ADDED, "seed": 8})
        self._vendors.forget_requests()
        task = self._run(first, config["id"], f"{CHANGED} changed, {ADDED} new")
        counts = task["counts"]
        writes = self._vendors.requests("google").get("write", 0)
        _require(
            (counts["updated"], counts["appended"]) == (CHANGED, ADDED) and 1 <= writes <= 2,
            f"the counts are {counts}, with {writes} write requests at Google",
        )
        self._verify(first, config["id"], columns, titles)
        self._tell(f"{CHANGED + ADDED} rows were written in {writes} write requests, every cell checked")

    def _nothing_changed(self, first: Administrator, config: dict[str, Any]) -> None:
        self._vendors.forget_requests()
        self._run(first, config["id"], "nothing changed")
        writes = self._vendors.requests("google").get("write", 0)
        _require(writes == 0, f"{writes} write requests although nothing had changed")
        self._tell("nothing changed, nothing was written")

    def _strangers_see_nothing(self, first: Administrator, second: Administrator, config: dict[str, Any]) -> None:
        task = first.call("GET", "/api/v1/tasks")["items"][0]
        paths = [
            ("GET", f"/api/v1/export-configs/{config['id']}"),
            ("DELETE", f"/api/v1/export-configs/{config['id']}"),
            ("GET", f"/api/v1/export-configs/{config['id']}/tasks"),
            ("GET", f"/api/v1/tasks/{task['id']}"),
            ("POST", f"/api/v1/tasks/{task['id']}/cancellation"),
        ]
        statuses = {second.http.request(method, path).status_code for method, path in paths}
        start = second.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={})
        statuses.add(start.status_code)
        _require(statuses == {404}, f"a stranger was answered {sorted(statuses)}")
        _require(second.call("GET", "/api/v1/export-configs")["items"] == [], "a stranger sees exports")
        self._tell(f"«{second.account}» sees none of it: its token gets 404 for everything of «{first.account}»")

    def _trade(self, first: Administrator, second: Administrator) -> None:
        partners = Partnership(self._stack, self._vendors, first, second)
        partners.agree()
        self._tell(f"«{first.account}» invited «{second.account}», which accepted; two rules were made over the link")
        for kind, told, seed in (("customerorder", "order", 21), ("demand", "shipment", 22)):
            began = time.monotonic()
            execution = partners.follows(kind, partners.happen(kind, seed))
            seconds = time.monotonic() - began
            source, made = execution["sourceName"], f"{execution['targetType']} № {execution['targetName']}"
            self._tell(f"the {told} № {source} became a draft of {made} at «{second.account}» within {seconds:.1f} s")

    def _tell_dealer(self, first: Administrator) -> None:
        dealing = Dealing(self._stack, self._vendors, first)
        dealing.begin()
        self._tell(f"a dealer of «{first.account}» opened the link that they were given, and bound their Telegram chat")
        dealing.happen()
        messages = dealing.told()
        self.chat_url = f"{self._stack.telegram_url}/chats/{dealing.chat}"
        told = ", ".join(text.split("\n", 1)[0] for text in messages)
        self._tell(f"{len(messages)} messages stand in the dealer's chat: {told}")

    def _run(self, administrator: Administrator, config_id: str, text: str) -> dict[str, Any]:
        columns = (TextColumn("   {task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        quiet = not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=quiet) as progress:
            bar = progress.add_task(text, total=1.0)
            return administrator.run(config_id, lambda task: progress.update(bar, completed=task["progress"]))

    def _verify(self, administrator: Administrator, config_id: str, columns: list[str], titles: list[str]) -> None:
        target = administrator.config(config_id)["target"]
        self.url = f"{self._stack.google_url}/spreadsheets/d/{target['spreadsheetId']}"
        account = administrator.account_id
        orders = self._vendors.moysklad(f"/accounts/{account}/objects/customerorder?expand={EXPAND}")
        values = self._vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
        wrong = differences(values, titles, expected_rows(orders, columns))
        _require(not wrong, "the sheet is wrong:\n  " + "\n  ".join(wrong))

    def _tell(self, text: str) -> None:
        self._step += 1
        self._console.print(f"[green]✓[/green] {self._step}. {text}", highlight=False)


def main() -> int:
    """Plays the story; then stays up until Ctrl-C, or ends at once with --once."""
    parser = argparse.ArgumentParser(prog="python -m devstack.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="play the story, check it, stop everything")
    parser.add_argument("--logs", type=Path, metavar="DIRECTORY", help="keep what the processes print there")
    arguments = parser.parse_args()
    console = Console()
    began = time.monotonic()
    try:
        with orderly_exit(), stack(logs=arguments.logs) as running:
            console.print(f"everything is up after {time.monotonic() - began:.1f} s", style="dim")
            story = Story(running, console)
            story.play()
            console.print(f"the story took {time.monotonic() - began:.1f} s in all", style="dim")
            if not arguments.once:
                _stay(running, story, console)
    except StackError as wrong:
        console.print(f"[red]✗ {wrong}[/red]", highlight=False, markup=True)
        return 1
    except KeyboardInterrupt:
        console.print("stopped", style="dim")
    return 0


def _stay(running: Stack, story: Story, console: Console) -> None:
    console.print("\nLook around:")
    for title, url in (
        ("the sheet", story.url),
        ("the API, to read and try", f"{running.api_url}/docs"),
        ("MoySklad, emulated", f"{running.moysklad_url}/_control"),
        ("Google, emulated", f"{running.google_url}/_control"),
        ("the dealer's chat", story.chat_url),
        ("Telegram, emulated", f"{running.telegram_url}/_control"),
    ):
        console.print(f"  {title:<26} {url}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops everything.", style="dim")
    threading.Event().wait()


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StackError(otherwise)


if __name__ == "__main__":
    sys.exit(main())
