"""Who is at work and from where, as far as the way in knows, for as long as one request lasts."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from application.tenants.kept_answers import Claim


class ActorKind(StrEnum):
    """What kind of somebody does something."""

    MEMBER = "member"
    API_KEY = "api_key"
    MOYSKLAD = "moysklad"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(slots=True)
class Occasion:
    """One request, or one call of an operator's. The way in fills it while it learns who is asking.

    `claim` is the hold on an idempotency key, where the request came with one; `told` says that the audit log has been
    told of a refusal.
    """

    actor: ActorKind = ActorKind.SYSTEM
    actor_id: UUID | None = None
    address: str | None = None
    request_id: str | None = None
    claim: Claim | None = None
    told: bool = False


_current: ContextVar[Occasion | None] = ContextVar("occasion", default=None)


def occasion() -> Occasion:
    """The present one. Where nobody has told of any, the service is at work by itself."""
    return _current.get() or Occasion()


class during:  # noqa: N801 - it is called like a function, once for each request
    """Makes it the present one for the block, and for tasks that begin in it."""

    __slots__ = ("_present", "_token")

    def __init__(self, present: Occasion) -> None:
        self._present = present

    def __enter__(self) -> None:
        """Begins."""
        self._token = _current.set(self._present)

    def __exit__(self, *_: object) -> None:
        """The one before is the present one again."""
        _current.reset(self._token)
