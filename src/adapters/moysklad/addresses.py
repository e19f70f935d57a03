"""Addresses that MoySklad's answers name, and where the token may go."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from domain.shared.errors import VendorFailed

Parameters = Iterable[tuple[str, str]]
_PORTS = {"http": 80, "https": 443}
_SECRET_AFTER = frozenset({"context"})
"""Steps of a path before one that nobody may see: a context key lets people in."""
_STEP = re.compile(r"[A-Za-z_]{0,40}")
"""A step of a path that the API's own description has: no digits, which every identity has."""


def address(base_url: str, path: str, parameters: Parameters) -> str:
    """The whole address of a path of the API, or of an href that it gave us.

    Raises VendorFailed for an href that leads elsewhere than to the API's own origin: the token must not go there.
    """
    if "://" in path.partition("?")[0] or path.startswith("//"):
        if not same_origin(base_url, path):
            raise VendorFailed(reason="foreign address")
        whole = path
    else:
        whole = f"{base_url}{path}"
    pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters)
    if not pairs:
        return whole
    return f"{whole}{'&' if '?' in whole else '?'}{pairs}"


def redirected(url: str, target: str) -> str | None:
    """Where a redirect leads; None where it must not be followed: without an address, with a login in it, to another
    scheme than the web's, or from TLS to plain text.
    """
    try:
        whole = urljoin(url, target)
        parts = urlsplit(whole)
        _ = parts.port
    except ValueError:
        return None
    if not target or parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    if urlsplit(url).scheme == "https" and parts.scheme != "https":
        return None
    return whole


def same_origin(one: str, other: str) -> bool:
    """Whether both addresses name the same scheme, host and port, and neither a login."""
    try:
        return _origin(urlsplit(one)) == _origin(urlsplit(other))
    except ValueError:
        return False


def path_of(url: str) -> str:
    """The path without what is asked of it."""
    return urlsplit(url).path


def route_of(base_url: str, url: str) -> str:
    """The path below the API's address with `{id}` in place of identities; `elsewhere` for another address."""
    if not url.startswith(f"{base_url}/"):
        return "elsewhere"
    steps = path_of(url).removeprefix(path_of(base_url)).split("/")
    named = [
        step if _STEP.fullmatch(step) and before not in _SECRET_AFTER else "{id}"
        for before, step in zip(("", *steps), steps, strict=False)
    ]
    return "/".join(named)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None, bool]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme), "@" in parts.netloc
