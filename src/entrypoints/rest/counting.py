"""How many requests there are, and what their answers say of it."""

from functools import lru_cache
from typing import Any

from application.bus import Application
from application.tenants.commands.let_in import Knock, LetIn
from application.tenants.rates import Gate
from domain.shared.errors import TooManyRequests
from domain.shared.identities import CompanyId
from domain.tenants.rates import Admission

_READING = frozenset({"GET", "HEAD"})
_RATE = "rate"


async def count(scope: Any, application: Application, knocks: tuple[Knock, ...], *, known: bool) -> None:
    """Counts the request at these gates. Who is `known` may read on while the shared books are out of reach. Raises
    TooManyRequests.
    """
    message = LetIn(knocks=knocks, leniently=known and scope.get("method") in _READING)
    state: dict[str, Any] = scope.setdefault("state", {})
    try:
        told = await application.execute(message)
    except TooManyRequests as refused:
        limit = int(refused.details["limit"])
        refusal = Admission(False, limit, 0, refused.retry_after, refused.retry_after)
        state[_RATE] = (str(refused.details["gate"]), refusal)
        raise
    if told is not None:
        gate, admission = told
        state[_RATE] = (gate.value, admission)


async def count_company(scope: Any, application: Application, company_id: CompanyId) -> None:
    """One request of the company's. Raises TooManyRequests."""
    await count(scope, application, (Knock(Gate.COMPANY, str(company_id)),), known=True)


def rate_headers(scope: Any) -> list[tuple[bytes, bytes]]:
    """How much more is let in, by the gate that was asked last; both as it has been told for long (RateLimit-Limit, …)
    and as the draft standard has it (draft-ietf-httpapi-ratelimit-headers-10).
    """
    known: tuple[str, Admission] | None = scope.get("state", {}).get(_RATE)
    if known is None:
        return []
    gate, admission = known
    reset = max(1, round(admission.reset_after if admission.admitted else admission.retry_after))
    limit, policy = _of_gate(gate, admission.limit)
    return [
        limit,
        (b"ratelimit-remaining", b"%d" % admission.remaining),
        (b"ratelimit-reset", b"%d" % reset),
        policy,
        (b"ratelimit", f'"{gate}";r={admission.remaining};t={reset}'.encode()),
    ]


@lru_cache(maxsize=64)
def _of_gate(gate: str, limit: int) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    return (b"ratelimit-limit", b"%d" % limit), (b"ratelimit-policy", f'"{gate}";q={limit};w=60'.encode())
