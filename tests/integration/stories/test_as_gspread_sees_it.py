"""What gspread reads from a finished export is what stands in MoySklad, whatever the kind, the locale and the strategy.

The application is the real one; both vendors are emulated, and everything they hear comes over their own protocols.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import gspread
import httpx
import pytest
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from gspread.utils import DateTimeOption, ValueRenderOption

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.budgets import MemoryGoogleBudgets
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.limits import RunLimits
from domain.shared.identities import ConfigId
from emulators.moysklad.records import Record
from emulators.moysklad.schemas import add_attribute
from tests.integration.google.conftest import PLENTY
from tests.integration.google_emulator.conftest import serve
from tests.integration.google_emulator.test_gspread import Elsewhere
from tests.integration.harness.emulated import EMULATED, EmulatedAccount, EmulatedSource
from tests.integration.harness.emulated_sheets import EMULATED_SHEETS, EmulatedSpreadsheets
from tests.integration.harness.stories import Party, Story

MOSCOW, HOME = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Vladivostok")
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock
TAB = "Товары"
KINDS = ("long", "double", "boolean", "time", "link")
PLACES = {"ru_RU": "Europe/Kaliningrad", "en_US": "America/New_York"}
"""Locales and time zones of the spreadsheets; the company lives in neither."""

BATCHES = {"at once": None, "in batches": RunLimits(batch_bytes=400)}


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    yield from serve(lenient=True)


@dataclass
class Shop:
    """A company in Vladivostok with goods that show every kind of value."""

    story: Story
    party: Party
    account: EmulatedAccount
    attributes: dict[str, str]
    google: str

    def good(self, **fields: Any) -> Record:
        """Values of custom attributes go by their kinds."""
        given = [self._attribute(kind, fields.pop(kind)) for kind in KINDS if kind in fields]
        return self.account.create("product", **fields, attributes=given)

    def change(self, record: Record, **fields: Any) -> None:
        self.story.clock.advance(timedelta(hours=1))
        self.account.clock.pass_time(3600)
        self.account.change(record, **fields)

    def _attribute(self, kind: str, value: Any) -> dict[str, Any]:
        href = f"{self.account.account.links.api}/entity/product/metadata/attributes/{self.attributes[kind]}"
        meta = {"href": href, "type": "attributemetadata", "mediaType": "application/json"}
        return {"meta": meta, "value": value}

    def columns(self) -> tuple[ColumnChoice, ...]:
        named = ("id", "name", "code", "article", "buyPrice.value", "barcodes", "weight", "archived", "description")
        return (
            *(ColumnChoice(id=name) for name in named),
            *(ColumnChoice(id=f"attribute:{self.attributes[kind]}") for kind in KINDS),
            ColumnChoice(id="updated"),
            ColumnChoice(id="computed:1", title="День", expression="updated", kind="date"),
        )

    async def export(self, locale: str, strategy: str) -> ConfigId:
        """Into a spreadsheet that the company has made by hand."""
        asked = {"email": "owner@example.com", "title": "Отчёты", "locale": locale, "timeZone": PLACES[locale]}
        async with httpx.AsyncClient(base_url=self.google) as http:
            made = (await http.post("/_control/spreadsheets", json=asked)).json()
        assert (made["locale"], made["timeZone"]) == (locale, PLACES[locale])
        return await self.party.create(
            exporter="product",
            columns=self.columns(),
            spreadsheet=made["spreadsheetId"],
            tab=TAB,
            strategy=strategy,
        )

    async def run(self, config: ConfigId) -> None:
        task = await self.party.run(config)
        assert (task.state, task.error, task.counts.bad) == ("finished", None, 0)

    async def seen(self, config: ConfigId) -> tuple[list[list[Any]], list[list[Any]]]:
        """All rows below the header, as stored and as shown, in the order of ids and versions."""
        target = (await self.party.config(config)).target
        assert target.spreadsheet_id is not None
        return await asyncio.to_thread(_read, self.google, target.spreadsheet_id)


def _read(base: str, spreadsheet: str) -> tuple[list[list[Any]], list[list[Any]]]:
    session = AuthorizedSession(Credentials(token="anything"))
    session.mount("https://", Elsewhere(base))
    tab = gspread.Client(auth=None, session=session).open_by_key(spreadsheet).worksheet(TAB)
    assert tab.frozen_row_count == 1
    stored = tab.get_all_values(
        value_render_option=ValueRenderOption.unformatted, date_time_render_option=DateTimeOption.serial_number
    )
    shown = tab.get_all_values(value_render_option=ValueRenderOption.formatted)
    order = sorted(range(1, len(stored)), key=lambda place: (str(stored[place][0]), stored[place][14]))
    return [stored[place] for place in order], [shown[place] for place in order]


@pytest.fixture(params=BATCHES, ids=str)
async def shop(request: pytest.FixtureRequest, google: str) -> AsyncIterator[Shop]:
    story = await Story.begin(BATCHES[request.param], EMULATED, EMULATED_SHEETS)
    account = EmulatedAccount("shop", story.clock.now().timestamp())
    party = await story.install("shop", token=account.token)
    story.world.store.companies._rows[party.id].time_zone = HOME.key
    await party.sign_in()
    await party.connect_google()
    source, sheets = story.world.source, story.world.spreadsheets
    assert isinstance(source, EmulatedSource)
    assert isinstance(sheets, EmulatedSpreadsheets)
    source.add(account)
    attributes = {kind: add_attribute(account.account, "product", f"Поле {kind}", kind).id for kind in KINDS}
    async with GoogleSession() as session:
        budgets = MemoryGoogleBudgets(PLENTY)
        sheets.real = GoogleSpreadsheets(session, GoogleEndpoints.at(google), Pacing(), budgets)
        yield Shop(story, party, account, attributes, google)
    await story.world.container.close()


FULL: dict[str, Any] = {
    "name": "=1+1",
    "code": "460000000000000012",
    "article": "007",
    "buyPrice": {"value": 10**15},
    "barcodes": [{"ean13": "4600000000008"}, {"code128": "000123456789012345"}],
    "weight": 0.125,
    "description": "1.5.2026\n+7 495 123-45-67",
    "long": 42,
    "double": -2.5,
    "boolean": True,
    "time": "2026-05-06 20:30:00",
    "link": "https://example.com/?a=1&b=2#c",
}


def serial(text: str) -> float:
    """MoySklad writes Moscow's wall clock; the company reads its own (JSON API docs, dates)."""
    moment = datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(HOME).replace(tzinfo=None)
    return (moment - EPOCH) / timedelta(days=1)


def people(text: str, pattern: str = "%d.%m.%Y %H:%M:%S") -> str:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(HOME).strftime(pattern)


def as_kept(number: Any) -> Any:
    """A sheet keeps doubles: a whole number that none of them is stays right as a text."""
    return number if number == "" or abs(number) <= 2**53 else str(number)


def stored_row(key: str, fields: dict[str, Any], updated: str) -> list[Any]:
    """What a program finds: numbers as numbers, dates as serial numbers, a blank as nothing."""
    return [
        key,
        fields["name"],
        fields.get("code", ""),
        fields.get("article", ""),
        fields["buyPrice"]["value"] / 100 if "buyPrice" in fields else "",
        ", ".join(text for one in fields.get("barcodes", []) for text in one.values()),
        fields.get("weight", 0),
        False,
        fields.get("description", ""),
        as_kept(fields.get("long", "")),
        fields.get("double", ""),
        fields.get("boolean", ""),
        pytest.approx(serial(fields["time"]), abs=1e-8) if "time" in fields else "",
        fields.get("link", ""),
        pytest.approx(serial(updated), abs=1e-8),
        int(serial(updated)),
    ]


def shown_row(key: str, fields: dict[str, Any], updated: str, locale: str) -> list[Any]:
    """What a person reads."""
    group, point = ("\u00a0", ",") if locale == "ru_RU" else (",", ".")
    true, false = ("ИСТИНА", "ЛОЖЬ") if locale == "ru_RU" else ("TRUE", "FALSE")

    def number(value: float) -> str:
        return f"{value:g}".replace(".", point)

    row = stored_row(key, fields, updated)
    if row[4] != "":
        row[4] = f"{row[4]:,.2f}".replace(",", " ").replace(".", point).replace(" ", group)
    row[6] = number(row[6])
    row[7] = false
    row[9:12] = [
        str(fields["long"]) if "long" in fields else "",
        number(fields["double"]) if "double" in fields else "",
        (true if fields["boolean"] else false) if "boolean" in fields else "",
    ]
    row[12] = people(fields["time"]) if "time" in fields else ""
    row[14:] = [people(updated), people(updated, "%d.%m.%Y")]
    return row


@pytest.mark.parametrize("locale", PLACES)
@pytest.mark.parametrize("strategy", ["upsert", "insert", "append", "replace"])
async def test_every_kind_of_value_is_what_the_source_says(shop: Shop, strategy: str, locale: str) -> None:
    bare: dict[str, Any] = {"name": "Без всего"}
    versions = [(shop.good(**FULL), FULL, shop.account.now), (shop.good(**bare), bare, shop.account.now)]
    great: dict[str, Any] = {"name": "Больше, чем держит таблица", "long": 2**63 - 1}
    versions.append((shop.good(**great), great, shop.account.now))
    numbered = {f"Товар {number}": shop.good(name=f"Товар {number}", code="") for number in range(4)}
    versions += [(record, {"name": name}, shop.account.now) for name, record in numbered.items()]
    config = await shop.export(locale, strategy)
    await shop.run(config)
    await check(shop, config, versions, locale)

    record = versions[1][0]
    news = {"name": "-5", "description": "ИСТИНА", "buyPrice": {"value": 1}, "weight": 1.5}
    shop.change(record, **news)
    now = (record, {**bare, **news}, shop.account.now)
    if strategy == "append":
        versions = [*versions, now]
    elif strategy != "insert":
        versions = [versions[0], now, *versions[2:]]
    await shop.run(config)
    await check(shop, config, versions, locale)


async def check(shop: Shop, config: ConfigId, versions: list[tuple[Record, dict[str, Any], str]], locale: str) -> None:
    ordered = sorted(versions, key=lambda one: (one[0].id, one[2]))
    given = [(record.id, {**_numbered(record), **fields}, updated) for record, fields, updated in ordered]
    stored, shown = await shop.seen(config)
    assert stored == [stored_row(*one) for one in given]
    assert {type(row[7]) for row in stored} == {bool}
    assert {type(row[4]) for row in stored if row[4] != ""} <= {int, float}
    assert shown == [shown_row(*one, locale) for one in given]


def _numbered(record: Record) -> dict[str, Any]:
    """MoySklad gives a code to whatever comes without one."""
    code = record.fields.get("code", "")
    return {"code": code} if code else {}


@pytest.mark.parametrize("fewer", [False, True], ids=["more rows", "fewer rows"])
async def test_nobody_ever_sees_half_a_replaced_table(shop: Shop, *, fewer: bool) -> None:
    goods = [shop.good(name=f"Товар {number}") for number in range(5)]
    config = await shop.export("ru_RU", "replace")
    await shop.run(config)
    before = await rows_now(shop, config)
    for record in goods[: 3 if fewer else 1]:
        shop.account.trash(record)
    for number in range(1 if fewer else 6):
        shop.good(name=f"Новый {number}")
    shop.story.clock.advance(timedelta(hours=1))
    await control(shop, "POST", "settings", {"history": True})
    try:
        await shop.run(config)
    finally:
        await control(shop, "POST", "settings", {"history": False})
    after = await rows_now(shop, config)
    assert (len(before), len(after)) == (5, 3 if fewer else 10)
    spreadsheet = (await shop.party.config(config)).target.spreadsheet_id
    revisions = await control(shop, "GET", f"spreadsheets/{spreadsheet}/revisions")
    seen = [sorted(row[0] for row in one["values"][TAB][1:] if row) for one in revisions if "values" in one]
    assert len(seen) >= 2
    steps = [rows for place, rows in enumerate(seen) if not place or rows != seen[place - 1]]
    assert steps in ([before, after], [after]), "all of the old rows, then all of the new ones, and nothing in between"


async def rows_now(shop: Shop, config: ConfigId) -> list[str]:
    stored, _ = await shop.seen(config)
    return sorted(row[0] for row in stored)


async def control(shop: Shop, method: str, path: str, body: object = None) -> Any:
    async with httpx.AsyncClient(base_url=shop.google) as http:
        answer = await http.request(method, f"/_control/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()
