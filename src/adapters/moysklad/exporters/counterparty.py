"""Counterparties (JSON API docs, `counterparty`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.personal import PersonalKind


class Counterparties(DictionaryExporter):
    """One row for each customer or supplier."""

    key = "counterparty"
    title = "Контрагенты"
    entity = "counterparty"
    attributes_of = "counterparty"
    asynchronous = True
    by_id = v.address_links(*v.REQUISITE_ADDRESSES)
    columns = (
        v.ID,
        v.NAME_OF_PEOPLE,
        v.CODE,
        v.EXTERNAL_CODE,
        v.STATE,
        v.CREATED,
        *v.REQUISITES,
        v.of_people(PersonalKind.DATE, v.moment("birthDate", "Дата рождения")),
        v.of_people(PersonalKind.TEXT, v.own("sex", "Пол")),
        v.TAGS,
        v.money("salesAmount", "Сумма продаж", volatile=True),
        v.named("bonusProgram", "Бонусная программа"),
        v.number("bonusPoints", "Бонусные баллы", volatile=True),
        v.of_people(PersonalKind.NUMBER, v.own("discountCardNumber", "Номер дисконтной карты")),
        v.several("discounts[].personalDiscount", "Персональные скидки, %"),
        v.several("discounts[].accumulationDiscount", "Накопительные скидки, %"),
        v.own("priceType.name", "Тип цены"),
        v.own("priceType.externalCode", "Внешний код типа цены"),
        v.integer("contactpersons.meta.size", "Число контактных лиц"),
        v.integer("notes.meta.size", "Число событий"),
        v.FILES_COUNT,
        v.SYNC_ID,
        *v.KEPT_OF_PEOPLE,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "companyType",
        "inn",
        "kpp",
        "phone",
        "email",
        "actualAddress",
        "tags",
        "state.name",
        "salesAmount",
        "priceType.name",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_STATE,
        v.BY_CREATED,
        *v.BY_REQUISITES,
        v.by_text("tags", "Группы"),
        v.by_text("discountCardNumber", "Номер дисконтной карты"),
        v.by_text("priceType", "Тип цены"),
        v.by_exact("accounts.accountnumber", "Номер счёта"),
        v.BY_ARCHIVED,
        v.BY_SYNC_ID,
        *v.BY_KEPT,
    )
