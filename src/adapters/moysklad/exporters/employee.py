"""Employees (JSON API docs, `employee`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.personal import PersonalKind


class Employees(DictionaryExporter):
    """One row for each employee. The salary is in the account's currency."""

    key = "employee"
    title = "Сотрудники"
    entity = "employee"
    attributes_of = "employee"
    columns = (
        v.ID,
        v.NAME_OF_PEOPLE,
        v.EXTERNAL_CODE,
        v.of_people(PersonalKind.EMAIL, v.own("uid", "Логин")),
        v.of_people(PersonalKind.NAME, v.own("lastName", "Фамилия")),
        v.of_people(PersonalKind.NAME, v.own("firstName", "Имя")),
        v.of_people(PersonalKind.NAME, v.own("middleName", "Отчество")),
        v.of_people(PersonalKind.NAME, v.own("fullName", "Полное имя")),
        v.of_people(PersonalKind.NAME, v.own("shortFio", "Краткое ФИО")),
        v.own("position", "Должность"),
        v.of_people(PersonalKind.EMAIL, v.own("email", "E-mail")),
        v.of_people(PersonalKind.PHONE, v.own("phone", "Телефон")),
        v.of_people(PersonalKind.NUMBER, v.own("inn", "ИНН")),
        v.of_people(PersonalKind.AMOUNT, v.money("salary.value", "Оклад")),
        v.link("retailStore", "Точка продаж"),
        v.CREATED,
        *v.KEPT_OF_PEOPLE,
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
