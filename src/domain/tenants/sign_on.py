"""How somebody may fail to come in."""

from domain.shared.errors import Forbidden, RuleViolated, Unauthenticated


class AccessTokenInvalid(Unauthenticated):
    """The access token is missing, expired, or not one of ours."""

    code = "tenants.access_token_invalid"


class VendorSignatureInvalid(Unauthenticated):
    """The call to a Vendor API endpoint is not signed by MoySklad, or its signature was used before."""

    code = "tenants.vendor_signature_invalid"


class ContextKeyInvalid(Unauthenticated):
    """MoySklad does not know this context key: it is unknown, older than five minutes, or another app's."""

    code = "tenants.context_key_invalid"


class ContextKeyUsed(Unauthenticated):
    """Somebody already came in with this context key."""

    code = "tenants.context_key_used"


class DeactivationInvalid(RuleViolated):
    """MoySklad's deactivation request has a cause that is neither a suspension nor a removal."""

    code = "tenants.deactivation_invalid"


class ActivationInvalid(RuleViolated):
    """MoySklad's activation request lacks the access token without which nothing can be read."""

    code = "tenants.activation_invalid"


class SessionNeeded(Forbidden):
    """Only a person who is signed in does this; a machine with an API key has no session."""

    code = "tenants.session_needed"


class CrossSiteRefused(Forbidden):
    """The refresh cookie came along with a request that our own page did not make."""

    code = "tenants.cross_site_refused"
