"""Addresses that others need who do not serve them, and so need not load what does."""

SIGN_IN = "/sign-in"


def link_address(public_url: str, token: str) -> str:
    """Where a one-time link leads. Browsers keep what stands behind `#` to themselves, so no log has the token."""
    return f"{public_url}{SIGN_IN}#{token}"
