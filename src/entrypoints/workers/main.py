"""The worker process."""

import asyncio
import ctypes
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import dramatiq
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware

from application.bus import Application
from application.delivery.commands.note_failed_message import NoteFailedMessage
from application.exports.commands.report_for_work import ReportForWork
from application.handlers import WORK
from application.messages import Command
from entrypoints.rounds import calm_garbage_collector
from entrypoints.workers.actors import declare

STOP_SECONDS = 20
REPORT_SECONDS = 5
HANDOVER_SECONDS = 10
POLL_MILLISECONDS = 100
"""How long at most a message lies in Redis before an idle worker looks."""

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -2, -3, -8
"""Switches of glibc's mallopt (malloc.h)."""
_KEPT_BLOCKS, _KEPT_MEMORY, _TAKEN_AT_ONCE = 32 << 20, 128 << 20, 16 << 20
"""Bytes: the largest block that is kept, 32 MB being the most that glibc allows; all that is kept; taken at once."""

Opening = Callable[[], AbstractAsyncContextManager[Application]]
Binding = Callable[[dict[str, str], str], AbstractContextManager[object]]


class Workplace(Middleware):
    """Opens the application on the workers' event loop, and closes it when the last message is done.

    `bind` makes every line that is logged meanwhile carry the message's request id and company.
    """

    def __init__(self, opening: Opening, bind: Binding, threads: int, report: Callable[[BaseException], None]) -> None:
        """`report` is told of failures to tell that this worker lives."""
        self._opening = opening
        self._bind = bind
        self._threads = threads
        self._report = report
        self._worker_id = uuid4()
        self._living: asyncio.Task[None] | None = None
        self._resources = AsyncExitStack()
        self._opened: asyncio.Task[Application] | None = None
        self._busy: set[asyncio.Task[object]] = set()

    async def carry_out(self, command: Command[Any], headers: dict[str, str]) -> None:
        """Executes the command; waits for the application at first."""
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        with self._bind(headers, str(command.company_id)):
            application = await self.open()
            await application.execute(command)

    async def note_failure(self, message_id: str, error: str, hopeless: bool) -> None:
        """Notes that a message was not carried out; one that never stood in the outbox has no id."""
        if message_id:
            application = await self.open()
            noted = NoteFailedMessage(message_id=UUID(message_id), error=error, hopeless=hopeless)
            await application.execute(noted)

    async def open(self) -> Application:
        """The application, opened by whoever comes first."""
        if self._opened is None:
            self._opened = asyncio.create_task(self._resources.enter_async_context(self._opening()))
        application = await asyncio.shield(self._opened)
        if self._living is None:
            self._living = asyncio.create_task(self._live(application))
        return application

    def before_worker_shutdown(self, _: dramatiq.Broker, __: dramatiq.Worker) -> None:
        """Dramatiq's hook. Whatever is told of from here on is told to others."""
        _loop().run_coroutine(self._leave())

    def after_worker_shutdown(self, _: dramatiq.Broker, __: dramatiq.Worker) -> None:
        """Dramatiq's hook. The event loop still runs, because it was started before us."""
        _loop().run_coroutine(self._close())

    async def _live(self, application: Application) -> None:
        """Tells again and again that this worker lives, and how many runs it can carry out."""
        while True:
            try:
                await application.execute(ReportForWork(worker_id=self._worker_id, threads=self._threads))
            except Exception as failed:  # noqa: BLE001 - a lost server must not end us
                self._report(failed)
            await asyncio.sleep(REPORT_SECONDS)

    async def _leave(self) -> None:
        if self._living is None or self._opened is None:
            return
        self._living.cancel()
        try:
            async with asyncio.timeout(REPORT_SECONDS):
                await (await self._opened).execute(ReportForWork(worker_id=self._worker_id, threads=0))
        except Exception as failed:  # noqa: BLE001 - it is forgotten after a while anyway
            self._report(failed)

    async def _close(self) -> None:
        """Dramatiq waits for a cancelled message no longer than a second, which handing over may well take."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=HANDOVER_SECONDS)
        await self._resources.aclose()


def work(broker: dramatiq.Broker, workplace: Workplace, threads: int, ready: Callable[[], None]) -> None:
    """Works until SIGTERM or SIGINT. Then what is under way is handed back to Postgres, for another worker.

    Raises what opening the application raises.
    """
    declare(broker, WORK, workplace.carry_out, workplace.note_failure)
    calm_garbage_collector()
    _keep_memory()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=POLL_MILLISECONDS)
    worker.queue_prefetch = threads  # what it cannot begin with is left to others
    worker.start()
    try:
        _loop().run_coroutine(workplace.open())
        ready()
        stop.wait()
    finally:
        _take_no_more(worker)
        worker.stop(timeout=STOP_SECONDS * 1000)


def _take_no_more(worker: dramatiq.Worker) -> None:
    """Stops fetching before anything is handed back; else this worker might be the first to see it again."""
    consumers = list(worker.consumers.values())
    for consumer in consumers:
        consumer.pause()
    for consumer in consumers:
        consumer.paused_event.wait(timeout=1.0)


def _keep_memory() -> None:
    """Bodies of megabytes come and go with every page. By itself the C library gives such memory back to the system
    each time and takes it anew, to be cleared and mapped: a tenth of a worker's time. Kept, it is used again, and by
    all threads: each that unpacks bodies would keep some of its own, 35 MB after two dozen large runs.

    A C library that has no such switch (glibc's mallopt) goes on as it does.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _KEPT_BLOCKS)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_MEMORY)
        mallopt(_M_TOP_PAD, _TAKEN_AT_ONCE)
        mallopt(_M_ARENA_MAX, 1)


def _loop() -> Any:
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("Dramatiq's event loop is not running")
    return thread
