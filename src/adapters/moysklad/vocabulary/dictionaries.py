"""Columns that goods, counterparties and other entries of dictionaries share."""

from adapters.moysklad.vocabulary.building import (
    flag,
    integer,
    moment,
    money,
    named,
    number,
    of,
    of_people,
    own,
    several,
)
from adapters.moysklad.vocabulary.objects import (
    ACCESS,
    ARCHIVED,
    CODE,
    DESCRIPTION,
    EXTERNAL_CODE,
    ID,
    NAME,
    PAGE,
    UPDATED,
    address_of_people,
)
from domain.exports.columns import Column
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind

PATH_NAME = own("pathName", "Группа")

ARTICLE = own("article", "Артикул")

BARCODES = several("barcodes[]", "Штрихкоды")

UOM = of("uom", "name", "Ед. изм.")

COUNTRY = named("country", "Страна")

BUY_PRICE = (
    money("buyPrice.value", "Закупочная цена", currency="buyPrice.currency.isoCode"),
    of("buyPrice.currency", "isoCode", "Валюта закупочной цены"),
)

MIN_PRICE = (
    money("minPrice.value", "Минимальная цена", currency="minPrice.currency.isoCode"),
    of("minPrice.currency", "isoCode", "Валюта минимальной цены"),
)

GOODS_VAT = (
    integer("vat", "НДС, %"),
    flag("vatEnabled", "НДС включён"),
    integer("effectiveVat", "Действующий НДС, %"),
    flag("effectiveVatEnabled", "Действующий НДС включён"),
    flag("useParentVat", "НДС группы"),
)

DISCOUNT_PROHIBITED = flag("discountProhibited", "Запрет скидок")

PAYMENT_ITEM = own("paymentItemType", "Признак предмета расчёта")

TRACKING_TYPE = own("trackingType", "Тип маркировки")

SIZES = (number("weight", "Вес"), number("volume", "Объём"))

IMAGES_COUNT = integer("images.meta.size", "Число изображений")

MINIMUM_BALANCE = number("minimumBalance", "Неснижаемый остаток")

THINGS = several("things[]", "Серийные номера")

PACKS = (
    Column(id="packs.quantity", title="В упаковках", kind=CellKind.LIST, path="packs[].quantity"),
    Column(id="packs.barcodes", title="Штрихкоды упаковок", kind=CellKind.LIST, path="packs[].barcodes[]"),
)
"""How many pieces each kind of a product's packs holds. Its unit is no expandable link."""

NAMED = (ID, NAME, CODE, EXTERNAL_CODE)

NAME_OF_PEOPLE = of_people(PersonalKind.NAME, NAME)

KEPT = (ARCHIVED, DESCRIPTION, UPDATED, *ACCESS, PAGE)
"""What objects of a dictionary have."""

KEPT_OF_PEOPLE = tuple(of_people(PersonalKind.TEXT, one) if one is DESCRIPTION else one for one in KEPT)
"""The same, where the comment is about a person."""

REQUISITES = (
    own("companyType", "Тип"),
    of_people(PersonalKind.NAME, own("legalTitle", "Полное наименование")),
    of_people(PersonalKind.NAME, own("legalLastName", "Фамилия")),
    of_people(PersonalKind.NAME, own("legalFirstName", "Имя")),
    of_people(PersonalKind.NAME, own("legalMiddleName", "Отчество")),
    of_people(PersonalKind.NUMBER, own("inn", "ИНН")),
    own("kpp", "КПП"),
    own("ogrn", "ОГРН"),
    of_people(PersonalKind.NUMBER, own("ogrnip", "ОГРНИП")),
    of_people(PersonalKind.NUMBER, own("okpo", "ОКПО")),
    of_people(PersonalKind.NUMBER, own("certificateNumber", "Номер свидетельства")),
    of_people(PersonalKind.DATE, moment("certificateDate", "Дата свидетельства")),
    of_people(PersonalKind.EMAIL, own("email", "E-mail")),
    of_people(PersonalKind.PHONE, own("phone", "Телефон")),
    of_people(PersonalKind.PHONE, own("fax", "Факс")),
    of_people(PersonalKind.ADDRESS, own("legalAddress", "Юридический адрес")),
    *address_of_people("legalAddressFull", "юридического адреса"),
    of_people(PersonalKind.ADDRESS, own("legalAddressFull.fiasCode__ru", "Код ФИАС юридического адреса")),
    of_people(PersonalKind.ADDRESS, own("actualAddress", "Фактический адрес")),
    *address_of_people("actualAddressFull", "фактического адреса"),
    of_people(PersonalKind.ADDRESS, own("actualAddressFull.fiasCode__ru", "Код ФИАС фактического адреса")),
    of_people(PersonalKind.NUMBER, own("mod__requisites__uz.inn", "ИНН (Узбекистан)")),
    of_people(PersonalKind.NUMBER, own("mod__requisites__uz.pinfl", "ПИНФЛ")),
    own("mod__requisites__uz.oked", "ОКЕД (Узбекистан)"),
    of_people(PersonalKind.NUMBER, own("mod__requisites__uz.vatPayerRegCode", "Код плательщика НДС (Узбекистан)")),
    own("mod__requisites__kz.bin", "БИН"),
    of_people(PersonalKind.NUMBER, own("mod__requisites__kz.iin", "ИИН")),
    own("mod__requisites__kz.oked", "ОКЭД (Казахстан)"),
    own("mod__requisites__kz.kbe", "КБе"),
    of_people(
        PersonalKind.NUMBER, own("mod__requisites__kz.vatCertificateNumber", "Номер свидетельства НДС (Казахстан)")
    ),
    integer("accounts.meta.size", "Число счетов"),
)
"""What is known of a firm or a person (JSON API docs, counterparty and organization, requisites). Firms and people
stand in one list, so that a number or an address is taken for a person's.
"""

REQUISITE_ADDRESSES = ("legalAddressFull", "actualAddressFull")
