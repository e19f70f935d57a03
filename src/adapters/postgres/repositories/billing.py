"""Plans and usage. Whoever changes holds and meters locks the meter first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.questions import Question
from adapters.postgres.storing import put
from adapters.postgres.tables import billing_accounts, usage_holds, usage_warnings
from adapters.postgres.transaction import connection
from application.billing.ports import DailyRows, Entry, Mismatch, Overview
from domain.billing.grants import Account, Customer, Grant, Offer, granted_by_operator, granted_by_subscription
from domain.billing.plans import PlanKey
from domain.billing.usage import Hold, Meter
from domain.shared.identities import CompanyId, ConfigId, TaskId
from domain.tenants.subscription import BilledBy, Subscription

# The row of the meter is locked by the first half, so that of many who ask at once each sees what those before it got.
_RESERVE = text("""
    WITH admitted AS (
        INSERT INTO usage_meters AS meter (company_id, period, used, reserved) VALUES (:company_id, :period, 0, :rows)
        ON CONFLICT (company_id, period) DO UPDATE SET reserved = meter.reserved + excluded.reserved
        WHERE CAST(:limit AS bigint) IS NULL OR meter.used + meter.reserved < CAST(:limit AS bigint)
        RETURNING company_id
    )
    INSERT INTO usage_holds (company_id, task_id, claim_id, number, period, rows)
    SELECT company_id, :task_id, :claim_id, :number, :period, :rows FROM admitted
""")
_LOCK = text("SELECT 1 FROM usage_meters WHERE company_id = :company_id AND period = :period FOR UPDATE")
_LOCK_ALL = text("SELECT 1 FROM usage_meters WHERE company_id = :company_id ORDER BY period FOR UPDATE")
_SETTLE = text("""
    WITH freed AS (
        DELETE FROM usage_holds
        WHERE company_id = :company_id AND task_id = :task_id AND claim_id = :claim_id AND number = ANY(:numbers)
        RETURNING rows
    ), entered AS (
        INSERT INTO usage_entries (company_id, key, period, config_id, rows, at)
        VALUES (:company_id, :key, :period, :config_id, :rows, :at)
        ON CONFLICT DO NOTHING RETURNING rows
    )
    UPDATE usage_meters SET used = used + COALESCE((SELECT rows FROM entered), 0),
        reserved = reserved - COALESCE((SELECT sum(rows) FROM freed), 0)
    WHERE company_id = :company_id AND period = :period
    RETURNING used, reserved
""")
_GIVE_BACK = """
    WITH freed AS (DELETE FROM usage_holds WHERE company_id = :company_id AND {which} RETURNING period, rows)
    UPDATE usage_meters AS meter SET reserved = reserved - given.rows
    FROM (SELECT period, sum(rows) AS rows FROM freed GROUP BY period) AS given
    WHERE meter.company_id = :company_id AND meter.period = given.period
"""
_RELEASE = text(_GIVE_BACK.format(which="task_id = :task_id"))
_RELEASE_DEAD = text(
    _GIVE_BACK.format(
        which="""NOT EXISTS (
            SELECT FROM export_tasks AS task
            WHERE task.id = usage_holds.task_id AND task.claim_id = usage_holds.claim_id AND task.lease_until > :now
        )"""
    )
)
_DAILY = text("""
    SELECT CAST(at AT TIME ZONE CAST(:time_zone AS text) AS date) AS day, config_id, sum(rows) AS rows
    FROM usage_entries WHERE company_id = :company_id AND period = :period
    GROUP BY day, config_id HAVING sum(rows) > 0 ORDER BY day, config_id
""")
_CUSTOMER = """
    SELECT companies.id AS company_id, time_zone, billed_by, plan, until, blocked, trial, afterwards, note
    FROM companies LEFT JOIN billing_accounts AS account ON account.company_id = companies.id
"""
_CUSTOMERS = Question(text(f"{_CUSTOMER} WHERE companies.id = ANY(:company_ids)"))
_PAGE = text(f"{_CUSTOMER} WHERE companies.id > :after ORDER BY companies.id LIMIT :limit")
_SUBSCRIPTIONS = Question(text("SELECT id, subscription FROM companies WHERE id = ANY(:company_ids)"))
_GIVEN = Question(
    text("""
    SELECT company_id, plan, until, blocked, trial, afterwards, note
    FROM billing_accounts WHERE company_id = ANY(:company_ids)
""")
)
_FORGET = text("""
    DELETE FROM usage_entries WHERE company_id = :company_id AND key IN (
        SELECT key FROM usage_entries WHERE company_id = :company_id LIMIT :limit
    )
""")
_METER = Question(text("SELECT used, reserved FROM usage_meters WHERE company_id = :company_id AND period = :period"))
_OVERVIEW = Question(
    text("""
    SELECT meter.used, meter.reserved,
        ARRAY(
            SELECT percent FROM usage_warnings WHERE company_id = :company_id AND period = :period ORDER BY percent
        ) AS warned,
        ARRAY(
            SELECT CAST(json_build_array(period, COALESCE(entered.rows, 0), COALESCE(metered.used, 0)) AS text)
            FROM (SELECT period, used FROM usage_meters WHERE company_id = :company_id) AS metered
            FULL JOIN (
                SELECT period, sum(rows) AS rows FROM usage_entries WHERE company_id = :company_id GROUP BY period
            ) AS entered USING (period)
            WHERE COALESCE(entered.rows, 0) <> COALESCE(metered.used, 0)
            ORDER BY period
        ) AS mismatches
    FROM (SELECT) AS always
    LEFT JOIN usage_meters AS meter ON meter.company_id = :company_id AND meter.period = :period
""")
)
_MISMATCH = msgspec.json.Decoder(Mismatch)


class SqlBillingAccounts:
    """See application.billing.ports.BillingAccounts."""

    async def get(self, company_id: CompanyId) -> Account:
        """See the port."""
        query = select(billing_accounts).where(billing_accounts.c.company_id == company_id)
        found = (await connection().execute(query)).mappings().first()
        return Account(company_id) if found is None else _account(found)

    async def put(self, account: Account) -> None:
        """See the port."""
        await put(
            billing_accounts,
            {
                "company_id": account.company_id,
                "plan": None if account.plan is None else account.plan.value,
                "until": account.until,
                "blocked": account.blocked,
                "trial": account.trial,
                "afterwards": None if account.then is None else account.then.value,
                "note": account.note,
            },
        )


class SqlCustomers:
    """See application.billing.ports.Customers."""

    async def of(self, company_ids: Sequence[CompanyId]) -> list[Customer]:
        """See the port."""
        return [_customer(row) for row in await _CUSTOMERS.rows(company_ids=list(company_ids))]

    async def page(self, after: CompanyId | None, limit: int) -> list[Customer]:
        """See the port."""
        found = await connection().execute(_PAGE, {"after": after or UUID(int=0), "limit": limit})
        return [_customer(row) for row in found.mappings()]


class SqlMoySkladBilling:
    """See application.billing.ports.BillingProvider: by the subscriptions that MoySklad has told of."""

    key = BilledBy.MOYSKLAD

    def __init__(self, offer: Offer) -> None:
        self._offer = offer

    async def grants(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Grant]:
        """See the port."""
        if not self._offer.tariffs:
            return {}
        found: dict[CompanyId, Grant] = {}
        for row in await _SUBSCRIPTIONS.rows(company_ids=list(company_ids)):
            subscription = msgspec.convert(row["subscription"], Subscription | None)
            if (grant := granted_by_subscription(subscription, self._offer)) is not None:
                found[CompanyId(row["id"])] = grant
        return found


class SqlManualBilling:
    """See application.billing.ports.BillingProvider: by what the operator has said."""

    key = BilledBy.MANUAL

    def __init__(self, offer: Offer) -> None:
        self._offer = offer

    async def grants(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Grant]:
        """See the port."""
        rows = {row["company_id"]: _account(row) for row in await _GIVEN.rows(company_ids=list(company_ids))}
        return {one: granted_by_operator(rows.get(one) or Account(one), self._offer) for one in company_ids}


def _customer(row: Mapping[Any, Any]) -> Customer:
    """A company of which the operator has said nothing has nothing in those columns."""
    company_id = CompanyId(row["company_id"])
    account = Account(company_id) if row["note"] is None else _account(row)
    return Customer(company_id, row["time_zone"], BilledBy(row["billed_by"]), account)


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        company_id=CompanyId(row["company_id"]),
        plan=None if row["plan"] is None else PlanKey(row["plan"]),
        until=row["until"],
        blocked=row["blocked"],
        trial=row["trial"],
        then=None if row["afterwards"] is None else PlanKey(row["afterwards"]),
        note=row["note"],
    )


class SqlUsage:
    """See application.billing.ports.Usage."""

    async def reserve(self, hold: Hold, limit: int | None) -> bool:
        """See the port."""
        values = {
            "company_id": hold.company_id,
            "task_id": hold.task_id,
            "claim_id": hold.claim_id,
            "number": hold.number,
            "period": hold.period,
            "rows": hold.rows,
            "limit": limit,
        }
        return (await connection().execute(_RESERVE, values)).rowcount == 1

    async def settle(self, holds: Sequence[Hold], entry: Entry) -> Meter:
        """See the port."""
        periods = {hold.period for hold in holds}
        meter = Meter()
        for period in sorted(periods):
            own = [hold for hold in holds if hold.period == period]
            pays = period == holds[0].period
            values = {
                "company_id": own[0].company_id,
                "task_id": own[0].task_id,
                "claim_id": own[0].claim_id,
                "numbers": [hold.number for hold in own],
                "period": period,
                "key": entry.key if pays else f"{entry.key}:{period}",
                "config_id": entry.config_id,
                "rows": entry.rows if pays else 0,
                "at": entry.at,
            }
            await connection().execute(_LOCK, {"company_id": own[0].company_id, "period": period})
            used, reserved = (await connection().execute(_SETTLE, values)).one()
            meter = Meter(used, reserved) if pays else meter
        return meter

    async def release(self, company_id: CompanyId, task_id: TaskId) -> None:
        """See the port."""
        own = (usage_holds.c.company_id == company_id, usage_holds.c.task_id == task_id)
        if (await connection().execute(select(usage_holds.c.number).where(*own).limit(1))).first() is None:
            return
        await connection().execute(_LOCK_ALL, {"company_id": company_id})
        await connection().execute(_RELEASE, {"company_id": company_id, "task_id": task_id})

    async def release_dead(self, company_id: CompanyId, now: datetime) -> None:
        """See the port."""
        await connection().execute(_LOCK_ALL, {"company_id": company_id})
        await connection().execute(_RELEASE_DEAD, {"company_id": company_id, "now": now})

    async def meter(self, company_id: CompanyId, period: str) -> Meter:
        """See the port."""
        found = await _METER.row(company_id=company_id, period=period)
        return Meter() if found is None else Meter(found["used"], found["reserved"])

    async def daily(self, company_id: CompanyId, period: str, time_zone: str) -> list[DailyRows]:
        """See the port."""
        asked = {"company_id": company_id, "period": period, "time_zone": time_zone}
        found = await connection().execute(_DAILY, asked)
        return [DailyRows(row.day, ConfigId(row.config_id), int(row.rows)) for row in found]

    async def warn(self, company_id: CompanyId, period: str, percent: int, now: datetime) -> bool:
        """See the port."""
        row = {"company_id": company_id, "period": period, "percent": percent, "at": now}
        statement = insert(usage_warnings).values(row).on_conflict_do_nothing()
        return bool((await connection().execute(statement)).rowcount)

    async def overview(self, company_id: CompanyId, period: str) -> Overview:
        """See the port."""
        (found,) = await _OVERVIEW.rows(company_id=company_id, period=period)
        meter = Meter() if found["used"] is None else Meter(found["used"], found["reserved"])
        return Overview(meter, list(found["warned"]), [_MISMATCH.decode(one) for one in found["mismatches"]])

    async def forget(self, company_id: CompanyId, limit: int) -> int:
        """See the port."""
        return int((await connection().execute(_FORGET, {"company_id": company_id, "limit": limit})).rowcount)
