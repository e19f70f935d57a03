"""How a type is described: fields, nested collections and the short notation that the tables of this package use.

A table is words separated by spaces, one for each field: a name, what the field holds, and marks.

    name            text
    name:number     one of the words of `KINDS`
    name>a|b        a link to an object of type a or b;  name>>a|b  a list of links
    name=A|B        one of these values;  name=taxsystem  one of a set of `ENUMERATIONS`
    !  needed when an object is created       @  cannot be written
    -  cannot be filtered by                  ^  can be sorted by

A later word for the same name replaces an earlier one, and `~name` takes the field away.
"""

import re
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
    REFERENCES = "массив ссылок"
    OPERATIONS = "массив ссылок с суммами"
    STRINGS = "массив строк"
    JSON = "объект"


KINDS = {
    "text": Kind.STRING,
    "uuid": Kind.UUID,
    "flag": Kind.BOOLEAN,
    "number": Kind.NUMBER,
    "int": Kind.INTEGER,
    "moment": Kind.MOMENT,
    "minute": Kind.MINUTE,
    "texts": Kind.STRINGS,
    "json": Kind.JSON,
    "operations": Kind.OPERATIONS,
}
_TAXES = """
    GENERAL_TAX_SYSTEM SIMPLIFIED_TAX_SYSTEM_INCOME SIMPLIFIED_TAX_SYSTEM_INCOME_OUTCOME UNIFIED_AGRICULTURAL_TAX
    PRESUMPTIVE_TAX_SYSTEM PATENT_BASED"""
_TRACKING = """
    NOT_TRACKED BEER_ALCOHOL BICYCLE ELECTRONICS FOOD_SUPPLEMENT LP_CLOTHES LP_LINENS MEDICAL_DEVICES MILK NABEER NCP
    OTP PERFUMERY PET_FOOD SANITIZER SEAFOOD SHOES SOFT_DRINKS TIRES TOBACCO VEGETABLE_OIL VETPHARMA WATER AUTO_FLUIDS
    CHEMISTRY CONSERVE CONSTRUCTION FURSLP GADGETS GROCERY RADIO TOYS"""
_COMPANIES = "legal entrepreneur individual legalUZ entrepreneurUZ individualUZ legalKZ entrepreneurKZ individualKZ"
ENUMERATIONS: dict[str, tuple[str, ...]] = {
    name: tuple(values.split())
    for name, values in {
        "taxsystem": _TAXES,
        "goodstaxsystem": f"{_TAXES} TAX_SYSTEM_SAME_AS_GROUP",
        "trackingtype": _TRACKING,
        "companytype": _COMPANIES,
        "rewardtype": "PercentOfSales None",
        "sex": "MALE FEMALE",
    }.items()
}
LINE_LINKS = ("product", "variant", "service", "bundle", "consignment")
ANY_DOCUMENT = "document"
"""A target that stands for every type of document."""
_WORD = re.compile(r"^(\w+)(>>?[\w|]+|:\w+|=[\w|]+)?([!@^-]*)$")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `targets` are the types a link may point at, `choices` the values that a text may have."""

    name: str
    kind: Kind = Kind.STRING
    required: bool = False
    read_only: bool = False
    filterable: bool = True
    sortable: bool = False
    targets: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Rows nested in an object, with an address of their own; `kind` is the type of a row."""

    name: str
    kind: str
    fields: tuple[Field, ...] = ()
    writable: bool = True
    by_name: dict[str, Field] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({one.name: one for one in self.fields})

    @property
    def address(self) -> str:
        """The last part of the collection's address."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity type, its fields in the order in which they are printed and its nested collections.

    `screen` is the type's name in the web interface, empty where objects carry no link to it. `attributes_of` names
    the type whose custom fields this one shares.
    """

    name: str
    screen: str
    fields: tuple[Field, ...]
    document: bool = False
    collections: tuple[Collection, ...] = ()
    has_account: bool = True
    attributes_of: str = ""
    has_states: bool = False
    creatable: bool = True
    by_name: dict[str, Field] = field(default_factory=dict)
    nested: dict[str, Collection] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({one.name: one for one in self.fields})
        self.nested.update({one.name: one for one in self.collections})

    @property
    def has_attributes(self) -> bool:
        return bool(self.attributes_of)

    @property
    def has_trash(self) -> bool:
        """Whether a deleted object can be found in the trash: the docs give such types the field `deleted`."""
        return self.document and "deleted" in self.by_name

    @property
    def trash_switch(self) -> str:
        """The filter that chooses between living and trashed objects; production tasks have one of their own."""
        if not self.has_trash:
            return ""
        return "deleted" if self.name == "productiontask" else "isDeleted"

    @property
    def lines(self) -> Collection | None:
        """The collection called positions."""
        return self.nested.get("positions")

    def collection_at(self, address: str) -> Collection | None:
        """The nested collection with this word in its address."""
        lowered = address.lower()
        return next((one for one in self.collections if one.address == lowered), None)


def table(*words: str) -> tuple[Field, ...]:
    """Fields in the notation of this module."""
    found: dict[str, Field] = {}
    for word in " ".join(words).split():
        if word.startswith("~"):
            found.pop(word[1:], None)
            continue
        one = _field(word)
        found[one.name] = one
    return tuple(found.values())


def _field(word: str) -> Field:
    found = _WORD.match(word)
    if found is None:
        raise ValueError(f"not in the notation of fields: {word}")
    name, holds, marks = found.groups()
    kind = Kind.STRING
    targets: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    if holds is not None and holds.startswith(">"):
        kind = Kind.REFERENCES if holds.startswith(">>") else Kind.REFERENCE
        targets = tuple(holds.lstrip(">").split("|"))
    elif holds is not None and holds.startswith("="):
        choices = ENUMERATIONS.get(holds[1:]) or tuple(holds[1:].split("|"))
    elif holds is not None:
        kind = KINDS[holds[1:]]
    return Field(
        name,
        kind,
        required="!" in marks,
        read_only="@" in marks,
        filterable="-" not in marks and kind is not Kind.JSON and kind is not Kind.REFERENCES,
        sortable="^" in marks,
        targets=targets,
        choices=choices,
    )
