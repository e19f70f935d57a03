import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil
import pytest

from devstack.errors import ProcessDied, StackError
from devstack.processes import ROOT, Process, Supervisor, free_port
from devstack.run import Backoff, addresses

AllGone = Callable[[Iterable[psutil.Process]], bool]
SLEEPER = "import time; print('ready', flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).wait()"


def program(name: str, code: str, **options: object) -> Process:
    return Process(name, [sys.executable, "-c", code], **options)  # type: ignore[arg-type]


def sleeper(name: str) -> Process:
    return program(name, SLEEPER, ready=re.compile("ready"))


def test_an_early_death_is_told_with_the_end_of_the_log(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessDied, match=r"'bad' ended with exit code 3[^$]*no such luck") as error:
        supervisor.start(program("bad", "print('no such luck'); raise SystemExit(3)", ready=re.compile("never")))
    assert error.value.code == 3


def test_a_later_death_is_found(supervisor: Supervisor) -> None:
    supervisor.start(sleeper("victim"))
    supervisor.check()
    os.kill(supervisor.pid("victim"), signal.SIGKILL)
    deadline = time.monotonic() + 5
    while not supervisor.died() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert supervisor.died() == {"victim": -9}
    with pytest.raises(ProcessDied, match="killed by signal 9"):
        supervisor.check()
    supervisor.relaunch("victim")
    supervisor.wait_for_line("victim", "ready")
    supervisor.check()


def test_a_process_that_is_never_ready_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(StackError, match=r"not ready within 0\.3 s"):
        supervisor.start(program("slow", SLEEPER, ready=lambda: False, ready_timeout=0.3))


def test_readiness_over_http(supervisor: Supervisor, tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "ready").write_text("yes")
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    supervisor.start(Process("web", argv, ready=f"http://127.0.0.1:{port}/ready", cwd=tmp_path))
    assert "GET /ready" in supervisor.log("web").read_text()


def test_kill9_takes_the_descendants_along_and_is_no_surprise(supervisor: Supervisor, all_gone: AllGone) -> None:
    supervisor.start(program("family", PARENT, ready=re.compile("ready")))
    descendants = psutil.Process(supervisor.pid("family")).children(recursive=True)
    assert len(descendants) == 1
    supervisor.kill9("family")
    assert not supervisor.running("family")
    assert all_gone(descendants)
    supervisor.check()


def test_a_restart_appends_to_the_log_and_waits_for_its_own_readiness(supervisor: Supervisor) -> None:
    supervisor.start(sleeper("again"))
    first = supervisor.pid("again")
    supervisor.restart("again")
    assert supervisor.pid("again") != first
    assert not psutil.pid_exists(first)
    assert supervisor.log("again").read_text().count("ready") == 2
    assert supervisor.tail("again") == "ready"


def test_the_last_started_stops_first_and_the_stubborn_are_killed(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def leave(*_):\n"
        f"    open({str(order)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "print('ready')\n"
        "time.sleep(60)"
    )
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); time.sleep(60)"
    with Supervisor(tmp_path, grace=0.5) as supervisor:
        for name in ("first", "second", "third"):
            supervisor.start(Process(name, [sys.executable, "-c", code, name], ready=re.compile("ready")))
        supervisor.start(program("stubborn", stubborn, ready=re.compile("ready")))
        pids = [supervisor.pid(name) for name in supervisor.names]
    assert order.read_text().split() == ["third", "second", "first"]
    assert not any(map(psutil.pid_exists, pids))


def test_the_callers_environment_does_not_leak(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "https://callers-own")
    monkeypatch.setenv("DATABASE_URL", "postgresql://callers-own")
    code = "import os; print(sorted(os.environ)); print('GIVEN=' + os.environ['GIVEN'])"
    supervisor.start(program("env", f"{code}; {SLEEPER}", env={"GIVEN": "x"}, ready=re.compile("ready")))
    output = supervisor.log("env").read_text()
    assert "GIVEN=x" in output
    assert "PATH" in output
    assert "SENTRY_DSN" not in output
    assert "DATABASE_URL" not in output


def test_names_are_checked(supervisor: Supervisor) -> None:
    supervisor.start(sleeper("one"))
    with pytest.raises(StackError, match="runs already"):
        supervisor.start(sleeper("one"))
    with pytest.raises(StackError, match="No process is named 'two'; started so far: one"):
        supervisor.restart("two")
    with pytest.raises(StackError, match="Cannot start /no/such/program"):
        supervisor.start(Process("none", ["/no/such/program"]))
    with pytest.raises(StackError, match="wrote no line"):
        supervisor.wait_for_line("one", "never", timeout=0.2)


SCRIPT = f"""
import re, sys, time
from pathlib import Path
from devstack.processes import Process, Supervisor
with Supervisor(Path(sys.argv[1])) as supervisor:
    for name in ("a", "b"):
        supervisor.start(Process(name, [sys.executable, "-c", {PARENT!r}], ready=re.compile("ready")))
    print("started", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a killed parent is promised on Linux")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_supervisor_that_is_killed(
    number: signal.Signals, tmp_path: Path, all_gone: AllGone
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) == 5, "two processes with a child each, and the guardian"
        parent.send_signal(number)
        parent.wait(10)
    assert all_gone(children)


def test_restarts_slow_down_until_a_process_has_proved_healthy() -> None:
    backoff = Backoff()
    assert [backoff.after(1) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert backoff.after(3600) == 1


def test_other_commands_find_the_servers_while_they_run(tmp_path: Path) -> None:
    file = tmp_path / "servers.env"
    file.write_text("of a run that was killed")
    environment = {"DATABASE_URL": "postgresql://a:p$w'd@127.0.0.1:1/b", "REDIS_URL": "redis://127.0.0.1:2/0", "X": "y"}
    with addresses(file, environment):
        assert file.stat().st_mode & 0o777 == 0o600
        script = f'set -a; . {file}; exec "{sys.executable}" -c "import os; print(dict(os.environ))"'
        told = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout
        for name in ("DATABASE_URL", "REDIS_URL"):
            assert f"{name!r}: {environment[name]!r}" in told
        assert "'X'" not in told
    assert not file.exists()
