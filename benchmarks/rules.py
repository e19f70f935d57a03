"""`python -m benchmarks.rules`: how long it takes until what happens at one company is a document at another.

Two emulated companies with a link and two rules over it, MoySklad as slow as the real one; one worker. Orders and
shipments are made at the first, one after another and then many at once, and each is watched until the second has its
draft, whose lines are compared. Prints a table and writes build/rules.json; fails when a draft is missing or wrong, or
when a document has become more than one.
"""

import argparse
import json
import math
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.limits import UNCOUNTED
from devstack.partners import RULES, Partnership
from devstack.people import Administrator, Vendors
from devstack.processes import orderly_exit
from devstack.stack import stack

OUTPUT = Path("build/rules.json")
SINGLE, BURST = 40, 40
MOYSKLAD_LATENCY = 0.25
"""Seconds that MoySklad takes for one answer."""

SEED = {"orders": 50, "counterparties": 20, "products": 100, "positionsPerOrder": 3, "seed": 5}
"""Both companies are made alike, so that each finds the other's goods by their codes."""


def measure(single: int, burst: int, workers: int) -> dict[str, Any]:
    """Seconds from making a document to the draft that follows from it, alone and in a crowd."""
    with stack(workers=workers, extra=UNCOUNTED) as running:
        vendors = Vendors(running)
        source, target = (Administrator(running, vendors, name) for name in ("romashka", "vasilek"))
        for company in (source, target):
            company.install()
            vendors.moysklad(f"/accounts/{company.account_id}/seed", SEED)
            company.sign_in()
        partners = Partnership(running, vendors, source, target)
        partners.agree()
        before = _documents(vendors, target)
        vendors.moysklad("/settings", {"latencySeconds": MOYSKLAD_LATENCY})
        for number, kind in enumerate(RULES):
            partners.follows(kind, partners.happen(kind, number))
        alone = [_one(partners, number) for number in range(single)]
        crowd = _many(partners, burst)
        made = _documents(vendors, target) - before
    return {
        "workers": workers,
        "one_by_one": _figures(alone),
        "at_once": _figures(crowd),
        "made": made,
        "too_many": made - len(RULES) - single - burst,
    }


def _documents(vendors: Vendors, target: Administrator) -> int:
    """How many documents of the rules' kinds the target has."""
    kinds = ("customerorder", "supply")
    return sum(len(vendors.moysklad(f"/accounts/{target.account_id}/objects/{kind}")) for kind in kinds)


def _one(partners: Partnership, number: int) -> float:
    kind = tuple(RULES)[number % len(RULES)]
    began = time.time()
    return _made(partners, kind, partners.happen(kind, 1_000 + number)) - began


def _many(partners: Partnership, count: int) -> list[float]:
    """Each from when it was made itself."""
    began = {}
    for number in range(count):
        moment = time.time()
        began[partners.happen("customerorder", 10_000 + number)] = moment
    return [_made(partners, "customerorder", one) - moment for one, moment in began.items()]


def _made(partners: Partnership, kind: str, source_id: str) -> float:
    """When the draft was there, in seconds of the clock, by the log of executions; its lines are compared."""
    execution = partners.follows(kind, source_id)
    return datetime.fromisoformat(execution["madeAt"]).timestamp()


def _figures(seconds: list[float]) -> dict[str, Any]:
    ordered = sorted(seconds)
    return {
        "documents": len(ordered),
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[math.ceil(0.95 * len(ordered)) - 1], 2),
        "longest": round(ordered[-1], 2),
    }


def main() -> None:
    """Measures and tells."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--single", type=int, default=SINGLE)
    parser.add_argument("--burst", type=int, default=BURST)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    with orderly_exit():
        told = measure(given.single, given.burst, given.workers)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(told, indent=2))
    table = Table("documents made", "how many", "median, s", "p95, s", "longest, s", title=f"{given.workers} worker(s)")
    for name in ("one_by_one", "at_once"):
        table.add_row(name.replace("_", " "), *(str(value) for value in told[name].values()))
    Console().print(table)
    if told["too_many"]:
        sys.exit(f"{told['made']} drafts were made: {told['too_many']} too many")


if __name__ == "__main__":
    main()
