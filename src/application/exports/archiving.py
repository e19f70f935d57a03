"""Rows copied into a tab of their own, where each key stands once."""

from collections.abc import Sequence

from application.exports.grid import Grid
from application.exports.sheet_calls import SheetCalls
from application.exports.sheets import Layout, Shown
from domain.exports.spreadsheet import LayoutChanged
from domain.exports.write_strategies.upsert import upsert


async def copy_into(
    calls: SheetCalls,
    spreadsheet_id: str,
    title: str,
    layout: Layout,
    key_places: tuple[int, ...],
    rows: Sequence[tuple[str, bytes]],
) -> None:
    """Writes rows, keys with JSON, into the tab of that title, which is made if there is none.

    Raises LayoutChanged where another header stands there, and what Spreadsheets raises.
    """
    sheets = calls.spreadsheets
    found = await calls.read(lambda key: sheets.inspect(key, spreadsheet_id))
    tab = next((one for one in found.tabs if one.title == title and one.row_count), None)
    if tab is None:
        tab = await calls.write(lambda key: sheets.add_tab(key, spreadsheet_id, title))
    archive = Grid(calls, spreadsheet_id, tab, layout, key_places)
    shown = await archive.show()
    _require_titles(shown, layout, title)
    archive.learn(shown)
    view = await archive.view()
    operations = upsert(view, rows)
    if not shown.header:
        every = range(len(layout.titles))
        archive.tab = await calls.write(
            lambda key: sheets.lay_out(key, spreadsheet_id, archive.tab, layout, view.next_row, every)
        )
    elif view.next_row - 1 > archive.tab.row_count:
        archive.tab = await calls.write(
            lambda key: sheets.grow(key, spreadsheet_id, archive.tab, layout, view.next_row - 1)
        )
    await archive.write(operations)


def _require_titles(shown: Shown, layout: Layout, title: str) -> None:
    if shown.header not in {(), layout.titles}:
        raise LayoutChanged(tab=title, columns=" | ".join(layout.titles))
