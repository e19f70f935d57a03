"""Which JSON fields the emulated requests have, and their types.

The facts are those of the API's discovery document (sheets v4, revision 20261019). A type is a scalar's letter, the
name of another message, either of them in brackets for a list, or `any` for a message whose inside is not checked.
Letters: s string, i integer, n number, b boolean.
"""

from typing import Any

_TABLE = """
BatchUpdate requests:[Request] includeSpreadsheetInResponse:b responseRanges:[s] responseIncludeGridData:b
  commentsViewMode:s
ValueRange range:s majorDimension:Dimension values:any
BatchUpdateValues valueInputOption:s data:[ValueRange] includeValuesInResponse:b responseValueRenderOption:s
  responseDateTimeRenderOption:s
BatchClear ranges:[s]
Clear
DataFilter developerMetadataLookup:Lookup a1Range:s gridRange:GridRange
BatchGetByDataFilter dataFilters:[DataFilter] majorDimension:Dimension valueRenderOption:s dateTimeRenderOption:s
FilteredRange dataFilter:DataFilter majorDimension:Dimension values:any
BatchUpdateByDataFilter valueInputOption:s data:[FilteredRange] includeValuesInResponse:b responseValueRenderOption:s
  responseDateTimeRenderOption:s
BatchClearByDataFilter dataFilters:[DataFilter]
GetByDataFilter dataFilters:[DataFilter] includeGridData:b excludeTablesInBandedRanges:b commentsViewMode:s
SearchMetadata dataFilters:[DataFilter]
CopyTo destinationSpreadsheetId:s
Lookup locationType:s metadataLocation:Location locationMatchingStrategy:s metadataId:i metadataKey:s metadataValue:s
  visibility:s
Location locationType:s spreadsheet:b sheetId:i dimensionRange:DimensionRange
Metadata metadataId:i metadataKey:s metadataValue:s location:Location visibility:s
GridRange sheetId:i startRowIndex:i endRowIndex:i startColumnIndex:i endColumnIndex:i
GridCoordinate sheetId:i rowIndex:i columnIndex:i
DimensionRange sheetId:i dimension:Dimension startIndex:i endIndex:i
Value numberValue:n stringValue:s boolValue:b formulaValue:s errorValue:any
NumberFormat type:FormatType pattern:s
Color red:n green:n blue:n alpha:n
ColorStyle rgbColor:Color themeColor:s
TextFormat foregroundColor:Color foregroundColorStyle:ColorStyle fontFamily:s fontSize:i bold:b italic:b
  strikethrough:b underline:b link:any
Padding top:i right:i bottom:i left:i
CellFormat numberFormat:NumberFormat backgroundColor:Color backgroundColorStyle:ColorStyle borders:any padding:Padding
  horizontalAlignment:s verticalAlignment:s wrapStrategy:s textDirection:s textFormat:TextFormat
  hyperlinkDisplayType:s textRotation:any
ConditionValue relativeDate:s userEnteredValue:s
Condition type:s values:[ConditionValue]
Validation condition:Condition inputMessage:s strict:b showCustomUi:b
CellData userEnteredValue:Value effectiveValue:Value formattedValue:s userEnteredFormat:CellFormat
  effectiveFormat:CellFormat hyperlink:s note:s textFormatRuns:[any] dataValidation:Validation pivotTable:any
  dataSourceTable:any dataSourceFormula:any chipRuns:[any]
RowData values:[CellData]
GridProperties rowCount:i columnCount:i frozenRowCount:i frozenColumnCount:i hideGridlines:b rowGroupControlAfter:b
  columnGroupControlAfter:b
SheetProperties sheetId:i title:s index:i sheetType:s gridProperties:GridProperties hidden:b tabColor:Color
  tabColorStyle:ColorStyle rightToLeft:b dataSourceSheetProperties:any
SpreadsheetProperties title:s locale:s autoRecalc:s timeZone:s defaultFormat:any iterativeCalculationSettings:any
  spreadsheetTheme:any importFunctionsExternalUrlAccessAllowed:b
Sheet properties:SheetProperties data:[GridData] merges:[GridRange] conditionalFormats:any filterViews:[FilterView]
  protectedRanges:[ProtectedRange] basicFilter:BasicFilter
  charts:[EmbeddedChart] bandedRanges:[BandedRange] developerMetadata:[Metadata]
  rowGroups:any columnGroups:any slicers:[Slicer] tables:[Table] commentAnchors:any
GridData startRow:i startColumn:i rowData:[RowData] rowMetadata:[DimensionProperties]
  columnMetadata:[DimensionProperties]
Spreadsheet spreadsheetId:s properties:SpreadsheetProperties sheets:[Sheet] namedRanges:[NamedRange] spreadsheetUrl:s
  developerMetadata:[Metadata] dataSources:any dataSourceSchedules:any comments:any commentsViewMode:s
DimensionProperties hiddenByFilter:b hiddenByUser:b pixelSize:i developerMetadata:[Metadata]
  dataSourceColumnReference:any
Editors users:[s] groups:[s] domainUsersCanEdit:b
ProtectedRange protectedRangeId:i range:GridRange namedRangeId:s description:s warningOnly:b requestingUserCanEdit:b
  unprotectedRanges:[GridRange] editors:Editors tableId:s
NamedRange namedRangeId:s name:s range:GridRange
SortSpec dimensionIndex:i sortOrder:SortOrder foregroundColor:Color foregroundColorStyle:ColorStyle
  backgroundColor:Color backgroundColorStyle:ColorStyle dataSourceColumnReference:any
BasicFilter range:GridRange sortSpecs:[SortSpec] criteria:any filterSpecs:[any] tableId:s
updateCells rows:[RowData] fields:s start:GridCoordinate range:GridRange
appendCells sheetId:i rows:[RowData] fields:s tableId:s
appendDimension sheetId:i dimension:Dimension length:i
insertDimension range:DimensionRange inheritFromBefore:b
deleteDimension range:DimensionRange
moveDimension source:DimensionRange destinationIndex:i
updateDimensionProperties range:DimensionRange properties:DimensionProperties fields:s dataSourceSheetRange:any
autoResizeDimensions dimensions:DimensionRange dataSourceSheetDimensions:any
updateSheetProperties properties:SheetProperties fields:s
updateSpreadsheetProperties properties:SpreadsheetProperties fields:s
addSheet properties:SheetProperties
deleteSheet sheetId:i
duplicateSheet sourceSheetId:i insertSheetIndex:i newSheetId:i newSheetName:s
repeatCell range:GridRange cell:CellData fields:s
copyPaste source:GridRange destination:GridRange pasteType:PasteType pasteOrientation:Orientation
cutPaste source:GridRange destination:GridCoordinate pasteType:PasteType
sortRange range:GridRange sortSpecs:[SortSpec]
findReplace find:s replacement:s matchCase:b matchEntireCell:b searchByRegex:b includeFormulas:b range:GridRange
  sheetId:i allSheets:b
mergeCells range:GridRange mergeType:MergeType
unmergeCells range:GridRange
addProtectedRange protectedRange:ProtectedRange
updateProtectedRange protectedRange:ProtectedRange fields:s
deleteProtectedRange protectedRangeId:i
addNamedRange namedRange:NamedRange
updateNamedRange namedRange:NamedRange fields:s
deleteNamedRange namedRangeId:s
setBasicFilter filter:BasicFilter
clearBasicFilter sheetId:i
FilterView filterViewId:i title:s range:GridRange namedRangeId:s tableId:s sortSpecs:[SortSpec] criteria:any
  filterSpecs:[any]
addFilterView filter:FilterView
updateFilterView filter:FilterView fields:s
deleteFilterView filterId:i
duplicateFilterView filterId:i
createDeveloperMetadata developerMetadata:Metadata
updateDeveloperMetadata dataFilters:[DataFilter] developerMetadata:Metadata fields:s
deleteDeveloperMetadata dataFilter:DataFilter
setDataValidation range:GridRange rule:Validation filteredRowsIncluded:b
DimensionGroup range:DimensionRange depth:i collapsed:b
addDimensionGroup range:DimensionRange
updateDimensionGroup dimensionGroup:DimensionGroup fields:s
deleteDimensionGroup range:DimensionRange
BooleanRule condition:Condition format:CellFormat
InterpolationPoint color:Color colorStyle:ColorStyle type:PointType value:s
GradientRule minpoint:InterpolationPoint midpoint:InterpolationPoint maxpoint:InterpolationPoint
Rule ranges:[GridRange] booleanRule:BooleanRule gradientRule:GradientRule
addConditionalFormatRule rule:Rule index:i
updateConditionalFormatRule index:i sheetId:i rule:Rule newIndex:i
deleteConditionalFormatRule index:i sheetId:i
insertRange range:GridRange shiftDimension:Dimension
deleteRange range:GridRange shiftDimension:Dimension
Border style:BorderStyle width:i color:Color colorStyle:ColorStyle
updateBorders range:GridRange top:Border bottom:Border left:Border right:Border innerHorizontal:Border
  innerVertical:Border
EmbeddedChart border:ObjectBorder chartId:i position:EmbeddedObjectPosition spec:ChartSpec
ChartSpec altText:s backgroundColor:Color backgroundColorStyle:ColorStyle basicChart:any bubbleChart:any
  candlestickChart:any dataSourceChartProperties:any filterSpecs:[any] fontName:s hiddenDimensionStrategy:s
  histogramChart:any maximized:b orgChart:any pieChart:any scorecardChart:any sortSpecs:[any] subtitle:s
  subtitleTextFormat:TextFormat subtitleTextPosition:any title:s titleTextFormat:TextFormat titleTextPosition:any
  treemapChart:any waterfallChart:any
EmbeddedObjectPosition newSheet:b overlayPosition:OverlayPosition sheetId:i
OverlayPosition anchorCell:GridCoordinate heightPixels:i offsetXPixels:i offsetYPixels:i widthPixels:i
ObjectBorder color:Color colorStyle:ColorStyle
BandedRange bandedRangeId:i bandedRangeReference:s columnProperties:BandingProperties range:GridRange
  rowProperties:BandingProperties
BandingProperties firstBandColor:Color firstBandColorStyle:ColorStyle footerColor:Color footerColorStyle:ColorStyle
  headerColor:Color headerColorStyle:ColorStyle secondBandColor:Color secondBandColorStyle:ColorStyle
Slicer position:EmbeddedObjectPosition slicerId:i spec:SlicerSpec
SlicerSpec applyToPivotTables:b backgroundColor:Color backgroundColorStyle:ColorStyle columnIndex:i
  dataRange:GridRange filterCriteria:any horizontalAlignment:s textFormat:TextFormat title:s
Table columnProperties:[TableColumn] name:s range:GridRange rowsProperties:TableRows tableId:s
TableColumn columnIndex:i columnName:s columnType:s dataValidationRule:any
TableRows firstBandColorStyle:ColorStyle footerColorStyle:ColorStyle headerColorStyle:ColorStyle
  secondBandColorStyle:ColorStyle
addChart chart:EmbeddedChart
updateChartSpec chartId:i spec:ChartSpec
addSlicer slicer:Slicer
updateSlicerSpec fields:s slicerId:i spec:SlicerSpec
updateEmbeddedObjectPosition fields:s newPosition:EmbeddedObjectPosition objectId:i
updateEmbeddedObjectBorder border:ObjectBorder fields:s objectId:i
deleteEmbeddedObject objectId:i
addBanding bandedRange:BandedRange
updateBanding bandedRange:BandedRange fields:s
deleteBanding bandedRangeId:i
addTable table:Table
updateTable fields:s table:Table
deleteTable tableId:s
"""
MESSAGES: dict[str, dict[str, str]] = {
    name: dict(field.split(":", 1) for field in rest)
    for name, *rest in (line.split() for line in _TABLE.strip().replace("\n  ", " ").splitlines())
}

ENUMS: dict[str, frozenset[str]] = {
    "Dimension": frozenset({"DIMENSION_UNSPECIFIED", "ROWS", "COLUMNS"}),
    "FormatType": frozenset(
        [
            "NUMBER_FORMAT_TYPE_UNSPECIFIED",
            "TEXT",
            "NUMBER",
            "PERCENT",
            "CURRENCY",
            "DATE",
            "TIME",
            "DATE_TIME",
            "SCIENTIFIC",
        ]
    ),
    "SortOrder": frozenset({"SORT_ORDER_UNSPECIFIED", "ASCENDING", "DESCENDING"}),
    "PasteType": frozenset(
        [
            "PASTE_NORMAL",
            "PASTE_VALUES",
            "PASTE_FORMAT",
            "PASTE_NO_BORDERS",
            "PASTE_FORMULA",
            "PASTE_DATA_VALIDATION",
            "PASTE_CONDITIONAL_FORMATTING",
        ]
    ),
    "Orientation": frozenset({"NORMAL", "TRANSPOSE"}),
    "MergeType": frozenset({"MERGE_ALL", "MERGE_COLUMNS", "MERGE_ROWS"}),
    "PointType": frozenset({"INTERPOLATION_POINT_TYPE_UNSPECIFIED", "MIN", "MAX", "NUMBER", "PERCENT", "PERCENTILE"}),
    "BorderStyle": frozenset(
        {"STYLE_UNSPECIFIED", "DOTTED", "DASHED", "SOLID", "SOLID_MEDIUM", "SOLID_THICK", "NONE", "DOUBLE"}
    ),
}


def unknown_paths(mask: dict[str, Any], message: str, above: str = "") -> list[str]:
    """The paths of a response mask that the message does not have; below what is not checked anything may be named."""
    fields = MESSAGES.get(message)
    if fields is None:
        return []
    found: list[str] = []
    for name, below in mask.items():
        if name != "*" and name not in fields:
            found.append(above + name)
        elif name in fields:
            found += unknown_paths(below, fields[name].strip("[]"), f"{above}{name}.")
    return found


NOT_EMULATED = frozenset(
    [
        "addCommentReply",
        "addDataSource",
        "autoFill",
        "cancelDataSourceRefresh",
        "deleteComment",
        "deleteCommentReply",
        "deleteDataSource",
        "deleteDuplicates",
        "insertComment",
        "pasteData",
        "randomizeRange",
        "refreshDataSource",
        "textToColumns",
        "trimWhitespace",
        "updateCommentPost",
        "updateDataSource",
    ]
)
"""Requests that the API has and this emulator refuses by name."""
EMULATED = frozenset(name for name in MESSAGES if name[0].islower() and name not in NOT_EMULATED)
MESSAGES["Request"] = {name: name for name in EMULATED} | dict.fromkeys(NOT_EMULATED, "any")
