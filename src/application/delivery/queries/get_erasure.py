"""How far is the erasure of this company?"""

from datetime import datetime

import msgspec

from application.messages import Query
from application.ports import SystemTransaction
from application.tenants.record_ports import Erasures
from domain.tenants.erasure import ErasureNotBegun


class ErasureView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`state` is `under_way` or `finished`. `kept` are the rows used in each month, with the company's former id
    all that stays; empty until they have been summed up.
    """

    state: str
    begun_at: datetime
    finished_at: datetime | None
    kept: dict[str, int]


class GetErasure(Query[ErasureView], frozen=True, kw_only=True):
    """Of one company, which may be gone already."""


class GetErasureHandler:
    """Reads the note that outlives the company, by its id alone."""

    def __init__(self, system_transaction: SystemTransaction, erasures: Erasures) -> None:
        self._system_transaction = system_transaction
        self._erasures = erasures

    async def __call__(self, query: GetErasure) -> ErasureView:
        """Raises ErasureNotBegun."""
        async with self._system_transaction():
            erasure = await self._erasures.get(query.company_id)
        if erasure is None:
            raise ErasureNotBegun
        return ErasureView(
            state="under_way" if erasure.finished_at is None else "finished",
            begun_at=erasure.begun_at,
            finished_at=erasure.finished_at,
            kept=erasure.usage,
        )
