"""Idempotency keys with the answers of their first requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import count_deleted, sealed_columns, sealed_from
from adapters.postgres.tables import kept_answers
from adapters.postgres.transaction import connection
from application.tenants.kept_answers import Claim, EarlierRequest, KeptAnswer
from domain.shared.errors import RequestSuperseded

_OWN = kept_answers.c


class SqlKeptAnswers:
    """See application.tenants.kept_answers.KeptAnswers. Of two that claim at once, one waits for the other's row."""

    async def claim(
        self, claim: Claim, fingerprint: str, now: datetime, held_until: datetime, *, again: bool
    ) -> EarlierRequest | None:
        """See the port."""
        row = {
            "company_id": claim.company_id,
            "route": claim.route,
            "key": claim.key,
            "fingerprint": fingerprint,
            "claim_id": claim.id,
            "held_until": held_until,
            "created_at": now,
        }
        mine = insert(kept_answers).values(row)
        free = (
            _OWN.status.is_(None)
            & (_OWN.held_until <= now)
            & (_OWN.fingerprint == mine.excluded.fingerprint)
            & (_OWN.applied.is_(False) | (again is True))
        )
        taking = mine.on_conflict_do_update(
            index_elements=["company_id", "route", "key"],
            set_={"claim_id": mine.excluded.claim_id, "held_until": mine.excluded.held_until},
            where=free,
        ).returning(_OWN.claim_id)
        while (await connection().execute(taking)).first() is None:
            # Between the two statements the row may go: then the key is free.
            found = (await connection().execute(select(kept_answers).where(*_key(claim)))).mappings().first()
            if found is not None:
                return _earlier(found)
        return None

    async def hold(self, claim: Claim, held_until: datetime) -> bool:
        """See the port."""
        return await self._change(claim, held_until=func.greatest(_OWN.held_until, held_until))

    async def applied(self, claim: Claim) -> None:
        """See the port."""
        if not await self._change(claim, applied=True):
            raise RequestSuperseded(key=claim.key[:100])

    async def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """See the port."""
        sealed = sealed_columns("body", answer.body)
        await self._change(claim, status=answer.status, headers=answer.headers, **sealed)

    async def let_go(self, claim: Claim, now: datetime) -> bool:
        """See the port."""
        mine = (*_key(claim), _OWN.claim_id == claim.id)
        if await count_deleted(delete(kept_answers).where(*mine, _OWN.applied.is_(False))):
            return False
        return await self._change(claim, held_until=now)

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(kept_answers).where(_OWN.created_at <= before))

    async def _change(self, claim: Claim, **values: Any) -> bool:
        mine = (*_key(claim), _OWN.claim_id == claim.id)
        result: CursorResult[Any] = await connection().execute(update(kept_answers).where(*mine).values(**values))
        return result.rowcount == 1


def _key(claim: Claim) -> tuple[Any, ...]:
    return (_OWN.company_id == claim.company_id, _OWN.route == claim.route, _OWN.key == claim.key)


def _earlier(row: Any) -> EarlierRequest:
    body = sealed_from("body", row)
    answer = None if body is None else KeptAnswer(row["status"], row["headers"], body)
    return EarlierRequest(row["fingerprint"], answer, row["applied"], row["held_until"])
