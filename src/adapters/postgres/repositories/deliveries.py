"""What was delivered, how much of it, and when somebody was there to take it in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select, text

from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import export_tasks, webhook_counts, webhook_deliveries
from adapters.postgres.transaction import connection
from application.webhooks.ports import Arrival, Kept, Receipt, StoredDelivery
from domain.shared.identities import CompanyId

# In the order of the keys, so that two processes that keep the same calls wait for one another and not in a circle.
_KEEP = text("""
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:digests AS bytea[]), CAST(:keys AS uuid[]), CAST(:bodies AS bytea[]), CAST(:origins AS text[])
        ) WITH ORDINALITY AS given (digest, request_key, body, origin, n)
    ), known AS (
        SELECT n, company_id, request_key, body, origin FROM given JOIN webhook_endpoints ON token_digest = digest
    ), kept AS (
        INSERT INTO webhook_deliveries (company_id, request_key, received_at, body, origin)
        SELECT company_id, request_key, :now, body, CAST(origin AS jsonb) FROM known WHERE body IS NOT NULL
        ORDER BY company_id, request_key
        ON CONFLICT (company_id, request_key) DO NOTHING RETURNING company_id, request_key
    )
    SELECT n, known.company_id, known.body IS NULL AS malformed, kept.request_key IS NOT NULL AS kept
    FROM known LEFT JOIN kept ON kept.company_id = known.company_id AND kept.request_key = known.request_key
""")
_WAITING = text("""
    SELECT delivery.company_id, account_id, status, request_key, received_at, body, origin
    FROM webhook_deliveries AS delivery JOIN companies ON companies.id = delivery.company_id
    WHERE interpreted_at IS NULL ORDER BY received_at LIMIT :limit FOR UPDATE OF delivery SKIP LOCKED
""")
_INTERPRETED = text("""
    UPDATE webhook_deliveries SET interpreted_at = :now, body = '', origin = NULL
    FROM unnest(CAST(:companies AS uuid[]), CAST(:keys AS uuid[])) AS read (company_id, request_key)
    WHERE webhook_deliveries.company_id = read.company_id AND webhook_deliveries.request_key = read.request_key
""")
_ADD = text("""
    INSERT INTO webhook_counts (company_id, day, kind, count)
    SELECT company_id, :day, kind, count
    FROM unnest(CAST(:companies AS uuid[]), CAST(:kinds AS text[]), CAST(:counts AS bigint[]))
        AS added (company_id, kind, count)
    ON CONFLICT (company_id, day, kind) DO UPDATE SET count = webhook_counts.count + excluded.count
""")
_LAST_BEAT = text("SELECT alive_at FROM webhook_receivers WHERE id = 1 FOR UPDATE")
_BEAT = text("""
    INSERT INTO webhook_receivers (id, alive_at) VALUES (1, :now)
    ON CONFLICT (id) DO UPDATE SET alive_at = GREATEST(webhook_receivers.alive_at, excluded.alive_at)
""")
_HURRY = text("""
    UPDATE export_watches SET hurried = true, not_before = spread.moment, due_at = spread.moment
    FROM (
        SELECT config_id AS id,
            CAST(:now AS timestamptz) + CAST(:within AS interval)
                * (('x' || substr(md5(company_id::text), 1, 4))::bit(16)::int / 65536.0) AS moment
        FROM export_watches WHERE follows ORDER BY config_id FOR UPDATE
    ) AS spread WHERE config_id = spread.id
""")


class SqlDeliveries:
    """See application.webhooks.ports.Deliveries."""

    async def keep(self, arrivals: Sequence[Arrival], now: datetime) -> list[Kept]:
        """See the port."""
        values = {
            "digests": [one.token_digest for one in arrivals],
            "keys": [one.request_key for one in arrivals],
            "bodies": [one.body for one in arrivals],
            "origins": [None if one.origin is None else msgspec.json.encode(one.origin).decode() for one in arrivals],
            "now": now,
        }
        told = [Kept(Receipt.UNKNOWN, None)] * len(arrivals)
        for row in await connection().execute(_KEEP, values):
            receipt = Receipt.MALFORMED if row.malformed else Receipt.KEPT if row.kept else Receipt.REPEATED
            told[row.n - 1] = Kept(receipt, CompanyId(row.company_id))
        return _first_only(arrivals, told)

    async def waiting(self, limit: int) -> list[StoredDelivery]:
        """See the port."""
        return [
            StoredDelivery(
                CompanyId(row.company_id),
                row.account_id,
                row.status == "active",
                row.request_key,
                row.received_at,
                row.body,
                row.origin,
            )
            for row in await connection().execute(_WAITING, {"limit": limit})
        ]

    async def interpreted(self, deliveries: Sequence[StoredDelivery], now: datetime) -> None:
        """See the port."""
        values = {
            "companies": [one.company_id for one in deliveries],
            "keys": [one.request_key for one in deliveries],
            "now": now,
        }
        await connection().execute(_INTERPRETED, values)

    async def prune(self, interpreted_before: datetime) -> int:
        """See the port."""
        old = webhook_deliveries.c.interpreted_at <= interpreted_before
        return await count_deleted(delete(webhook_deliveries).where(old))


def _first_only(arrivals: Sequence[Arrival], told: Sequence[Kept]) -> list[Kept]:
    """Of the same call twice in one group one was kept, and the statement says so of both."""
    met: set[tuple[CompanyId | None, UUID]] = set()
    corrected = []
    for arrival, kept in zip(arrivals, told, strict=True):
        key = (kept.company_id, arrival.request_key)
        again = kept.receipt is Receipt.KEPT and key in met
        met.add(key)
        corrected.append(Kept(Receipt.REPEATED, kept.company_id) if again else kept)
    return corrected


class SqlDeliveryCounts:
    """See application.webhooks.ports.DeliveryCounts."""

    async def add(self, day: date, counts: Mapping[tuple[CompanyId, str], int]) -> None:
        """See the port. In the order of the keys, so that nobody waits in a circle."""
        ordered = sorted((key, count) for key, count in counts.items() if count)
        values = {
            "day": day,
            "companies": [company_id for (company_id, _), _ in ordered],
            "kinds": [kind for (_, kind), _ in ordered],
            "counts": [count for _, count in ordered],
        }
        await connection().execute(_ADD, values)

    async def of(self, company_id: CompanyId, day: date) -> dict[str, int]:
        """See the port."""
        own = (webhook_counts.c.company_id == company_id, webhook_counts.c.day == day)
        query = select(webhook_counts.c.kind, webhook_counts.c.count.label("number")).where(*own)
        return {row.kind: row.number for row in await connection().execute(query)}

    async def prune(self, before: date) -> int:
        """See the port."""
        return await count_deleted(delete(webhook_counts).where(webhook_counts.c.day < before))


class SqlReceiverBeats:
    """See application.webhooks.ports.ReceiverBeats."""

    async def beat(self, now: datetime) -> datetime | None:
        """See the port."""
        last: datetime | None = (await connection().execute(_LAST_BEAT)).scalar_one_or_none()
        await connection().execute(_BEAT, {"now": now})
        return last

    async def hurry(self, now: datetime, within: timedelta) -> int:
        """See the port."""
        return int((await connection().execute(_HURRY, {"now": now, "within": within})).rowcount)


class SqlWebhookViews:
    """See application.webhooks.ports.WebhookViews."""

    async def unannounced(self, company_id: CompanyId, since: datetime) -> int:
        """See the port."""
        found = func.coalesce(func.sum(export_tasks.c.counts["unannounced"].as_integer()), 0)
        own = (export_tasks.c.company_id == company_id, export_tasks.c.ended_at >= since)
        return int((await connection().execute(select(found).where(*own))).scalar_one())
