"""Lists in pages, by cursor."""

import base64
import binascii
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from domain.shared.errors import RuleViolated

ItemT = TypeVar("ItemT")

USUAL, MOST = 50, 100


class CursorInvalid(RuleViolated):
    """The cursor is not one that we gave out."""

    code = "cursor_invalid"


class LimitInvalid(RuleViolated):
    """A page has 1 to 100 items."""

    code = "limit_invalid"


class PageOf(msgspec.Struct, Generic[ItemT], frozen=True, kw_only=True, rename="camel"):
    """One page. `nextCursor` is absent from the last one."""

    items: list[ItemT]
    next_cursor: str | None


def read_cursor(cursor: str | None) -> UUID | None:
    """Where the page starts. Raises CursorInvalid."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error) as wrong:
        raise CursorInvalid from wrong


def read_limit(limit: int | None) -> int:
    """How many items. Raises LimitInvalid."""
    wanted = USUAL if limit is None else limit
    if not 1 <= wanted <= MOST:
        raise LimitInvalid(most=MOST)
    return wanted


def read_key(cursor: str | None) -> str | None:
    """The text after which the page starts. Raises CursorInvalid."""
    if cursor is None:
        return None
    try:
        return base64.urlsafe_b64decode(cursor + "==").decode()
    except (ValueError, binascii.Error) as wrong:
        raise CursorInvalid from wrong


def page_by_key(items: list[ItemT], limit: int, key: Callable[[ItemT], str]) -> PageOf[ItemT]:
    """The page of `limit` items out of one more than that; the next one starts after a text."""
    return _page(items, limit, lambda item: key(item).encode())


def page_of(items: list[ItemT], limit: int, identity: Callable[[ItemT], UUID]) -> PageOf[ItemT]:
    """The page of `limit` items out of one more than that, which tells whether another page follows."""
    return _page(items, limit, lambda item: identity(item).bytes)


def _page(items: list[ItemT], limit: int, place: Callable[[ItemT], bytes]) -> PageOf[ItemT]:
    if len(items) <= limit:
        return PageOf(items=items, next_cursor=None)
    kept = items[:limit]
    cursor = base64.urlsafe_b64encode(place(kept[-1])).decode().rstrip("=")
    return PageOf(items=kept, next_cursor=cursor)
