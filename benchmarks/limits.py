"""The vendors' limits and Google's pace, on or off, and what they alone would make a run take."""

from dataclasses import dataclass

import httpx

from devstack.people import Vendors
from devstack.stack import Stack

UNLIMITED = {
    "MOYSKLAD_UNITS": "1000000",
    "MOYSKLAD_PARALLEL": "8",
    "GOOGLE_USER_REQUESTS": "1000000",
    "GOOGLE_PROJECT_REQUESTS": "1000000",
    "GOOGLE_WRITE_SPACING_SECONDS": "0",
}
UNCOUNTED = {"SIGN_INS_PER_MINUTE": "0", "ADDRESS_REQUESTS_PER_MINUTE": "0", "COMPANY_REQUESTS_PER_MINUTE": "0"}
"""Everybody who is measured has one address."""

PLENTY = dict.fromkeys(UNCOUNTED, "1000000000")
"""Requests are counted, and nobody is ever turned away."""

WRITE_LATENCY = 1.1
"""Seconds that a write takes at Google while limits are on: our estimate of what a body of 2 MB takes there."""

MOYSKLAD_UNITS, MOYSKLAD_PER_SECOND = 45, 45 / 3
GOOGLE_WRITES, GOOGLE_PER_SECOND = 60, 60 / 60


@dataclass(frozen=True, slots=True)
class Bound:
    """The seconds that a run takes at least if nothing costs time but the vendors: each part by itself.

    `units` is MoySklad's budget and `quota` that of a Google user: what goes beyond the first window, at the pace of
    the later ones. `latency` is Google's for writes one after another. Parts may overlap, so that the longest counts.
    """

    units: float
    latency: float
    quota: float

    @classmethod
    def of(cls, moysklad_requests: float, google_writes: float) -> "Bound":
        """Every request of a published app to these endpoints is one unit."""
        return cls(
            units=round(max(0.0, moysklad_requests - MOYSKLAD_UNITS) / MOYSKLAD_PER_SECOND, 2),
            latency=round(google_writes * WRITE_LATENCY, 2),
            quota=round(max(0.0, google_writes - GOOGLE_WRITES) / GOOGLE_PER_SECOND, 2),
        )

    @property
    def seconds(self) -> float:
        """The longest part."""
        return max(self.units, self.latency, self.quota)


class Limits:
    """Switches the limits of both vendors together with the worker, which is started anew each time."""

    def __init__(self, running: Stack) -> None:
        self._stack = running
        self._vendors = Vendors(running)

    def off(self) -> None:
        """Nobody limits anybody, and a write takes as long as the emulator works."""
        self._set(quotas=False, latency=0.0)
        self._stack.environment.update(UNLIMITED)
        self.fresh_worker()

    def on(self) -> None:
        """Both vendors' documented limits, the worker's usual settings, and a latency for writes."""
        self._set(quotas=True, latency=WRITE_LATENCY)
        for name in UNLIMITED:
            self._stack.environment.pop(name, None)
        self.fresh_worker()

    def fresh_worker(self) -> None:
        """A new process, whose peak of memory is its own."""
        self._stack.supervisor.stop("worker")
        self._stack.start_worker()

    def _set(self, *, quotas: bool, latency: float) -> None:
        self._vendors.moysklad("/settings", {"quotas": quotas})
        self._vendors.moysklad("/quotas/reset", {})
        self._vendors.google("/settings", {"quotas": quotas, "writeLatencySeconds": latency})
        httpx.delete(f"{self._stack.google_url}/_control/quotas").raise_for_status()
