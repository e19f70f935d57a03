"""Figures by hour, day or month: money, sales, orders (JSON API docs, "money report", "sales and orders")."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.calls import Call
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports import answers, asking, documents
from emulators.moysklad.reports.answers import Whole
from emulators.moysklad.reports.asking import REFS, Asked

INCOME = ("paymentin", "cashin")
OUTCOME = ("paymentout", "cashout")
SALES = ("demand", "retaildemand", "commissionreportin")
LONGEST = {"hour": (timedelta(days=30), "30 дней"), "day": (timedelta(days=3653), "10 лет")}
LONGEST |= {"month": (timedelta(days=36525), "100 лет")}


@dataclass(frozen=True, slots=True)
class Span:
    """The period asked for and how it is divided; `shift` moves Moscow's clock to the client's."""

    start: datetime
    end: datetime
    interval: str
    shift: timedelta

    def bucket(self, at: datetime) -> datetime:
        """The start of the interval that a moment belongs to."""
        day = at.replace(minute=0, second=0, microsecond=0)
        if self.interval == "hour":
            return day
        return day.replace(hour=0, day=day.day if self.interval == "day" else 1)

    def buckets(self) -> list[datetime]:
        """All intervals from the first to the last, empty ones too."""
        out, at = [], self.bucket(self.start)
        while at <= self.end:
            out.append(at)
            at = self._next(at)
        return out

    def _next(self, at: datetime) -> datetime:
        if self.interval == "month":
            return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
        return at + (timedelta(hours=1) if self.interval == "hour" else timedelta(days=1))

    def place(self, document: Record) -> datetime | None:
        """The interval of a document; None for one outside of the period."""
        at = asking.parsed(documents.moment(document)) + self.shift
        return self.bucket(at) if self.start <= at <= self.end else None


def money(call: Call) -> Whole:
    """`/report/money/plotseries`: incoming and outgoing payments and cash orders, in kopecks."""
    span, asked = _span(call), asking.read(call, {"organization": REFS, "project": REFS})
    credit = _sums(span, _chosen(call, asked, INCOME))
    debit = _sums(span, _chosen(call, asked, OUTCOME))
    series = []
    for at in span.buckets():
        came, went = round(credit.get(at, (0, 0.0))[1], 2), round(debit.get(at, (0, 0.0))[1], 2)
        series.append({"date": _date(at), "credit": came, "debit": went, "balance": round(came - went, 2)})
    totals = {name: round(sum(float(str(one[name])) for one in series), 2) for name in ("credit", "debit")}
    return _answer(call, "moneyplotseries", {**totals, "series": series})


def sales(call: Call) -> Whole:
    """`/report/sales/plotseries`: demands, retail sales and received commission reports; with `retailStore` the
    retail sales alone.
    """
    fields = ("organization", "store", "project", "retailStore")
    span, asked = _span(call), asking.read(call, dict.fromkeys(fields, REFS))
    kinds = ("retaildemand",) if asked.values.get("retailStore") else SALES
    return _counted(call, "salesplotseries", span, _chosen(call, asked, kinds))


def orders(call: Call) -> Whole:
    """`/report/orders/plotseries`: customers' orders."""
    span, asked = _span(call), asking.read(call, dict.fromkeys(("organization", "store", "project"), REFS))
    return _counted(call, "ordersplotseries", span, _chosen(call, asked, ("customerorder",)))


def _counted(call: Call, kind: str, span: Span, chosen: Iterable[Record]) -> Whole:
    found = _sums(span, chosen)
    series = []
    for at in span.buckets():
        count, total = found.get(at, (0, 0.0))
        series.append({"date": _date(at), "quantity": count, "sum": round(total, 2)})
    return _answer(call, kind, {"series": series})


def _answer(call: Call, kind: str, body: dict[str, Any]) -> Whole:
    head = {"context": answers.context(call), "meta": answers.meta_of(call, kind)}
    return Whole(head | body, asking.zone_header(call, asking.zone(call)))


def _sums(span: Span, chosen: Iterable[Record]) -> dict[datetime, tuple[int, float]]:
    out: dict[datetime, tuple[int, float]] = {}
    for document in chosen:
        at = span.place(document)
        if at is not None:
            count, total = out.get(at, (0, 0.0))
            out[at] = (count + 1, total + documents.total(document))
    return out


def _chosen(call: Call, asked: Asked, kinds: tuple[str, ...]) -> Iterable[Record]:
    for kind in kinds:
        for document in documents.posted(call.account, kind):
            if all(_links(asked, name, document) for name in asked.values):
                yield document


def _links(asked: Asked, name: str, document: Record) -> bool:
    ref = documents.link(document, name)
    return asked.admits(name, None if ref is None else Ref(ref.kind, ref.id))


def _span(call: Call) -> Span:
    """Reads the required parameters. Raises ApiError 39000 for a missing one, 39002 for another interval, 39001 for a
    period that is too long for it.
    """
    for name in ("momentFrom", "momentTo", "interval"):
        if not call.query.get(name):
            text = f"Ошибка: не указан обязательный параметр для запроса показателей: {name}"
            raise errors.ApiError(400, 39000, text, parameter=name)
    interval = call.query["interval"]
    if interval not in LONGEST:
        text = "Некорректное значение параметра фильтрации 'interval'. Допустимые значения: 'hour', 'day', 'month'."
        raise errors.ApiError(400, 39002, text, parameter="interval")
    start, end = (asking.parsed(asking.moment(name, call.query[name])) for name in ("momentFrom", "momentTo"))
    longest, words = LONGEST[interval]
    if end - start > longest:
        text = f"Ошибка: показатели, разбитые по {interval}, для промежутка большего, чем {words}, не поддерживаются."
        raise errors.ApiError(400, 39001, text, parameter="interval")
    return Span(start, end, interval, asking.zone(call) or timedelta())


def _date(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
