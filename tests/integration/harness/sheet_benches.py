"""Two places to try the port Spreadsheets in: the fake, and the real adapter with Google's emulator behind it.

In both the spreadsheet belongs to somebody else, who shares it with our account and works in it meanwhile. Rows are
counted from 1 and columns from 0, as in the port.
"""

from typing import Any, Protocol

import msgspec

from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.grids import MemoryTab
from adapters.memory.spreadsheets import MemorySpreadsheets
from application.connections.ports import GoogleKey
from application.exports.sheets import Obstacle, Tab
from application.exports.vendor_ports import Spreadsheets
from domain.exports.spreadsheet import ObstacleKind
from domain.shared.cells import Cell
from tests.integration.google.conftest import DRIVE_FILE, SHEETS, Emulator
from tests.integration.harness.samples import google_key, spreadsheet_made

TITLE = "Данные"


class Bench(Protocol):
    """What a test does as the owner of the spreadsheet, behind the port's back."""

    @property
    def sheets(self) -> Spreadsheets: ...

    @property
    def key(self) -> GoogleKey: ...

    async def made(self, rows: int = 20, columns: int = 10) -> tuple[str, Tab]:
        """A spreadsheet with one tab of that size, which we may edit."""
        ...

    async def values(self, spreadsheet: str, tab: Tab) -> list[list[Cell]]:
        """All rows without trailing blanks; a blank in between is None."""
        ...

    async def put(self, spreadsheet: str, tab: Tab, row: int, column: int, value: str) -> None: ...

    async def insert_column(self, spreadsheet: str, tab: Tab, place: int) -> None: ...

    async def move_column(self, spreadsheet: str, tab: Tab, place: int, to: int) -> None:
        """`to` is where the column then stands."""
        ...

    async def delete_column(self, spreadsheet: str, tab: Tab, place: int) -> None: ...

    async def sort(self, spreadsheet: str, tab: Tab, column: int) -> None:
        """Everything below row 1."""
        ...

    async def rename(self, spreadsheet: str, tab: Tab, title: str) -> None: ...

    async def delete_tab(self, spreadsheet: str, tab: Tab) -> None: ...

    async def merge(self, spreadsheet: str, tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """First and last."""
        ...

    async def protect(self, spreadsheet: str, tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """So that only the owner may edit there."""
        ...

    async def only_look(self, spreadsheet: str) -> None:
        """From now on we are a viewer."""
        ...

    async def trash(self, spreadsheet: str) -> None: ...

    async def delete(self, spreadsheet: str) -> None: ...

    async def call_it(self, spreadsheet: str, name: str) -> None:
        """The spreadsheet gets another name."""
        ...

    async def close_drive(self) -> None:
        """From now on our account may ask Sheets alone."""
        ...

    def stranger(self) -> GoogleKey:
        """The key of another account."""
        ...


class MemoryBench:
    """Over the fake."""

    def __init__(self) -> None:
        self._sheets = MemorySpreadsheets()
        self.key = google_key("token")

    @property
    def sheets(self) -> MemorySpreadsheets:
        return self._sheets

    async def made(self, rows: int = 20, columns: int = 10) -> tuple[str, Tab]:
        spreadsheet = self._sheets.add("Отчёты", TITLE, rows=rows, columns=columns)
        return spreadsheet.spreadsheet_id, spreadsheet.tabs[0].tab()

    async def values(self, spreadsheet: str, tab: Tab) -> list[list[Cell]]:
        return [[None if cell == "" else cell for cell in row] for row in self._tab(spreadsheet, tab).values()]

    async def put(self, spreadsheet: str, tab: Tab, row: int, column: int, value: str) -> None:
        self._tab(spreadsheet, tab).put_cell(row, column, value)

    async def insert_column(self, spreadsheet: str, tab: Tab, place: int) -> None:
        self._tab(spreadsheet, tab).insert_column(place)

    async def move_column(self, spreadsheet: str, tab: Tab, place: int, to: int) -> None:
        self._tab(spreadsheet, tab).move_column(place, to)

    async def delete_column(self, spreadsheet: str, tab: Tab, place: int) -> None:
        self._tab(spreadsheet, tab).delete_column(place)

    async def sort(self, spreadsheet: str, tab: Tab, column: int) -> None:
        self._tab(spreadsheet, tab).sort_by(column)

    async def rename(self, spreadsheet: str, tab: Tab, title: str) -> None:
        self._tab(spreadsheet, tab).title = title

    async def delete_tab(self, spreadsheet: str, tab: Tab) -> None:
        self._sheets.spreadsheets[spreadsheet].tabs.remove(self._tab(spreadsheet, tab))

    async def merge(self, spreadsheet: str, tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        self._hinder(spreadsheet, tab, ObstacleKind.MERGED, rows, columns)

    async def protect(self, spreadsheet: str, tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        self._hinder(spreadsheet, tab, ObstacleKind.PROTECTED, rows, columns)

    async def only_look(self, spreadsheet: str) -> None:
        self._sheets.forbidden.add(spreadsheet)

    async def trash(self, spreadsheet: str) -> None:
        self._sheets.trashed.add(spreadsheet)

    async def delete(self, spreadsheet: str) -> None:
        self._sheets.missing.add(spreadsheet)

    async def call_it(self, spreadsheet: str, name: str) -> None:
        self._sheets.spreadsheets[spreadsheet].title = name

    async def close_drive(self) -> None:
        self._sheets.drive_open = False

    def stranger(self) -> GoogleKey:
        return google_key("another", "other@example.com")

    def _hinder(
        self, spreadsheet: str, tab: Tab, kind: ObstacleKind, rows: tuple[int, int], columns: tuple[int, int]
    ) -> None:
        self._tab(spreadsheet, tab).obstacles.append(Obstacle(kind, "", rows, columns))

    def _tab(self, spreadsheet: str, tab: Tab) -> MemoryTab:
        tabs = self._sheets.spreadsheets[spreadsheet].tabs
        return next(one for one in tabs if one.sheet_id == tab.sheet_id)


class GoogleBench:
    """Over HTTP."""

    def __init__(self, sheets: GoogleSpreadsheets, emulator: Emulator, key: GoogleKey, owner: GoogleKey) -> None:
        self._sheets = sheets
        self.emulator = emulator
        self.key = key
        self.owner = owner

    @classmethod
    async def begin(cls, sheets: GoogleSpreadsheets, emulator: Emulator) -> "GoogleBench":
        owner, ours = await emulator.account((DRIVE_FILE,)), await emulator.account((DRIVE_FILE,))
        return cls(sheets, emulator, ours.token, owner.token)

    @property
    def sheets(self) -> GoogleSpreadsheets:
        return self._sheets

    async def made(self, rows: int = 20, columns: int = 10) -> tuple[str, Tab]:
        made = await spreadsheet_made(self._sheets, self.owner, "Отчёты", TITLE, "Europe/Moscow")
        size = {"sheetId": 0, "gridProperties": {"rowCount": rows, "columnCount": columns}}
        fields = "gridProperties(rowCount,columnCount)"
        spreadsheet = made.spreadsheet_id
        await self.emulator.edit(spreadsheet, {"updateSheetProperties": {"properties": size, "fields": fields}})
        await self.share(spreadsheet, "writer")
        return spreadsheet, (await self._sheets.inspect(self.key, spreadsheet)).tabs[0]

    async def share(self, spreadsheet: str, role: str) -> None:
        share = {"email": self.key.user, "role": role}
        await self.emulator.control("POST", f"spreadsheets/{spreadsheet}/share", share)

    async def values(self, spreadsheet: str, tab: Tab) -> list[list[Cell]]:
        rows = await self.emulator.values(spreadsheet, tab.sheet_id)
        return [[None if cell == "" else cell for cell in row] for row in rows]

    async def put(self, spreadsheet: str, tab: Tab, row: int, column: int, value: str) -> None:
        start = {"sheetId": tab.sheet_id, "rowIndex": row - 1, "columnIndex": column}
        cells = [{"values": [{"userEnteredValue": {"stringValue": value}}]}]
        update = {"start": start, "rows": cells, "fields": "userEnteredValue"}
        await self.emulator.edit(spreadsheet, {"updateCells": update})

    async def insert_column(self, spreadsheet: str, tab: Tab, place: int) -> None:
        await self.emulator.edit(spreadsheet, {"insertDimension": {"range": _columns(tab, place)}})

    async def move_column(self, spreadsheet: str, tab: Tab, place: int, to: int) -> None:
        move = {"source": _columns(tab, place), "destinationIndex": to + (to > place)}
        await self.emulator.edit(spreadsheet, {"moveDimension": move})

    async def delete_column(self, spreadsheet: str, tab: Tab, place: int) -> None:
        await self.emulator.edit(spreadsheet, {"deleteDimension": {"range": _columns(tab, place)}})

    async def sort(self, spreadsheet: str, tab: Tab, column: int) -> None:
        rest = {"sheetId": tab.sheet_id, "startRowIndex": 1}
        specs = [{"dimensionIndex": column, "sortOrder": "ASCENDING"}]
        await self.emulator.edit(spreadsheet, {"sortRange": {"range": rest, "sortSpecs": specs}})

    async def rename(self, spreadsheet: str, tab: Tab, title: str) -> None:
        change = {"properties": {"sheetId": tab.sheet_id, "title": title}, "fields": "title"}
        await self.emulator.edit(spreadsheet, {"updateSheetProperties": change})

    async def delete_tab(self, spreadsheet: str, tab: Tab) -> None:
        await self.emulator.edit(spreadsheet, {"deleteSheet": {"sheetId": tab.sheet_id}})

    async def merge(self, spreadsheet: str, tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        await self.emulator.edit(spreadsheet, {"mergeCells": {"range": _area(tab, rows, columns)}})

    async def protect(self, spreadsheet: str, tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        protection = {"protectedRange": {"range": _area(tab, rows, columns)}}
        await self.emulator.edit(spreadsheet, {"addProtectedRange": protection})

    async def only_look(self, spreadsheet: str) -> None:
        await self.share(spreadsheet, "reader")

    async def trash(self, spreadsheet: str) -> None:
        await self._drive("PATCH", spreadsheet, b'{"trashed":true}')

    async def delete(self, spreadsheet: str) -> None:
        await self._drive("DELETE", spreadsheet)

    async def call_it(self, spreadsheet: str, name: str) -> None:
        await self._drive("PATCH", spreadsheet, msgspec.json.encode({"name": name}))

    async def close_drive(self) -> None:
        self.key = (await self.emulator.account((SHEETS,), self.key.user)).token

    def stranger(self) -> GoogleKey:
        return self.owner

    async def read(self, spreadsheet: str, fields: str) -> Any:
        """spreadsheets.get, as the owner."""
        url = f"{self.emulator.base}/v4/spreadsheets/{spreadsheet}?fields={fields}"
        async with self.emulator.http.get(url, headers=self._headers()) as response:
            assert response.status == 200, await response.text()
            return msgspec.json.decode(await response.read())

    async def _drive(self, method: str, spreadsheet: str, body: bytes = b"") -> None:
        url = f"{self.emulator.base}/drive/v3/files/{spreadsheet}"
        for key in (self.owner, self.key):  # whosever it is
            async with self.emulator.http.request(method, url, data=body, headers=self._headers(key)) as response:
                if response.status < 300:
                    return
        raise AssertionError(await response.text())

    def _headers(self, key: GoogleKey | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {(key or self.owner).token}"}


def _columns(tab: Tab, place: int) -> dict[str, Any]:
    return {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}


def _area(tab: Tab, rows: tuple[int, int], columns: tuple[int, int]) -> dict[str, Any]:
    return {
        "sheetId": tab.sheet_id,
        "startRowIndex": rows[0] - 1,
        "endRowIndex": rows[1],
        "startColumnIndex": columns[0],
        "endColumnIndex": columns[1] + 1,
    }
