"""What is told of Google's addresses: which method was called, never whose thing it was about."""

import re
from urllib.parse import urlsplit

from aiogoogle.models import Request

_THING = re.compile(r"(?<=/spreadsheets/)[^/:]+|(?<=/files/)[^/:]+|(?<=/developerMetadata/)[^/:]+|(?<=/sheets/)[^/:]+")
_RANGE = re.compile(r"(?<=/values/)[^/:]+")
_METHODS = re.compile(r"[A-Za-z0-9/{}.:_-]{1,120}")
_SEARCH = "search"


def route_of(request: Request) -> str:
    """The path with `{id}` in place of identities and `{range}` in place of ranges, without its query."""
    path = urlsplit(str(request.url or "")).path
    path = _THING.sub(lambda found: found.group() if found.group() == _SEARCH else "{id}", path)
    path = _RANGE.sub("{range}", path)
    return path if _METHODS.fullmatch(path) else "elsewhere"
