"""Columns that objects of all kinds share, and addresses."""

from adapters.moysklad.vocabulary.building import flag, integer, link, moment, of, of_people, own, several
from domain.exports.columns import Column
from domain.exports.exporter import ById
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind

ID = own("id", "ID")

NAME = own("name", "Наименование")

UPDATED = moment("updated", "Изменён")

CREATED = moment("created", "Создан")

DESCRIPTION = own("description", "Комментарий")

CODE = own("code", "Код")

EXTERNAL_CODE = own("externalCode", "Внешний код")

SYNC_ID = own("syncId", "ID синхронизации")

ARCHIVED = flag("archived", "Архивный")

SHARED = flag("shared", "Общий доступ")

PAGE = own("meta.uuidHref", "Ссылка", CellKind.LINK)

OWNER = of_people(PersonalKind.NAME, of("owner", "name", "Сотрудник"))

GROUP = of("group", "name", "Отдел")

STATE = of("state", "name", "Статус")

ACCESS = (OWNER, GROUP, SHARED)

TAGS = several("tags[]", "Группы")


def address(field: str, whose: str) -> tuple[Column, ...]:
    """The parts of a structured address (JSON API docs, Address). Exporters that have it list `address_links` too."""
    return (
        own(f"{field}.postalCode", f"Индекс {whose}"),
        link(f"{field}Country", f"Страна {whose}"),
        link(f"{field}Region", f"Регион {whose}"),
        own(f"{field}.city", f"Город {whose}"),
        own(f"{field}.street", f"Улица {whose}"),
        own(f"{field}.house", f"Дом {whose}"),
        own(f"{field}.apartment", f"Квартира {whose}"),
        own(f"{field}.addInfo", f"Другое в адресе {whose}"),
        own(f"{field}.comment", f"Комментарий к адресу {whose}"),
    )


def address_of_people(field: str, whose: str) -> tuple[Column, ...]:
    """The same of an address at which somebody lives or is found, not of one of our own."""
    return tuple(of_people(PersonalKind.ADDRESS, part) for part in address(field, whose))


def address_links(*fields: str) -> tuple[ById, ...]:
    """Country and region of addresses: they are no expandable links (no mark `+Expand`), so they are joined by id."""
    return tuple(
        ById(f"{field}{place}", f"{field}.{place.lower()}.meta.href")
        for field in fields
        for place in ("Country", "Region")
    )


DELETED = moment("deleted", "Удалён")

FILES_COUNT = integer("files.meta.size", "Число файлов")
