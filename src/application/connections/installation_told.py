"""What MoySklad writes of an installation, read as far as it is understood: nothing of it is worth refusing a call."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain.tenants.subscription import Subscription

_JSON_API = "/api/remap/1.2"
_LONGEST = 200


def read_subscription(told: Any) -> Subscription | None:
    """The block `subscription` (Vendor API docs, 6.3). What is not understood of it is left out."""
    if not isinstance(told, Mapping):
        return None
    return Subscription(
        tariff=_text(told.get("tariffId")),
        tariff_name=_text(told.get("tariffName")),
        trial=told.get("trial") is True,
        expires_at=_moment(told.get("expiryMoment")),
        partner=told.get("partner") is True,
        not_for_resale=told.get("notForResale") is True,
    )


def read_permissions(told: Any) -> str | None:
    """Of the block `access`, what JSON API 1.2 grants, as JSON: the scope, and with `custom` the permissions."""
    for access in told if isinstance(told, list) else ():
        if isinstance(access, Mapping) and str(access.get("resource", "")).rstrip("/").endswith(_JSON_API):
            granted = {"scope": access.get("scope") or [], "permissions": access.get("permissions") or {}}
            return msgspec.json.encode(granted, order="sorted").decode()
    return None


def _text(value: Any) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    """RFC 3339 with an offset. One without would be of no use: nobody says whose wall clock that is."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if read is None or read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
