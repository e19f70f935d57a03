"""Child processes that cannot outlive their parent, and a supervisor that starts, watches and stops them."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self
from urllib.parse import urlsplit

from devstack.errors import ProcessDied, StackError
from devstack.guardian import Guardian, signal_group

ROOT = Path(__file__).resolve().parents[1]
POLL = 0.05

Ready = str | re.Pattern[str] | Callable[[], bool] | None


def free_port() -> int:
    """A TCP port of the loopback interface nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def base_environment() -> dict[str, str]:
    """What every child gets and nothing more: the caller's settings and credentials do not leak into it."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "PYTHONUNBUFFERED": "1",
    }
    if "TMPDIR" in os.environ:
        environment["TMPDIR"] = os.environ["TMPDIR"]
    return environment


def python(module: str, *arguments: str) -> list[str]:
    """The command line of a Python module under this very interpreter."""
    return [sys.executable, "-m", module, *arguments]


def answers(url: str, *, timeout: float = 2.0) -> bool:
    """Whether a plain HTTP GET of the URL gives 200; no proxy of the caller's environment is asked."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def orderly_exit() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP unwind the stack like Ctrl-C does, so that everything started gets stopped.

    Ctrl-C does so too where the caller had switched it off, as shells do for what they start in the background.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Inside, a second Ctrl-C or SIGTERM waits: stopping is finished before the program leaves."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        held.append(number)

    before = {number: signal.signal(number, hold) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for held_number in held[:1]:
            signal.raise_signal(held_number)


@dataclass(frozen=True)
class Identity:
    """The unprivileged user a child runs as."""

    uid: int
    gid: int


class Child:
    """One running process in a session of its own, watched by a guardian, its output appended to a file."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        cwd: Path,
        guardian: Guardian,
        parting: signal.Signals = signal.SIGKILL,
        identity: Identity | None = None,
        stdin: bytes | None = None,
    ) -> None:
        self.log = log
        self._guardian = guardian
        self._settled = False
        self.log_start = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            try:
                self._popen = subprocess.Popen(
                    list(argv),
                    env=dict(env),
                    cwd=cwd,
                    stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    user=identity.uid if identity else None,
                    group=identity.gid if identity else None,
                    extra_groups=[] if identity else None,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise StackError(f"Cannot start {argv[0]}: {error}") from error
        guardian.watch(self.pid, parting)
        if stdin is not None and self._popen.stdin is not None:
            with contextlib.suppress(OSError):
                self._popen.stdin.write(stdin)
                self._popen.stdin.close()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self._popen.pid

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal, None while the process runs; what it leaves behind is killed."""
        code = self._popen.poll()
        if code is not None:
            self._settle()
        return code

    def output(self) -> str:
        """What this run of the process has written so far."""
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return file.read().decode(errors="replace")

    def tail(self, lines: int = 30) -> str:
        """The last lines of its output."""
        with self.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self.log_start, size - 65536))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])

    def wait(self, timeout: float) -> bool:
        """Whether the process ended within the time."""
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        self._settle()
        return True

    def send(self, number: signal.Signals) -> None:
        """Signal the process itself, not its descendants."""
        self._popen.send_signal(number)

    def finish(self) -> int:
        """Kill what is left of its group with SIGKILL and return the exit code."""
        if self._popen.poll() is None:
            signal_group(self.pid, signal.SIGKILL)
        code = self._popen.wait()
        self._settle()
        return code

    def _settle(self) -> None:
        # At once after the process was reaped and only once: later the number may belong to a stranger's group.
        if not self._settled:
            self._settled = True
            signal_group(self.pid, signal.SIGKILL)
            self._guardian.forget(self.pid)


@dataclass(frozen=True)
class Process:
    """What to run and how to know that it is ready: a URL answering 200, a line of its output, or a question."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Ready = None
    ready_timeout: float = 30.0
    cwd: Path = ROOT


@dataclass
class _Entry:
    process: Process
    child: Child
    group: int
    wanted: bool = True


class Supervisor:
    """Starts processes and stops every one of them on the way out, whatever the way out is.

    Those started by one call stop together; groups stop in the reverse order of their start.
    """

    def __init__(self, logs: Path, *, grace: float = 10.0) -> None:
        self.logs = logs
        self.grace = grace
        self._entries: dict[str, _Entry] = {}
        self._groups = 0
        self._guardian: Guardian | None = None
        self._signals = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._signals.enter_context(orderly_exit())
        self._guardian = Guardian()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._signals, uninterrupted():
            self.stop_all()
            if self._guardian is not None:
                self._guardian.close()
                self._guardian = None

    @property
    def names(self) -> list[str]:
        """The names of all processes ever started, in the order of their start."""
        return list(self._entries)

    def start(self, *processes: Process) -> None:
        """Start the processes side by side and return when all are ready; raise ProcessDied or StackError else."""
        for process in processes:
            entry = self._entries.get(process.name)
            if entry is not None and entry.child.code is None:
                raise StackError(f"Process {process.name!r} runs already; stop it or choose another name.")
        self._groups += 1
        for process in processes:
            self._entries[process.name] = _Entry(process, self._spawn(process), self._groups)
        self._await_ready([self._entries[process.name] for process in processes])

    def stop(self, name: str) -> int:
        """SIGTERM, SIGKILL after the grace period; returns the exit code."""
        entry = self._entry(name)
        self._stop([entry])
        return entry.child.finish()

    def stop_all(self) -> None:
        """Stop everything that runs, the last started first."""
        for group in sorted({entry.group for entry in self._entries.values()}, reverse=True):
            self._stop([entry for entry in self._entries.values() if entry.group == group])

    def kill9(self, name: str) -> None:
        """Kill the process and its descendants with SIGKILL, as a crash or the kernel would."""
        entry = self._entry(name)
        entry.wanted = False
        entry.child.finish()

    def restart(self, name: str) -> None:
        """Stop the process if it runs, start it again and wait until it is ready."""
        entry = self._entry(name)
        self._stop([entry])
        entry.child = self._spawn(entry.process)
        entry.wanted = True
        self._await_ready([entry])

    def relaunch(self, name: str) -> None:
        """Start a process that has ended once more, without waiting until it is ready."""
        entry = self._entry(name)
        if entry.child.code is None:
            raise StackError(f"Process {name!r} runs; restart() stops it first.")
        entry.child = self._spawn(entry.process)
        entry.wanted = True

    def pid(self, name: str) -> int:
        """The process id of its latest run."""
        return self._entry(name).child.pid

    def running(self, name: str) -> bool:
        """Whether the process runs now."""
        return self._entry(name).child.code is None

    def log(self, name: str) -> Path:
        """The file with everything the process wrote, over all its runs."""
        self._entry(name)
        return self._log(name)

    def tail(self, name: str, lines: int = 30) -> str:
        """The last lines of its latest run."""
        return self._entry(name).child.tail(lines)

    def died(self) -> dict[str, int]:
        """Those that ended without being asked to, with their exit codes."""
        codes = {entry.process.name: entry.child.code for entry in self._entries.values() if entry.wanted}
        return {name: code for name, code in codes.items() if code is not None}

    def check(self) -> None:
        """Raise ProcessDied if any process ended without being asked to."""
        for name, code in self.died().items():
            raise ProcessDied(name, code, self.tail(name))

    def wait_for_line(self, name: str, pattern: str | re.Pattern[str], timeout: float = 30.0) -> re.Match[str]:
        """The first line of the latest run that matches; StackError when none comes in time."""
        entry = self._entry(name)
        deadline = time.monotonic() + timeout
        while True:
            code = entry.child.code
            found = re.search(pattern, entry.child.output())
            if found:
                return found
            if code is not None:
                raise ProcessDied(name, code, entry.child.tail())
            if time.monotonic() > deadline:
                raise StackError(f"Process {name!r} wrote no line like {pattern!r} in {timeout:g} s: {self._log(name)}")
            time.sleep(POLL)

    def _entry(self, name: str) -> _Entry:
        try:
            return self._entries[name]
        except KeyError:
            known = ", ".join(self._entries) or "none"
            raise StackError(f"No process is named {name!r}; started so far: {known}.") from None

    def _log(self, name: str) -> Path:
        return self.logs / (re.sub(r"[^\w.-]", "_", name) + ".log")

    def _spawn(self, process: Process) -> Child:
        if self._guardian is None:
            raise StackError("Use the supervisor as a context manager: with Supervisor(...) as supervisor.")
        env = base_environment() | dict(process.env)
        return Child(process.argv, env=env, log=self._log(process.name), cwd=process.cwd, guardian=self._guardian)

    def _await_ready(self, entries: Iterable[_Entry]) -> None:
        waiting = list(entries)
        started = time.monotonic()
        while True:
            for entry in list(waiting):
                # The exit code is read before the output: a process that ended has written all it ever will.
                code = entry.child.code
                if code is not None:
                    entry.wanted = False
                    tail = entry.child.tail()
                    entry.child.finish()
                    raise ProcessDied(entry.process.name, code, tail)
                if _ready(entry):
                    waiting.remove(entry)
                elif time.monotonic() - started > entry.process.ready_timeout:
                    raise StackError(
                        f"Process {entry.process.name!r} was not ready within {entry.process.ready_timeout:g} s. "
                        f"The end of its log:\n{entry.child.tail()}"
                    )
            if not waiting:
                return
            time.sleep(POLL)

    def _stop(self, entries: Sequence[_Entry]) -> None:
        for entry in reversed(entries):
            entry.wanted = False
            if entry.child.code is None:
                entry.child.send(signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        for entry in entries:
            entry.child.wait(max(0.0, deadline - time.monotonic()))
            entry.child.finish()


def _ready(entry: _Entry) -> bool:
    ready = entry.process.ready
    if ready is None:
        return True
    if isinstance(ready, str):
        return answers(ready)
    if isinstance(ready, re.Pattern):
        return ready.search(entry.child.output()) is not None
    return ready()
