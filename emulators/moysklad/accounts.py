"""Accounts, their people and settings, vendor applications and who may do what with which token."""

import secrets
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import msgspec

from emulators.moysklad.auditbook import AuditBook
from emulators.moysklad.catalogue import CHILDREN, CUSTOM_ENTITY, ENTITIES
from emulators.moysklad.clock import Clock
from emulators.moysklad.hookbook import HookBook
from emulators.moysklad.links import Links
from emulators.moysklad.records import Record, Ref, Row, Shelf
from emulators.moysklad.savedfilters import SavedFilter
from emulators.moysklad.stockbook import StockBook
from emulators.moysklad.tasklist import Tasks


@dataclass(slots=True)
class Application:
    """A vendor's solution. Draft ones pay four units for a request (JSON API docs, restrictions)."""

    app_id: str
    app_uid: str
    secret: str
    endpoint_base: str
    draft: bool = False


@dataclass(slots=True)
class Install:
    """A solution on an account. `denied` maps an entity type to the rights that were taken away."""

    application: Application
    status: str = "Activating"
    cause: str = "Install"
    token: str | None = None
    tariff: str = "Basic"
    trial: bool = True
    denied: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Attribute:
    """The definition of one custom field. `dictionary` is the custom dictionary's id for `customentity`."""

    id: str
    name: str
    type: str
    required: bool = False
    description: str = ""
    dictionary: str = ""
    prefix: bytes = b""


@dataclass(slots=True)
class Person:
    """How an employee signs in."""

    employee_id: str
    login: str
    password: str
    admin: bool


@dataclass(slots=True)
class Caller:
    """Who a request comes from: an employee, or a solution installed on the account."""

    account: "Account"
    person: Person | None = None
    install: Install | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What quotas are counted by: each user and each solution on its own."""
        if self.install is not None:
            return (self.account.id, self.install.application.app_id)
        return (self.account.id, self.person.employee_id if self.person else "")


@dataclass(slots=True)
class Settings:
    """What tests may change while the emulator runs. Retry times: Vendor API docs, "processes".

    The vendor does not say whether `updated` moves when a document's sums change because of another document, when it
    goes to the trash or comes back (reference 3.1, 9, UNVERIFIED); the defaults are the hardest ones for clients. Nor
    does it say whether a webhook's DELETE tells of the trash; nothing tells of a way back out of it.

    That a second POST with a known `syncId` answers the object that is there is documented; `repeatedSyncId` refuses it
    instead. What it does while that object is in the trash is not (reference 7.3, UNVERIFIED): `trashedSyncId` is
    `existing`, `new` or `refused`. Whether `=` in a filter heeds case is not said either: `equalityIgnoresCase`.
    """

    quotas: bool = True
    latency_seconds: float = 0.0
    nested_positions_limit: int = 100
    compress: bool = True
    retry_every_seconds: float = 10.0
    retry_for_seconds: float = 180.0
    computed_bumps_updated: bool = False
    trash_bumps_updated: bool = False
    restore_bumps_updated: bool = False
    stock_recalculation_seconds: float = 0.0
    async_pending_seconds: float = 0.2
    async_processing_seconds: float = 0.5
    download_base: str = ""
    bans: bool = True
    connection_requests: int = 100
    new_connections_per_minute: int = 0
    webhook_timeout_seconds: float = 1.5
    stock_webhook_seconds: float = 60.0
    trash_sends_delete: bool = True
    repeated_sync_id: str = "existing"
    trashed_sync_id: str = "existing"
    equality_ignores_case: bool = False
    scenario_retry_every_seconds: float = 300.0
    scenario_retry_for_seconds: float = 86_400.0


class Account:
    """One customer of MoySklad with all its objects."""

    def __init__(self, identifier: str, name: str, links: Links) -> None:
        self.id = identifier
        self.name = name
        self.links = links
        self.shelves = {kind: Shelf(entity, kind) for kind, entity in ENTITIES.items()}
        self.states: dict[str, dict[str, dict[str, Any]]] = {}
        self.attributes: dict[str, dict[str, Attribute]] = {}
        self.dictionaries: dict[str, str] = {}
        self.price_types: list[dict[str, Any]] = []
        self.people: list[Person] = []
        self.installs: dict[str, Install] = {}
        self.settings: dict[str, Any] = {
            "discountStrategy": "bySum",
            "globalOperationNumbering": False,
            "checkShippingStock": False,
            "checkMinPrice": False,
            "useRecycleBin": True,
            "useCompanyAddress": False,
            "accountCountry": "RU",
        }
        self.rules: dict[str, Any] = {"closedBefore": "", "checkUniqueCode": False}
        self.stock = StockBook()
        self.audit = AuditBook()
        self.tasks = Tasks()
        self.hooks = HookBook()
        self.saved_filters: dict[str, SavedFilter] = {}
        self.user_settings: dict[str, dict[str, Any]] = {}
        self.schema_version = 0
        self.admin = Ref("employee", "")
        self.group = Ref("group", "")
        self.currency = Ref("currency", "")
        self.characteristics: list[dict[str, Any]] = []
        self.behaviour = Settings()
        self.closed: dict[str, int] = {}
        self.ref_cache: dict[Ref, msgspec.Raw] = {}

    @property
    def version(self) -> int:
        """Grows with every change in the account."""
        return self.schema_version + sum(shelf.version for shelf in self.shelves.values())

    def find(self, ref: Ref) -> Record | None:
        """The object that a link points at."""
        shelf = self.shelf_of(ref)
        return None if shelf is None else shelf.records.get(ref.id)

    def shelf_of(self, ref: Ref) -> Shelf | None:
        return self.shelves.get(f"customentity/{ref.parent}" if ref.kind == "customentity" else ref.kind)

    def child(self, ref: Ref) -> tuple[Record, Row] | None:
        """The row of a nested collection that a link points at, with its owner."""
        kind, _, identifier = ref.parent.partition("/")
        owner = self.shelves[kind].records.get(identifier) if kind in self.shelves else None
        if owner is None or ref.kind not in CHILDREN:
            return None
        row = next((one for one in owner.rows(CHILDREN[ref.kind][0]) if one.id == ref.id), None)
        return None if row is None else (owner, row)

    def exists(self, ref: Ref) -> bool:
        """Whether a link points at something."""
        if ref.kind == "state":
            return self.state(ref) is not None
        if ref.kind == "pricetype":
            return any(one["id"] == ref.id for one in self.price_types)
        if ref.kind in CHILDREN:
            return self.child(ref) is not None
        return self.find(ref) is not None

    def characteristic(self, name: str, identifier: object = None) -> dict[str, Any]:
        """A characteristic of variants by id or by name; a new name makes a new one."""
        for one in self.characteristics:
            if one["id"] == identifier or (identifier is None and one["name"] == name):
                return one
        made = str(uuid.uuid4())
        meta = {
            "href": f"{self.links.api}/entity/variant/metadata/characteristics/{made}",
            "type": "attributemetadata",
            "mediaType": "application/json",
        }
        one = {"meta": meta, "id": made, "name": name, "type": "string", "required": False}
        self.characteristics.append(one)
        self.schema_version += 1
        return one

    def state(self, ref: Ref) -> dict[str, Any] | None:
        """The state that a link points at."""
        return self.states.get(ref.parent, {}).get(ref.id)

    def add_dictionary(self, name: str, identifier: str | None = None) -> str:
        """Creates a custom dictionary and returns its id."""
        made = identifier or str(uuid.uuid4())
        self.dictionaries[made] = name
        self.shelves[f"customentity/{made}"] = Shelf(CUSTOM_ENTITY, f"customentity/{made}")
        self.schema_version += 1
        return made

    def forget_rows(self) -> None:
        """Drops the cached JSON of all objects, after a change that shows in other objects' rows."""
        for shelf in self.shelves.values():
            for record in shelf:
                record.row = None


class World:
    """Everything that one emulator knows."""

    def __init__(self, base_url: str, *, lenient: bool) -> None:
        self.links = Links(base_url)
        self.lenient = lenient
        self.clock = Clock()
        self.settings = Settings(quotas=not lenient, connection_requests=0 if lenient else 100)
        self.accounts: OrderedDict[str, Account] = OrderedDict()
        self.applications: dict[str, Application] = {}
        self.tokens: dict[str, Caller] = {}
        self.context_keys: dict[str, tuple[str, str, str, float]] = {}
        self.seen_jti: dict[str, float] = {}
        self.secret = secrets.token_bytes(32)

    def issue(self, caller: Caller) -> str:
        """A new token: forty hexadecimal digits."""
        token = secrets.token_hex(20)
        self.tokens[token] = caller
        return token

    def revoke(self, token: str | None) -> None:
        """Makes a token worthless."""
        if token is not None:
            self.tokens.pop(token, None)

    def by_login(self, login: str, password: str) -> Caller | None:
        """The employee with this login and password."""
        for account in self.accounts.values():
            for person in account.people:
                if person.login == login and secrets.compare_digest(person.password.encode(), password.encode()):
                    return Caller(account, person=person)
        return None
