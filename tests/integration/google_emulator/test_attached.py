"""Charts, slicers, alternating colours and tables: kept, moved along with their cells, answered."""

from typing import Any

import pytest

from tests.integration.google_emulator.agent import Book

RED = {"red": 1}
BANDS = {"firstBandColor": {"red": 1, "green": 1, "blue": 1}, "secondBandColorStyle": {"rgbColor": RED}}


def area(top: int, bottom: int, left: int, right: int, sheet: int = 0) -> dict[str, int]:
    found = {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}
    return {"sheetId": sheet, **found} if sheet else found


def span(axis: str, first: int, last: int) -> dict[str, Any]:
    return {"range": {"sheetId": 0, "dimension": axis, "startIndex": first, "endIndex": last}}


def chart(*columns: int, row: int = 0, column: int = 5) -> dict[str, Any]:
    series = [{"series": {"sourceRange": {"sources": [area(0, 9, one, one + 1)]}}} for one in columns[1:]]
    domain = {"domain": {"sourceRange": {"sources": [area(0, 9, columns[0], columns[0] + 1)]}}}
    spec = {"title": "Итоги", "basicChart": {"chartType": "LINE", "domains": [domain], "series": series}}
    place = {"overlayPosition": {"anchorCell": {"rowIndex": row, "columnIndex": column}}}
    return {"addChart": {"chart": {"spec": spec, "position": place}}}


def slicer(row: int = 0) -> dict[str, Any]:
    spec = {"dataRange": area(0, 9, 0, 4), "columnIndex": 2, "title": "Контрагент"}
    return {"addSlicer": {"slicer": {"spec": spec, "position": {"overlayPosition": {"anchorCell": {"rowIndex": row}}}}}}


def banding(top: int, bottom: int, left: int = 0, right: int = 4) -> dict[str, Any]:
    return {"addBanding": {"bandedRange": {"range": area(top, bottom, left, right), "rowProperties": BANDS}}}


def table(name: str, top: int, bottom: int) -> dict[str, Any]:
    columns = [{"columnName": "ID", "columnType": "TEXT"}, {"columnIndex": 1, "columnName": "Сумма"}]
    return {"addTable": {"table": {"name": name, "range": area(top, bottom, 0, 2), "columnProperties": columns}}}


def told(book: Book, kind: str, sheet: int = 0) -> list[dict[str, Any]]:
    sheets = book.resource(fields=f"sheets(properties.sheetId,{kind})")["sheets"]
    found: list[dict[str, Any]] = next(one for one in sheets if one["properties"]["sheetId"] == sheet).get(kind, [])
    return found


def sources(body: dict[str, Any]) -> list[list[dict[str, int]]]:
    basic = body["spec"]["basicChart"]
    found = [one["domain"] for one in basic["domains"]] + [one["series"] for one in basic["series"]]
    return [one["sourceRange"]["sources"] for one in found]


def test_answers_tell_what_was_made(book: Book) -> None:
    replies = book.batch(chart(0, 2), slicer(3), banding(0, 9), table("Заказы", 20, 25))["replies"]
    made = [next(iter(next(iter(reply.values())).values())) for reply in replies]
    kinds = ("charts", "slicers", "bandedRanges", "tables")
    assert [told(book, kind) for kind in kinds] == [[one] for one in made]
    size = {"widthPixels": 600, "heightPixels": 371}
    assert made[0]["position"] == {"overlayPosition": {"anchorCell": {"columnIndex": 5}, **size}}
    assert made[1]["spec"]["applyToPivotTables"] is True
    white = {"red": 1, "green": 1, "blue": 1}
    assert made[2]["rowProperties"] == {
        "firstBandColor": white,
        "firstBandColorStyle": {"rgbColor": white},
        "secondBandColor": RED,
        "secondBandColorStyle": {"rgbColor": RED},
    }
    assert [one["columnIndex"] for one in made[3]["columnProperties"]] == [0, 1]


def test_they_go_where_their_cells_go(book: Book) -> None:
    book.batch(chart(0, 2, row=4), slicer(), banding(0, 9), table("Заказы", 20, 25))
    book.batch({"insertDimension": span("ROWS", 2, 4)}, {"insertDimension": span("COLUMNS", 1, 2)})
    (made,) = told(book, "charts")
    assert sources(made) == [[area(0, 11, 0, 1)], [area(0, 11, 3, 4)]]
    assert made["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 6, "columnIndex": 6}
    assert told(book, "slicers")[0]["spec"]["dataRange"] == area(0, 11, 0, 5)
    assert told(book, "bandedRanges")[0]["range"] == area(0, 11, 0, 5)
    assert told(book, "tables")[0]["range"] == area(22, 27, 0, 3)
    move = {"source": span("COLUMNS", 3, 4)["range"], "destinationIndex": 0}
    book.batch({"moveDimension": move})
    assert sources(told(book, "charts")[0]) == [[area(0, 11, 1, 2)], [area(0, 11, 0, 1)]]
    sort = {"range": area(0, 11, 0, 5), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}
    before = book.resource()
    book.batch({"sortRange": sort})
    assert book.resource() == before, "sorting moves cells, not what is said of them"


def test_what_was_said_of_deleted_cells_is_forgotten(book: Book) -> None:
    book.batch(chart(0, 2, row=4, column=2), slicer(), banding(3, 9), table("Заказы", 20, 25))
    book.batch({"deleteDimension": span("COLUMNS", 2, 3)}, {"deleteDimension": span("ROWS", 3, 9)})
    (made,) = told(book, "charts")
    assert sources(made) == [[area(0, 3, 0, 1)], []]
    assert made["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 3, "columnIndex": 2}
    assert told(book, "bandedRanges") == []
    assert told(book, "tables")[0]["range"] == area(14, 19, 0, 2)
    book.batch({"deleteDimension": span("ROWS", 14, 19)})
    assert told(book, "tables") == []


def test_they_are_changed_within_their_masks(book: Book) -> None:
    replies = book.batch(chart(0, 1), banding(0, 9), slicer(), table("Заказы", 20, 25))["replies"]
    number, band = replies[0]["addChart"]["chart"]["chartId"], replies[1]["addBanding"]["bandedRange"]["bandedRangeId"]
    cut, named = replies[2]["addSlicer"]["slicer"]["slicerId"], replies[3]["addTable"]["table"]["tableId"]
    pie = {"pieChart": {"series": {"sourceRange": {"sources": [area(0, 9, 1, 2)]}}}}
    place = {"objectId": number, "newPosition": {"overlayPosition": {"anchorCell": {"rowIndex": 9}}}}
    moved = {"bandedRangeId": band, "range": area(1, 5, 0, 2)}
    book.batch(
        {"updateChartSpec": {"chartId": number, "spec": pie}},
        {"updateEmbeddedObjectPosition": {**place, "fields": "anchorCell"}},
        {"updateEmbeddedObjectBorder": {"objectId": number, "border": {"color": RED}, "fields": "color"}},
        {"updateBanding": {"bandedRange": moved, "fields": "range"}},
        {"updateSlicerSpec": {"slicerId": cut, "spec": {"title": "Другой"}, "fields": "title"}},
        {"updateTable": {"table": {"tableId": named, "name": "Иначе"}, "fields": "name"}},
    )
    (made,) = told(book, "charts")
    assert (made["spec"], made["border"]["colorStyle"]) == (pie, {"rgbColor": RED})
    assert made["position"]["overlayPosition"] == {
        "anchorCell": {"rowIndex": 9},
        "widthPixels": 600,
        "heightPixels": 371,
    }
    (banded,) = told(book, "bandedRanges")
    assert (banded["range"], "rowProperties" in banded) == (area(1, 5, 0, 2), True)
    spec = told(book, "slicers")[0]["spec"]
    assert (spec["title"], spec["dataRange"]) == ("Другой", area(0, 9, 0, 4))
    assert (told(book, "tables")[0]["name"], len(told(book, "tables")[0]["columnProperties"])) == ("Иначе", 2)
    book.batch(
        {"deleteEmbeddedObject": {"objectId": number}},
        {"deleteEmbeddedObject": {"objectId": cut}},
        {"deleteBanding": {"bandedRangeId": band}},
        {"deleteTable": {"tableId": named}},
    )
    assert [told(book, kind) for kind in ("charts", "slicers", "bandedRanges", "tables")] == [[]] * 4


def test_a_deleted_table_takes_its_cells_and_conditional_formats_along(book: Book) -> None:
    book.put("A21:B25", [["ID", "Сумма"], *[[f"{row}", row] for row in range(4)]])
    rule = {"ranges": [area(20, 25, 0, 1)], "booleanRule": {"condition": {"type": "BLANK"}}}
    other = {**rule, "ranges": [area(0, 2, 0, 1)]}
    (reply, *_) = book.batch(
        table("Заказы", 20, 25),
        {"addConditionalFormatRule": {"rule": rule}},
        {"addConditionalFormatRule": {"rule": other}},
    )["replies"]
    book.batch({"deleteTable": {"tableId": reply["addTable"]["table"]["tableId"]}})
    assert book.rows("A21:B25") == []
    assert [one["ranges"] for one in told(book, "conditionalFormats")] == [[area(0, 2, 0, 1)]]


def test_copies_speak_of_their_own_cells(book: Book) -> None:
    book.batch(chart(0, 1), banding(0, 9), slicer(), table("Заказы", 20, 25))
    book.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 7}})
    (made,) = told(book, "charts", 7)
    assert sources(made)[0] == [area(0, 9, 0, 1, 7)]
    assert made["position"]["overlayPosition"]["anchorCell"]["sheetId"] == 7
    assert made["chartId"] != told(book, "charts")[0]["chartId"]
    assert told(book, "bandedRanges", 7)[0]["range"] == area(0, 9, 0, 4, 7)
    assert told(book, "tables", 7)[0]["name"] == "Заказы_2"
    other = book.user.create("Другая")
    copied = book.user.ok("POST", f"{book.path}/sheets/0:copyTo", {"destinationSpreadsheetId": other.id})["sheetId"]
    assert told(other, "slicers", copied)[0]["spec"]["dataRange"] == area(0, 9, 0, 4, copied)
    book.batch({"deleteSheet": {"sheetId": 7}})
    assert len(told(book, "charts")) == 1


def test_a_chart_on_another_tab_loses_what_a_deleted_tab_held(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "Сводка"}}})
    wanted = chart(0, 1)
    wanted["addChart"]["chart"]["position"]["overlayPosition"]["anchorCell"] = {"sheetId": 7}
    book.batch(wanted)
    assert (told(book, "charts"), sources(told(book, "charts", 7)[0])[0]) == ([], [area(0, 9, 0, 1)])
    book.batch({"insertDimension": span("ROWS", 0, 1)})
    assert sources(told(book, "charts", 7)[0])[0] == [area(1, 10, 0, 1)]
    book.batch({"deleteSheet": {"sheetId": 0}})
    assert sources(told(book, "charts", 7)[0]) == [[], []]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (banding(8, 12), "You cannot add alternating background colors to a range that already has"),
        (table("Другая", 5, 12), "You cannot add alternating background colors to a range that already has"),
        (table("заказы", 30, 35), "already exists"),
        (table("Другая", 22, 35), "already has a table"),
        ({"addBanding": {"bandedRange": {"range": area(40, 45, 0, 2)}}}, "At least one of rowProperties"),
        ({"deleteBanding": {"bandedRangeId": 5}}, "No banded range with id: 5"),
        ({"deleteEmbeddedObject": {"objectId": 5}}, "No embedded object with id: 5"),
        ({"deleteTable": {"tableId": "x"}}, "No table with id: x"),
        ({"updateBanding": {"bandedRange": {"bandedRangeId": 5}}}, "No banded range"),
        (
            {"addChart": {"chart": {"spec": {"basicChart": {"axes": []}}, "position": {"newSheet": True}}}},
            "not emulated",
        ),
        ({"addChart": {"chart": {"spec": {}}}}, "Exactly one kind of chart"),
        ({"addSlicer": {"slicer": {}}}, "must have a data range"),
        ({"addChart": {"chart": {"specs": {}}}}, "Unknown name \"specs\" at 'requests[0].add_chart.chart'"),
    ],
)
def test_refusals(book: Book, request_: dict[str, Any], said: str) -> None:
    book.batch(banding(0, 9), table("Заказы", 20, 25))
    before = book.resource()
    assert said in book.refused(request_)
    assert book.resource() == before


def test_a_chart_without_series_is_an_internal_error(book: Book) -> None:
    error = book.user.error("POST", f"{book.path}:batchUpdate", {"requests": [chart(0)]})
    assert (error["code"], error["message"]) == (500, "Internal error encountered.")
    assert told(book, "charts") == []
