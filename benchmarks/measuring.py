"""What a run costs: time, CPU by process, memory, requests."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from devstack.stack import Stack


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu` is seconds of processor by process; `peak_mb` is the worker's highest resident memory so far."""

    seconds: float
    cpu: dict[str, float]
    peak_mb: float


class Meter:
    """Measures what happens between `start` and `stop`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._began = 0.0
        self._before: dict[str, float] = {}

    def start(self) -> None:
        """Begins."""
        self._before = self._cpu()
        self._began = time.perf_counter()

    def stop(self) -> Cost:
        """What it took since `start`."""
        seconds = time.perf_counter() - self._began
        after = self._cpu()
        return Cost(
            seconds,
            {name: round(after[name] - self._before.get(name, 0.0), 3) for name in after},
            self._peak_mb(),
        )

    def _cpu(self) -> dict[str, float]:
        spent = {
            name: _cpu_of([psutil.Process(self._stack.supervisor.pid(name))]) for name in self._stack.supervisor.names
        }
        servers = [process for process in psutil.process_iter(["name"]) if _is_server(process)]
        spent["postgres"] = _cpu_of(servers)
        return spent

    def _peak_mb(self) -> float:
        """Linux keeps the high-water mark itself; elsewhere the present size has to do."""
        pid = self._stack.supervisor.pid("worker")
        status = Path(f"/proc/{pid}/status")
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            return round(int(line.split()[1]) / 1024, 1)
        return round(psutil.Process(pid).memory_info().rss / 1_048_576, 1)


def _cpu_of(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def _is_server(process: psutil.Process) -> bool:
    try:
        return process.name() == "postgres"
    except psutil.Error:
        return False
