"""Employees (JSON API docs, `employee`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Employees(DictionaryExporter):
    """One row for each employee. The salary is in the account's currency."""

    key = "employee"
    title = "Сотрудники"
    entity = "employee"
    attributes_of = "employee"
    columns = (
        v.ID,
        v.NAME,
        v.EXTERNAL_CODE,
        v.own("uid", "Логин"),
        v.own("lastName", "Фамилия"),
        v.own("firstName", "Имя"),
        v.own("middleName", "Отчество"),
        v.own("fullName", "Полное имя"),
        v.own("shortFio", "Краткое ФИО"),
        v.own("position", "Должность"),
        v.own("email", "E-mail"),
        v.own("phone", "Телефон"),
        v.own("inn", "ИНН"),
        v.money("salary.value", "Оклад"),
        v.link("retailStore", "Точка продаж"),
        v.CREATED,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "lastName",
        "firstName",
        "middleName",
        "position",
        "email",
        "phone",
        "uid",
        "group.name",
        "archived",
        "updated",
    )
    filters = (
        v.BY_NAME,
        v.BY_EXTERNAL_CODE,
        v.by_text("uid", "Логин"),
        v.by_text("lastName", "Фамилия"),
        v.by_text("firstName", "Имя"),
        v.by_text("middleName", "Отчество"),
        v.by_text("email", "E-mail"),
        v.by_text("phone", "Телефон"),
        v.BY_ARCHIVED,
        *v.BY_KEPT,
    )
