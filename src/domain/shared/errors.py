"""One taxonomy of refusals and failures.

Every class carries a dotted `code`; the words people read, in Russian and English, are found by that code in the
wording catalogue and filled from `details`. No class knows of HTTP. Never put a secret into `details`.
"""

from typing import ClassVar

Detail = str | int


class SkladSheetsError(Exception):
    """The root of the taxonomy. `details` fill the wording's placeholders."""

    code: ClassVar[str] = "unexpected"

    def __init__(self, **details: Detail) -> None:
        super().__init__(self.code, details)
        self.details = details

    def __str__(self) -> str:
        """The code with its details, for logs."""
        told = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code}({told})"


class Unauthenticated(SkladSheetsError):
    """We do not know who is asking."""

    code = "tenants.unauthenticated"


class Forbidden(SkladSheetsError):
    """We know who is asking, and they may not."""

    code = "tenants.forbidden"


class NotFound(SkladSheetsError):
    """There is no such thing in this company. The same answer is given for another company's things."""

    code = "not_found"


class Conflict(SkladSheetsError):
    """The thing is in a state that does not allow this."""

    code = "conflict"


class RequestUnderWay(Conflict):
    """A request with the same idempotency key is being carried out; ask again in `retry_after` seconds."""

    code = "request_under_way"

    def __init__(self, retry_after: float, **details: Detail) -> None:
        super().__init__(**details)
        self.retry_after = retry_after


class RequestSuperseded(Conflict):
    """The request took so long that another one with the same idempotency key took over. This one changed nothing."""

    code = "request_superseded"


class AnswerLost(Conflict):
    """An earlier request with this idempotency key changed something, and its answer was lost with the process."""

    code = "answer_lost"


class RuleViolated(SkladSheetsError):
    """The request breaks a rule of the business; sent again unchanged, it will break it again."""

    code = "rule_violated"


class IdempotencyKeyReused(RuleViolated):
    """The idempotency key was used for a different request."""

    code = "idempotency_key_reused"


class PreconditionFailed(SkladSheetsError):
    """The thing is not any more as the caller saw it (If-Match)."""

    code = "precondition_failed"


class TooManyRequests(SkladSheetsError):
    """More requests in a while than are let in; ask again in `retry_after` seconds."""

    code = "too_many_requests"

    def __init__(self, retry_after: float, **details: Detail) -> None:
        super().__init__(**details)
        self.retry_after = retry_after


class QuotaExceeded(SkladSheetsError):
    """The company's plan does not cover this."""

    code = "billing.quota_exceeded"


class ConnectionBroken(SkladSheetsError):
    """A vendor no longer lets us in; only the customer can mend that."""

    code = "connections.broken"


class VendorBusy(SkladSheetsError):
    """A vendor asks us to wait `retry_after` seconds. Nothing was applied."""

    code = "vendors.busy"

    def __init__(self, retry_after: float, **details: Detail) -> None:
        super().__init__(**details)
        self.retry_after = retry_after


class VendorFailed(SkladSheetsError):
    """A vendor failed to answer properly. The request may or may not have been applied."""

    code = "vendors.failed"
