"""Figures of counterparties (JSON API docs, report `counterparty`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.personal import PersonalKind


class CounterpartyFigures(ReportExporter):
    """One row for each counterparty, in the account's currency.

    `updated` tells when the counterparty was changed, not its figures, so all of them are read.
    """

    key = "report.counterparty"
    title = "Показатели контрагентов"
    report = "counterparty"
    asynchronous = True
    key_column = "counterparty.id"
    columns = (
        v.own("counterparty.id", "ID контрагента"),
        v.of_people(PersonalKind.NAME, v.own("counterparty.name", "Контрагент")),
        v.own("counterparty.companyType", "Тип"),
        v.of_people(PersonalKind.NUMBER, v.own("counterparty.inn", "ИНН")),
        v.own("counterparty.externalCode", "Внешний код"),
        v.integer("demandsCount", "Продаж"),
        v.money("demandsSum", "Сумма продаж"),
        v.money("averageReceipt", "Средний чек"),
        v.money("discountsSum", "Сумма скидок"),
        v.integer("returnsCount", "Возвратов"),
        v.money("returnsSum", "Сумма возвратов"),
        v.money("profit", "Прибыль"),
        v.money("balance", "Баланс"),
        v.number("bonusBalance", "Бонусные баллы"),
        v.moment("firstDemandDate", "Первая продажа"),
        v.moment("lastDemandDate", "Последняя продажа"),
        v.moment("lastEventDate", "Последнее событие"),
        v.of_people(PersonalKind.TEXT, v.own("lastEventText", "Текст последнего события")),
        v.UPDATED,
    )
    default_columns = (
        "counterparty.id",
        "counterparty.name",
        "counterparty.inn",
        "demandsCount",
        "demandsSum",
        "averageReceipt",
        "returnsSum",
        "profit",
        "balance",
        "bonusBalance",
        "firstDemandDate",
        "lastDemandDate",
    )
    filters = (
        v.by_text("counterparty.name", "Контрагент"),
        v.by_text("counterparty.inn", "ИНН"),
        v.by_text("counterparty.phone", "Телефон"),
        v.by_text("counterparty.email", "E-mail"),
        v.by_text("counterparty.description", "Комментарий"),
        v.by_choice("counterparty.companyType", "Тип", *v.COMPANY_TYPES),
        v.by_money("balance", "Баланс"),
        v.by_money("demandsSum", "Сумма продаж"),
        v.by_number("demandsCount", "Продаж"),
        v.by_money("averageReceipt", "Средний чек"),
        v.by_money("discountsSum", "Сумма скидок"),
        v.by_number("returnsCount", "Возвратов"),
        v.by_money("returnsSum", "Сумма возвратов"),
        v.by_money("profit", "Прибыль"),
        v.by_moment("firstDemandDate", "Первая продажа"),
        v.by_moment("lastDemandDate", "Последняя продажа"),
        v.by_moment("lastEventDate", "Последнее событие"),
        v.by_text("lastEventText", "Текст последнего события"),
        v.by_id("id", "ID контрагента"),
    )
