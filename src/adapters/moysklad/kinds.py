"""The kinds of exporters: what documents, dictionaries and reports have in common."""

from typing import ClassVar

from domain.exports.exporter import BaseExporter, Family, Feed, Lines, RowMode


class DocumentExporter(BaseExporter):
    """Documents: read by `updated`, kept in a trash when deleted, recent ones read anew from time to time."""

    family = Family.DOCUMENTS
    trash = True
    window = "moment"

    def __init_subclass__(cls) -> None:
        """A document's custom attributes are its own, unless it says otherwise."""
        super().__init_subclass__()
        if "attributes_of" not in cls.__dict__ and cls.entity:
            cls.attributes_of = cls.entity


class PositionedExporter(DocumentExporter):
    """Documents with positions, which can be exported in three ways."""

    row_modes: ClassVar[tuple[RowMode, ...]] = (RowMode.DOCUMENT, RowMode.POSITION, RowMode.TOTALS)
    lines: ClassVar[Lines | None] = Lines("positions", "position.id")


class DictionaryExporter(BaseExporter):
    """Objects that live long: archived when no longer needed, or deleted for good."""

    family = Family.DICTIONARIES
    archive = True


class ReportExporter(BaseExporter):
    """What MoySklad computes anew whenever it is asked."""

    family = Family.REPORTS
    feed = Feed.WHOLE
    order = ""
