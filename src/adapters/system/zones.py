"""Time zones, from the tz database that the lock names: the machine's own may be older, and differ from another's."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_DATABASE = files("tzdata")


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, None if there is none."""
    return _zone(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(_DATABASE.joinpath("zones").read_text(encoding="utf-8").split())


@cache
def _zone(name: str) -> ZoneInfo:
    with _DATABASE.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
