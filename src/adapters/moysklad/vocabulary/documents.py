"""Columns that documents share."""

from collections.abc import Collection

from adapters.moysklad.vocabulary.building import (
    DOCUMENT_CURRENCY,
    document_money,
    flag,
    links,
    moment,
    named,
    number,
    of,
    of_people,
    own,
    several,
)
from adapters.moysklad.vocabulary.objects import (
    ACCESS,
    CODE,
    CREATED,
    DELETED,
    DESCRIPTION,
    EXTERNAL_CODE,
    FILES_COUNT,
    ID,
    STATE,
    SYNC_ID,
    UPDATED,
)
from domain.exports.columns import Column
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind

NUMBER = own("name", "Номер")

MOMENT = moment("moment", "Дата")

APPLICABLE = flag("applicable", "Проведён")

ORGANIZATION = of("organization", "name", "Организация")

AGENT = (
    of_people(PersonalKind.NAME, of("agent", "name", "Контрагент")),
    of_people(PersonalKind.NUMBER, of("agent", "inn", "ИНН контрагента")),
    of_people(PersonalKind.PHONE, of("agent", "phone", "Телефон контрагента")),
    of_people(PersonalKind.EMAIL, of("agent", "email", "E-mail контрагента")),
)

ACCOUNTS = (
    of("organizationAccount", "accountNumber", "Счёт организации"),
    of_people(PersonalKind.NUMBER, of("agentAccount", "accountNumber", "Счёт контрагента")),
)

DEALERS = (*AGENT, ORGANIZATION, *ACCOUNTS)
"""The two sides of a trade."""

STORE = of("store", "name", "Склад")

PROJECT = of("project", "name", "Проект")

CONTRACT = of("contract", "name", "Договор")

SALES_CHANNEL = of("salesChannel", "name", "Канал продаж")

CURRENCY = (
    of("rate.currency", "name", "Валюта"),
    of("rate.currency", "isoCode", "Код валюты"),
    number("rate.value", "Курс валюты"),
)

SUM = document_money("sum", "Сумма")

VAT_SUM = document_money("vatSum", "Сумма НДС")

PAYED_SUM = document_money("payedSum", "Оплачено", volatile=True)

SHIPPED_SUM = document_money("shippedSum", "Отгружено", volatile=True)

INVOICED_SUM = document_money("invoicedSum", "Выставлено счетов", volatile=True)

TAX_SYSTEM = own("taxSystem", "Система налогообложения")

OVERHEAD = (
    document_money("overhead.sum", "Накладные расходы"),
    own("overhead.distribution", "Распределение накладных расходов"),
)

INCOMING = (own("incomingNumber", "Входящий номер"), moment("incomingDate", "Входящая дата"))

PAYMENTS = (
    links("payments", "Платежи"),
    Column(
        id="payments.linkedSum",
        title="Привязано платежей",
        kind=CellKind.MONEY,
        path="payments[].linkedSum",
        volatile=True,
        currency=DOCUMENT_CURRENCY,
    ),
)

OPERATIONS = (
    links("operations", "Связанные документы"),
    several("operations[].meta.type", "Виды связанных документов"),
    Column(
        id="operations.linkedSum",
        title="Привязано к документам",
        kind=CellKind.MONEY,
        path="operations[].linkedSum",
        currency=DOCUMENT_CURRENCY,
    ),
)
"""What a payment is for: documents and how much of the payment each has got, here added up."""

TILL_SUMS = (
    document_money("cashSum", "Оплачено наличными"),
    document_money("noCashSum", "Оплачено картой"),
    document_money("qrSum", "Оплачено по QR-коду"),
)

GIFT_CARD_SUM = Column(
    id="giftCards.paymentSum",
    title="Оплачено сертификатами",
    kind=CellKind.MONEY,
    path="giftCards[].paymentSum",
    currency=DOCUMENT_CURRENCY,
)

PAYMENT_OPERATIONS_SUM = Column(
    id="paymentOperations.linkedSum",
    title="Привязано платежей",
    kind=CellKind.MONEY,
    path="paymentOperations[].linkedSum",
    volatile=True,
)

RETAIL = (named("retailStore", "Точка продаж"), named("retailShift", "Розничная смена"))

PRODUCTION_TASKS = links("productionTasks", "Производственные задания")

VAT_FLAGS = (flag("vatEnabled", "Учитывается НДС"), flag("vatIncluded", "НДС включён в цену"))

MARKS = (flag("printed", "Напечатан"), flag("published", "Опубликован"))

CODES = (CODE, EXTERNAL_CODE)

DOCUMENT_PAGE = own("meta.uuidHref", "Ссылка на документ", CellKind.LINK)


def document(*own_columns: Column, without: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns of a document: what all documents have, around its own. `without` names those that this one lacks."""
    usual_first = (ID, NUMBER, MOMENT, CREATED, UPDATED, APPLICABLE, STATE)
    usual_last = (DESCRIPTION, *CODES, SYNC_ID, *ACCESS, *MARKS, DELETED, FILES_COUNT, DOCUMENT_PAGE)
    return tuple(one for one in (*usual_first, *own_columns, *usual_last) if one.id not in without)
