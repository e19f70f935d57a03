"""Pairs, and questions about what is not paired."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import count_deleted, insert_all
from adapters.postgres.tables import match_pairs, match_reviews
from adapters.postgres.transaction import connection
from application.automations.pair_ports import PairKey
from domain.automations.matching import Doubt, MatchKind, Target, Wanted
from domain.automations.pairs import FoundBy, MatchPair
from domain.automations.reviews import MatchReview, ReviewState
from domain.shared.identities import CompanyId, MatchReviewId

_KEY = ("company_id", "source_company_id", "kind", "source_id")
_REST = ("name", "target_type", "target_id", "target_name", "found_by", "found_at", "checked_at")
_KEEP = f"ON CONFLICT ({', '.join(_KEY)}) DO NOTHING"
_REPLACE = f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET " + ", ".join(f"{one} = excluded.{one}" for one in _REST)
_THESE = """
    unnest(CAST(:sources AS uuid[]), CAST(:kinds AS text[]), CAST(:ids AS text[]), CAST(:targets AS text[]))
        AS these (source_company_id, kind, source_id, target_id)
    WHERE match_pairs.company_id = :company_id AND match_pairs.source_company_id = these.source_company_id
      AND match_pairs.kind = these.kind AND match_pairs.source_id = these.source_id
      AND match_pairs.target_id = these.target_id
"""
_CHECKED = text(f"UPDATE match_pairs SET checked_at = GREATEST(checked_at, :now) FROM {_THESE}")  # noqa: S608 - our own text
_FORGET = text(f"DELETE FROM match_pairs USING {_THESE}")  # noqa: S608 - our own text


class SqlMatchPairs:
    """See application.automations.pair_ports.MatchPairs. One statement, however many there are."""

    async def known(
        self, company_id: CompanyId, source_company_id: CompanyId, kind: MatchKind, source_ids: Collection[str]
    ) -> list[MatchPair]:
        """See the port."""
        columns = match_pairs.c
        query = select(match_pairs).where(
            columns.company_id == company_id,
            columns.source_company_id == source_company_id,
            columns.kind == kind,
            columns.source_id.in_(sorted(source_ids)),
        )
        return [_pair(row) for row in await connection().execute(query.order_by(columns.source_id))]

    async def add(self, pairs: Sequence[MatchPair]) -> list[MatchPair]:
        """See the port."""
        await insert_all(match_pairs, [_row(one) for one in sorted(pairs, key=_place)], otherwise=_KEEP)
        groups: dict[tuple[CompanyId, CompanyId, MatchKind], list[str]] = {}
        for one in pairs:
            groups.setdefault((one.company_id, one.source_company_id, one.kind), []).append(one.source_id)
        return [found for group, ids in groups.items() for found in await self.known(*group, ids)]

    async def put(self, pairs: Sequence[MatchPair]) -> None:
        """See the port."""
        await insert_all(match_pairs, [_row(one) for one in sorted(pairs, key=_place)], otherwise=_REPLACE)

    async def checked(self, pairs: Sequence[MatchPair], now: datetime) -> None:
        """See the port."""
        if pairs:
            await connection().execute(_CHECKED, {**_these(pairs), "now": now})

    async def forget(self, pairs: Sequence[MatchPair]) -> int:
        """See the port."""
        return await count_deleted(_FORGET.bindparams(**_these(pairs))) if pairs else 0

    async def page(
        self, company_id: CompanyId, source_company_id: CompanyId | None, after: PairKey | None, limit: int
    ) -> list[MatchPair]:
        """See the port."""
        columns = match_pairs.c
        keys = (columns.source_company_id, columns.kind, columns.source_id)
        conditions: list[ColumnElement[bool]] = [columns.company_id == company_id]
        if source_company_id is not None:
            conditions.append(columns.source_company_id == source_company_id)
        if after is not None:
            conditions.append(tuple_(*keys) > tuple_(after.source_company_id, after.kind.value, after.source_id))
        query = select(match_pairs).where(*conditions).order_by(*keys).limit(limit)
        return [_pair(row) for row in await connection().execute(query)]


class SqlMatchReviews:
    """See application.automations.pair_ports.MatchReviews. Whom a question belongs to is said in every statement, for
    a system transaction sees them all.
    """

    async def about(
        self, company_id: CompanyId, source_company_id: CompanyId, kind: MatchKind, source_ids: Collection[str]
    ) -> list[MatchReview]:
        """See the port."""
        columns = match_reviews.c
        query = select(match_reviews).where(
            columns.company_id == company_id,
            columns.source_company_id == source_company_id,
            columns.kind == kind,
            columns.source_id.in_(sorted(source_ids)),
        )
        return [_review(row) for row in await connection().execute(query.order_by(columns.id).with_for_update())]

    async def held(self, company_id: CompanyId, review_id: MatchReviewId) -> MatchReview | None:
        """See the port."""
        row = (await connection().execute(_one(company_id, review_id).with_for_update())).one_or_none()
        return None if row is None else _review(row)

    async def get(self, company_id: CompanyId, review_id: MatchReviewId) -> MatchReview | None:
        """See the port."""
        row = (await connection().execute(_one(company_id, review_id))).one_or_none()
        return None if row is None else _review(row)

    async def put(self, review: MatchReview) -> None:
        """See the port."""
        wanted = review.wanted
        statement = insert(match_reviews).values(
            id=review.id,
            company_id=review.company_id,
            source_company_id=review.source_company_id,
            kind=wanted.kind.value,
            source_id=wanted.source_id,
            wanted=_clean(asdict(wanted)),
            suggestions=[_clean(asdict(one)) for one in review.suggestions],
            doubt=None if review.doubt is None else _doubt(review.doubt),
            state=review.state.value,
            asked=review.asked,
            asked_at=review.asked_at,
            asked_last_at=review.asked_last_at,
            target=None if review.target is None else _clean(asdict(review.target)),
            answered_at=review.answered_at,
        )
        changing = ("wanted", "suggestions", "doubt", "state", "asked", "asked_last_at", "target", "answered_at")
        changed = {name: statement.excluded[name] for name in changing}
        await connection().execute(statement.on_conflict_do_update(index_elements=_KEY, set_=changed))

    async def page(
        self, company_id: CompanyId, state: ReviewState, after: MatchReviewId | None, limit: int
    ) -> list[MatchReview]:
        """See the port."""
        columns = match_reviews.c
        query = select(match_reviews).where(columns.company_id == company_id, columns.state == state.value)
        if after is not None:
            query = query.where(columns.id > after)
        return [_review(row) for row in await connection().execute(query.order_by(columns.id).limit(limit))]


def _one(company_id: CompanyId, review_id: MatchReviewId) -> Any:
    return select(match_reviews).where(match_reviews.c.company_id == company_id, match_reviews.c.id == review_id)


def _these(pairs: Sequence[MatchPair]) -> dict[str, Any]:
    (company_id,) = {one.company_id for one in pairs}
    return {
        "company_id": company_id,
        "sources": [one.source_company_id for one in pairs],
        "kinds": [one.kind.value for one in pairs],
        "ids": [one.source_id for one in pairs],
        "targets": [one.target.id for one in pairs],
    }


def _place(pair: MatchPair) -> tuple[str, ...]:
    """Rows are locked in one order, whoever stores them."""
    return str(pair.source_company_id), pair.kind.value, pair.source_id


def _row(pair: MatchPair) -> dict[str, Any]:
    return {
        "company_id": pair.company_id,
        "source_company_id": pair.source_company_id,
        "kind": pair.kind.value,
        "source_id": pair.source_id,
        "name": _storable(pair.name),
        "target_type": pair.target.type,
        "target_id": pair.target.id,
        "target_name": _storable(pair.target.name),
        "found_by": pair.found_by.value,
        "found_at": pair.found_at,
        "checked_at": pair.checked_at,
    }


def _pair(row: Row[Any]) -> MatchPair:
    return MatchPair(
        CompanyId(row.company_id),
        CompanyId(row.source_company_id),
        MatchKind(row.kind),
        row.source_id,
        row.name,
        Target(row.target_type, row.target_id, row.target_name),
        FoundBy(row.found_by),
        row.found_at,
        row.checked_at,
    )


def _review(row: Row[Any]) -> MatchReview:
    return MatchReview(
        MatchReviewId(row.id),
        CompanyId(row.company_id),
        CompanyId(row.source_company_id),
        msgspec.convert(row.wanted, Wanted),
        tuple(msgspec.convert(one, Target) for one in row.suggestions),
        row.asked_at,
        row.asked_last_at,
        row.asked,
        ReviewState(row.state),
        None if row.target is None else msgspec.convert(row.target, Target),
        row.answered_at,
        None if row.doubt is None else msgspec.convert(row.doubt, Doubt),
    )


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {**_clean(asdict(doubt)), "target": _clean(asdict(doubt.target))}


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_storable(one) for one in value] if isinstance(value, list | tuple) else _storable(str(value))
        for name, value in fields.items()
    }


def _storable(value: str) -> str:
    """PostgreSQL's texts hold no zero bytes; whoever made the name cannot have meant one."""
    return value.replace("\x00", "")
