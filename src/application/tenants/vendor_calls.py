"""Calls of MoySklad's to our Vendor API endpoints: signed, and each signature used once."""

from uuid import UUID

from application.ports import Clock, Nonces
from application.tenants.ports import VendorSignatures, VendorStamp
from domain.tenants.sign_on import VendorSignatureInvalid


class VendorCalls:
    """Lets MoySklad's own calls through."""

    def __init__(self, signatures: VendorSignatures, nonces: Nonces, clock: Clock) -> None:
        self._signatures = signatures
        self._nonces = nonces
        self._clock = clock

    def read(self, signature: str, app_id: UUID) -> VendorStamp:
        """Raises VendorSignatureInvalid for a signature that is not MoySklad's, or not about this app of ours."""
        return self._signatures.read(signature, app_id, self._clock.now())

    async def admit(self, stamp: VendorStamp) -> None:
        """Uses the signature up, in a SystemTransaction. Raises VendorSignatureInvalid the second time."""
        if not await self._nonces.use("jti", stamp.jti, stamp.expires_at):
            raise VendorSignatureInvalid(reason="jti_used")
