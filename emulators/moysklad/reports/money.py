"""Money in hand and in the bank, and the dashboard's figures (JSON API docs, "money report", "dashboard")."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Record, Row
from emulators.moysklad.reports import answers, asking, documents, goods
from emulators.moysklad.reports.answers import Whole
from emulators.moysklad.reports.series import INCOME, OUTCOME, SALES

BANK = {"paymentin": 1, "paymentout": -1}
CASH = {"cashin": 1, "cashout": -1}
ORDERS = ("customerorder",)


def by_account(call: Call) -> Whole:
    """`/report/money/byaccount`: for each organization its cash desk, then its bank accounts, in kopecks of the
    account's currency. A payment that names no bank account counts for the organization's first one, or for the desk
    of an organization without any.
    """
    account = call.account
    rows = [row for organization in account.shelves["organization"] for row in _of(account, organization)]
    head = {"context": answers.context(call), "meta": answers.meta_of(call, "moneyreport")}
    return Whole(head | {"rows": rows})


def day(call: Call) -> Whole:
    """`/report/dashboard/day`: since midnight in Moscow."""
    now = _now(call)
    return _dashboard(call, _midnight(now), timedelta(days=1))


def week(call: Call) -> Whole:
    """`/report/dashboard/week`: since Monday."""
    now = _now(call)
    return _dashboard(call, _midnight(now) - timedelta(days=now.weekday()), timedelta(days=7))


def month(call: Call) -> Whole:
    """`/report/dashboard/month`: since the month's first day."""
    start = _midnight(_now(call)).replace(day=1)
    return _dashboard(call, start, start - (start - timedelta(days=1)).replace(day=1))


def _of(account: Account, organization: Record) -> Iterator[dict[str, Any]]:
    banks: list[Row] = list(organization.rows("accounts"))
    desk, sums = 0.0, {bank.id: 0.0 for bank in banks}
    for kind, sign in (BANK | CASH).items():
        for document in documents.posted(account, kind):
            owner = documents.link(document, "organization")
            if owner is None or owner.id != organization.id:
                continue
            named = documents.link(document, "organizationAccount")
            place = named.id if named is not None and named.id in sums else next(iter(sums), None)
            amount = sign * documents.total(document)
            if kind in CASH or place is None:
                desk += amount
            else:
                sums[place] += amount
    shown = goods.named(account, organization.ref, screen=False)
    yield {"organization": shown, "balance": round(desk, 2)}
    for bank in banks:
        href = f"{account.links.href(organization.ref)}/accounts/{bank.id}"
        metadata = f"{account.links.entity('organization')}/metadata"
        meta = {"href": href, "metadataHref": metadata, "type": "account", "mediaType": JSON_TYPE}
        number = {"meta": meta, "name": str(bank.get("accountNumber") or "")}
        yield {"account": number, "organization": shown, "balance": round(sums[bank.id], 2)}


def _dashboard(call: Call, start: datetime, length: timedelta) -> Whole:
    """Figures since `start`, compared with what the period before had reached by the same moment."""
    account, now = call.account, _now(call)
    sections: dict[str, Any] = {}
    for name, kinds in (("sales", SALES), ("orders", ORDERS)):
        count, amount = _total(account, kinds, start, now)
        _, before = _total(account, kinds, start - length, now - length)
        sections[name] = {"count": count, "amount": amount, "movementAmount": round(amount - before, 2)}
    income, outcome = (_total(account, kinds, start, now)[1] for kinds in (INCOME, OUTCOME))
    today = [_total(account, kinds, _midnight(now), now)[1] for kinds in (INCOME, OUTCOME)]
    ever = [_total(account, kinds, None, now)[1] for kinds in (INCOME, OUTCOME)]
    sections["money"] = {
        "income": income,
        "outcome": outcome,
        "balance": round(ever[0] - ever[1], 2),
        "todayMovement": round(today[0] - today[1], 2),
        "movement": round(income - outcome, 2),
    }
    return Whole(sections)


def _total(account: Account, kinds: tuple[str, ...], start: datetime | None, end: datetime) -> tuple[int, float]:
    chosen = [
        documents.total(document)
        for kind in kinds
        for document in documents.posted(account, kind)
        if _within(document, start, end)
    ]
    return len(chosen), round(sum(chosen), 2)


def _within(document: Record, start: datetime | None, end: datetime) -> bool:
    at = asking.parsed(documents.moment(document))
    return (start is None or start <= at) and at <= end


def _now(call: Call) -> datetime:
    return asking.parsed(call.world.clock.now())


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
