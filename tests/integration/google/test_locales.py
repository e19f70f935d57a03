"""A spreadsheet that people made keeps its own locale and time zone, and what stands in it is right in any of them.

A date is a number of days on the company's wall clock, whatever clock the spreadsheet goes by; formats are patterns,
which each locale shows with its own separators; nothing is ever read or written as text in a locale.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.planning import Paging
from application.exports.commands.change_time_zone import ChangeTimeZone
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.limits import RunLimits
from application.exports.views import TaskView
from domain.shared.identities import ConfigId
from domain.shared.moments import sheet_serial
from tests.integration.harness.emulated import EMULATED, EmulatedAccount, EmulatedSource
from tests.integration.harness.sheets_over_http import LenientGoogle, lenient_google
from tests.integration.harness.stories import Party, Story

COMPANY = "Asia/Vladivostok"
COLUMNS = ("id", "name", "code", "updated", "buyPrice.value", "weight", "archived")
CODES = ("007", "1.5", "1,5", "01.02.2026", "2026-02-01", "TRUE", "ИСТИНА", "1 000", "3E5", "=1+1", "12:30")
"""Texts that some locale takes for something else."""


@dataclass(frozen=True)
class Place:
    locale: str
    zone: str
    money: str
    weight: str
    true: str


PLACES = [
    Place("en_US", "America/Los_Angeles", "1,234.56", "0.25", "FALSE"),
    Place("ru_RU", "Europe/Kaliningrad", "1\u00a0234,56", "0,25", "ЛОЖЬ"),
    Place("de_DE", "Pacific/Kiritimati", "1.234,56", "0,25", "FALSCH"),
]


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        yield running


class Shop:
    """A company in Vladivostok whose goods have codes that look like numbers."""

    def __init__(self, google: LenientGoogle, party: Party, account: EmulatedAccount) -> None:
        self.google, self.party, self.account = google, party, account
        self.changed: dict[str, tuple[str, datetime]] = {}
        self.book = ""

    def good(self, code: str) -> None:
        made = self.account.create("product", name=f"Товар {code}", code=code, buyPrice={"value": 123456}, weight=0.25)
        moment = datetime.fromisoformat(self.account.now).replace(tzinfo=ZoneInfo("Europe/Moscow"))
        self.changed[made.id] = (code, moment)
        self.account.clock.pass_time(3_661)

    async def given(self, place: Place) -> None:
        """A spreadsheet that somebody made."""
        wanted = {"email": "owner@example.com", "title": "Отчёты", "locale": place.locale, "timeZone": place.zone}
        self.book = (await self.google.control("POST", "spreadsheets", wanted))["spreadsheetId"]

    async def export(self, strategy: str, **fields: Any) -> ConfigId:
        columns = tuple(ColumnChoice(id=one) for one in COLUMNS)
        usual = {"exporter": "product", "columns": columns, "strategy": strategy, "spreadsheet": self.book}
        return await self.party.create(**{**usual, **fields})

    async def run(self, config: ConfigId, mode: str = "incremental") -> TaskView:
        task = await self.party.run(config, mode)
        assert (task.state, task.error) == ("finished", None)
        return task

    async def settings(self) -> tuple[str, str]:
        found = await self.google.control("GET", f"spreadsheets/{self.book}")
        return found["locale"], found["timeZone"]

    async def check(self, place: Place) -> None:
        (tab,) = [one for one in await self.google.tabs(self.book) if one["title"] == "Заказы"]
        values = {row[0]: row for row in tab["values"][1:]}
        looks = {row[0]: row for row in tab["formatted"][1:]}
        assert values.keys() == self.changed.keys()
        for key, (code, moment) in self.changed.items():
            here = moment.astimezone(ZoneInfo(COMPANY))
            serial = pytest.approx(sheet_serial(moment, ZoneInfo(COMPANY)), abs=1e-8)
            assert values[key][1:] == [f"Товар {code}", code, serial, 1234.56, 0.25, False]
            shown = [code, f"{here:%d.%m.%Y %H:%M:%S}", place.money, place.weight, place.true]
            assert looks[key][2:] == shown
        assert tab["formulas"] == {}


@pytest.fixture
async def shop(google: LenientGoogle) -> AsyncIterator[Shop]:
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(RunLimits(batch_bytes=400), EMULATED, google)
    account = EmulatedAccount("shop", story.clock.now().timestamp(), Paging(plain=4))
    party = await story.install("shop", token=account.token)
    await party.sign_in()
    await party.connect_google()
    await story.app.execute(ChangeTimeZone(company_id=party.id, time_zone=COMPANY))
    source = story.world.source
    assert isinstance(source, EmulatedSource)
    source.add(account)
    opened = Shop(google, party, account)
    for code in CODES:
        opened.good(code)
    yield opened
    await story.world.container.close()


@pytest.mark.parametrize("place", PLACES, ids=[place.locale for place in PLACES])
@pytest.mark.parametrize("strategy", ["upsert", "insert", "append", "replace"])
async def test_a_spreadsheet_of_people_keeps_its_locale_and_zone(shop: Shop, strategy: str, place: Place) -> None:
    await shop.given(place)
    config = await shop.export(strategy)
    await shop.run(config)
    await shop.check(place)
    shop.good("00")
    await shop.run(config)
    await shop.check(place)
    again = await shop.run(config, "full")
    assert again.counts.appended == (len(shop.changed) if strategy == "replace" else 0)
    await shop.check(place)
    if strategy in {"upsert", "insert"}:
        compared = await shop.run(config, "reconcile")
        assert (compared.counts.repaired, compared.counts.sheet_rows) == (0, len(shop.changed))
    assert await shop.settings() == (place.locale, place.zone)


@pytest.mark.parametrize("key", ["code", "updated", "buyPrice.value"])
async def test_a_locale_that_is_changed_later_moves_no_key(shop: Shop, key: str) -> None:
    """Rows are found by what their cells hold, never by how it looks."""
    before, after = PLACES[0], PLACES[2]
    await shop.given(before)
    fields: dict[str, Any] = {"key_columns": (key, "name")}
    config = await shop.export("upsert", **fields)
    await shop.run(config)
    properties = {"locale": after.locale, "timeZone": after.zone}
    change = {"properties": properties, "fields": "locale,timeZone"}
    await shop.google.edit(shop.book, {"updateSpreadsheetProperties": change})
    task = await shop.run(config, "full")
    assert (task.counts.appended, task.counts.updated) == (0, len(CODES))
    await shop.check(after)
    assert await shop.settings() == (after.locale, after.zone)


async def test_only_a_spreadsheet_that_we_make_is_set_up(shop: Shop) -> None:
    config = await shop.export("upsert", spreadsheet=None)
    await shop.run(config)
    target = (await shop.party.config(config)).target
    assert target.spreadsheet_id is not None
    shop.book = target.spreadsheet_id
    assert await shop.settings() == ("ru_RU", COMPANY)
    await shop.check(PLACES[1])
