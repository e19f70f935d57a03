"""Clocks of companies."""

from datetime import tzinfo
from typing import Protocol


class Zones(Protocol):
    """Time zones by name."""

    def zone(self, time_zone: str) -> tzinfo:
        """The zone of that IANA name. Raises TimeZoneUnknown."""
        ...
