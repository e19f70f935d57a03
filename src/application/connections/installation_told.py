"""What MoySklad writes of an installation, read as far as it is understood: nothing of it is worth refusing a call."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain.tenants.subscription import Subscription

_JSON_API = "/api/remap/1.2"
_LONGEST = 200


def read_subscription(told: Any) -> Subscription | None:
    """The block `subscription` (Vendor API docs, 6.3); None for one that names no tariff, which says nothing new. What
    else is not understood of it is left out.
    """
    tariff = _text(told.get("tariffId")) if isinstance(told, Mapping) else ""
    if not isinstance(told, Mapping) or not tariff:
        return None
    return Subscription(
        tariff=tariff,
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


def legible(text: str) -> str:
    """The text as PostgreSQL can keep it: without what has no sign."""
    return text.replace("\0", "")


def _text(value: Any) -> str:
    """Nothing for what can be no name of a tariff."""
    return legible(value) if isinstance(value, str) and len(value) <= _LONGEST else ""


def _moment(value: Any) -> datetime | None:
    """RFC 3339 with an offset. One without would be of no use: nobody says whose wall clock that is."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if read is None or read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
