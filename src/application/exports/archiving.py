"""Rows of a table copied into another tab, where those stay that have vanished at the source."""

from collections.abc import Sequence

from application.exports.grid import Grid
from application.exports.sheets import Layout
from domain.exports.spreadsheet import LayoutChanged
from domain.exports.write_strategies.upsert import upsert


async def copy_rows(table: Grid, key_places: tuple[int, ...], rows: Sequence[tuple[str, bytes]], title: str) -> None:
    """Writes rows, with their keys, into the tab of that title, which is made if there is none.

    A key that stands there already is written over, in its first row. Raises LayoutChanged where the tab shows anything
    else in its first row.
    """
    calls, sheets, spreadsheet_id = table.calls, table.calls.spreadsheets, table.spreadsheet_id
    found = await calls.read(lambda key: sheets.inspect(key, spreadsheet_id))
    tab = next((one for one in found.tabs if one.title == title and one.row_count), None)
    if tab is None:
        tab = await calls.write(lambda key: sheets.add_tab(key, spreadsheet_id, title))
    layout = Layout(table.layout.titles, table.layout.kinds)
    archive = Grid(calls, spreadsheet_id, tab, layout, key_places, unique=False)
    shown = await archive.show()
    if shown.header not in {(), layout.titles}:
        raise LayoutChanged(tab=title, columns=" | ".join(layout.titles))
    archive.learn(shown)
    view = await archive.view()
    operations = upsert(view, rows)
    if not shown.header:
        archive.tab = await calls.write(
            lambda key: sheets.lay_out(
                key, spreadsheet_id, archive.tab, layout, view.next_row, range(len(layout.titles))
            )
        )
    elif view.next_row - 1 > archive.tab.row_count:
        archive.tab = await calls.write(
            lambda key: sheets.grow(key, spreadsheet_id, archive.tab, layout, view.next_row - 1)
        )
    await archive.write(operations)
