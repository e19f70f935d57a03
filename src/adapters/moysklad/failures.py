"""Failures: what MoySklad's refusals mean to us, as one table (JSON API docs, Errors and Restrictions).

The documentation names codes without their HTTP status, so a known code decides and the status is the net under it.
"""

from collections.abc import Mapping
from enum import Enum, auto

import msgspec

from domain.connections.moysklad import (
    MoySkladDisconnected,
    MoySkladPermissionMissing,
    MoySkladRejected,
    TariffRefused,
)
from domain.exports.filters import FilterRefused
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed

WORDS_LIMIT = 300
"""Characters of MoySklad's own message that are kept."""

WINDOW_SECONDS = 3.0
"""The window in which requests are counted; how long to wait when an answer does not say."""


class Verdict(Enum):
    """What a refusal means."""

    DISCONNECTED = auto()
    """The token does not work any more: only the customer can mend it."""
    NOT_PERMITTED = auto()
    """The token works, its rights do not reach this: the customer must give the right."""
    TARIFF = auto()
    """The account's tariff, or an option that is off, does not allow this."""
    REFUSED = auto()
    """The question itself is wrong; asked again it will be refused again."""
    ABSENT = auto()
    """The object that was asked for, or named in a filter, was deleted or is out of sight."""
    REJECTED = auto()
    """What we sent is not accepted; sent again it will not be accepted again."""
    SPLIT = auto()
    """Too much at once: the same in smaller portions may be accepted."""
    CHANGED = auto()
    """Somebody changed or deleted the object meanwhile: it has to be read anew, then tried once more."""
    WINDOW = auto()
    """Too many requests in the window; nothing happened."""
    PARALLEL = auto()
    """Too many requests at once; nothing happened."""
    LATER = auto()
    """MoySklad asks to come back after a while."""
    PASSING = auto()
    """MoySklad's own trouble, which may be gone at the next try."""
    FAILED = auto()
    """Anything else."""


BY_CODE: dict[int, Verdict] = {
    **dict.fromkeys((1048, 1056, 1061), Verdict.DISCONNECTED),
    **dict.fromkeys((1016, 1017, 1018, 1045, 1064, 1075, 1092, 30004, 38000), Verdict.NOT_PERMITTED),
    **dict.fromkeys((1043, 1070, 30006, 37000, 47000), Verdict.TARIFF),
    **dict.fromkeys((1014, 1034, 1035, 1040, 1041, 1042, 1063, 1089, 1091, 3043), Verdict.REFUSED),
    **dict.fromkeys((1008, 1021), Verdict.ABSENT),
    **dict.fromkeys((1028, 1029, 1031, 1046, 1047, 1059, 2013, 2024, 2027, 22004, 36000, 36001), Verdict.REJECTED),
    **dict.fromkeys((3000, 3001, 3004, 3005, 3006, 3009, 3024, 3041, 17000, 17001), Verdict.REJECTED),
    **dict.fromkeys((17003, 17004, 17007, 17008, 17009, 17014, 17016, 17018), Verdict.REJECTED),
    **dict.fromkeys((1052, 1060, 2001, 2005, 2009, 2010, 2011, 2014, 2016, 3003, 3040), Verdict.REJECTED),
    **dict.fromkeys((3048, 3049, 3050, 15000, 21000), Verdict.REJECTED),
    **dict.fromkeys((*range(14000, 14014), *range(17020, 17025)), Verdict.REJECTED),
    **dict.fromkeys((30000, 30001, 30002, 30003, 30005, 30007, 30008, 30009, 30010), Verdict.REJECTED),
    **dict.fromkeys((1044, 1088, 2006, 2007, 2022), Verdict.SPLIT),
    1065: Verdict.CHANGED,
    1049: Verdict.WINDOW,
    1073: Verdict.PARALLEL,
    **dict.fromkeys((1095, 61002, 61006), Verdict.LATER),
    **dict.fromkeys((1036, 1074, 1083, 51007, 61008), Verdict.PASSING),
}

BY_STATUS: dict[int, Verdict] = {
    401: Verdict.DISCONNECTED,
    403: Verdict.NOT_PERMITTED,
    **dict.fromkeys((409, 412), Verdict.REJECTED),
    413: Verdict.SPLIT,
    414: Verdict.REFUSED,
    **dict.fromkeys((500, 502, 503, 504), Verdict.PASSING),
}

LATER_SECONDS = {1095: 60.0, 61002: 30.0, 61006: 5.0}
"""MoySklad names a time only for 1095; the other two are ours: a queue of four that is full, a result not ready yet."""

CHANGED_SECONDS = 1.0

_WITH_WORDS: dict[Verdict, type[SkladSheetsError]] = {
    Verdict.NOT_PERMITTED: MoySkladPermissionMissing,
    Verdict.TARIFF: TariffRefused,
    Verdict.REFUSED: FilterRefused,
    Verdict.ABSENT: FilterRefused,
    Verdict.REJECTED: MoySkladRejected,
    Verdict.SPLIT: MoySkladRejected,
}
_WAITS = frozenset({Verdict.WINDOW, Verdict.PARALLEL, Verdict.LATER, Verdict.CHANGED})


class _Error(msgspec.Struct):
    code: int | None = None
    error: str = ""


class _Body(msgspec.Struct):
    errors: list[_Error] = []


class Refusal:
    """One answer that is not a success. `code` is None when MoySklad gave none."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.code, self.words = _read(body)
        self.retry_after = milliseconds(headers, "x-lognex-retry-after")

    @property
    def verdict(self) -> Verdict:
        """What it means. A 429 without a code is told apart by the header that only the window limit sends."""
        if self.code is not None and self.code in BY_CODE:
            return BY_CODE[self.code]
        if self.status == 429:
            return Verdict.PARALLEL if self.retry_after is None else Verdict.WINDOW
        return BY_STATUS.get(self.status, Verdict.FAILED)

    def error(self) -> SkladSheetsError:
        """The refusal in the domain's words."""
        number = self.code if self.code is not None else self.status
        reason = self.words or f"HTTP {self.status}"
        if self.verdict in _WITH_WORDS:
            return _WITH_WORDS[self.verdict](reason=reason, number=number)
        if self.verdict is Verdict.DISCONNECTED:
            return MoySkladDisconnected(reason=number)
        if self.verdict in _WAITS:
            return VendorBusy(self._wait(), reason=number)
        return VendorFailed(status=self.status, reason=number)

    def _wait(self) -> float:
        if self.verdict is Verdict.LATER:
            return LATER_SECONDS.get(self.code or 0, 60.0)
        return CHANGED_SECONDS if self.verdict is Verdict.CHANGED else self.retry_after or WINDOW_SECONDS


def milliseconds(headers: Mapping[str, str], name: str) -> float | None:
    """A header that counts milliseconds, in seconds; None when it is absent or no number."""
    text = headers.get(name, "")
    return int(text) / 1000 if text.isascii() and text.isdigit() else None


def _read(body: bytes) -> tuple[int | None, str]:
    try:
        found = msgspec.json.decode(body, type=_Body | list[_Body])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None, ""
    bodies = found if isinstance(found, list) else [found]
    errors = [error for one in bodies for error in one.errors]
    if not errors:
        return None, ""
    return errors[0].code, errors[0].error[:WORDS_LIMIT]
