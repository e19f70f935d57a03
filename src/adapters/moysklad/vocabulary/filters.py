"""Filters that documents and dictionaries share."""

from collections.abc import Collection
from dataclasses import replace

from adapters.moysklad.vocabulary.filtering import (
    by_choice,
    by_exact,
    by_flag,
    by_id,
    by_moment,
    by_money,
    by_reference,
    by_text,
)
from domain.exports.filters import Filter, FilterKind, Operator, Place

BY_STATE = Filter(id="state", title="Статус", kind=FilterKind.STATE, field="state.name")

BY_MOMENT = by_moment("moment", "Дата")

BY_CREATED = by_moment("created", "Создан")

BY_NUMBER = by_text("name", "Номер")

BY_NAME = by_text("name", "Наименование")

BY_DESCRIPTION = by_text("description", "Комментарий")

BY_CODE = by_text("code", "Код")

BY_EXTERNAL_CODE = by_text("externalCode", "Внешний код")

BY_SUM = by_money("sum", "Сумма")

BY_APPLICABLE = by_flag("applicable", "Проведён")

BY_PRINTED = by_flag("printed", "Напечатан")

BY_PUBLISHED = by_flag("published", "Опубликован")

BY_DELETED = by_flag("isDeleted", "В корзине")

BY_ARCHIVED = by_flag("archived", "Архивный")

BY_OWNER = by_reference("owner", "Сотрудник", "employee")

BY_GROUP = by_reference("group", "Отдел", "group")

BY_AGENT = by_reference("agent", "Контрагент", "counterparty")

BY_ORGANIZATION = by_reference("organization", "Организация", "organization")

BY_STORE = by_reference("store", "Склад", "store")

BY_PROJECT = by_reference("project", "Проект", "project")

BY_CONTRACT = by_reference("contract", "Договор", "contract")

BY_SALES_CHANNEL = by_reference("salesChannel", "Канал продаж", "saleschannel")

BY_PARTIES = (BY_AGENT, BY_ORGANIZATION)

BY_INCOMING = (by_text("incomingNumber", "Входящий номер"), by_moment("incomingDate", "Входящая дата"))

BY_TERMS = (BY_PROJECT, BY_CONTRACT)

BY_OWN_AGENT = by_reference("agent", "Контрагент (своя организация)", "organization", name="agentOrganization")

BY_EMPLOYEE_AGENT = by_reference("agent", "Контрагент (сотрудник)", "employee", name="agentEmployee")
"""The field `agent` of a payment holds a counterparty, an employee or a firm of one's own."""

BY_RETAIL_STORE = by_reference("retailStore", "Точка продаж", "retailstore")

BY_RETAIL_SHIFT = by_reference("retailShift", "Розничная смена", "retailshift")

BY_ASSORTMENT = (
    by_reference("assortment", "Товар", "product"),
    by_reference("assortment", "Модификация", "variant", name="assortmentVariant"),
    by_reference("assortment", "Услуга", "service", name="assortmentService"),
    by_reference("assortment", "Комплект", "bundle", name="assortmentBundle"),
    by_reference("assortment", "Группа товаров", "productfolder", name="assortmentFolder"),
)
"""Documents with such a position (JSON API docs, Filtering)."""

BY_PATH_NAME = by_text("pathName", "Группа")

BY_BARCODE = by_text("barcode", "Штрихкод")

BY_BARCODE_OF_ANY = replace(
    BY_BARCODE, operators=(Operator.EQUAL, Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH)
)
"""The barcode filter of the assortment, which knows no `!=` (JSON API docs, assortment)."""

BY_ARTICLE = by_text("article", "Артикул")

BY_SHARED = by_flag("shared", "Общий доступ")

BY_ID = by_id("id", "ID")

BY_SYNC_ID = by_id("syncId", "ID синхронизации")

BY_UPDATED_BY = by_exact("updatedBy", "Кто изменил (логин)")

BY_REMOVED = by_moment("deleted", "Удалён")

COMPANY_TYPES = tuple(f"{who}{where}" for where in ("", "UZ", "KZ") for who in ("legal", "entrepreneur", "individual"))

CHANNEL_TYPES = (
    "MESSENGER",
    "SOCIAL_NETWORK",
    "MARKETPLACE",
    "ECOMMERCE",
    "CLASSIFIED_ADS",
    "DIRECT_SALES",
    "RETAIL_SALES",
    "OTHER",
)

BY_REQUISITES = (
    by_choice("companyType", "Тип", *COMPANY_TYPES),
    by_text("legalTitle", "Полное наименование"),
    by_text("inn", "ИНН"),
    by_text("kpp", "КПП"),
    by_text("email", "E-mail"),
    by_text("phone", "Телефон"),
    by_text("fax", "Факс"),
    by_text("legalAddress", "Юридический адрес"),
    by_text("actualAddress", "Фактический адрес"),
)

CUSTOM_DICTIONARY = Filter(
    "dictionary",
    "Справочник",
    FilterKind.REFERENCE,
    "dictionary",
    entity="customentity",
    place=Place.PATH,
    required=True,
)

BY_ACCESS = (BY_OWNER, BY_GROUP, BY_SHARED)

BY_DOCUMENT = (
    BY_MOMENT,
    BY_CREATED,
    BY_STATE,
    BY_NUMBER,
    BY_DESCRIPTION,
    BY_CODE,
    BY_EXTERNAL_CODE,
    BY_APPLICABLE,
    BY_PRINTED,
    BY_PUBLISHED,
    BY_DELETED,
    BY_REMOVED,
    *BY_ACCESS,
    BY_ID,
    BY_SYNC_ID,
    BY_UPDATED_BY,
)
"""What documents can be filtered by."""

BY_NAMED = (BY_NAME, BY_CODE, BY_EXTERNAL_CODE)

BY_KEPT = (BY_DESCRIPTION, *BY_ACCESS, BY_ID)
"""What objects of a dictionary can be filtered by."""


def by_document(*own_filters: Filter, without: Collection[str] = ()) -> tuple[Filter, ...]:
    """The filters of a document: what all can be filtered by, but for those in `without`, and its own."""
    return (*(one for one in BY_DOCUMENT if one.id not in without), *own_filters)
