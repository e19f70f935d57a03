"""Columns that goods, counterparties and other entries of dictionaries share."""

from adapters.moysklad.vocabulary.building import flag, integer, moment, money, named, number, of, own, several
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
    address,
)
from domain.exports.columns import Column
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

KEPT = (ARCHIVED, DESCRIPTION, UPDATED, *ACCESS, PAGE)
"""What objects of a dictionary have."""

REQUISITES = (
    own("companyType", "Тип"),
    own("legalTitle", "Полное наименование"),
    own("legalLastName", "Фамилия"),
    own("legalFirstName", "Имя"),
    own("legalMiddleName", "Отчество"),
    own("inn", "ИНН"),
    own("kpp", "КПП"),
    own("ogrn", "ОГРН"),
    own("ogrnip", "ОГРНИП"),
    own("okpo", "ОКПО"),
    own("certificateNumber", "Номер свидетельства"),
    moment("certificateDate", "Дата свидетельства"),
    own("email", "E-mail"),
    own("phone", "Телефон"),
    own("fax", "Факс"),
    own("legalAddress", "Юридический адрес"),
    *address("legalAddressFull", "юридического адреса"),
    own("legalAddressFull.fiasCode__ru", "Код ФИАС юридического адреса"),
    own("actualAddress", "Фактический адрес"),
    *address("actualAddressFull", "фактического адреса"),
    own("actualAddressFull.fiasCode__ru", "Код ФИАС фактического адреса"),
    own("mod__requisites__uz.inn", "ИНН (Узбекистан)"),
    own("mod__requisites__uz.pinfl", "ПИНФЛ"),
    own("mod__requisites__uz.oked", "ОКЕД (Узбекистан)"),
    own("mod__requisites__uz.vatPayerRegCode", "Код плательщика НДС (Узбекистан)"),
    own("mod__requisites__kz.bin", "БИН"),
    own("mod__requisites__kz.iin", "ИИН"),
    own("mod__requisites__kz.oked", "ОКЭД (Казахстан)"),
    own("mod__requisites__kz.kbe", "КБе"),
    own("mod__requisites__kz.vatCertificateNumber", "Номер свидетельства НДС (Казахстан)"),
    integer("accounts.meta.size", "Число счетов"),
)
"""What is known of a firm or a person (JSON API docs, counterparty and organization, requisites)."""

REQUISITE_ADDRESSES = ("legalAddressFull", "actualAddressFull")
