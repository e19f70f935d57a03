"""Retail sales (JSON API docs, `retaildemand`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class RetailSales(PositionedExporter):
    """One row for each sale at a till, or for each of its positions. Sums are in the sale's own currency."""

    key = "retaildemand"
    title = "Розничные продажи"
    entity = "retaildemand"
    columns = (
        *v.document(
            *v.DEALERS,
            v.STORE,
            *v.RETAIL,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            v.PAYED_SUM,
            *v.TILL_SUMS,
            v.document_money("advancePaymentSum", "Оплачено из аванса"),
            v.document_money("prepaymentCashSum", "Предоплата наличными"),
            v.document_money("prepaymentNoCashSum", "Предоплата картой"),
            v.document_money("prepaymentQrSum", "Предоплата по QR-коду"),
            *v.VAT_FLAGS,
            v.TAX_SYSTEM,
            v.named("customerOrder", "Заказ покупателя"),
            v.integer("checkNumber", "Номер чека"),
            v.document_money("checkSum", "Сумма чека"),
            v.integer("documentNumber", "Номер документа ККТ"),
            v.integer("sessionNumber", "Номер сессии"),
            v.own("cheque.fnNumber", "Номер фискального накопителя"),
            v.own("cheque.fiscalDocSign", "Фискальный признак документа"),
            v.own("cheque.fiscalDocNumber", "Номер фискального документа"),
            v.own("cheque.kktRegNumber", "Регистрационный номер ККТ"),
            v.moment("cheque.time", "Время фискализации"),
            v.several("giftCards[].name", "Подарочные сертификаты"),
            v.GIFT_CARD_SUM,
        ),
        *v.POSITIONS,
        v.COST,
        v.SERIAL_NUMBERS,
        *v.MARKING_CODES,
        v.MARKING_CODES_1162,
        *v.STOCK,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "agent.name",
        "organization.name",
        "retailStore.name",
        "store.name",
        "sum",
        "cashSum",
        "noCashSum",
        "qrSum",
        "owner.name",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.USUAL_LINE_COLUMNS, "retailStore.name")
    filters = v.by_document(
        *v.BY_PARTIES,
        v.BY_STORE,
        v.BY_RETAIL_STORE,
        v.BY_RETAIL_SHIFT,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
