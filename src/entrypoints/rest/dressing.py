"""Headers that every answer has, whoever made it."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from litestar.types import HTTPScope

from entrypoints.rest.counting import rate_headers

EMBEDDED = {"embedded": True}
"""For a page that lives in MoySklad's iframe."""

MOYSKLAD = "https://online.moysklad.ru"
"""Where MoySklad's pages come from, which frame ours (Vendor API docs, 5.2)."""

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-resource-policy": "same-origin",
}
_OURS = frozenset(
    name.encode()
    for name in (
        *_ALWAYS,
        "strict-transport-security",
        "cache-control",
        "x-frame-options",
        "content-security-policy",
    )
)
"""All that may be added."""

Headers = list[tuple[bytes, bytes]]
_YEAR = 31_536_000
_DOCS = "/docs"
_KINDS = ("/api/", "/oauth/", _DOCS)
"""What paths that are treated alike begin with."""


def dressed(public_url: str | None) -> Callable[[HTTPScope, Iterable[tuple[bytes, bytes]]], Headers]:
    """What adds to an answer's headers those that it does not say itself."""
    secure = (public_url or "").startswith("https://")

    def dress(scope: HTTPScope, given: Iterable[tuple[bytes, bytes]]) -> Headers:
        headers = list(given)
        said = {name.lower(): value for name, value in headers}
        html = said.get(b"content-type", b"").startswith(b"text/html")
        wanted = _wanted(_kind_of(scope["path"]), html, _embedded(scope), secure)
        headers += wanted if said.keys().isdisjoint(_OURS) else [one for one in wanted if one[0] not in said]
        headers += rate_headers(scope)
        return headers

    return dress


def _kind_of(path: str) -> str:
    if path.startswith(_KINDS[0]):
        return _KINDS[0]
    return next((kind for kind in _KINDS if path.startswith(kind)), "/")


@lru_cache(maxsize=64)
def _wanted(kind: str, html: bool, embedded: bool, secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    said = {"content-type": "text/html"} if html else {}
    return tuple(
        (name.encode(), value.encode()) for name, value in usual_headers(kind, said, embedded, secure=secure).items()
    )


def usual_headers(path: str, said: Mapping[str, str], embedded: bool, *, secure: bool) -> dict[str, str]:
    """What an answer to that path should say, unless it says something else itself. A Content-Security-Policy of the
    page's own is left whole.
    """
    wanted = dict(_ALWAYS)
    if secure:
        wanted["strict-transport-security"] = f"max-age={_YEAR}"
    if path.startswith(_KINDS[:2]):
        wanted["cache-control"] = "no-store"
    frames = f"frame-ancestors {MOYSKLAD}" if embedded else "frame-ancestors 'none'"
    if not embedded:
        wanted["x-frame-options"] = "DENY"
    wanted["content-security-policy"] = _policy(path, said.get("content-type", ""), frames)
    return wanted


def _policy(path: str, content_type: str, frames: str) -> str:
    if path.startswith(_DOCS) and content_type.startswith("text/html"):
        return f"base-uri 'none'; object-src 'none'; {frames}"  # its page has a script of its own
    if content_type.startswith("text/html"):
        return f"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; {frames}"
    return f"default-src 'none'; {frames}"


def _embedded(scope: Any) -> bool:
    handler = scope.get("route_handler")
    return handler is not None and bool(handler.opt.get("embedded"))
