"""The state that all fakes share."""

import asyncio
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from adapters.memory.automation_rows import AutomationRows
from adapters.memory.dealer_rows import DealerRows
from adapters.memory.notice_rows import NoticeRows
from adapters.memory.rows import Access, Rows
from application.billing.ports import Entry
from application.connections.key_ports import Canary
from application.exports.intent_ports import WriteIntent
from application.ports import OutboxMessage, Turn
from application.tenants.audit import AuditEntry
from application.tenants.kept_answers import Claim, EarlierRequest
from domain.billing.grants import Account
from domain.billing.usage import Hold, Meter
from domain.connections.google import ConsentRequest, GoogleConnection, PickedSpreadsheet
from domain.connections.installation import Installation
from domain.connections.moysklad import MoySkladConnection
from domain.connections.secrets import SealedSecret
from domain.exports.changes import ChangeMark
from domain.exports.config import ExportConfig
from domain.exports.occurrences import Occurrence
from domain.exports.sharing import Room
from domain.exports.task import ExportTask
from domain.exports.telling import Telling
from domain.shared.errors import Detail
from domain.shared.identities import (
    AnnouncementId,
    ApiKeyId,
    ClaimId,
    CompanyId,
    ConfigId,
    LinkId,
    MemberId,
    SessionId,
    TaskId,
)
from domain.tenants.announcements import Announcement
from domain.tenants.api_key import ApiKey
from domain.tenants.company import Company
from domain.tenants.erasure import Erasure
from domain.tenants.link import SignInLink
from domain.tenants.member import Member
from domain.tenants.session import Session
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.interests import Audience, Interest, ObjectEvent
from domain.webhooks.registration import Registration
from domain.webhooks.watch import ExportWatch


class Fingerprint(NamedTuple):
    """What was last written of one row; `gone` is 1 when it awaits removal and 2 when it was removed but kept."""

    company_id: CompanyId
    config_id: ConfigId
    row_key: str
    fingerprint: bytes
    parent: str = ""
    gone: int = 0
    seen_by: TaskId | None = None
    gathering: int | None = None


class QuarantinedRow(NamedTuple):
    """A row that could not be written."""

    company_id: CompanyId
    config_id: ConfigId
    row_key: str
    code: str
    details: dict[str, Detail]
    found_at: datetime


class StoredIntent(NamedTuple):
    """The last atomic batch of an export."""

    company_id: CompanyId
    config_id: ConfigId
    intent: WriteIntent


class StoredMessage(NamedTuple):
    """A message of the outbox with what only the store knows of it."""

    message: OutboxMessage
    once_key: str | None
    deliver_after: datetime
    sent_at: datetime | None
    turn: Turn | None = None
    failures: int = 0
    error: str = ""
    parked_at: datetime | None = None


class Served(NamedTuple):
    """When a company's turn in a lane last came."""

    company_id: CompanyId
    lane: str
    served_at: datetime


class LivingWorker(NamedTuple):
    """A worker that has reported."""

    worker_id: UUID
    room: Room
    seen_at: datetime


class Replay(NamedTuple):
    """An idempotency key, and what its first request made."""

    company_id: CompanyId
    key: str
    fingerprint: str
    result: UUID | None
    created_at: datetime


class StoredAnswer(NamedTuple):
    """An idempotency key, who is at work on its request, and the answer."""

    claim: Claim
    earlier: EarlierRequest
    created_at: datetime


class Nonce(NamedTuple):
    """Something that was used."""

    kind: str
    value: str
    expires_at: datetime


class AnsweredRequest(NamedTuple):
    """A call of MoySklad's that was carried out."""

    company_id: CompanyId
    request_id: str
    answer: str
    answered_at: datetime


class GoogleHome(NamedTuple):
    """Which OAuth client a company has to do with."""

    company_id: CompanyId
    client_id: str


class StoredEvent(NamedTuple):
    """What was told for an audience."""

    company_id: CompanyId
    audience: Audience
    event: ObjectEvent


class EventTurn(NamedTuple):
    """When an audience has to hear, or somebody to look."""

    company_id: CompanyId
    turn: str
    due_at: datetime | None


class StoredMark(NamedTuple):
    """An object of an export that changed."""

    company_id: CompanyId
    config_id: ConfigId
    mark: ChangeMark


class StoredCall(NamedTuple):
    """A delivery."""

    company_id: CompanyId
    request_key: UUID
    received_at: datetime
    body: bytes
    interpreted_at: datetime | None
    origin: dict[str, str] | None = None


class DeliveryCount(NamedTuple):
    """How many there were of a kind on a day."""

    company_id: CompanyId
    day: date
    kind: str
    number: int


class StoredRegistrations(NamedTuple):
    """How a company's webhooks stand."""

    company_id: CompanyId
    registrations: tuple[Registration, ...]


class StoredWatch(NamedTuple):
    """What an export waits for, and when to look at it."""

    watch: ExportWatch
    due_at: datetime | None


class StoredMeter(NamedTuple):
    """The meter of a period."""

    company_id: CompanyId
    period: str
    meter: Meter


class StoredEntry(NamedTuple):
    """An entry of the ledger."""

    company_id: CompanyId
    period: str
    entry: Entry


class StoredWarning(NamedTuple):
    """A threshold that was reached."""

    company_id: CompanyId
    period: str
    percent: int


class StoredKey(NamedTuple):
    """The key of a company's pseudonyms."""

    company_id: CompanyId
    key: SealedSecret


class MemoryStore(AutomationRows, NoticeRows, DealerRows):
    """One database. Its transactions run one after another, so that every row read is as good as locked."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = asyncio.Lock()
        self.companies: Rows[CompanyId, Company] = Rows(lambda row: row.id, lambda row: row.id, Access.SHARED)
        self.members: Rows[MemberId, Member] = Rows(lambda row: row.id, lambda row: row.company_id, Access.COUNTED)
        self.announcements: Rows[AnnouncementId, Announcement] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.SHARED
        )
        self.sessions: Rows[SessionId, Session] = Rows(lambda row: row.id, lambda row: row.company_id, Access.COUNTED)
        self.sign_in_links: Rows[LinkId, SignInLink] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.COUNTED
        )
        self.api_keys: Rows[ApiKeyId, ApiKey] = Rows(lambda row: row.id, lambda row: row.company_id, Access.COMPANY)
        self.moysklad_connections: Rows[CompanyId, MoySkladConnection] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.COUNTED
        )
        self.installations: Rows[tuple[CompanyId, UUID], Installation] = Rows(
            lambda row: (row.company_id, row.app_id), lambda row: row.company_id, Access.COUNTED
        )
        self.vendor_requests: Rows[tuple[CompanyId, str], AnsweredRequest] = Rows(
            lambda row: (row.company_id, row.request_id), lambda row: row.company_id, Access.COUNTED, immutable=True
        )
        self.google_connections: Rows[CompanyId, GoogleConnection] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.COUNTED
        )
        self.google_homes: Rows[CompanyId, GoogleHome] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.picked_spreadsheets: Rows[tuple[CompanyId, str, str], PickedSpreadsheet] = Rows(
            lambda row: (row.company_id, row.client_id, row.spreadsheet_id),
            lambda row: row.company_id,
            Access.COMPANY,
            immutable=True,
        )
        self.consent_requests: Rows[bytes, ConsentRequest] = Rows(
            lambda row: row.state_digest, lambda row: row.company_id, Access.COUNTED
        )
        self.export_configs: Rows[ConfigId, ExportConfig] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.SHARED
        )
        self.export_tasks: Rows[TaskId, ExportTask] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.SHARED
        )
        self.exported_rows: Rows[tuple[ConfigId, str], Fingerprint] = Rows(
            lambda row: (row.config_id, row.row_key), lambda row: row.company_id, Access.COMPANY, immutable=True
        )
        self.quarantined_rows: Rows[tuple[ConfigId, str], QuarantinedRow] = Rows(
            lambda row: (row.config_id, row.row_key), lambda row: row.company_id, Access.COMPANY, immutable=True
        )
        self.write_intents: Rows[ConfigId, StoredIntent] = Rows(
            lambda row: row.config_id, lambda row: row.company_id, Access.COMPANY, immutable=True
        )
        self.run_tellings: Rows[TaskId, Telling] = Rows(
            lambda row: row.task_id, lambda row: row.company_id, Access.SHARED
        )
        self.pseudonym_keys: Rows[CompanyId, StoredKey] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.COUNTED, immutable=True
        )
        self.erasures: dict[CompanyId, Erasure] = {}
        self.occurrences: Rows[tuple[ConfigId, datetime], Occurrence] = Rows(
            lambda row: (row.config_id, row.nominal_at), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.change_marks: Rows[tuple[ConfigId, str], StoredMark] = Rows(
            lambda row: (row.config_id, row.mark.object_id), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.webhook_endpoints: Rows[CompanyId, WebhookEndpoint] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.COUNTED
        )
        self.webhook_registrations: Rows[CompanyId, StoredRegistrations] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.COMPANY, immutable=True
        )
        self.webhook_deliveries: Rows[tuple[CompanyId, UUID], StoredCall] = Rows(
            lambda row: (row.company_id, row.request_key), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.webhook_counts: Rows[tuple[CompanyId, date, str], DeliveryCount] = Rows(
            lambda row: (row.company_id, row.day, row.kind), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.export_watches: Rows[ConfigId, StoredWatch] = Rows(
            lambda row: row.watch.config_id, lambda row: row.watch.company_id, Access.SHARED
        )
        self.event_interests: Rows[tuple[CompanyId, Audience, str], Interest] = Rows(
            lambda row: (row.company_id, row.audience, row.type),
            lambda row: row.company_id,
            Access.SHARED,
            immutable=True,
        )
        self.object_events: Rows[tuple[CompanyId, Audience, str, str], StoredEvent] = Rows(
            lambda row: (row.company_id, row.audience, row.event.type, row.event.object_id),
            lambda row: row.company_id,
            Access.SHARED,
            immutable=True,
        )
        self.event_turns: Rows[tuple[CompanyId, str], EventTurn] = Rows(
            lambda row: (row.company_id, row.turn), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.billing_accounts: Rows[CompanyId, Account] = Rows(
            lambda row: row.company_id, lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.usage_meters: Rows[tuple[CompanyId, str], StoredMeter] = Rows(
            lambda row: (row.company_id, row.period), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.usage_entries: Rows[tuple[CompanyId, str], StoredEntry] = Rows(
            lambda row: (row.company_id, row.entry.key), lambda row: row.company_id, Access.COUNTED, immutable=True
        )
        self.usage_holds: Rows[tuple[TaskId, ClaimId, int], Hold] = Rows(
            lambda row: (row.task_id, row.claim_id, row.number),
            lambda row: row.company_id,
            Access.COMPANY,
            immutable=True,
        )
        self.usage_warnings: Rows[tuple[CompanyId, str, int], StoredWarning] = Rows(
            lambda row: (row.company_id, row.period, row.percent),
            lambda row: row.company_id,
            Access.COMPANY,
            immutable=True,
        )
        # What work across companies may see of endpoints, whose rows it may not.
        self.endpoint_digests: dict[bytes, CompanyId] = {}
        self.tend_due: dict[CompanyId, datetime | None] = {}
        self.last_deliveries: dict[CompanyId, datetime] = {}
        self.receiver_alive_at: datetime | None = None
        self.outbox: Rows[UUID, StoredMessage] = Rows(
            lambda row: row.message.id, lambda row: row.message.company_id, Access.SHARED
        )
        self.turns: Rows[tuple[CompanyId, str], Served] = Rows(
            lambda row: (row.company_id, row.lane), lambda row: row.company_id, Access.SHARED, immutable=True
        )
        self.workers: Rows[UUID, LivingWorker] = Rows(lambda row: row.worker_id, None, Access.SYSTEM, immutable=True)
        self.idempotency_keys: Rows[tuple[CompanyId, str], Replay] = Rows(
            lambda row: (row.company_id, row.key), lambda row: row.company_id, Access.COUNTED, immutable=True
        )
        self.kept_answers: Rows[tuple[CompanyId, str, str], StoredAnswer] = Rows(
            lambda row: row.claim[:3], lambda row: row.claim.company_id, Access.COUNTED, immutable=True
        )
        self.audit_entries: Rows[UUID, AuditEntry] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.COUNTED, immutable=True
        )
        self.nonces: Rows[tuple[str, str], Nonce] = Rows(
            lambda row: (row.kind, row.value), None, Access.SYSTEM, immutable=True
        )
        self.canaries: Rows[str, Canary] = Rows(lambda row: row.key_id, None, Access.SYSTEM, immutable=True)
