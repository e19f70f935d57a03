"""What MoySklad's answers say of the budget (JSON API docs, Restrictions)."""

from collections.abc import Mapping

from adapters.moysklad.failures import WINDOW_SECONDS, Refusal, Verdict, milliseconds
from application.connections.ports import Failing, Heard, Refused
from domain.shared.errors import VendorFailed

_REFUSED = {Verdict.WINDOW: Refused.WINDOW, Verdict.PARALLEL: Refused.PARALLEL}


def heard_of(headers: Mapping[str, str], judged: object) -> Heard:
    """The headers and the outcome, for the budgets. X-Lognex-Reset stands in for an absent X-Lognex-Retry-After."""
    refused, failing, retry_after = Refused.NOT, Failing.NOT, None
    if isinstance(judged, Refusal):
        refused = _REFUSED.get(judged.verdict, Refused.NOT)
        if refused is Refused.WINDOW:
            retry_after = judged.retry_after or milliseconds(headers, "x-lognex-reset") or WINDOW_SECONDS
        if refused is Refused.NOT:
            failing = Failing.ALL if judged.verdict is Verdict.DISCONNECTED else Failing.THIS
    elif isinstance(judged, VendorFailed):
        failing = Failing.THIS
    return Heard(
        limit=_number(headers, "x-ratelimit-limit"),
        remaining=_number(headers, "x-ratelimit-remaining"),
        window=milliseconds(headers, "x-lognex-retry-timeinterval"),
        retry_after=retry_after,
        refused=refused,
        failing=failing,
    )


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None
