"""Who is asking?"""

from application.messages import SystemQuery
from application.ports import Clock
from application.tenants.ports import AccessTokens, Identity


class Identify(SystemQuery[Identity], frozen=True, kw_only=True):
    """`access_token` is the one from the Authorization header."""

    access_token: str


class IdentifyHandler:
    """Reads an access token. It is valid for minutes, so no store is asked."""

    def __init__(self, access_tokens: AccessTokens, clock: Clock) -> None:
        self._access_tokens = access_tokens
        self._clock = clock

    async def __call__(self, query: Identify) -> Identity:
        """Raises AccessTokenInvalid."""
        return self._access_tokens.read(query.access_token, self._clock.now())
