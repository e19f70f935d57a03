"""Where Google answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoogleEndpoints:
    """Addresses of the Sheets and Drive APIs and of OAuth 2.0, and who may have issued an id token.

    The defaults are Google's own (its OpenID configuration, and the Sheets discovery document).
    """

    sheets: str = "https://sheets.googleapis.com/"
    drive: str = "https://www.googleapis.com/"
    authorization: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    revocation: str = "https://oauth2.googleapis.com/revoke"
    issuers: tuple[str, ...] = ("https://accounts.google.com", "accounts.google.com")

    @classmethod
    def at(cls, base: str) -> "GoogleEndpoints":
        """Every endpoint under one address, with Google's own paths: how the emulator serves them."""
        root = base.rstrip("/")
        return cls(
            sheets=f"{root}/",
            drive=f"{root}/",
            authorization=f"{root}/o/oauth2/v2/auth",
            token=f"{root}/token",
            revocation=f"{root}/revoke",
            issuers=(*cls().issuers, root),
        )
