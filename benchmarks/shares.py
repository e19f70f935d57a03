"""Whose the processor was: seconds of CPU by kind of process, so that what limits a measurement can be named."""

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def taken(root: int | None = None) -> Mapping[str, float]:
    """Seconds of CPU that everything has taken which was started by `root` (ourselves) and still runs, or ended and was
    waited for, by names of programs. Names end where the kernel cuts them off, after 15 signs.
    """
    seconds: dict[str, float] = defaultdict(float)
    parents: dict[int, tuple[int, str, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            told = _read(entry)
            if told is not None:
                parents[int(entry.name)] = told
    ours = os.getpid() if root is None else root
    for pid, (_, name, spent) in parents.items():
        if _descends(pid, ours, parents):
            seconds[name] += spent
    return seconds


def shares(before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> dict[str, int]:
    """Percents of one core that each took in the meantime; what took less than one is left out."""
    spent = {name: round((after[name] - before.get(name, 0.0)) / seconds * 100) for name in after}
    return {name: share for name, share in sorted(spent.items(), key=lambda item: -item[1]) if share}


def _read(entry: Path) -> tuple[int, str, float] | None:
    """Parent, name and seconds, those of children that were waited for included."""
    try:
        head, _, rest = (entry / "stat").read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = rest.split()
    return int(fields[1]), head.partition("(")[2], sum(map(int, fields[11:15])) / _TICKS


def _descends(pid: int, root: int, parents: dict[int, tuple[int, str, float]]) -> bool:
    known = parents.get(pid)
    while known is not None and known[0] != root:
        pid, known = known[0], parents.get(known[0])
    return known is not None
