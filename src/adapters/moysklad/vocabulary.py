"""The words in which exporters declare themselves: columns and filters that many kinds of rows share.

Titles are what the owner of a trading company sees above a column. Facts are from the JSON API docs' attribute tables.
"""

from domain.exports.columns import Column, Computed, Level
from domain.exports.filters import Filter, FilterKind, Place
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


def integer(path: str, title: str) -> Column:
    """A whole number."""
    return own(path, title, CellKind.INTEGER)


def several(path: str, title: str, reference: str | None = None) -> Column:
    """The values of a list, joined; `path` has a step that ends with `[]`. Links are `reference`, with its `[]`."""
    return Column(id=path.replace("[]", ""), title=title, kind=CellKind.LIST, path=path, reference=reference)


def of(reference: str, field: str, title: str, kind: CellKind = CellKind.TEXT) -> Column:
    """A field of an object that the row links to."""
    path = f"{reference}.{field}"
    return Column(id=path, title=title, kind=kind, path=path, reference=reference)


def line(path: str, title: str, kind: CellKind = CellKind.TEXT, *, fields: str = "", currency: str = "") -> Column:
    """A field of a document's position. Its id begins with `position.`"""
    return Column(
        id=f"position.{path}",
        title=title,
        kind=kind,
        path=path,
        level=Level.LINE,
        fields=fields,
        currency=currency,
        volatile=bool(fields),
    )


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
VAT_FLAGS = (flag("vatEnabled", "Учитывается НДС"), flag("vatIncluded", "НДС включён в цену"))
MARKS = (flag("printed", "Напечатан"), flag("published", "Опубликован"))
CODES = (CODE, EXTERNAL_CODE)
DOCUMENT_PAGE = own("meta.uuidHref", "Ссылка на документ", CellKind.LINK)


def document(*own_columns: Column, before: tuple[Column, ...] = ()) -> tuple[Column, ...]:
    """The columns of a document: what all documents have, around its own. `before` stand right after the state."""
    return (
        ID,
        NUMBER,
        MOMENT,
        CREATED,
        UPDATED,
        APPLICABLE,
        STATE,
        *before,
        *own_columns,
        DESCRIPTION,
        *CODES,
        SYNC_ID,
        *ACCESS,
        *MARKS,
        DOCUMENT_PAGE,
    )


# -- positions ---------------------------------------------------------------------------------------------------------

POSITION_ID = line("id", "ID позиции")
GOODS = (
    line_of("assortment", "name", "Товар"),
    line_of("assortment", "code", "Код товара"),
    line_of("assortment", "article", "Артикул"),
    line_of("assortment", "externalCode", "Внешний код товара"),
    Column(
        id="position.assortment.type",
        title="Вид товара",
        kind=CellKind.TEXT,
        path="assortment.meta.type",
        level=Level.LINE,
    ),
    line_of("assortment.uom", "name", "Ед. изм."),
)
QUANTITY = line("quantity", "Количество", CellKind.NUMBER)
PRICE = line("price", "Цена", CellKind.MONEY, currency=DOCUMENT_CURRENCY)
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

STOCK = (
    line("stock.cost", "Себестоимость", CellKind.MONEY, fields="stock"),
    line("stock.quantity", "Остаток на складе", CellKind.NUMBER, fields="stock"),
    line("stock.reserve", "Резерв на складе", CellKind.NUMBER, fields="stock"),
    line("stock.intransit", "Ожидание на склад", CellKind.NUMBER, fields="stock"),
    line("stock.available", "Доступно на складе", CellKind.NUMBER, fields="stock"),
)
"""What `fields=stock` adds (JSON API docs, `fields`): as of the document for shipped ones, as of now for orders."""

TOTALS = (
    Column(
        id="positions.quantity",
        title="Количество всего",
        kind=CellKind.NUMBER,
        path="quantity",
        level=Level.TOTAL,
        computed=Computed.SUM,
    ),
    Column(
        id="positions.sum",
        title="Сумма позиций",
        kind=CellKind.MONEY,
        level=Level.TOTAL,
        computed=Computed.LINE_SUMS,
        currency=DOCUMENT_CURRENCY,
    ),
    Column(
        id="positions.names",
        title="Товары",
        kind=CellKind.LIST,
        path="assortment.name",
        reference="assortment",
        level=Level.TOTAL,
        computed=Computed.EACH,
    ),
)
"""What can be said of all positions together."""

POSITIONS_COUNT = own("positions.meta.size", "Число позиций", CellKind.INTEGER)
POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, *PRICED, *TOTALS)
"""The usual positions of a sale or purchase."""

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

# -- filters -----------------------------------------------------------------------------------------------------------


def by(field: str, title: str, kind: FilterKind) -> Filter:
    """A field of the object itself."""
    return Filter(id=field, title=title, kind=kind, field=field)


def by_text(field: str, title: str) -> Filter:
    """A text."""
    return by(field, title, FilterKind.TEXT)


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


def by_reference(field: str, title: str, entity: str) -> Filter:
    """An object that the row links to, by its id."""
    return Filter(id=field, title=title, kind=FilterKind.REFERENCE, field=field, entity=entity)


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
BY_ASSORTMENT = by_reference("assortment", "Товар", "product")
BY_ACCESS = (BY_OWNER, BY_GROUP)
BY_DOCUMENT = (
    BY_MOMENT,
    BY_CREATED,
    BY_STATE,
    BY_NUMBER,
    BY_DESCRIPTION,
    BY_EXTERNAL_CODE,
    BY_APPLICABLE,
    BY_PRINTED,
    BY_PUBLISHED,
    BY_DELETED,
    *BY_ACCESS,
)
"""What all documents can be filtered by."""
