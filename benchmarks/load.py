"""A load of HTTP requests, in a process of its own: so many a second over kept connections, each timed from the moment
at which it was to be sent, so that a server that stalls cannot hide behind a client that waits.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import uvloop

_TICK = 0.002
_LENGTH = b"content-length:"


class Plan(msgspec.Struct, kw_only=True):
    """Who is called (ports of one machine), how often in a second (0: as often as the connections can have it), how
    long, over how many connections, and where the report goes.
    """

    ports: list[int]
    rate: float
    seconds: float
    connections: int
    report: str


class Report(msgspec.Struct, kw_only=True):
    """Milliseconds of the requests that were answered, answers by status (0: none came), and the ids of those that were
    answered with 204.
    """

    latencies: list[float]
    statuses: dict[int, int]
    taken: list[UUID]
    cpu_seconds: float


class Line(asyncio.Protocol):
    """One connection, with one request at a time."""

    def __init__(self, load: "Load", port: int) -> None:
        self._load = load
        self.port = port
        self._transport: asyncio.Transport | None = None
        self.request: tuple[float, UUID] | None = None
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = transport  # type: ignore[assignment]
        self._load.free.append(self)
        self._load.send()

    def connection_lost(self, _: Exception | None) -> None:
        """See asyncio. Whatever was asked for is not known to have been taken."""
        self._transport = None
        self._load.lost(self)

    def data_received(self, data: bytes) -> None:
        """See asyncio. The head of an answer tells its length."""
        self._got += data
        ends = self._got.find(b"\r\n\r\n")
        if ends < 0:
            return
        head = self._got[:ends].lower()
        told = head.find(_LENGTH)
        length = 0 if told < 0 else int(head[told + len(_LENGTH) :].partition(b"\r\n")[0])
        if len(self._got) - ends - 4 < length:
            return
        self._got = b""
        self._load.answered(self, int(head[9:12]))

    def send(self, due: float, key: UUID, raw: bytes) -> bool:
        """Whether the request is on its way."""
        if self._transport is None or self._transport.is_closing():
            return False
        self.request = (due, key)
        self._transport.write(raw)
        return True


class Load(ABC):
    """A plan carried out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._due: deque[float] = deque()
        self.free: deque[Line] = deque()
        self._stopping = False
        self._busy = True
        self._tasks: set[asyncio.Task[None]] = set()
        self.report = Report(latencies=[], statuses={}, taken=[], cpu_seconds=0.0)
        self._statuses: Counter[int] = Counter()

    async def run(self) -> None:
        """From the first request to the last answer."""
        plan = self._plan
        for number in range(plan.connections):
            self._open(plan.ports[number % len(plan.ports)])
        await asyncio.sleep(0.5)
        began, made, spent = time.perf_counter(), 0, time.process_time()
        while (passed := time.perf_counter() - began) < plan.seconds:
            for number in range(made, int(passed * plan.rate)):
                self._due.append(began + number / plan.rate)
            made = max(made, int(passed * plan.rate))
            if not plan.rate:
                self._due.extend([time.perf_counter()] * len(self.free))
            self.send()
            await asyncio.sleep(_TICK)
        self._busy = False
        give_up = time.perf_counter() + 10
        while (self._due or len(self.free) < plan.connections) and time.perf_counter() < give_up:
            self.send()
            await asyncio.sleep(0.01)
        self._stopping = True
        self._statuses[0] += len(self._due)
        self.report.statuses = dict(self._statuses)
        self.report.cpu_seconds = time.process_time() - spent

    def send(self) -> None:
        """Everything that is due, as far as connections are free."""
        while self._due and self.free:
            line, due, key = self.free.popleft(), self._due.popleft(), uuid4()
            if not line.send(due, key, self.raw(line.port, key)):
                self._due.appendleft(due)

    def answered(self, line: Line, status: int) -> None:
        """One request is over."""
        if line.request is not None:
            due, key = line.request
            self.report.latencies.append((time.perf_counter() - due) * 1000)
            self._statuses[status] += 1
            if status == 204:
                self.report.taken.append(key)
            line.request = None
        self.free.append(line)
        if not self._plan.rate and self._busy:
            self._due.append(time.perf_counter())
            self.send()

    def lost(self, line: Line) -> None:
        """The connection is gone; another one takes its place."""
        if line in self.free:
            self.free.remove(line)
        if line.request is not None:
            self._statuses[0] += 1
        if not self._stopping:
            self._open(line.port)

    def _open(self, port: int) -> None:
        task = asyncio.create_task(self._connect(port))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, port: int) -> None:
        while not self._stopping:
            try:
                await asyncio.get_running_loop().create_connection(lambda: Line(self, port), "127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return

    @abstractmethod
    def raw(self, port: int, key: UUID) -> bytes:
        """The next request, as it goes over the wire. `key` is its own."""

    def carry_out(self) -> None:
        """Runs, and writes the report."""
        uvloop.run(self.run())
        Path(self._plan.report).write_bytes(msgspec.json.encode(self.report))


def milliseconds(latencies: list[float]) -> dict[str, float]:
    """How long requests took, of which the sorted list tells."""
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    most = len(latencies) - 1
    return {name: round(latencies[min(most, int(len(latencies) * part))], 1) for name, part in shares.items()}
