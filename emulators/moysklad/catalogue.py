"""Which entities exist and what their fields are like (JSON API docs, attribute tables of each entity)."""

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a field holds; it decides the filter operators and how a value is read from a request."""

    STRING = "строка"
    UUID = "UUID"
    BOOLEAN = "boolean"
    NUMBER = "число"
    INTEGER = "целое число"
    MOMENT = "дата"
    MINUTE = "дата с точностью до минуты"
    REFERENCE = "ссылка"
    STRINGS = "массив строк"
    JSON = "объект"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `targets` are the types a reference may point at; `to` is the nested collection's row type."""

    name: str
    kind: Kind = Kind.STRING
    required: bool = False
    read_only: bool = False
    filterable: bool = True
    sortable: bool = False
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity type, its fields in the order in which they are printed and its nested empty collections."""

    name: str
    screen: str
    fields: tuple[Field, ...]
    document: bool = False
    collections: tuple[tuple[str, str], ...] = ()
    has_account: bool = True
    has_attributes: bool = True
    has_states: bool = False
    by_name: dict[str, Field] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({one.name: one for one in self.fields})


def _text(name: str, *, required: bool = False, read_only: bool = False, sortable: bool = False) -> Field:
    return Field(name, Kind.STRING, required=required, read_only=read_only, sortable=sortable)


def _plain(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, filterable=False) for name in names)


def _json(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Kind.JSON, filterable=False) for name in names)


def _link(name: str, *targets: str, required: bool = False) -> Field:
    return Field(name, Kind.REFERENCE, required=required, targets=targets or (name,))


def _flag(name: str, *, read_only: bool = False, filterable: bool = True, sortable: bool = False) -> Field:
    return Field(name, Kind.BOOLEAN, read_only=read_only, filterable=filterable, sortable=sortable)


def _computed(name: str, *, filterable: bool = False, sortable: bool = False) -> Field:
    return Field(name, Kind.NUMBER, read_only=True, filterable=filterable, sortable=sortable)


ACCESS = (_link("owner", "employee"), _flag("shared"), _link("group"))
UPDATED = Field("updated", Kind.MOMENT, read_only=True, sortable=True)
CREATED = Field("created", Kind.MOMENT, read_only=True, sortable=True)
SYNC = Field("syncId", Kind.UUID, sortable=True)
NAME = _text("name", required=True, sortable=True)
DESCRIPTION = _text("description", sortable=True)
CODE = _text("code", sortable=True)
EXTERNAL = _text("externalCode", sortable=True)
ARCHIVED = _flag("archived", sortable=True)
ADDRESS = (*_json("actualAddressFull", "legalAddressFull"),)

CUSTOMER_ORDER = Entity(
    "customerorder",
    "customerorder",
    (
        SYNC,
        *ACCESS,
        UPDATED,
        _text("name", sortable=True),
        DESCRIPTION,
        CODE,
        EXTERNAL,
        Field("moment", Kind.MINUTE, sortable=True),
        _flag("applicable", sortable=True),
        _link("rate", "currency"),
        _computed("sum", filterable=True, sortable=True),
        _link("store"),
        _link("contract"),
        _link("agent", "counterparty", "organization", required=True),
        _link("organization", required=True),
        _link("state"),
        _link("project"),
        _link("salesChannel", "saleschannel"),
        CREATED,
        _flag("printed", read_only=True),
        _flag("published", read_only=True),
        _flag("vatEnabled", filterable=False),
        _flag("vatIncluded", filterable=False),
        _computed("vatSum"),
        _computed("payedSum"),
        _computed("shippedSum"),
        _computed("invoicedSum"),
        _computed("reservedSum"),
        Field("deliveryPlannedMoment", Kind.MINUTE, sortable=True),
        _text("shipmentAddress"),
        *_json("shipmentAddressFull"),
        *_plain("taxSystem"),
        Field("deleted", Kind.MOMENT, read_only=True),
    ),
    document=True,
    collections=(("files", "files"),),
    has_states=True,
)

COUNTERPARTY = Entity(
    "counterparty",
    "company",
    (
        SYNC,
        *ACCESS,
        UPDATED,
        NAME,
        DESCRIPTION,
        CODE,
        EXTERNAL,
        ARCHIVED,
        CREATED,
        _text("companyType"),
        *(_text(name) for name in ("legalTitle", "legalAddress", "actualAddress", "inn", "kpp")),
        *_plain("ogrn", "ogrnip", "okpo", "legalFirstName", "legalLastName", "legalMiddleName", "sex"),
        *ADDRESS,
        *(_text(name) for name in ("email", "phone", "fax", "discountCardNumber")),
        Field("tags", Kind.STRINGS),
        _link("state"),
        _computed("salesAmount"),
        Field("bonusPoints", Kind.INTEGER, read_only=True, filterable=False),
        *_json("priceType"),
    ),
    collections=(("accounts", "account"), ("contactpersons", "contactperson"), ("notes", "note"), ("files", "files")),
    has_states=True,
)

ORGANIZATION = Entity(
    "organization",
    "mycompany",
    (
        SYNC,
        *ACCESS,
        UPDATED,
        NAME,
        DESCRIPTION,
        CODE,
        EXTERNAL,
        ARCHIVED,
        CREATED,
        _text("companyType"),
        *(_text(name) for name in ("legalTitle", "legalAddress", "actualAddress", "inn", "kpp")),
        *_plain("ogrn", "ogrnip", "okpo", "director", "directorPosition", "chiefAccountant"),
        *ADDRESS,
        *(_text(name) for name in ("email", "phone", "fax")),
        _flag("isEgaisEnable", filterable=False),
        _flag("payerVat", filterable=False),
    ),
    collections=(("accounts", "account"),),
)

STORE = Entity(
    "store",
    "warehouse",
    (
        *ACCESS,
        UPDATED,
        NAME,
        DESCRIPTION,
        CODE,
        EXTERNAL,
        ARCHIVED,
        _link("parent", "store"),
        _text("pathName"),
        _text("address"),
        *_json("addressFull"),
    ),
    collections=(("zones", "storezone"), ("slots", "slot")),
)

PRODUCT = Entity(
    "product",
    "good",
    (
        SYNC,
        *ACCESS,
        UPDATED,
        NAME,
        DESCRIPTION,
        CODE,
        EXTERNAL,
        ARCHIVED,
        _text("pathName", read_only=True),
        Field("vat", Kind.INTEGER, filterable=False),
        _flag("vatEnabled", filterable=False),
        _flag("useParentVat", filterable=False),
        Field("effectiveVat", Kind.INTEGER, read_only=True, filterable=False),
        _flag("effectiveVatEnabled", read_only=True, filterable=False),
        _flag("discountProhibited", filterable=False),
        _link("uom"),
        _link("supplier", "counterparty"),
        *_json("minPrice", "salePrices", "buyPrice", "barcodes", "packs"),
        *_plain("paymentItemType", "trackingType", "tnved"),
        _text("article"),
        Field("weight", Kind.NUMBER),
        Field("volume", Kind.NUMBER),
        Field("variantsCount", Kind.INTEGER, read_only=True, filterable=False),
        _flag("isSerialTrackable"),
    ),
    collections=(("images", "image"), ("files", "files")),
)

EMPLOYEE = Entity(
    "employee",
    "employee",
    (
        *ACCESS,
        UPDATED,
        _text("name", read_only=True, sortable=True),
        DESCRIPTION,
        CODE,
        EXTERNAL,
        ARCHIVED,
        CREATED,
        _text("uid", read_only=True),
        _text("email"),
        _text("phone"),
        _text("firstName"),
        _text("middleName"),
        _text("lastName", required=True),
        *(Field(name, read_only=True, filterable=False) for name in ("fullName", "shortFio")),
        *_plain("position", "inn"),
        *_json("cashiers"),
    ),
)

CURRENCY = Entity(
    "currency",
    "currency",
    (
        _flag("system", read_only=True, filterable=False),
        NAME,
        _text("fullName"),
        Field("rate", Kind.NUMBER, filterable=False),
        Field("multiplicity", Kind.INTEGER),
        _flag("indirect", filterable=False),
        *_plain("rateUpdateType"),
        _text("code", required=True, sortable=True),
        _text("isoCode", required=True),
        *_json("majorUnit", "minorUnit"),
        ARCHIVED,
        _flag("default", read_only=True),
    ),
    has_account=False,
    has_attributes=False,
)

SIMPLE = (*ACCESS, UPDATED, NAME, DESCRIPTION, CODE, EXTERNAL)
PROJECT = Entity("project", "project", (*SIMPLE, ARCHIVED))
SALES_CHANNEL = Entity(
    "saleschannel", "saleschannel", (*SIMPLE, _text("type", required=True), ARCHIVED), has_attributes=False
)
UOM = Entity("uom", "uom", SIMPLE, has_attributes=False)
GROUP = Entity("group", "group", (NAME, Field("index", Kind.INTEGER, filterable=False)), has_attributes=False)
CONTRACT = Entity(
    "contract",
    "contract",
    (
        *ACCESS,
        UPDATED,
        _text("name", sortable=True),
        DESCRIPTION,
        CODE,
        EXTERNAL,
        ARCHIVED,
        Field("moment", Kind.MINUTE),
        Field("sum", Kind.NUMBER, filterable=False),
        *_plain("contractType"),
        _link("ownAgent", "organization", required=True),
        _link("agent", "counterparty", "organization", required=True),
        _link("state"),
        _link("rate", "currency"),
        _flag("printed", read_only=True, filterable=False),
        _flag("published", read_only=True, filterable=False),
    ),
    has_states=True,
)
CUSTOM_ENTITY = Entity("customentity", "customentity", (UPDATED, NAME, DESCRIPTION, CODE, EXTERNAL))

ENTITIES = {
    entity.name: entity
    for entity in (
        CUSTOMER_ORDER,
        COUNTERPARTY,
        ORGANIZATION,
        STORE,
        PRODUCT,
        EMPLOYEE,
        CURRENCY,
        PROJECT,
        SALES_CHANNEL,
        UOM,
        GROUP,
        CONTRACT,
    )
}

DICTIONARY_ATTRIBUTES = ("counterparty", "contract", "project", "store", "employee", "product", "customentity")
ATTRIBUTE_TYPES = ("string", "text", "long", "double", "boolean", "time", "link", "file", *DICTIONARY_ATTRIBUTES)
