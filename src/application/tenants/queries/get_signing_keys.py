"""With which keys can our access tokens be checked?"""

from application.messages import SystemQuery
from application.tenants.ports import AccessTokens


class GetSigningKeys(SystemQuery[list[dict[str, str]]], frozen=True, kw_only=True):
    """Asked by anybody: these keys are public."""


class GetSigningKeysHandler:
    """Answers JSON Web Keys."""

    def __init__(self, access_tokens: AccessTokens) -> None:
        self._access_tokens = access_tokens

    async def __call__(self, query: GetSigningKeys) -> list[dict[str, str]]:
        """The signing key first."""
        del query
        return list(self._access_tokens.published())
