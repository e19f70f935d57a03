"""MoySklad's Vendor API: who opened our app, and signatures on calls to us."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from adapters.memory.failures import PlannedFailures
from application.tenants.ports import VendorStamp, Visitor
from domain.tenants.sign_on import ContextKeyInvalid, VendorSignatureInvalid

_LIFETIME = timedelta(minutes=5)


class MemoryContextKeys:
    """Knows the visitors that a test lets in. A key may be exchanged again, as at MoySklad."""

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self._visitors: dict[str, Visitor] = {}

    def let_in(self, context_key: str, visitor: Visitor) -> None:
        """From now on the key stands for this visitor."""
        self._visitors[context_key] = visitor

    async def exchange(self, context_key: str, now: datetime) -> Visitor:
        """See application.tenants.ports.ContextKeys."""
        del now
        with self.failures.around("exchange"):
            await asyncio.sleep(0)
            visitor = self._visitors.get(context_key)
            if visitor is None:
                raise ContextKeyInvalid(reason="unknown")
            return visitor


class MemoryVendorSignatures:
    """Accepts the tokens that a test has it sign."""

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self._signed: dict[str, tuple[UUID, VendorStamp]] = {}

    def sign(self, app_id: UUID, expires_at: datetime, issued_at: datetime | None = None) -> str:
        """A token of its own `jti`, as MoySklad would send it; made five minutes before it expires."""
        token = f"memory-signature-{len(self._signed) + 1}"
        self._signed[token] = (
            app_id,
            VendorStamp(jti=f"jti-{token}", issued_at=issued_at or expires_at - _LIFETIME, expires_at=expires_at),
        )
        return token

    def read(self, token: str, app_id: UUID, now: datetime) -> VendorStamp:
        """See application.tenants.ports.VendorSignatures."""
        with self.failures.around("read"):
            signed = self._signed.get(token)
            if signed is None or signed[0] != app_id:
                raise VendorSignatureInvalid(reason="signature")
            if now >= signed[1].expires_at:
                raise VendorSignatureInvalid(reason="expired")
            return signed[1]
