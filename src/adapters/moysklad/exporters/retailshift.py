"""Retail shifts (JSON API docs, `retailshift`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class RetailShifts(DocumentExporter):
    """One row for each shift of a till. Sums and fees are in the account's currency."""

    key = "retailshift"
    title = "Розничные смены"
    entity = "retailshift"
    columns = v.document(
        v.ORGANIZATION,
        *v.ACCOUNTS,
        v.STORE,
        v.named("retailStore", "Точка продаж"),
        v.moment("closeDate", "Закрыта"),
        v.money("proceedsCash", "Выручка наличными", volatile=True),
        v.money("proceedsNoCash", "Выручка безналичными", volatile=True),
        v.money("receivedCash", "Получено наличными", volatile=True),
        v.money("receivedNoCash", "Получено безналичными", volatile=True),
        v.named("acquire", "Банк-эквайер"),
        v.number("bankPercent", "Комиссия эквайера, %"),
        v.money("bankComission", "Комиссия эквайера"),
        v.named("qrAcquire", "Банк-эквайер по QR-коду"),
        v.number("qrBankPercent", "Комиссия по QR-коду, %"),
        v.money("qrBankComission", "Комиссия по QR-коду"),
        *v.VAT_FLAGS,
        v.own("cheque.start.shiftNumber", "Номер смены ККТ"),
        v.own("cheque.start.kktRegNumber", "Регистрационный номер ККТ"),
        v.own("cheque.start.fnNumber", "Фискальный накопитель при открытии"),
        v.own("cheque.start.fiscalDocNumber", "Фискальный документ открытия"),
        v.own("cheque.start.fiscalDocSign", "Фискальный признак открытия"),
        v.moment("cheque.start.time", "Открыта на ККТ"),
        v.own("cheque.end.shiftNumber", "Номер смены ККТ при закрытии"),
        v.own("cheque.end.kktRegNumber", "Регистрационный номер ККТ при закрытии"),
        v.own("cheque.end.fnNumber", "Фискальный накопитель при закрытии"),
        v.own("cheque.end.fiscalDocNumber", "Фискальный документ закрытия"),
        v.own("cheque.end.fiscalDocSign", "Фискальный признак закрытия"),
        v.moment("cheque.end.time", "Закрыта на ККТ"),
        v.integer("cheque.end.chequesTotal", "Чеков за смену"),
        v.integer("cheque.end.fiscalDocsTotal", "Фискальных документов за смену"),
        v.all_named("operations", "Операции"),
        v.several("operations[].meta.type", "Виды операций"),
        v.all_named("paymentOperations", "Платежи"),
        v.PAYMENT_OPERATIONS_SUM,
        without=("applicable", "state.name", "code"),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "closeDate",
        "retailStore.name",
        "organization.name",
        "proceedsCash",
        "proceedsNoCash",
        "receivedCash",
        "receivedNoCash",
        "bankComission",
        "owner.name",
        "updated",
    )
    filters = v.by_document(
        v.by_moment("closeDate", "Закрыта"),
        v.BY_ORGANIZATION,
        v.BY_RETAIL_STORE,
        without=("applicable", "state", "code"),
    )
