"""Outlives a killed parent just long enough to stop what the parent had started.

The parent starts this file as a process of its own and holds a pipe to it. While the parent lives the guardian only
takes notes; once the pipe closes, however the parent died, it stops every process group still on its list and
removes the directories it was given. Nothing but the standard library is used: it runs isolated, without packages.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

GRACE = 5.0


class Guardian:
    """The parent's end: what is watched here does not survive the parent, even one killed with SIGKILL."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )

    def watch(self, group: int, parting: signal.Signals = signal.SIGKILL) -> None:
        """Promise that this process group gets the parting signal, then SIGKILL, if the parent vanishes."""
        self._tell({"watch": group, "signal": int(parting)})

    def forget(self, group: int) -> None:
        """The group is gone; its number may be somebody else's soon."""
        self._tell({"forget": group})

    def remove(self, directory: Path) -> None:
        """Promise that the directory is removed if the parent vanishes."""
        self._tell({"remove": str(directory)})

    def close(self) -> None:
        """The guardian stops what is still on its list, normally nothing, and leaves."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait()

    def _tell(self, note: dict[str, object]) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.closed:
            return
        with self._lock, contextlib.suppress(OSError):
            stdin.write(json.dumps(note).encode() + b"\n")
            stdin.flush()


def _alive(group: int) -> bool:
    """Whether the group's leader still runs; one that has ended but was not yet buried by init does not count."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{group}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:  # not Linux, or the leader is gone while others of its group remain
        return True


def signal_group(group: int, number: int) -> None:
    """Send a signal to a group which may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _stop(groups: dict[int, int]) -> None:
    for group, parting in reversed(groups.items()):
        signal_group(group, parting)
    deadline = time.monotonic() + GRACE
    while any(_alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.02)
    for group in groups:
        signal_group(group, signal.SIGKILL)
    deadline = time.monotonic() + GRACE
    while any(_alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.02)


def main(parent: int) -> None:
    """Take notes until the parent is gone, then act on them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    directories: list[str] = []
    pending = b""
    # A forked copy of the parent may keep the pipe open after the parent's death; hence the look at the parent's pid.
    while os.getppid() == parent:
        if not select.select([0], [], [], 0.5)[0]:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            break
        *notes, pending = (pending + chunk).split(b"\n")
        for note in map(json.loads, notes):
            if "watch" in note:
                groups[note["watch"]] = note["signal"]
            elif "forget" in note:
                groups.pop(note["forget"], None)
            else:
                directories.append(note["remove"])
    _stop(groups)
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
