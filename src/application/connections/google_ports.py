"""Ports of the connections area that only Google needs."""

from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Protocol

from application.connections.ports import GoogleKey


class Spending(StrEnum):
    """Which quota a call spends; Google counts the two apart (Sheets API, usage limits)."""

    READ = "read"
    WRITE = "write"


class Quota(StrEnum):
    """Whose quota Google says is used up (`quota_limit` of a 429)."""

    USER = "user"
    PROJECT = "project"


class GoogleTurn:
    """Leave to send one request, now."""

    def __init__(self) -> None:
        self.refusal: tuple[Quota, float] | None = None

    def refused(self, quota: Quota, retry_after: float) -> None:
        """Passes on that Google refused the request (429): this quota is closed for that many seconds."""
        self.refusal = quota, retry_after


class GoogleBudgets(Protocol):
    """Google's quotas, which all processes spend together."""

    def turn(
        self, key: GoogleKey, spending: Spending, spreadsheet: str = "", *, patience: float = 30.0
    ) -> AbstractAsyncContextManager[GoogleTurn]:
        """Waits until one request may go out.

        `spreadsheet` is the one that would be written: its writes are spaced. Raises VendorBusy when no turn comes
        within `patience` seconds, at once when that is certain.
        """
        ...
