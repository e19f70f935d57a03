"""Rows that have vanished at the source and stay: marked in their table, or moved to a tab of their own."""

from collections.abc import Sequence

import msgspec

from application.exports.beside import Beside
from application.exports.grid import Grid
from application.exports.preflight import check_space
from application.exports.sheets import Layout, TabRole
from application.exports.table import SheetTable
from domain.exports.spreadsheet import LayoutChanged
from domain.exports.write_strategies.operations import PutRows
from domain.exports.write_strategies.upsert import upsert


async def mark(table: SheetTable, keys: Sequence[str], cell: bytes) -> int:
    """Writes the cell, a JSON value, into the last column of these keys' rows; answers how many there were."""
    view, grid = await table.view(), table.grid
    row = b"[" + cell + b"]"
    operations = [PutRows(first, (row,) * (last - first + 1)) for first, last in view.spans_of(keys)]
    if not operations:
        return 0
    await table.calls.write(
        lambda key: table.calls.spreadsheets.write(key, grid.spreadsheet_id, grid.tab, operations, grid.columns[-1:])
    )
    return sum(len(operation.rows) for operation in operations)


async def archive(table: SheetTable, keys: Sequence[str]) -> int:
    """Copies the rows of these keys to the archive, where a key stands once; then deletes them from the table.

    What has been copied before an interruption is copied over itself the next time. Raises TableCut, LayoutChanged
    where the archive shows anything else in its first row, and what check_space does before anything is written.
    """
    await table.view()
    rows = await table.grid.rows_of(keys)
    if not rows:
        return 0
    copies = [(key, msgspec.json.encode(row)) for key, row in rows]
    await _copy(table.grid, table.key_places, copies, table.beside)
    table.grid.look_again()
    return await table.grid.delete([key for key, _ in rows])


async def _copy(table: Grid, key_places: tuple[int, ...], rows: Sequence[tuple[str, bytes]], beside: Beside) -> None:
    """Writes rows, with their keys, into the export's archive, which is made if there is none. A key that stands there
    already is written over, in its first row.
    """
    calls, sheets, spreadsheet_id = table.calls, table.calls.spreadsheets, table.spreadsheet_id
    found = await calls.read(lambda key: sheets.inspect(key, spreadsheet_id))
    tab = beside.find(found.tabs, TabRole.ARCHIVE)
    width, layout = len(table.layout.titles), Layout(table.layout.titles, table.layout.kinds)
    if tab is None:
        check_space(found.tabs, [(None, 1 + len(rows), width)])
        tab = await beside.add(spreadsheet_id, found.tabs, TabRole.ARCHIVE, (layout, 1 + len(rows)))
    archive = Grid(calls, spreadsheet_id, tab, layout, key_places, unique=False)
    header: tuple[str, ...] = layout.titles
    if tab in found.tabs:
        shown = await archive.show()
        archive.learn(shown)
        header = shown.header
    else:
        archive.begin()
    if header not in {(), layout.titles}:
        raise LayoutChanged(tab=tab.title, columns=" | ".join(layout.titles))
    view = await archive.view()
    operations = upsert(view, rows)
    lines = view.next_row - bool(header)
    check_space(found.tabs, [(tab, lines, width)] if tab in found.tabs else [])
    if not header:
        archive.tab = await calls.write(
            lambda key: sheets.lay_out(key, spreadsheet_id, archive.tab, layout, lines, range(len(layout.titles)))
        )
    elif lines > archive.tab.row_count:
        archive.tab = await calls.write(lambda key: sheets.grow(key, spreadsheet_id, archive.tab, layout, lines))
    await archive.write(operations)
