"""`python -m devstack.run`: the service against the real vendors, configured by the environment, until Ctrl-C.

Without DATABASE_URL and REDIS_URL it runs on built-in servers that keep their data in var/.
"""

import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devstack.errors import StackError
from devstack.processes import ROOT, Process, Supervisor, base_environment, python
from devstack.servers import Servers, drop_service_logins, servers, service_login

PROGRAM = "entrypoints.cli.main"
POLLING = bool(os.environ.get("TELEGRAM_BOT_TOKEN")) and not os.environ.get("TELEGRAM_WEBHOOK_SECRET")
"""Whether Telegram is asked for what is said to the bot: it cannot deliver it without the secret."""

PROCESSES = ("api", "relay", "scheduler", "worker", *(("bot",) if POLLING else ()))
HOME = ROOT / "var"
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A process that lived this long has recovered: its next death is not held against it.
HEALTHY_AFTER = 60.0


class Backoff:
    """How long to wait before a restart: doubled by every death, forgotten after a healthy life."""

    def __init__(self) -> None:
        self._pause = SHORTEST_PAUSE

    def after(self, lifetime: float) -> float:
        """The pause after a life of so many seconds."""
        if lifetime >= HEALTHY_AFTER:
            self._pause = SHORTEST_PAUSE
        pause = self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return pause


class Printer:
    """Shows on the terminal, line by line and under its writer's name, what the processes write to their logs."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._read: dict[str, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="printer", daemon=True)

    def skip_past(self) -> None:
        """Leave out what earlier runs wrote."""
        for name in PROCESSES:
            log = self._supervisor.logs / f"{name}.log"
            self._read[name] = log.stat().st_size if log.exists() else 0

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def stop(self) -> None:
        """Print the rest and end."""
        self._over.set()
        self._thread.join()
        self._print_new()

    def _follow(self) -> None:
        while not self._over.wait(0.2):
            self._print_new()

    def _print_new(self) -> None:
        for name in PROCESSES:
            log = self._supervisor.logs / f"{name}.log"
            if not log.exists():
                continue
            with log.open("rb") as file:
                file.seek(self._read.get(name, 0))
                text, newline, _ = file.read().rpartition(b"\n")
            if newline:
                self._read[name] = self._read.get(name, 0) + len(text) + 1
                for line in text.decode(errors="replace").splitlines():
                    print(f"{name:<9} | {line}", flush=True)


def environment_of(running: Servers, *, login: str | None) -> dict[str, str]:
    """The caller's settings with the addresses of the servers in use."""
    environment = base_environment() | dict(os.environ)
    environment["PYTHONPATH"] = base_environment()["PYTHONPATH"]
    environment["DATABASE_URL"] = login or running.database_url
    environment["REDIS_URL"] = running.redis_url
    environment.setdefault("MIGRATION_DATABASE_URL", running.database_url)
    return environment


@contextmanager
def addresses(file: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Where the servers are, for other commands to read, and for nobody else's eyes, as long as the block lasts."""
    lines = [f"{name}={shlex.quote(environment[name])}\n" for name in ("DATABASE_URL", "REDIS_URL")]
    file.unlink(missing_ok=True)  # a killed run's, whose rights may be others
    file.touch(0o600, exist_ok=False)
    file.write_text("".join(lines))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def check_settings() -> int:
    """Let the service name every missing setting at once, before any server is started."""
    environment = base_environment() | dict(os.environ)
    environment["PYTHONPATH"] = base_environment()["PYTHONPATH"]
    if not environment.get("DATABASE_URL") and not environment.get("REDIS_URL"):
        environment |= {"DATABASE_URL": "postgresql://127.0.0.1/skladsheets", "REDIS_URL": "redis://127.0.0.1/0"}
    return subprocess.run(python(PROGRAM, "settings", "check"), env=environment, cwd=ROOT, check=False).returncode


def keep_running(supervisor: Supervisor) -> None:
    """Restart what dies, ever later if it keeps dying; returns never, Ctrl-C ends it."""
    now = time.monotonic()
    born = dict.fromkeys(PROCESSES, now)
    due: dict[str, float] = {}
    backoffs = {name: Backoff() for name in PROCESSES}
    while True:
        now = time.monotonic()
        for name, code in supervisor.died().items():
            if name not in due:
                pause = backoffs[name].after(now - born[name])
                due[name] = now + pause
                print(f"{name:<9} ended with code {code}; starting it again in {pause:g} s", flush=True)
            elif now >= due[name]:
                del due[name]
                born[name] = now
                supervisor.relaunch(name)
        time.sleep(0.3)


def serve(directory: Path = HOME) -> int:
    """Servers, migrations, processes; returns the exit code of the first step that refused."""
    with ExitStack() as resources:
        running = resources.enter_context(servers(directory))
        print(
            f"PostgreSQL and Valkey: {running.kind}, data in {directory}"
            if running.kind == "embedded"
            else "PostgreSQL and Redis: those of DATABASE_URL and REDIS_URL",
            flush=True,
        )
        environment = environment_of(running, login=None)
        code = subprocess.run(python(PROGRAM, "migrate"), env=environment, cwd=ROOT, check=False).returncode
        if code:
            print("The migrations failed; nothing was started.", file=sys.stderr)
            return code
        if running.kind == "embedded":
            drop_service_logins(running.database_url)
            environment = environment_of(running, login=service_login(running.database_url))
            known = directory / "servers.env"
            resources.enter_context(addresses(known, environment))
            print(f"Commands find these servers after: set -a; . {shlex.quote(str(known))}; set +a", flush=True)
        # The processes of the service have no business with the login that owns the database.
        environment.pop("MIGRATION_DATABASE_URL", None)
        with Supervisor(directory / "logs") as supervisor:
            printer = Printer(supervisor)
            printer.skip_past()
            supervisor.start(*(Process(name, python(PROGRAM, name), environment) for name in PROCESSES))
            printer.start()
            print(f"Running: {', '.join(PROCESSES)}; logs in {supervisor.logs}; Ctrl-C stops everything", flush=True)
            try:
                keep_running(supervisor)
            finally:
                print("Stopping...", flush=True)
                supervisor.stop_all()
                printer.stop()
    return 0


def main() -> int:
    """Exit code 2 when settings are missing, 1 when the stack cannot start, 0 after Ctrl-C."""
    code = check_settings()
    if code:
        return code
    try:
        return serve()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
