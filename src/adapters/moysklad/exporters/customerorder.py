"""Customer orders (JSON API docs, `customerorder`)."""

from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Filter, FilterKind
from domain.shared.cells import CellKind

_TEXT = CellKind.TEXT
_MONEY = CellKind.MONEY
_DATE = CellKind.DATE_TIME
_FLAG = CellKind.BOOLEAN


def _own(path: str, title: str, kind: CellKind = _TEXT) -> Column:
    return Column(id=path, title=title, kind=kind, path=path)


def _of(reference: str, field: str, title: str) -> Column:
    path = f"{reference}.{field}"
    return Column(id=path, title=title, kind=_TEXT, path=path, reference=reference)


def _by_reference(field: str, title: str, entity: str) -> Filter:
    return Filter(id=field, title=title, kind=FilterKind.REFERENCE, field=field, entity=entity)


def _by(field: str, title: str, kind: FilterKind) -> Filter:
    return Filter(id=field, title=title, kind=kind, field=field)


class CustomerOrders(BaseExporter):
    """One row for each customer order. Sums are in the order's own currency."""

    key = "customerorder"
    title = "Заказы покупателей"
    entity = "customerorder"
    columns = (
        _own("id", "ID"),
        _own("name", "Номер"),
        _own("moment", "Дата", _DATE),
        _own("created", "Создан", _DATE),
        _own("updated", "Изменён", _DATE),
        _own("applicable", "Проведён", _FLAG),
        _of("state", "name", "Статус"),
        _of("agent", "name", "Контрагент"),
        _of("agent", "inn", "ИНН контрагента"),
        _of("agent", "phone", "Телефон контрагента"),
        _of("agent", "email", "E-mail контрагента"),
        _of("organization", "name", "Организация"),
        _of("store", "name", "Склад"),
        _of("project", "name", "Проект"),
        _of("contract", "name", "Договор"),
        _of("salesChannel", "name", "Канал продаж"),
        _of("owner", "name", "Сотрудник"),
        _of("group", "name", "Отдел"),
        _of("rate.currency", "name", "Валюта"),
        _of("rate.currency", "isoCode", "Код валюты"),
        _own("rate.value", "Курс валюты", CellKind.NUMBER),
        _own("sum", "Сумма", _MONEY),
        _own("vatSum", "Сумма НДС", _MONEY),
        _own("payedSum", "Оплачено", _MONEY),
        _own("shippedSum", "Отгружено", _MONEY),
        _own("invoicedSum", "Выставлено счетов", _MONEY),
        _own("reservedSum", "Зарезервировано", _MONEY),
        _own("vatEnabled", "Учитывается НДС", _FLAG),
        _own("vatIncluded", "НДС включён в цену", _FLAG),
        _own("taxSystem", "Система налогообложения"),
        _own("deliveryPlannedMoment", "Планируемая дата отгрузки", _DATE),
        _own("shipmentAddress", "Адрес доставки"),
        _own("positions.meta.size", "Число позиций", CellKind.INTEGER),
        _own("description", "Комментарий"),
        _own("code", "Код"),
        _own("externalCode", "Внешний код"),
        _own("syncId", "ID синхронизации"),
        _own("printed", "Напечатан", _FLAG),
        _own("published", "Опубликован", _FLAG),
        _own("shared", "Общий доступ", _FLAG),
        _own("meta.uuidHref", "Ссылка на документ", CellKind.LINK),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "store.name",
        "sum",
        "payedSum",
        "shippedSum",
        "reservedSum",
        "owner.name",
        "description",
        "updated",
        "meta.uuidHref",
    )
    filters = (
        _by("moment", "Дата", FilterKind.DATE_TIME),
        _by("created", "Создан", FilterKind.DATE_TIME),
        _by("deliveryPlannedMoment", "Планируемая дата отгрузки", FilterKind.DATE_TIME),
        Filter(id="state", title="Статус", kind=FilterKind.STATE, field="state.name"),
        _by_reference("agent", "Контрагент", "counterparty"),
        _by_reference("organization", "Организация", "organization"),
        _by_reference("store", "Склад", "store"),
        _by_reference("project", "Проект", "project"),
        _by_reference("contract", "Договор", "contract"),
        _by_reference("salesChannel", "Канал продаж", "saleschannel"),
        _by_reference("owner", "Сотрудник", "employee"),
        _by_reference("group", "Отдел", "group"),
        _by("sum", "Сумма", FilterKind.MONEY),
        _by("name", "Номер", FilterKind.TEXT),
        _by("description", "Комментарий", FilterKind.TEXT),
        _by("code", "Код", FilterKind.TEXT),
        _by("externalCode", "Внешний код", FilterKind.TEXT),
        _by("shipmentAddress", "Адрес доставки", FilterKind.TEXT),
        _by("applicable", "Проведён", FilterKind.BOOLEAN),
        _by("printed", "Напечатан", FilterKind.BOOLEAN),
        _by("published", "Опубликован", FilterKind.BOOLEAN),
    )
