"""Settings of who is let in, and how often."""

import msgspec

from entrypoints import written as as_
from entrypoints.environment import Environment


class GuardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who is let in. `trusted_hops` proxies of ours stand before the API, each of which adds to X-Forwarded-For the
    address that it was called from; the rest of that header may be anybody's. The others are requests a minute, 0 for
    as many as one likes: attempts to come in from one address, anything else from it, and one company's.
    """

    trusted_hops: int = 0
    sign_ins: int = 120
    address_requests: int = 6000
    company_requests: int = 3000


def read_guarding(env: Environment) -> GuardSettings:
    """Reads them; what is wrong is noted in the environment."""
    usual = GuardSettings()
    return GuardSettings(
        trusted_hops=env.optional(
            "TRUSTED_PROXY_HOPS", "how many proxies of yours stand before the API, 0 or more", as_.count, 0
        ),
        sign_ins=env.optional(
            "SIGN_INS_PER_MINUTE", "attempts to come in from one address, 0 for no limit", as_.count, usual.sign_ins
        ),
        address_requests=env.optional(
            "ADDRESS_REQUESTS_PER_MINUTE",
            "requests from one address, 0 for no limit",
            as_.count,
            usual.address_requests,
        ),
        company_requests=env.optional(
            "COMPANY_REQUESTS_PER_MINUTE", "requests of one company, 0 for no limit", as_.count, usual.company_requests
        ),
    )
