"""`python -m benchmarks.writers`: one export in a process of its own, told as JSON. The plan comes in WRITE_PLAN.

What people would use instead of this project, each as its users write it: customer orders from MoySklad into a new
spreadsheet. Libraries are imported before the clock starts.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import gspread
import msgspec
import requests
from requests.adapters import HTTPAdapter

from benchmarks.full_export import COLUMNS
from benchmarks.orders_by_hand import MOMENTS, MONEY, Order, row_of, serial
from benchmarks.readers import peak_mb

EXPAND = "agent,state,organization"
EXPANDED_PAGE, PAGE = 100, 1_000
"""MoySklad expands links of 100 rows at most, and gives 1,000 without them."""

CHUNK = 1_000
BODY_ROWS = 5_000
"""Rows of these columns in about 2 MB, which Google advises for one request."""

Row = list[Any]
Run = Callable[["WritePlan", gspread.Worksheet], int]


class WritePlan(msgspec.Struct):
    """Who exports how much: `rows` orders at most, by `way`, with tokens for both vendors."""

    way: str
    rows: int
    api_url: str
    token: str
    google_url: str
    google_token: str


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What it took. CPU is the process's own, in microseconds a row; memory is the peak, in MB, and that before it."""

    way: str
    rows: int
    seconds: float
    cpu_us_per_row: float
    peak_mb: float
    start_mb: float
    spreadsheet_id: str


class Elsewhere(HTTPAdapter):
    """Sends to the emulator what gspread means for Google."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """See HTTPAdapter."""
        for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
            if request.url is not None and request.url.startswith(host):
                request.url = self._base + request.url.removeprefix(host)
        return super().send(request, *args, **more)


def main() -> int:
    """Exports and reports."""
    plan = msgspec.json.decode(os.environ["WRITE_PLAN"], type=WritePlan)
    run = WAYS[plan.way]()
    start_mb = peak_mb()
    began, cpu = time.perf_counter(), time.process_time()
    book = _google(plan).create(plan.way)
    rows = run(plan, book.sheet1)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    report = WriteReport(
        plan.way, rows, round(seconds, 2), round(spent * 1e6 / rows, 1), peak_mb(), start_mb, str(book.id)
    )
    sys.stdout.write(json.dumps(asdict(report)))
    return 0


def _google(plan: WritePlan) -> gspread.Client:
    session = _session(plan.google_token)
    session.mount("https://", Elsewhere(plan.google_url))
    return gspread.Client(auth=None, session=session)  # type: ignore[arg-type]


def _by_sdk() -> Run:
    """The vendor's official SDK, and append_rows of 1,000."""
    import moysklad_remap_12_sdk as sdk  # noqa: PLC0415 - half a minute that only this way has to pay

    def read(plan: WritePlan) -> Iterator[Row]:
        configuration = sdk.Configuration(host=plan.api_url, access_token=plan.token)
        with sdk.ApiClient(configuration) as client:
            client.default_headers["Accept-Encoding"] = "gzip"
            orders = sdk.CustomerOrdersApi(client)
            for offset in range(0, plan.rows, EXPANDED_PAGE):
                page = orders.get_customer_order_list(limit=EXPANDED_PAGE, offset=offset, expand=EXPAND)
                yield from map(_row_of_model, page.rows or [])

    def run(plan: WritePlan, sheet: gspread.Worksheet) -> int:
        return _append(sheet, read(plan))

    return run


def _row_of_model(order: Any) -> Row:
    return [
        order.id,
        order.name,
        serial(order.moment),
        serial(order.updated),
        serial(order.created),
        order.state.name if order.state else "",
        order.agent.name,
        order.organization.name,
        order.sum / 100,
        order.vat_sum / 100,
        order.payed_sum / 100,
        order.shipped_sum / 100,
        order.invoiced_sum / 100,
        order.reserved_sum / 100,
        order.applicable,
        order.positions.meta.size,
        order.description or "",
        order.shipment_address or "",
        serial(order.delivery_planned_moment),
        order.meta.uuid_href,
    ]


def _append(sheet: gspread.Worksheet, rows: Iterator[Row]) -> int:
    sheet.append_row(list(COLUMNS), value_input_option=RAW)
    written, chunk = 0, []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            sheet.append_rows(chunk, value_input_option=RAW)
            written, chunk = written + len(chunk), []
    if chunk:
        sheet.append_rows(chunk, value_input_option=RAW)
    return written + len(chunk)


def _by_pandas() -> Run:
    """By requests, pandas and gspread-dataframe: everything in a frame, the frame in one call."""
    import pandas as pd  # noqa: PLC0415 - `make bench` installs it, nobody else needs it
    from gspread_dataframe import set_with_dataframe  # noqa: PLC0415 - the same

    def run(plan: WritePlan, sheet: gspread.Worksheet) -> int:
        frame = pd.json_normalize(list(_expanded_orders(plan))).reindex(columns=list(COLUMNS))
        for column in MOMENTS:
            frame[column] = pd.to_datetime(frame[column])
        for column in MONEY:
            frame[column] /= 100
        set_with_dataframe(sheet, frame, resize=True, allow_formulas=False)
        return len(frame)

    return run


def _one_by_one() -> Run:
    """A request for each row, as target-gsheet sends them (its persist_lines calls values.append for every record)."""

    def run(plan: WritePlan, sheet: gspread.Worksheet) -> int:
        rows = [list(COLUMNS), *map(row_of, _expanded_orders(plan))]
        for row in rows:
            sheet.append_row(row, value_input_option=USER_ENTERED)
        return len(rows) - 1

    return run


def _leanest() -> Run:
    """By hand, with care: large pages, names joined by a dictionary, bodies of 2 MB, nothing kept."""

    def run(plan: WritePlan, sheet: gspread.Worksheet) -> int:
        with _session(plan.token) as http:
            names = _names(http, plan.api_url)
            total = _get(http, f"{plan.api_url}/entity/customerorder", 1, 0)["meta"]["size"]
            count = min(plan.rows, total)
            sheet.resize(count + 1, len(COLUMNS))
            sheet.update([list(COLUMNS)], "A1", raw=True)
            written, rows = 0, []
            for offset in range(0, count, PAGE):
                page = _get(http, f"{plan.api_url}/entity/customerorder", PAGE, offset)["rows"]
                rows += [row_of(order, lambda link: names[link["meta"]["href"]] if link else "") for order in page]
                if len(rows) >= BODY_ROWS or offset + PAGE >= count:
                    sheet.update(rows, f"A{written + 2}", raw=True)
                    written, rows = written + len(rows), []
        return written

    return run


def _names(http: requests.Session, api_url: str) -> dict[str, str]:
    states = http.get(f"{api_url}/entity/customerorder/metadata").json()["states"]
    found = [states]
    for kind in ("organization", "counterparty"):
        offset, size = 0, 1
        while offset < size:
            page = _get(http, f"{api_url}/entity/{kind}", PAGE, offset)
            found.append(page["rows"])
            offset, size = offset + PAGE, page["meta"]["size"]
    return {one["meta"]["href"]: one["name"] for one in chain.from_iterable(found)}


def _expanded_orders(plan: WritePlan) -> Iterator[Order]:
    with _session(plan.token) as http:
        for offset in range(0, plan.rows, EXPANDED_PAGE):
            page = _get(http, f"{plan.api_url}/entity/customerorder", EXPANDED_PAGE, offset, expand=EXPAND)
            yield from page["rows"]


def _session(token: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"})
    return session


def _get(http: requests.Session, address: str, limit: int, offset: int, **more: str) -> Any:
    question: dict[str, str | int] = {"limit": limit, "offset": offset, **more}
    answer = http.get(address, params=question)
    answer.raise_for_status()
    return answer.json()


RAW, USER_ENTERED = gspread.utils.ValueInputOption.raw, gspread.utils.ValueInputOption.user_entered
WAYS: dict[str, Callable[[], Run]] = {
    "official SDK + gspread": _by_sdk,
    "requests + pandas + gspread-dataframe": _by_pandas,
    "one request a row": _one_by_one,
    "requests + gspread, with care": _leanest,
}

if __name__ == "__main__":
    sys.exit(main())
