"""Things to store: bare ones with every optional field empty, and full ones with every field told from the others."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from application.connections.ports import GoogleKey, MoySkladKey, Urgency
from application.exports.vendor_ports import Spreadsheet, Spreadsheets
from domain.automations.executions import Execution, sync_id_of
from domain.automations.links import LinkLimits, LinkSide, LinkState, Side
from domain.automations.mapping import FieldMapping
from domain.automations.matching import Doubt, MatchBy, MatchKind, Target, Wanted
from domain.automations.pairs import FoundBy, MatchPair
from domain.automations.reviews import MatchReview
from domain.automations.rules import AutomationRule, Later, RuleTerms
from domain.automations.rules import Trigger as RuleTrigger
from domain.connections.google import ConsentPurpose, ConsentRequest, GoogleConnection, PickedSpreadsheet
from domain.connections.installation import Installation, InstallationStatus
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.connections.secrets import SealedSecret
from domain.exports.columns import ChosenColumn
from domain.exports.config import ExportConfig, WriteStrategy
from domain.exports.cursor import Cursor
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition
from domain.exports.occurrences import Occurrence, OccurrenceKind, OccurrenceOutcome
from domain.exports.personal import PersonalTerms, Treatment
from domain.exports.removal import RemovalPolicy
from domain.exports.schedule import CronSchedule, Misfire
from domain.exports.status_cell import CellAddress
from domain.exports.target import OnObstacle, SheetTarget
from domain.exports.task import ExportTask, RunMode, TaskCounts, TaskError, TaskState, Trigger
from domain.exports.telling import Telling
from domain.exports.timeline import AttemptWork, Timeline, Waiting
from domain.shared.cells import CellKind
from domain.shared.identities import (
    ApiKeyId,
    ClaimId,
    CompanyId,
    CompanyLinkId,
    ConfigId,
    ExecutionId,
    LinkId,
    MatchReviewId,
    MemberId,
    PersonId,
    RuleId,
    SessionId,
    TaskId,
)
from domain.tenants.api_key import ApiKey
from domain.tenants.company import Company, CompanyStatus
from domain.tenants.link import SignInLink
from domain.tenants.member import Member, Permission, Role
from domain.tenants.session import Session
from domain.tenants.subscription import Subscription
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.registration import Family, Registration, RegistrationState, Subject
from domain.webhooks.watch import ExportWatch
from tests.integration.harness.worlds import World


def sealed(word: str) -> SealedSecret:
    """A secret told from others by `word`; its bytes are no text."""
    return SealedSecret(f"key-{word}", b"\x00\xff" + word.encode(), b"\xfe\x00sealed " + word.encode())


def moysklad_key(token: str, urgency: Urgency = Urgency.ROUTINE, account: str | None = None) -> MoySkladKey:
    """A key with this token; every token has an account of its own, unless one is named."""
    return MoySkladKey(token, uuid5(NAMESPACE_URL, account or token), urgency)


def company(world: World) -> Company:
    return Company(
        id=CompanyId(world.ids.new()),
        account_id=uuid4(),
        account_name="Магазин «Ромашка»",
        status=CompanyStatus.ACTIVE,
        time_zone="Asia/Yekaterinburg",
        created_at=world.now,
    )


async def stored_company(world: World) -> CompanyId:
    """A company of the test's own."""
    made = company(world)
    async with world.system_transaction():
        await world.companies.put(made)
    return made.id


def member(world: World, company_id: CompanyId) -> Member:
    return Member(
        id=MemberId(world.ids.new()),
        company_id=company_id,
        employee_id=uuid4(),
        uid="admin@romashka",
        name="Анна Ким",
        role=Role.ADMIN,
        person_id=PersonId(world.ids.new()),
        locale="ru_RU",
        by_hand=True,
        administrator=True,
    )


async def stored_member(world: World, company_id: CompanyId) -> MemberId:
    made = member(world, company_id)
    async with world.transaction(company_id):
        await world.members.put(made)
    return made.id


def session(world: World, company_id: CompanyId, member_id: MemberId) -> Session:
    return Session(
        id=SessionId(world.ids.new()),
        company_id=company_id,
        member_id=member_id,
        token_digest=uuid4().bytes * 2,
        expires_at=world.now + timedelta(days=14, microseconds=1),
        created_at=world.now,
        last_used_at=world.now,
        device="Firefox",
    )


def link(world: World, company_id: CompanyId) -> SignInLink:
    return SignInLink(
        id=LinkId(world.ids.new()),
        company_id=company_id,
        digest=uuid4().bytes * 2,
        name="Борис",
        role=Role.EDITOR,
        member_id=None,
        created_by=None,
        created_at=world.now,
        expires_at=world.now + timedelta(days=3),
    )


def api_key(world: World, company_id: CompanyId, created_by: MemberId) -> ApiKey:
    return ApiKey(
        id=ApiKeyId(world.ids.new()),
        company_id=company_id,
        prefix="sk_1",
        digest=uuid4().bytes * 2,
        name="1С",
        scopes=frozenset({Permission.READ, Permission.RUN_EXPORTS}),
        created_by=created_by,
        created_at=world.now,
        expires_at=world.now + timedelta(days=365),
    )


def installation(company: CompanyId, now: datetime, app: int = 7) -> Installation:
    return Installation(
        company_id=company,
        app_id=UUID(int=app),
        status=InstallationStatus.ACTIVE,
        token=SealedSecret("key", b"n" * 12, b"sealed"),
        called_at=now,
        ready=True,
        subscription=Subscription("tariff", "Базовый", True, now),
        permissions="{}",
        unsure_since=now,
        version=3,
    )


def moysklad(company_id: CompanyId) -> MoySkladConnection:
    return MoySkladConnection(company_id, sealed("token"), ConnectionState.ACTIVE)


def google_key(
    token: str,
    user: str = "subject",
    company: int = 1,
    urgency: Urgency = Urgency.ROUTINE,
    project: str = "project",
) -> GoogleKey:
    return GoogleKey(token, user, project, CompanyId(UUID(int=company)), urgency)


def google(company_id: CompanyId, expires_at: datetime, subject: str) -> GoogleConnection:
    return GoogleConnection(
        company_id=company_id,
        subject=subject,
        email="owner@example.com",
        refresh_token=sealed("refresh"),
        access_token=sealed("access"),
        access_expires_at=expires_at,
        scopes=("openid", "drive.file"),
        state=ConnectionState.BROKEN,
        client_id="client-1",
        broken_at=expires_at - timedelta(hours=1),
        broken_reason="grant",
    )


def picked(company_id: CompanyId, moment: datetime, spreadsheet: str = "s" * 44) -> PickedSpreadsheet:
    return PickedSpreadsheet(company_id, spreadsheet, "client-1", moment)


def consent(world: World, company_id: CompanyId) -> ConsentRequest:
    return ConsentRequest(
        company_id=company_id,
        member_id=MemberId(uuid4()),
        state_digest=uuid4().bytes * 2,
        verifier=sealed("verifier"),
        expires_at=world.now + timedelta(minutes=15),
        client_id="client-1",
        purpose=ConsentPurpose.PICK,
    )


def bare_config(world: World, company_id: CompanyId) -> ExportConfig:
    return ExportConfig(
        id=ConfigId(world.ids.new()),
        company_id=company_id,
        name="Заказы",
        exporter_key="customerorder",
        columns=(ChosenColumn("id", "ID"),),
        conditions=(),
        strategy=WriteStrategy.UPSERT,
        key_columns=("id", "computed:1"),
        allow_empty=True,
        keep_previous=False,
        target=SheetTarget(None, "Заказы", "Лист1"),
        schedule=None,
        created_at=world.now,
    )


def full_config(world: World, company_id: CompanyId) -> ExportConfig:
    return replace(
        bare_config(world, company_id),
        columns=(
            ChosenColumn("id", "ID"),
            ChosenColumn("sum", 'Сумма, "₽"'),
            ChosenColumn("computed:1", "Долг", expression="sum - payedSum", kind=CellKind.MONEY),
            ChosenColumn("constant:1", "Метка", constant="A'B"),
        ),
        conditions=(Condition("sum", ">=", "1000.50"), Condition("name", "~", "A'; DROP TABLE")),
        target=SheetTarget(
            "spreadsheet-with-a-long-id", "Заказы", "Лист '1' 2", 2_147_483_648, OnObstacle.NEXT_TAB, "Лист '1'"
        ),
        schedule=CronSchedule(
            "*/15 9-18 * * 1-5",
            "Asia/Yekaterinburg",
            world.now + timedelta(minutes=15),
            timedelta(minutes=7),
            Misfire.SKIP,
        ),
        fresh_at=world.now - timedelta(minutes=33),
        header=("ID", 'Сумма, "₽"'),
        mode=RowMode.TOTALS,
        removal=RemovalPolicy.ARCHIVE,
        brake_percent=35,
        window_days=90,
        reconcile_days=14,
        windowed_at=world.now - timedelta(hours=5),
        reconciled_at=world.now - timedelta(days=2),
        run_log="Журнал «запусков»",
        status_cell=CellAddress("Сводка 'год'", 2, 27),
        status_made="2147483648!AB2",
        on_change=True,
        personal=PersonalTerms(Treatment.MASKED, (("sum", Treatment.PSEUDONYM), ("name", Treatment.AS_IS))),
        cursor=Cursor("2026-01-12 09:00:00.123", 17, "2026-01-12 08:00:00.000"),
    )


def booked(world: World, config: ExportConfig) -> ExportTask:
    """A task as it is when it has just been booked."""
    return ExportTask(
        id=TaskId(world.ids.new()),
        company_id=config.company_id,
        config_id=config.id,
        mode=RunMode.INCREMENTAL,
        trigger=Trigger.SCHEDULE,
        write_lock=f"lock-{config.id}",
        booked_at=world.now,
        sent_at=world.now,
    )


def full_task(world: World, config: ExportConfig) -> ExportTask:
    """A task with every field filled, whether or not it could come to that."""
    return replace(
        booked(world, config),
        mode=RunMode.FULL,
        trigger=Trigger.MANUAL,
        state=TaskState.CLAIMED,
        due_at=world.now + timedelta(seconds=1),
        claim_id=ClaimId(uuid4()),
        lease_until=world.now + timedelta(seconds=2),
        checkpoint=Cursor("2026-01-12 09:00:00.123", 3),
        failures=1,
        crashes=2,
        counts=TaskCounts(total=60, read=50, unchanged=40, updated=30, appended=20, write_requests=10),
        error=TaskError("vendors.failed", {"vendor": "google", "status": 503}),
        started_at=world.now + timedelta(seconds=3),
        ended_at=world.now + timedelta(seconds=4),
        timeline=timeline(world),
    )


def timeline(world: World) -> Timeline:
    """An attempt that was lost, and one that is under way."""
    made = Timeline(left_out=4, between=AttemptWork(units=7))
    made.begin(world.now)
    made.begin(world.now + timedelta(seconds=9))
    waits = (Waiting("moysklad", "window", 3, 1.25), Waiting("google", "user", 1, 0.5))
    made.record(AttemptWork(1.5, 0.25, 2.5, 0.125, batches=2, rows=50, units=60, write_requests=10, waits=waits))
    return made


def telling(world: World, task: ExportTask) -> Telling:
    """What is still to be told of a run."""
    return Telling(task.id, task.config_id, task.company_id, world.now, world.now + timedelta(seconds=1))


def occurrence(world: World, task: ExportTask, minutes: int = 0) -> Occurrence:
    """An entry of the ledger: so many minutes ago the task was booked for its export."""
    return Occurrence(
        company_id=task.company_id,
        config_id=task.config_id,
        nominal_at=world.now - timedelta(minutes=minutes),
        kind=OccurrenceKind.CRON,
        outcome=OccurrenceOutcome.RAN,
        decided_at=world.now,
        task_id=task.id,
    )


REGISTRATION = Registration(
    Subject(Family.ENTITY, "customerorder", "UPDATE"), RegistrationState.MISSING, "vendors.moysklad_rejected"
)


def endpoint(world: World, company_id: CompanyId) -> WebhookEndpoint:
    return WebhookEndpoint(
        company_id=company_id,
        token_digest=uuid4().bytes * 2,
        token=sealed("webhook"),
        made_at=world.now,
        tend_due_at=world.now + timedelta(hours=1),
        tended_at=world.now,
        allowed=False,
        problem="vendors.moysklad_tariff",
    )


def watch(world: World, config_id: ConfigId, company_id: CompanyId) -> ExportWatch:
    return ExportWatch(
        config_id=config_id,
        company_id=company_id,
        caught_up_at=world.now,
        follows=False,
        first_at=world.now + timedelta(seconds=1),
        last_at=world.now + timedelta(seconds=2),
        hurried=True,
        scenario=True,
        not_before=world.now + timedelta(seconds=3),
    )


def link_side(world: World, company_id: CompanyId, other: CompanyId) -> LinkSide:
    """The source's half of a link, with every field filled."""
    return LinkSide(
        link_id=CompanyLinkId(world.ids.new()),
        company_id=company_id,
        side=Side.SOURCE,
        state=LinkState.ACCEPTED,
        name="Наш дилер",
        created_at=world.now,
        expires_at=world.now + timedelta(days=7),
        digest=uuid4().bytes * 2,
        other_id=other,
        other_name="beta",
        limits=LinkLimits(frozenset({"demand"}), frozenset({"s"}), None, Decimal("1000.50")),
        paused=True,
        accepted_at=world.now + timedelta(hours=1),
        other_paused=True,
    )


def automation_rule(world: World, company_id: CompanyId, target: CompanyId) -> AutomationRule:
    """A rule with every field filled."""
    mapping = FieldMapping(
        organization="o",
        agent="a",
        store="s",
        fields={"description": "name"},
        attributes={"Цвет": "name"},
        line_fields={"price": "price * 2"},
        references={"project": "p"},
        vat={"18": "20"},
        state="Новый",
        mark="Источник",
        applicable=True,
    )
    return AutomationRule(
        id=RuleId(world.ids.new()),
        company_id=company_id,
        link_id=CompanyLinkId(uuid4()),
        target_id=target,
        terms=RuleTerms(
            name="Отгрузка → приёмка",
            recipe_key="demand_supply",
            trigger=RuleTrigger.STATE,
            mapping=mapping,
            state="Готов",
            condition="sum > 1",
            on_change=Later.UPDATE,
            on_delete=Later.IGNORE,
            match_by=(MatchBy.INN, MatchBy.NAME),
        ),
        created_at=world.now,
        since=world.now + timedelta(seconds=1),
        failures=2,
        version=4,
    )


def execution(world: World, rule: AutomationRule) -> Execution:
    """An execution as it is when it has just been booked."""
    source_id = str(uuid4())
    return Execution(
        id=ExecutionId(world.ids.new()),
        company_id=rule.company_id,
        target_company_id=rule.target_id,
        rule_id=rule.id,
        source_type="demand",
        source_id=source_id,
        sync_id=sync_id_of(rule.id, source_id),
        seen=uuid4(),
        booked_at=world.now,
        target_type="supply",
    )


async def stored_config(world: World, company_id: CompanyId) -> ExportConfig:
    made = full_config(world, company_id)
    async with world.transaction(company_id):
        await world.configs.put(made)
    return made


async def stored_task(world: World, config: ExportConfig) -> ExportTask:
    made = booked(world, config)
    async with world.transaction(config.company_id):
        await world.tasks.add(made)
    return made


async def spreadsheet_made(
    sheets: Spreadsheets, key: GoogleKey, title: str, tab: str, zone: str = "Europe/Moscow"
) -> Spreadsheet:
    """A new one, for nothing in particular."""
    return (await sheets.create(key, title, tab, zone, uuid4().hex)).spreadsheet


def wanted_good(name: str = "Гвоздь 100 мм", **fields: str) -> Wanted:
    """A product of another company's account."""
    return Wanted(MatchKind.GOODS, str(uuid4()), "product", name, barcodes=("4600000000008",), **fields)


def match_pair(world: World, company_id: CompanyId, source: CompanyId | None = None) -> MatchPair:
    return MatchPair(
        company_id=company_id,
        source_company_id=source or CompanyId(uuid4()),
        kind=MatchKind.GOODS,
        source_id=str(uuid4()),
        name="Гвоздь",
        target=Target("product", str(uuid4()), "Гвоздь строительный"),
        found_by=FoundBy.ARTICLE,
        found_at=world.now,
        checked_at=world.now,
    )


def match_review(world: World, company_id: CompanyId, source: CompanyId | None = None) -> MatchReview:
    return MatchReview(
        id=MatchReviewId(world.ids.new()),
        company_id=company_id,
        source_company_id=source or CompanyId(uuid4()),
        wanted=wanted_good(code="17"),
        suggestions=(Target("product", str(uuid4()), "Гвоздь строительный"),),
        asked_at=world.now,
        asked_last_at=world.now,
        doubt=Doubt(Target("product", str(uuid4()), "Болт"), MatchBy.BARCODE, ("46000001",), ("46000002", "46000003")),
    )
