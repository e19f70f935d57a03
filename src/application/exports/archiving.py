"""Rows of a table copied into another tab, where those stay that have vanished at the source."""

from collections.abc import Sequence

from application.exports.beside import Beside
from application.exports.grid import Grid
from application.exports.preflight import check_space
from application.exports.sheets import Layout, TabRole
from domain.exports.spreadsheet import LayoutChanged
from domain.exports.write_strategies.upsert import upsert


async def copy_rows(
    table: Grid, key_places: tuple[int, ...], rows: Sequence[tuple[str, bytes]], beside: Beside
) -> None:
    """Writes rows, with their keys, into the export's archive, which is made if there is none.

    A key that stands there already is written over, in its first row. Raises LayoutChanged where the archive shows
    anything else in its first row, and what check_space does before anything is written.
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
