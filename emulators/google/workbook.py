"""A spreadsheet: its tabs, named and protected ranges, developer metadata, and all-or-nothing changes."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emulators.google import a1
from emulators.google.attached import TABLE, Attached, moved_source
from emulators.google.errors import ApiError, invalid
from emulators.google.locales import conventions
from emulators.google.metadata import Metadata
from emulators.google.rect import END, Axis, Rect, from_grid_range, to_grid_range
from emulators.google.tab import DEFAULT_COLUMNS, DEFAULT_ROWS, Tab, UndoLog

MAX_CELLS = 10_000_000
MAX_TABS = 200
TOO_MANY_CELLS = f"This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells."
TOO_MANY_COLUMNS = (
    f"This action would increase the number of columns in the sheet above the limit of {a1.MAX_COLUMNS} columns"
)
TOO_MANY_TABS = f"This action would increase the number of sheets in the workbook above the limit of {MAX_TABS} sheets."
_KEPT = ("properties", "tabs", "named_ranges", "protected_ranges", "filter_views", "metadata", "attached")


class Workbook:
    """Contents of one spreadsheet."""

    def __init__(self, spreadsheet_id: str, title: str, locale: str, time_zone: str) -> None:
        self.spreadsheet_id = spreadsheet_id
        self.properties: dict[str, Any] = {
            "title": title,
            "locale": locale,
            "autoRecalc": "ON_CHANGE",
            "timeZone": time_zone,
        }
        self.undo = UndoLog()
        self.tabs: list[Tab] = []
        self.named_ranges: list[dict[str, Any]] = []
        self.protected_ranges: list[dict[str, Any]] = []
        self.filter_views: list[dict[str, Any]] = []
        self.metadata: dict[int, Metadata] = {}
        self.attached: list[Attached] = []
        self.cells_changed = 0

    @property
    def locale(self) -> str:
        """The locale's name, such as ru_RU."""
        return str(self.properties["locale"])

    def add_first_tab(self) -> None:
        """The tab that a new file has, named in its language."""
        title = f"{conventions(self.locale).first_tab}1"
        self.tabs = [Tab(0, title, DEFAULT_ROWS, DEFAULT_COLUMNS, self.undo)]

    def copy(self, spreadsheet_id: str, title: str) -> "Workbook":
        """Another spreadsheet with the same tabs, ids of tabs included, names, protections, filter views and metadata
        (which programs have found in copies).
        """
        twin = Workbook(spreadsheet_id, title, self.locale, str(self.properties["timeZone"]))
        twin.properties = {**self.properties, "title": title}
        twin.tabs = [tab.copy(tab.sheet_id, tab.title, twin.undo) for tab in self.tabs]
        twin.named_ranges, twin.protected_ranges = list(self.named_ranges), list(self.protected_ranges)
        twin.filter_views = list(self.filter_views)
        twin.metadata, twin.attached = dict(self.metadata), list(self.attached)
        return twin

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Whatever is raised inside, no change made inside stays."""
        own = {name: getattr(self, name) for name in _KEPT}
        tabs = [(tab, vars(tab).copy()) for tab in self.tabs]
        self.undo.clear()
        self.cells_changed = 0
        try:
            yield
        except BaseException:
            self.undo.undo()
            self.__dict__.update(own)
            for tab, attributes in tabs:
                tab.__dict__.update(attributes)
            raise
        self.undo.clear()

    def tab(self, sheet_id: int) -> Tab | None:
        """The tab with that id."""
        return next((tab for tab in self.tabs if tab.sheet_id == sheet_id), None)

    def tab_titled(self, title: str) -> Tab | None:
        """The tab with that title; letter case does not matter."""
        exact = next((tab for tab in self.tabs if tab.title == title), None)
        return exact or next((tab for tab in self.tabs if tab.title.lower() == title.lower()), None)

    def free_id(self) -> int:
        """A sheet id, or an id of anything else, that nothing has."""
        taken = {tab.sheet_id for tab in self.tabs} | {item["protectedRangeId"] for item in self.protected_ranges}
        taken |= {view["filterViewId"] for view in self.filter_views} | {item.number for item in self.attached}
        while True:
            number = random.randrange(1, 2**31)
            if number not in taken and number not in self.metadata:
                return number

    def size(self) -> int:
        """Cells on all grids."""
        return sum(tab.size for tab in self.tabs)

    def check_size(self, more: int, columns: int = 0, tabs: int = 0) -> str | None:
        """Why the workbook must not grow so, if it must not: by so many cells and tabs, one to so many columns."""
        if tabs and len(self.tabs) + tabs > MAX_TABS:
            return TOO_MANY_TABS
        if columns > a1.MAX_COLUMNS:
            return TOO_MANY_COLUMNS
        return TOO_MANY_CELLS if more > 0 and self.size() + more > MAX_CELLS else None

    def resolve(self, text: str) -> tuple[Tab, a1.Reference]:
        """The tab and range that a client's A1 text means. Raises ApiError in Google's words."""
        title, rest, quoted = a1.split_title(text)
        if title is None:
            return self._resolve_bare(text)
        tab = self.tab_titled(title)
        if tab is None:
            raise invalid(f"Unable to parse range: {text}")
        if not rest and quoted:
            return tab, a1.Reference(tab.title, Rect(0, END, 0, END), anchor=True)
        parsed = a1.parse_cells(rest)
        if parsed is None:
            raise invalid(f"Unable to parse range: {text}")
        return tab, a1.Reference(tab.title, *parsed)

    def _resolve_bare(self, text: str) -> tuple[Tab, a1.Reference]:
        for item in self.named_ranges:
            if item["name"].lower() == text.lower():
                tab = self.tab(item["range"].get("sheetId", 0))
                if tab is not None:
                    return tab, a1.Reference(tab.title, from_grid_range(item["range"]), anchor=False)
        parsed = a1.parse_cells(text)
        if parsed is not None:
            visible = next((tab for tab in self.tabs if not tab.hidden), self.tabs[0])
            return visible, a1.Reference(None, *parsed)
        titled = self.tab_titled(text)
        if titled is None:
            raise invalid(f"Unable to parse range: {text}")
        return titled, a1.Reference(titled.title, Rect(0, END, 0, END), anchor=True)

    def on_grid(self, tab: Tab, rect: Rect) -> Rect:
        """The rectangle clamped to the grid. Raises ApiError when it starts beyond."""
        if rect.top >= tab.row_count or rect.left >= tab.column_count:
            raise self.beyond(tab, rect)
        return rect.clamp(tab.row_count, tab.column_count)

    @staticmethod
    def beyond(tab: Tab, rect: Rect) -> ApiError:
        """400 for a range outside the grid."""
        return invalid(
            f"Range ({a1.echo(tab.title, rect)}) exceeds grid limits. "
            f"Max rows: {tab.row_count}, max columns: {tab.column_count}"
        )

    def insert(self, tab: Tab, axis: Axis, at: int, count: int, *, from_before: bool) -> None:
        """Inserts rows or columns; whatever lies behind them moves."""
        tab.insert(axis, at, count, from_before=from_before)
        self._move_ranges(tab, lambda rect: rect.pushed(axis, at, count))
        self.metadata = {
            number: item.after_insert(tab.sheet_id, axis, at, count) for number, item in self.metadata.items()
        }

    def delete(self, tab: Tab, axis: Axis, first: int, last: int) -> None:
        """Deletes rows or columns with all that is bound to them."""
        tab.delete(axis, first, last)
        self._move_ranges(tab, lambda rect: rect.after_delete(axis, first, last))
        moved = ((n, item.after_delete(tab.sheet_id, axis, first, last)) for n, item in self.metadata.items())
        self.metadata = {number: item for number, item in moved if item is not None}

    def rearrange(self, tab: Tab, axis: Axis, first: int, order: list[int]) -> None:
        """Rows or columns change places, and metadata goes with them."""
        tab.rearrange(axis, first, order)
        where = {old: new for new, old in enumerate(order, first)}
        self.metadata = {number: item.after_moves(tab.sheet_id, axis, where) for number, item in self.metadata.items()}

    def move(self, tab: Tab, axis: Axis, first: int, order: list[int]) -> None:
        """The same for a move by hand, which names follow too; a sorted row leaves them where they are. A named range
        that the move would tear apart stays.
        """
        self.rearrange(tab, axis, first, order)
        where = {old: new for new, old in enumerate(order, first)}

        def moved(rect: Rect) -> Rect:
            start, end = rect.side(axis)
            if end == END:
                return rect
            places = sorted(where.get(place, place) for place in range(start, end))
            together = places[-1] - places[0] == end - start - 1
            return rect.with_side(axis, places[0], places[-1] + 1) if together else rect

        self.named_ranges = list(self._moved(self.named_ranges, tab, moved))
        self._move_sources(tab, moved)

    def take_over(self, items: list[Attached], sheet_id: int) -> None:
        """Copies what lies on a tab to its copy. No two tables of a spreadsheet have one name."""
        for item in items:
            number = self.free_id()
            twin = item.on(sheet_id, number if item.kind != TABLE else str(number))
            if twin.kind == TABLE:
                taken = {one.body["name"].lower() for one in self.attached if one.kind == TABLE}
                stem, count = twin.body["name"], 1
                while twin.body["name"].lower() in taken:
                    count += 1
                    twin = twin._replace(body={**twin.body, "name": f"{stem}_{count}"})
            self.attached = [*self.attached, twin]

    def forget_tab(self, tab: Tab) -> None:
        """Removes a tab with everything bound to it."""
        gone = tab.sheet_id
        self.tabs = [other for other in self.tabs if other is not tab]
        self.named_ranges = [x for x in self.named_ranges if x["range"].get("sheetId", 0) != gone]
        self.protected_ranges = [x for x in self.protected_ranges if x["range"].get("sheetId", 0) != gone]
        self.filter_views = [x for x in self.filter_views if x["range"].get("sheetId", 0) != gone]
        self.metadata = {number: item for number, item in self.metadata.items() if item.sheet_id != gone}
        left = (item.after(gone, lambda _: None) for item in self.attached if item.sheet_id != gone)
        self.attached = [item for item in left if item is not None]

    def _move_sources(self, tab: Tab, change: Any) -> None:
        """What charts and slicers speak of goes with columns that are moved by hand; the objects stay."""
        self.attached = [
            item._replace(body={**item.body, "spec": moved_source(item.body["spec"], tab.sheet_id, change)})
            if "spec" in item.body
            else item
            for item in self.attached
        ]

    def _move_ranges(self, tab: Tab, change: Any) -> None:
        moved_on = (item.after(tab.sheet_id, change) for item in self.attached)
        self.attached = [item for item in moved_on if item is not None]
        self.named_ranges = list(self._moved(self.named_ranges, tab, change))
        self.protected_ranges = list(self._moved(self.protected_ranges, tab, change))
        self.filter_views = list(self._moved(self.filter_views, tab, change))
        if tab.basic_filter is not None:
            rect = change(from_grid_range(tab.basic_filter["range"]))
            moved = {**tab.basic_filter, "range": to_grid_range(tab.sheet_id, rect)} if rect is not None else None
            tab.basic_filter = moved

    @staticmethod
    def _moved(items: list[dict[str, Any]], tab: Tab, change: Any) -> Iterator[dict[str, Any]]:
        for item in items:
            if item["range"].get("sheetId", 0) != tab.sheet_id:
                yield item
                continue
            rect = change(from_grid_range(item["range"]))
            if rect is not None:
                free = [change(from_grid_range(one)) for one in item.get("unprotectedRanges", [])]
                kept = [to_grid_range(tab.sheet_id, one) for one in free if one is not None]
                more = {"unprotectedRanges": kept} if free else {}
                yield {**item, "range": to_grid_range(tab.sheet_id, rect), **more}
