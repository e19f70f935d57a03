"""The form of what MoySklad delivers (JSON API docs, webhooks and stock webhooks). It may grow; unknown keys pass."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from domain.webhooks.announcements import ToldEvent, ToldStock


class _Meta(msgspec.Struct, frozen=True, gc=False):
    type: str
    href: str


class _Event(msgspec.Struct, frozen=True, rename="camel", gc=False):
    meta: _Meta
    action: str
    account_id: str
    updated_fields: Any = None


class _Delivery(msgspec.Struct, frozen=True, rename="camel", gc=False):
    events: list[_Event] | msgspec.UnsetType = msgspec.UNSET
    account_id: str | msgspec.UnsetType = msgspec.UNSET
    report_type: str | msgspec.UnsetType = msgspec.UNSET


_DECODER = msgspec.json.Decoder(_Delivery)


def told_by(body: bytes) -> list[ToldEvent] | ToldStock | None:
    """What the body tells; None where it has neither of the two forms."""
    try:
        read = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if read.events is not msgspec.UNSET:
        return [_told(one) for one in read.events]
    if read.report_type is msgspec.UNSET or read.account_id is msgspec.UNSET:
        return None
    return ToldStock(read.report_type, read.account_id)


def _told(event: _Event) -> ToldEvent:
    """A list of fields in no form that we know takes nothing from the event."""
    given = event.updated_fields
    fields = frozenset(one for one in given if isinstance(one, str)) if isinstance(given, list) else frozenset()
    return ToldEvent(event.meta.type, event.meta.href, event.action, event.account_id, fields)


def has_a_known_form(body: bytes) -> bool:
    """Whether `told_by` would read it."""
    try:
        read = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    stock = read.report_type is not msgspec.UNSET and read.account_id is not msgspec.UNSET
    return read.events is not msgspec.UNSET or stock


def request_key(request_id: str, body: bytes) -> UUID:
    """What repetitions of one delivery have in common: its `requestId`, which stays when MoySklad tries again. Where it
    is none, a digest of it, and without any a digest of the body.
    """
    try:
        return UUID(request_id)
    except ValueError:
        told = request_id.encode() or body
        return UUID(bytes=hashlib.blake2b(told, digest_size=16, person=b"delivery").digest())
