"""People who work in an emulated spreadsheet between runs: every edit is made through the grid, as Google's own."""

from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from tests.integration.harness.sheets_over_http import LenientGoogle

GRID = ("sort", "insert a row", "delete a row", "header row down", "insert a column", "move a column")
CELLS = ("rename", "note beside", "formula beside", "write beneath", "fill an inserted row", "spoil")
LOOKS = ("colour", "note", "freeze", "filter", "filter view", "warn")
KEPT = ("chart", "slicer", "stripes", "table", "colour rule", "drop-down", "name")
"""What people lay over a table or around its cells."""


@dataclass
class Table:
    """What a person sees of the table: where its columns are, its header row, and where keys stand (from 0)."""

    columns: dict[str, int]
    key: str
    values: list[list[Any]]
    size: tuple[int, int]

    def cell(self, row: int, column: int) -> Any:
        """A cell, blank ones as an empty text."""
        cells = self.values[row] if row < len(self.values) else []
        return cells[column] if column < len(cells) else ""

    def key_at(self, row: int) -> str | None:
        """The key that stands in the row. The header's own text is no key."""
        text = str(self.cell(row, self.columns[self.key]))
        return text if text.startswith(("order-", "new-")) else None

    @property
    def rows(self) -> dict[str, int]:
        """In which row each key stands."""
        return {key: row for row in range(len(self.values)) if (key := self.key_at(row)) is not None}

    def foreign(self) -> dict[str, str | None]:
        """Everything that is not ours, each with the key of the row beside which it stands, if there is one."""
        ours = set(self.columns.values())
        found: dict[str, str | None] = {}
        for row, cells in enumerate(self.values):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("чужое"):
                    key = self.key_at(row)
                    assert column not in ours or key is None, f"{cell} stands in a row of ours"
                    found[cell] = key
        return found

    def shown(self, key: str) -> dict[str, Any]:
        """What the row of that key shows, column by column."""
        row = self.rows[key]
        return {name: self.cell(row, column) for name, column in self.columns.items()}


@dataclass
class Person:
    """Makes random edits. `spoilt` are keys of rows whose cells were changed, `deleted` of rows that were deleted."""

    google: LenientGoogle
    spreadsheet_id: str
    sheet_id: int
    random: Random
    done: list[str] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    striped: bool = False
    numbers: Any = field(default_factory=lambda: count(1))

    async def edit(self, table: Table, kinds: tuple[str, ...]) -> None:
        """One edit. What would make no sense now is left out."""
        kind = self.random.choice(kinds)
        requests = self._requests(kind, table)
        if requests:
            self.done.append(kind)
            await self.google.edit(self.spreadsheet_id, *requests)

    def _requests(self, kind: str, table: Table) -> list[Any]:  # noqa: PLR0911 - a table of edits
        rows, ours = table.rows, sorted(table.columns.values())
        height = max(len(table.values), 2)
        width = max([len(row) for row in table.values] + [ours[-1] + 1])
        key = self.random.choice(sorted(rows)) if rows else None
        first, last = (min(rows.values()), max(rows.values())) if rows else (1, 1)
        match kind:
            case "sort":
                area = self._area(first, last + 1, 0, width)
                order = self.random.choice(("ASCENDING", "DESCENDING"))
                spec = {"dimensionIndex": self.random.choice(ours), "sortOrder": order}
                return [{"sortRange": {"range": area, "sortSpecs": [spec]}}]
            case "insert a row":
                return [self._insert("ROWS", self.random.randint(first, last + 1), table)]
            case "fill an inserted row":
                at = self.random.randint(first, last)
                column = self.random.choice([one for one in ours if one != table.columns[table.key]])
                return [self._insert("ROWS", at, table), self._put(at, column, self._mark())]
            case "delete a row" if key is not None and len(rows) > 3:
                self.deleted.add(key)
                return [{"deleteDimension": {"range": self._span("ROWS", rows[key])}}]
            case "header row down":
                return [self._insert("ROWS", 0, table), self._put(0, self.random.choice(ours), self._mark())]
            case "insert a column":
                at = self.random.randint(0, width)
                return [self._insert("COLUMNS", at, table), self._put(self.random.randint(0, last), at, self._mark())]
            case "move a column":
                source, to = self.random.choice(ours), self.random.randint(0, width)
                move = {"source": self._span("COLUMNS", source), "destinationIndex": to}
                return [] if source <= to <= source + 1 else [{"moveDimension": move}]
            case "rename":
                name = self.random.choice([name for name in table.columns if name != table.key])
                header = next((row for row in range(height) if table.cell(row, table.columns[table.key]) == "ID"), None)
                return [] if header is None else [self._put(header, table.columns[name], f"Имя {next(self.numbers)}")]
            case "note beside" if key is not None:
                return [*self._column_at(width), self._put(rows[key], width, self._mark())]
            case "formula beside" if key is not None:
                cell = {"userEnteredValue": {"formulaValue": f'="чужое-{next(self.numbers)}-"&1+1'}}
                return [*self._column_at(width), self._cells(rows[key], width, cell, "userEnteredValue")]
            case "write beneath":
                column = self.random.choice([one for one in ours if one != table.columns[table.key]])
                grow = {"appendDimension": {"sheetId": self.sheet_id, "dimension": "ROWS", "length": 4}}
                return [grow, self._put(height + self.random.randint(0, 2), column, self._mark())]
            case "spoil" if key is not None:
                self.spoilt.add(key)
                column = self.random.choice([one for one in ours if one != table.columns[table.key]])
                return [self._put(rows[key], column, "испорчено")]
            case "colour":
                cell = {"userEnteredFormat": {"backgroundColor": {"red": 1}}}
                return [self._cells(first, ours[0], cell, "userEnteredFormat.backgroundColor")]
            case "note":
                return [self._cells(first, ours[-1], {"note": "заметка"}, "note")]
            case "freeze":
                grid = {"sheetId": self.sheet_id, "gridProperties": {"frozenColumnCount": 1}}
                return [{"updateSheetProperties": {"properties": grid, "fields": "gridProperties.frozenColumnCount"}}]
            case "filter":
                return [{"setBasicFilter": {"filter": {"range": self._area(max(first - 1, 0), last + 1, 0, width)}}}]
            case "filter view":
                view = {"title": self._mark(), "range": self._area(max(first - 1, 0), last + 1, 0, width)}
                return [{"addFilterView": {"filter": view}}]
            case "warn":
                warned = {"range": self._area(first, last + 1, 0, width), "warningOnly": True}
                return [{"addProtectedRange": {"protectedRange": warned}}]
            case _:
                return self._kept(kind, ours, (max(first - 1, 0), last + 1), width)

    def _kept(  # noqa: PLR0911 - a table of edits
        self, kind: str, ours: list[int], rows: tuple[int, int], width: int
    ) -> list[Any]:
        """Of alternating colours and tables, which bring colours of their own, there can be one."""
        whole, column = self._area(*rows, ours[0], ours[-1] + 1), self.random.choice(ours)
        one = self._area(*rows, column, column + 1)
        place = {"overlayPosition": {"anchorCell": {"sheetId": self.sheet_id, "rowIndex": rows[0], "columnIndex": 0}}}
        match kind:
            case "chart":
                series = [{"series": {"sourceRange": {"sources": [one]}}}]
                spec = {"title": self._mark(), "basicChart": {"chartType": "COLUMN", "series": series}}
                return [{"addChart": {"chart": {"spec": spec, "position": place}}}]
            case "slicer":
                spec = {"title": self._mark(), "dataRange": self._area(*rows, 0, width), "columnIndex": column}
                return [{"addSlicer": {"slicer": {"spec": spec, "position": place}}}]
            case "stripes" if not self.striped:
                self.striped = True
                colours = {"firstBandColor": {"red": 1}, "secondBandColor": {"green": 1}}
                return [{"addBanding": {"bandedRange": {"range": whole, "rowProperties": colours}}}]
            case "table" if not self.striped:
                self.striped = True
                return [{"addTable": {"table": {"name": self._mark(), "range": whole}}}]
            case "colour rule":
                condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": self._mark()}]}
                rule = {"condition": condition, "format": {"textFormat": {"bold": True}}}
                return [{"addConditionalFormatRule": {"rule": {"ranges": [one], "booleanRule": rule}}}]
            case "drop-down":
                words = [{"userEnteredValue": "раз"}, {"userEnteredValue": "два"}]
                rule = {"condition": {"type": "ONE_OF_LIST", "values": words}, "showCustomUi": True}
                return [
                    {"setDataValidation": {"range": self._area(rows[1] - 1, rows[1], column, column + 1), "rule": rule}}
                ]
            case "name":
                return [{"addNamedRange": {"namedRange": {"name": f"имя_{next(self.numbers)}", "range": one}}}]
        return []

    def _mark(self) -> str:
        return f"чужое-{next(self.numbers)}"

    def _column_at(self, width: int) -> list[Any]:
        return [{"appendDimension": {"sheetId": self.sheet_id, "dimension": "COLUMNS", "length": 1}}] if width else []

    def _insert(self, dimension: str, at: int, table: Table) -> Any:
        if at >= table.size[dimension == "COLUMNS"]:
            return {"appendDimension": {"sheetId": self.sheet_id, "dimension": dimension, "length": 1}}
        return {"insertDimension": {"range": self._span(dimension, at), "inheritFromBefore": at > 0}}

    def _put(self, row: int, column: int, text: str) -> Any:
        return self._cells(row, column, {"userEnteredValue": {"stringValue": text}}, "userEnteredValue")

    def _cells(self, row: int, column: int, cell: Any, fields: str) -> Any:
        start = {"sheetId": self.sheet_id, "rowIndex": row, "columnIndex": column}
        return {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}}

    def _span(self, dimension: str, at: int) -> Any:
        return {"sheetId": self.sheet_id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}

    def _area(self, top: int, bottom: int, left: int, right: int) -> Any:
        return {
            "sheetId": self.sheet_id,
            "startRowIndex": top,
            "endRowIndex": bottom,
            "startColumnIndex": left,
            "endColumnIndex": right,
        }
