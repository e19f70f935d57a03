"""Marking codes taken out of circulation (JSON API docs, `retireorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.exports.exporter import ById


class RetireOrders(PositionedExporter):
    """One row for each order, or for each of its positions. Sums are in the order's own currency."""

    key = "retireorder"
    title = "Выводы кодов из оборота"
    entity = "retireorder"
    attributes_of = None
    by_id = (ById("destination", "destinationCountry.meta.href"),)
    columns = (
        *v.document(
            *v.AGENT,
            v.ORGANIZATION,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            *v.VAT_FLAGS,
            v.own("retireOrderType", "Способ вывода"),
            v.own("documentState", "Состояние"),
            v.TRACKING_TYPE,
            v.link("destination", "Страна назначения"),
            v.own("primaryDocumentName", "Первичный документ"),
            v.own("reasonDescription", "Описание причины"),
            v.own("supportingTransaction", "Тип документа-основания"),
            v.own("supportingTransactionNumber", "Номер документа-основания"),
            v.moment("supportingTransactionDate", "Дата документа-основания"),
            v.own("stateContractId", "Идентификатор госконтракта"),
            without=("code", "applicable", "files.meta.size"),
        ),
        *v.VALUED_POSITIONS,
        v.VAT,
        v.VAT_ENABLED,
        *v.MARKING_CODES,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "retireOrderType",
        "documentState",
        "trackingType",
        "sum",
        "owner.name",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.STOCK_LINE_COLUMNS, "position.trackingCodes.cis")
    filters = v.by_document(
        v.BY_ORGANIZATION, without=("code", "applicable", "printed", "published", "syncId", "state")
    )
