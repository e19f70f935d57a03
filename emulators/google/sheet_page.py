"""GET /spreadsheets and /spreadsheets/d/{id}: what people see of the data."""

from html import escape
from typing import Any

from aiohttp import web

from emulators.google import a1, layers, rendering
from emulators.google.cells import Formula
from emulators.google.files import File
from emulators.google.formulas import evaluate
from emulators.google.html_page import page, table
from emulators.google.rect import Rect
from emulators.google.tab import Tab
from emulators.google.world import World

PAGE_ROWS = 200
MOST_ROWS = 2000


class SheetPages:
    """Pages without authentication: they are for people at this machine."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The index, a spreadsheet, and the address that clients know it by."""
        return [
            web.get("/", self._index),
            web.get("/spreadsheets", self._index),
            web.get("/spreadsheets/d/{id}", self._show),
            web.get("/spreadsheets/d/{id}/edit", self._edit),
        ]

    async def _index(self, _: web.Request) -> web.Response:
        return page("Spreadsheets", index_table(self._world), extra='<a href="/_control">control</a>')

    async def _edit(self, request: web.Request) -> web.Response:
        query = f"?{request.query_string}" if request.query_string else ""
        return web.Response(status=302, headers={"Location": f"/spreadsheets/d/{request.match_info['id']}{query}"})

    async def _show(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            return page("Not found", "<p>No such spreadsheet.</p>", 404)
        given = request.query.get("gid", "")
        tab = file.book.tab(int(given)) if given.isdecimal() else None
        tab = tab or next((one for one in file.book.tabs if not one.hidden), file.book.tabs[0])
        start = _number(request.query.get("start"), 0)
        size = min(MOST_ROWS, max(1, _number(request.query.get("rows"), PAGE_ROWS)))
        title = str(file.book.properties["title"])
        extra = (
            f"<span>{escape(str(file.book.locale))} · {escape(str(file.book.properties['timeZone']))}</span>"
            f'<span>{escape(file.owner)}</span><a href="/spreadsheets">all spreadsheets</a>'
        )
        body = f"{_tabs(file, tab)}{_grid(file, tab, start, size)}{_paging(file, tab, start, size)}"
        return page(title, body, extra=extra)


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() else default


def index_table(world: World) -> str:
    """All spreadsheets with links."""
    rows = [
        [
            f'<a href="/spreadsheets/d/{file.file_id}">{escape(str(file.book.properties["title"]))}</a>',
            escape(file.owner),
            str(len(file.book.tabs)),
            f"{sum(tab.data_rows() for tab in file.book.tabs):,}",
            f"{file.book.size():,}",
            escape(file.modified),
            f"<code>{file.file_id}</code>" + (" (trashed)" if file.trashed else ""),
        ]
        for file in world.files.values()
    ]
    return (
        table(["title", "owner", "tabs", "rows", "grid cells", "modified", "id"], rows) if rows else "<p>none yet</p>"
    )


def _tabs(file: File, current: Tab) -> str:
    links = "".join(
        f'<a class="{"on" if tab is current else ""} {"hid" if tab.hidden else ""}" '
        f'href="/spreadsheets/d/{file.file_id}?gid={tab.sheet_id}">{escape(tab.title)}</a>'
        for tab in file.book.tabs
    )
    return f'<div class="tabs">{links}</div>'


def _paging(file: File, tab: Tab, start: int, size: int) -> str:
    base = f"/spreadsheets/d/{file.file_id}?gid={tab.sheet_id}&rows={size}"
    back = f'<a href="{base}&start={max(0, start - size)}">← back</a> ' if start else ""
    on = f'<a href="{base}&start={start + size}">on →</a> ' if start + size < tab.row_count else ""
    last = max(0, (tab.data_rows() - 1) // size * size)
    end = f'<a href="{base}&start={last}">last rows</a> ' if tab.data_rows() > size else ""
    shown = f"rows {start + 1:,} to {min(start + size, tab.row_count):,} of {tab.row_count:,}"
    filled = f"{tab.data_rows():,} filled, {tab.column_count:,} columns"
    return f'<p class="faint">{back}{on}{end}{shown}; {filled}</p>'


def _grid(file: File, tab: Tab, start: int, size: int) -> str:
    width = min(tab.column_count, max(tab.data_columns() + 2, 8))
    head = "".join(f"<th>{a1.letters(column)}</th>" for column in range(width))
    frozen = range(min(tab.frozen_rows, start))
    end = min(start + size, tab.row_count, max(tab.data_rows() + 20, start + 1))
    merged = {(rect.top, rect.left): rect for rect in tab.merges}
    hidden = {
        (row, column)
        for rect in tab.merges
        for row in range(rect.top, min(rect.bottom, rect.top + MOST_ROWS))
        for column in range(rect.left, rect.right)
        if (row, column) != (rect.top, rect.left)
    }
    body = []
    for row in [*frozen, *range(start, end)]:
        cells = "".join(
            _cell(file, tab, row, column, merged.get((row, column)))
            for column in range(width)
            if (row, column) not in hidden
        )
        frozen_row = row < tab.frozen_rows
        place = f' style="top:{29 + 29 * row}px"' if frozen_row else ""
        body.append(f"<tr{' class=frozen' if frozen_row else ''}><th{place}>{row + 1}</th>{cells}</tr>")
    return (
        f'<div class="grid"><table><thead><tr><th></th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'
    )


def _cell(file: File, tab: Tab, row: int, column: int, merged: Rect | None) -> str:
    value = tab.cell(row, column)
    laid = layers.at(tab.layers, row, column)
    settled = evaluate(file.book, tab, value) if isinstance(value, Formula) else value
    text = escape(rendering.look_of(file.book, laid, settled))
    numeric = isinstance(settled, int | float) and not isinstance(settled, bool)
    names = ("n " if numeric else "") + ("note" if "note" in laid else "")
    attributes = f' class="{names.strip()}"' if names else ""
    style = _style(laid.get("userEnteredFormat", {}))
    if row < tab.frozen_rows:
        style += f"top:{29 + 29 * row}px;"
    if style:
        attributes += f' style="{escape(style)}"'
    hint = "; ".join(part for part in (laid.get("note", ""), value.text if isinstance(value, Formula) else "") if part)
    if hint:
        attributes += f' title="{escape(hint)}"'
    if merged is not None:
        attributes += f' rowspan="{merged.height}" colspan="{merged.width}"'
    return f"<td{attributes}>{text}</td>"


def _style(shape: dict[str, Any]) -> str:
    text = shape.get("textFormat", {})
    parts = [
        "font-weight:600" if text.get("bold") else "",
        "font-style:italic" if text.get("italic") else "",
        f"font-size:{int(text['fontSize'])}pt" if text.get("fontSize") else "",
        _color("color", text.get("foregroundColorStyle", {}).get("rgbColor") or text.get("foregroundColor")),
        _color("background", shape.get("backgroundColorStyle", {}).get("rgbColor") or shape.get("backgroundColor")),
        f"text-align:{shape['horizontalAlignment'].lower()}" if shape.get("horizontalAlignment") else "",
        "white-space:normal" if shape.get("wrapStrategy") == "WRAP" else "",
    ]
    return "".join(f"{part};" for part in parts if part)


def _color(name: str, color: dict[str, float] | None) -> str:
    if not color:
        return ""
    return f"{name}:rgb({','.join(str(round(255 * color.get(part, 0))) for part in ('red', 'green', 'blue'))})"
