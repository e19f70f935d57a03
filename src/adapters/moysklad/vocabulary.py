"""The words in which exporters declare themselves: columns and filters that many kinds of rows share.

Titles are what the owner of a trading company sees above a column. Facts are from the JSON API docs' attribute tables.
"""

from collections.abc import Collection
from dataclasses import replace

from domain.exports.columns import Column, Computed, Level
from domain.exports.exporter import ById
from domain.exports.filters import Filter, FilterKind, Operator, Place
from domain.shared.cells import CellKind

DOCUMENT_CURRENCY = "rate.currency.isoCode"
"""The column that names a document's currency; the sums of a document are in it."""


def own(path: str, title: str, kind: CellKind = CellKind.TEXT, *, volatile: bool = False, currency: str = "") -> Column:
    """A field of the object itself."""
    return Column(id=path, title=title, kind=kind, path=path, volatile=volatile, currency=currency)


def flag(path: str, title: str) -> Column:
    """A field that is true or false."""
    return own(path, title, CellKind.BOOLEAN)


def moment(path: str, title: str) -> Column:
    """A date with time."""
    return own(path, title, CellKind.DATE_TIME)


def money(path: str, title: str, *, volatile: bool = False, currency: str = "") -> Column:
    """A sum, which MoySklad counts in kopecks."""
    return own(path, title, CellKind.MONEY, volatile=volatile, currency=currency)


def document_money(path: str, title: str, *, volatile: bool = False) -> Column:
    """A sum in the document's own currency."""
    return money(path, title, volatile=volatile, currency=DOCUMENT_CURRENCY)


def number(path: str, title: str, *, volatile: bool = False) -> Column:
    """A number, whole or not."""
    return own(path, title, CellKind.NUMBER, volatile=volatile)


def integer(path: str, title: str, *, volatile: bool = False) -> Column:
    """A whole number."""
    return own(path, title, CellKind.INTEGER, volatile=volatile)


def several(path: str, title: str, reference: str | None = None) -> Column:
    """The values of a list, joined; `path` has a step that ends with `[]`. Links are `reference`, with its `[]`."""
    return Column(id=path.replace("[]", ""), title=title, kind=CellKind.LIST, path=path, reference=reference)


def of(reference: str, field: str, title: str, kind: CellKind = CellKind.TEXT) -> Column:
    """A field of an object that the row links to."""
    path = f"{reference}.{field}"
    return Column(id=path, title=title, kind=kind, path=path, reference=reference)


def named(reference: str, title: str) -> Column:
    """The name of an object that the row links to by a link that is marked `+Expand`."""
    return of(reference, "name", title)


def all_named(reference: str, title: str) -> Column:
    """The names of the objects in a list of links that is marked `+Expand`."""
    return several(f"{reference}[].name", title, reference=f"{reference}[]")


def link(reference: str, title: str) -> Column:
    """The name of an object that the row links to, looked up by its id.

    Links to other documents bear no mark `+Expand` in the attribute tables; that they can be expanded is UNVERIFIED,
    and MoySklad refuses a whole list for one place that cannot (JSON API docs, Errors, 1089).
    """
    return looked_up(of(reference, "name", title))


def links(reference: str, title: str) -> Column:
    """The names of the objects in a list of links, looked up by their ids; see `link`."""
    return looked_up(several(f"{reference}[].name", title, reference=f"{reference}[]"))


def looked_up(column: Column) -> Column:
    """The column, whose reference is never expanded."""
    return replace(column, expandable=False)


def linked_id(path: str, title: str, *, level: Level = Level.OBJECT) -> Column:
    """The id at the end of a link, under the column id `<path>.id`; of the row's own link where `path` is empty."""
    own_id = f"{path}.id" if path else "id"
    address = f"{path}.meta.href" if path else "meta.href"
    return Column(id=own_id, title=title, kind=CellKind.TEXT, path=address, href_id=True, level=level)


def line(
    path: str,
    title: str,
    kind: CellKind = CellKind.TEXT,
    *,
    fields: str = "",
    currency: str = "",
    volatile: bool = False,
) -> Column:
    """A field of a document's position. Its id begins with `position.`"""
    return Column(
        id=f"position.{path.replace('[]', '')}",
        title=title,
        kind=kind,
        path=path,
        level=Level.LINE,
        fields=fields,
        currency=currency,
        volatile=volatile or bool(fields),
    )


def line_money(path: str, title: str, *, currency: str = DOCUMENT_CURRENCY, volatile: bool = False) -> Column:
    """A sum of a position, in the document's currency unless said otherwise."""
    return line(path, title, CellKind.MONEY, currency=currency, volatile=volatile)


def line_total(path: str, title: str, kind: CellKind = CellKind.NUMBER, currency: str = "") -> Column:
    """A number of the positions, added up over all of them. Its id begins with `positions.`"""
    return Column(
        id=f"positions.{path}",
        title=title,
        kind=kind,
        path=path,
        level=Level.TOTAL,
        computed=Computed.SUM,
        currency=currency,
    )


def row_field(path: str, title: str, kind: CellKind = CellKind.TEXT, *, name: str = "") -> Column:
    """A field of a report's inner row: a store of a product, a day of a series. Its id is the path unless `name` is."""
    return Column(id=name or path, title=title, kind=kind, path=path, level=Level.LINE)


def line_of(reference: str, field: str, title: str) -> Column:
    """A field of an object that a position links to, such as the name of what is sold."""
    path = f"{reference}.{field}"
    return Column(
        id=f"position.{path}", title=title, kind=CellKind.TEXT, path=path, reference=reference, level=Level.LINE
    )


# -- what every object has ---------------------------------------------------------------------------------------------

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
OWNER = of("owner", "name", "Сотрудник")
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


def address_links(*fields: str) -> tuple[ById, ...]:
    """Country and region of addresses: they are no expandable links (no mark `+Expand`), so they are joined by id."""
    return tuple(
        ById(f"{field}{place}", f"{field}.{place.lower()}.meta.href")
        for field in fields
        for place in ("Country", "Region")
    )


# -- documents ---------------------------------------------------------------------------------------------------------

NUMBER = own("name", "Номер")
MOMENT = moment("moment", "Дата")
APPLICABLE = flag("applicable", "Проведён")
ORGANIZATION = of("organization", "name", "Организация")
AGENT = (
    of("agent", "name", "Контрагент"),
    of("agent", "inn", "ИНН контрагента"),
    of("agent", "phone", "Телефон контрагента"),
    of("agent", "email", "E-mail контрагента"),
)
ACCOUNTS = (
    of("organizationAccount", "accountNumber", "Счёт организации"),
    of("agentAccount", "accountNumber", "Счёт контрагента"),
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
DELETED = moment("deleted", "Удалён")
FILES_COUNT = integer("files.meta.size", "Число файлов")


def document(*own_columns: Column, without: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns of a document: what all documents have, around its own. `without` names those that this one lacks."""
    usual_first = (ID, NUMBER, MOMENT, CREATED, UPDATED, APPLICABLE, STATE)
    usual_last = (DESCRIPTION, *CODES, SYNC_ID, *ACCESS, *MARKS, DELETED, FILES_COUNT, DOCUMENT_PAGE)
    return tuple(one for one in (*usual_first, *own_columns, *usual_last) if one.id not in without)


# -- dictionaries ------------------------------------------------------------------------------------------------------

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


# -- positions ---------------------------------------------------------------------------------------------------------

POSITION_ID = line("id", "ID позиции")
GOODS = (
    line_of("assortment", "name", "Товар"),
    line_of("assortment", "code", "Код товара"),
    line_of("assortment", "article", "Артикул"),
    line_of("assortment", "externalCode", "Внешний код товара"),
    line_of("assortment", "pathName", "Группа товара"),
    Column(
        id="position.assortment.barcodes",
        title="Штрихкоды товара",
        kind=CellKind.LIST,
        path="assortment.barcodes[]",
        reference="assortment",
        level=Level.LINE,
    ),
    Column(
        id="position.assortment.type",
        title="Вид товара",
        kind=CellKind.TEXT,
        path="assortment.meta.type",
        level=Level.LINE,
    ),
    line_of("assortment.uom", "name", "Ед. изм."),
    line("pack.quantity", "В упаковке", CellKind.NUMBER),
)
QUANTITY = line("quantity", "Количество", CellKind.NUMBER)
PRICE = line_money("price", "Цена")
DISCOUNT = line("discount", "Скидка, %", CellKind.NUMBER)
VAT = line("vat", "НДС, %", CellKind.INTEGER)
VAT_ENABLED = line("vatEnabled", "Позиция с НДС", CellKind.BOOLEAN)
LINE_SUM = Column(
    id="position.sum",
    title="Сумма позиции",
    kind=CellKind.MONEY,
    level=Level.LINE,
    computed=Computed.LINE_SUM,
    currency=DOCUMENT_CURRENCY,
)
PRICED = (QUANTITY, PRICE, DISCOUNT, VAT, VAT_ENABLED, LINE_SUM)
"""What positions of sales and purchases have."""

SERIAL_NUMBERS = line("things[]", "Серийные номера", CellKind.LIST)
MARKING_CODES = (
    line("trackingCodes[].cis", "Коды маркировки", CellKind.LIST),
    line("trackingCodes[].trackingCodes[].cis", "Коды маркировки в упаковках", CellKind.LIST),
)
MARKING_CODES_1162 = line("trackingCodes_1162[].cis_1162", "Коды маркировки (тег 1162)", CellKind.LIST)
ORIGIN = (line_of("country", "name", "Страна происхождения"), line("gtd.name", "ГТД"))
SLOT = line_of("slot", "name", "Ячейка")
COST = line_money("cost", "Себестоимость позиции", currency="")
"""Sent for services, and for returns without a shipment (JSON API docs, positions)."""

LINE_OVERHEAD = line_money("overhead", "Накладные расходы позиции")
REASON = line("reason", "Причина")
REWARD = line_money("reward", "Вознаграждение")
CELL_PRICES = Column(
    id="position.cells.sum",
    title="Цены позиции",
    kind=CellKind.LIST,
    path="cells[].sum",
    level=Level.LINE,
    computed=Computed.PRICES,
)

STOCK = (
    line("stock.cost", "Себестоимость", CellKind.MONEY, fields="stock"),
    line("stock.quantity", "Остаток на складе", CellKind.NUMBER, fields="stock"),
    line("stock.reserve", "Резерв на складе", CellKind.NUMBER, fields="stock"),
    line("stock.intransit", "Ожидание на склад", CellKind.NUMBER, fields="stock"),
    line("stock.available", "Доступно на складе", CellKind.NUMBER, fields="stock"),
)
"""What `fields=stock` adds (JSON API docs, `fields`): as of the document for shipped ones, as of now for orders."""

PROFIT = (
    money("profit", "Прибыль"),
    number("margin", "Рентабельность"),
    number("salesMargin", "Рентабельность продаж"),
)
PROFIT_OF_SALES = (
    number("salesCount", "Продаж"),
    money("salesAvgCheck", "Средний чек"),
    money("sellSum", "Сумма продаж"),
    money("sellCostSum", "Себестоимость продаж"),
    number("returnCount", "Возвратов"),
    money("returnAvgCheck", "Средний чек возврата"),
    money("returnSum", "Сумма возвратов"),
    money("returnCostSum", "Себестоимость возвратов"),
)
FIGURES = (
    integer("sales.count", "Продаж"),
    money("sales.amount", "Сумма продаж"),
    money("sales.movementAmount", "Изменение продаж"),
    integer("orders.count", "Заказов"),
    money("orders.amount", "Сумма заказов"),
    money("orders.movementAmount", "Изменение заказов"),
    money("money.income", "Доход"),
    money("money.outcome", "Расход"),
    money("money.balance", "Баланс"),
    money("money.todayMovement", "Изменение за сегодня"),
    money("money.movement", "Изменение за период"),
)
"""What a dashboard shows. That its sums are in kopecks, like those of all reports, is UNVERIFIED."""

TOTAL_QUANTITY = line_total("quantity", "Количество всего")
TOTAL_NAMES = Column(
    id="positions.names",
    title="Товары",
    kind=CellKind.LIST,
    path="assortment.name",
    reference="assortment",
    level=Level.TOTAL,
    computed=Computed.EACH,
)
TOTALS = (
    TOTAL_QUANTITY,
    Column(
        id="positions.sum",
        title="Сумма позиций",
        kind=CellKind.MONEY,
        level=Level.TOTAL,
        computed=Computed.LINE_SUMS,
        currency=DOCUMENT_CURRENCY,
    ),
    TOTAL_NAMES,
)
"""What can be said of all positions together."""

POSITIONS_COUNT = own("positions.meta.size", "Число позиций", CellKind.INTEGER)
POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, *PRICED, *TOTALS)
"""The usual positions of a sale or purchase."""

VALUED_POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, QUANTITY, PRICE, LINE_SUM, *TOTALS)
"""Positions of a movement of stock: no discount and no VAT."""

COUNTED_POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, QUANTITY, TOTAL_QUANTITY, TOTAL_NAMES)
"""Positions without a price."""

USUAL_TOTALS = ("positions.quantity", "positions.sum", "positions.names")
"""What is chosen of the totals when nobody chooses; shown only where rows are documents with totals."""

USUAL_LINE_COLUMNS = (
    "position.id",
    "name",
    "moment",
    "agent.name",
    "position.assortment.name",
    "position.assortment.code",
    "position.assortment.article",
    "position.quantity",
    "position.assortment.uom.name",
    "position.price",
    "position.discount",
    "position.sum",
)
STOCK_LINE_COLUMNS = tuple(one for one in USUAL_LINE_COLUMNS if one not in {"agent.name", "position.discount"})
"""The same for movements of stock, which have no counterparty."""

# -- filters -----------------------------------------------------------------------------------------------------------


def by(field: str, title: str, kind: FilterKind) -> Filter:
    """A field of the object itself."""
    return Filter(id=field, title=title, kind=kind, field=field)


def by_text(field: str, title: str) -> Filter:
    """A text."""
    return by(field, title, FilterKind.TEXT)


def by_id(field: str, title: str) -> Filter:
    """An id that is no link."""
    return by(field, title, FilterKind.ID)


def by_exact(field: str, title: str) -> Filter:
    """A text that is compared whole: a login, the number of an account."""
    return Filter(field, title, FilterKind.TEXT, field, operators=(Operator.EQUAL, Operator.NOT_EQUAL))


def by_given(field: str, title: str, *, required: bool = False) -> Filter:
    """A text of a report's filter, which can only be equal."""
    return Filter(field, title, FilterKind.TEXT, field, required=required, operators=(Operator.EQUAL,))


def by_count(field: str, title: str) -> Filter:
    """A number of a report's filter, which can only be equal and given once."""
    return Filter(field, title, FilterKind.NUMBER, field, single=True, operators=(Operator.EQUAL,))


def by_number(field: str, title: str) -> Filter:
    """A number."""
    return by(field, title, FilterKind.NUMBER)


def by_money(field: str, title: str) -> Filter:
    """A sum; conditions are in roubles."""
    return by(field, title, FilterKind.MONEY)


def by_moment(field: str, title: str) -> Filter:
    """A date."""
    return by(field, title, FilterKind.DATE_TIME)


def by_flag(field: str, title: str) -> Filter:
    """True or false."""
    return by(field, title, FilterKind.BOOLEAN)


def by_reference(field: str, title: str, entity: str, *, name: str = "") -> Filter:
    """An object that the row links to, by its id. Objects of another kind in the same field need another `name`."""
    return Filter(id=name or field, title=title, kind=FilterKind.REFERENCE, field=field, entity=entity)


def by_one(field: str, title: str, entity: str, *, required: bool = False, name: str = "") -> Filter:
    """The same of a report, which can only be equal."""
    return Filter(
        name or field,
        title,
        FilterKind.REFERENCE,
        field,
        entity=entity,
        required=required,
        operators=(Operator.EQUAL,),
    )


def by_choice(field: str, title: str, *choices: str) -> Filter:
    """One of the values that MoySklad knows."""
    return Filter(id=field, title=title, kind=FilterKind.CHOICE, field=field, choices=choices)


def parameter(field: str, title: str, *choices: str, default: str = "") -> Filter:
    """A choice that goes out as a parameter of its own."""
    return Filter(field, title, FilterKind.CHOICE, field, place=Place.PARAMETER, choices=choices, default=default)


def report_period(*, required: bool = False, default: str = "") -> Filter:
    """The period of a report, which is asked for by `momentFrom` and `momentTo`, never inside `filter`."""
    return Filter(
        "period",
        "Период",
        FilterKind.PERIOD,
        "momentFrom,momentTo",
        place=Place.PARAMETER,
        required=required,
        default=default,
    )


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

STOCK_MODES = ("all", "positiveOnly", "negativeOnly", "empty", "nonEmpty", "underMinimum")
STOCK_TYPE = parameter(
    "stockType", "Что показать", "stock", "freeStock", "quantity", "reserve", "inTransit", default="stock"
)
STOCK_GROUPING = parameter("groupBy", "Группировка", "product", "variant", "consignment", default="variant")
BY_STOCK = (
    by_reference("store", "Склад", "store"),
    by_reference("productFolder", "Группа товаров", "productfolder"),
    by_reference("product", "Товар", "product"),
    by_reference("variant", "Модификация", "variant"),
    by_reference("consignment", "Партия", "consignment"),
    by_reference("supplier", "Поставщик", "counterparty"),
    by_choice("stockMode", "Остаток", *STOCK_MODES),
    by_flag("soldByWeight", "Весовые товары"),
    Filter("moment", "На момент", FilterKind.DATE_TIME, "moment", single=True, operators=(Operator.EQUAL,)),
    by_given("search", "Поиск"),
)
BY_PROFIT = (
    report_period(default="this_month"),
    by_reference("product", "Товар", "product"),
    by_reference("product", "Модификация", "variant", name="variant"),
    by_reference("product", "Услуга", "service", name="service"),
    by_reference("product", "Комплект", "bundle", name="bundle"),
    by_reference("productFolder", "Группа товаров", "productfolder"),
    by_flag("withSubFolders", "Вместе с подгруппами"),
    by_one("counterparty", "Контрагент", "counterparty"),
    by_given("agentTag", "Группа контрагентов"),
    by_one("organization", "Организация", "organization"),
    by_one("store", "Склад", "store"),
    by_one("project", "Проект", "project"),
    by_one("retailStore", "Точка продаж", "retailstore"),
    by_one("supplier", "Поставщик", "counterparty"),
    by_one("salesChannel", "Канал продаж", "saleschannel"),
    by_choice("entityType", "Вид документа", "demand", "retaildemand"),
)
"""The period and the filters of profit reports (JSON API docs, report `profit`). Without a period of one's own it is
this month, said outright: MoySklad's own default is the last month up to now."""

BY_TURNOVER = (
    by_one("agent", "Контрагент", "counterparty"),
    by_given("agentTag", "Группа контрагентов"),
    by_one("contract", "Договор", "contract"),
    by_one("organization", "Организация", "organization"),
    by_one("project", "Проект", "project"),
    by_one("retailStore", "Точка продаж", "retailstore"),
    by_one("store", "Склад", "store"),
    by_choice(
        "type",
        "Вид документа",
        "supply",
        "purchasereturn",
        "demand",
        "salesreturn",
        "loss",
        "enter",
        "move",
        "processing",
        "retaildemand",
        "retailsalesreturn",
        "productionstagecompletion",
    ),
)
INTERVAL = parameter("interval", "Интервал", "hour", "day", "month", default="day")
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
