"""Failures: what MoySklad's refusals mean to us, as one table (JSON API docs, Errors and Restrictions).

The documentation names codes without their HTTP status, so a known code decides and the status is the net under it.
"""

from collections.abc import Mapping
from enum import Enum, auto

import msgspec

from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.filters import FilterRefused
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed

WORDS_LIMIT = 300
"""Characters of MoySklad's own message that are kept."""

WINDOW_SECONDS = 3.0
"""The window in which requests are counted; how long to wait when an answer does not say."""


class Verdict(Enum):
    """What a refusal means."""

    DISCONNECTED = auto()
    """The token or its rights: only the customer can mend it."""
    NOT_PERMITTED = auto()
    """The app may not see this kind of objects: the customer must give the right."""
    REFUSED = auto()
    """The question itself is wrong; asked again it will be refused again."""
    WINDOW = auto()
    """Too many requests in the window; nothing happened."""
    PARALLEL = auto()
    """Too many requests at once; nothing happened."""
    LATER = auto()
    """MoySklad asks to come back in a minute."""
    PASSING = auto()
    """MoySklad's own trouble, which may be gone at the next try."""
    FAILED = auto()
    """Anything else."""


BY_CODE: dict[int, Verdict] = {
    **dict.fromkeys((1048, 1056, 1061, 1070, 1043, 30006, 37000, 47000), Verdict.DISCONNECTED),
    **dict.fromkeys((1016, 1017, 1018, 1045, 1064, 1075, 1092), Verdict.NOT_PERMITTED),
    **dict.fromkeys((1008, 1014, 1021, 1034, 1035, 1040, 1041, 1042, 1063, 1089, 1091, 3043), Verdict.REFUSED),
    1049: Verdict.WINDOW,
    1073: Verdict.PARALLEL,
    1095: Verdict.LATER,
    **dict.fromkeys((1036, 1074, 1083, 51007, 61008), Verdict.PASSING),
}

BY_STATUS: dict[int, Verdict] = {
    401: Verdict.DISCONNECTED,
    414: Verdict.REFUSED,
    **dict.fromkeys((500, 502, 503, 504), Verdict.PASSING),
}


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
        verdict = self.verdict
        number = self.code if self.code is not None else self.status
        if verdict in {Verdict.DISCONNECTED, Verdict.NOT_PERMITTED}:
            return MoySkladDisconnected(reason=number)
        if verdict is Verdict.REFUSED:
            return FilterRefused(reason=self.words or f"HTTP {self.status}", number=number)
        if verdict in {Verdict.WINDOW, Verdict.PARALLEL}:
            return VendorBusy(self.retry_after or WINDOW_SECONDS, reason=number)
        if verdict is Verdict.LATER:
            return VendorBusy(60.0, reason=number)
        return VendorFailed(status=self.status, reason=number)


def not_permitted(error: MoySkladDisconnected) -> bool:
    """Whether the token works and only the right to see this kind of objects is missing."""
    reason = error.details.get("reason")
    return isinstance(reason, int) and BY_CODE.get(reason) is Verdict.NOT_PERMITTED


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
