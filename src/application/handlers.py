"""The table of contents: every message with its handler, and what may be done later or across companies."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from application.automations.commands.answer_match_review import AnswerMatchReview, AnswerMatchReviewHandler
from application.automations.commands.answer_match_reviews import AnswerMatchReviews, AnswerMatchReviewsHandler
from application.automations.commands.create_match_target import CreateMatchTarget, CreateMatchTargetHandler
from application.automations.commands.ignore_match_review import IgnoreMatchReview, IgnoreMatchReviewHandler
from application.automations.commands.remove_match_pair import RemoveMatchPair, RemoveMatchPairHandler
from application.automations.commands.set_match_pair import SetMatchPair, SetMatchPairHandler
from application.automations.execute_command import ExecuteRule
from application.automations.mirror_command import MirrorLink
from application.automations.queries.find_match_targets import FindMatchTargets, FindMatchTargetsHandler
from application.automations.queries.get_match_review import GetMatchReview, GetMatchReviewHandler
from application.automations.queries.list_match_pairs import ListMatchPairs, ListMatchPairsHandler
from application.automations.queries.list_match_reviews import ListMatchReviews, ListMatchReviewsHandler
from application.automations.resume_command import ResumeExecutions
from application.automations.rule_contents import RULES, RULES_ACROSS
from application.automations.stopped_command import TellStoppedRule
from application.automations.wake_command import WakeExecutions
from application.billing.commands.block_company import BlockCompany, BlockCompanyHandler
from application.billing.commands.choose_provider import ChooseProvider, ChooseProviderHandler
from application.billing.commands.end_plan import EndPlan, EndPlanHandler
from application.billing.commands.set_plan import SetPlan, SetPlanHandler
from application.billing.queries.get_plan import GetPlan, GetPlanHandler
from application.billing.queries.get_usage import GetUsage, GetUsageHandler
from application.connections.broken_command import TellBrokenGoogle
from application.connections.commands.activate_company import ActivateCompany, ActivateCompanyHandler
from application.connections.commands.begin_google_consent import BeginGoogleConsent, BeginGoogleConsentHandler
from application.connections.commands.begin_google_picking import BeginGooglePicking, BeginGooglePickingHandler
from application.connections.commands.check_keys import CheckKeys, CheckKeysHandler
from application.connections.commands.complete_google_consent import (
    CompleteGoogleConsent,
    CompleteGoogleConsentHandler,
)
from application.connections.commands.confirm_installations import ConfirmInstallationsHandler
from application.connections.commands.connect_by_token import ConnectByToken, ConnectByTokenHandler
from application.connections.commands.connect_service_account import (
    ConnectServiceAccount,
    ConnectServiceAccountHandler,
)
from application.connections.commands.deactivate_company import DeactivateCompany, DeactivateCompanyHandler
from application.connections.commands.disconnect_company import DisconnectCompany, DisconnectCompanyHandler
from application.connections.commands.disconnect_google import DisconnectGoogle, DisconnectGoogleHandler
from application.connections.commands.forget_key import ForgetKey, ForgetKeyHandler
from application.connections.commands.note_permissions import NotePermissions, NotePermissionsHandler
from application.connections.commands.rotate_secrets import RotateSecrets, RotateSecretsHandler
from application.connections.commands.tell_broken_google import TellBrokenGoogleHandler
from application.connections.confirm_command import ConfirmInstallations
from application.connections.queries.count_secrets import CountSecrets, CountSecretsHandler
from application.connections.queries.get_installation import GetInstallation, GetInstallationHandler
from application.connections.queries.get_service_account import GetServiceAccount, GetServiceAccountHandler
from application.connections.queries.list_companies import ListCompanies, ListCompaniesHandler
from application.connections.queries.list_connections import ListConnections, ListConnectionsHandler
from application.connections.webhooks_command import TendWebhooks
from application.dealers.dealer_contents import DEALERS, DEALERS_ACROSS
from application.dealers.delivery_commands import DeliverNotices, TellUndelivered
from application.dealers.lost_command import TellLostChat
from application.dealers.template_command import TellFailedTemplate
from application.delivery.commands.begin_request import BeginRequest, BeginRequestHandler
from application.delivery.commands.erase_company import EraseCompanyHandler
from application.delivery.commands.export_company import ExportCompany, ExportCompanyHandler
from application.delivery.commands.hold_request import HoldRequest, HoldRequestHandler
from application.delivery.commands.keep_answer import KeepAnswer, KeepAnswerHandler
from application.delivery.commands.note_failed_message import NoteFailedMessage, NoteFailedMessageHandler
from application.delivery.commands.purge_expired import PurgeExpired, PurgeExpiredHandler
from application.delivery.commands.relay_outbox import RelayOutbox, RelayOutboxHandler
from application.delivery.commands.release_request import ReleaseRequest, ReleaseRequestHandler
from application.delivery.commands.replay_messages import ReplayMessages, ReplayMessagesHandler
from application.delivery.commands.request_erasure import RequestErasure, RequestErasureHandler
from application.delivery.erase_command import EraseCompany
from application.delivery.queries.check_readiness import CheckReadiness, CheckReadinessHandler
from application.delivery.queries.get_erasure import GetErasure, GetErasureHandler
from application.delivery.queries.list_parked_messages import ListParkedMessages, ListParkedMessagesHandler
from application.delivery.queries.see_backlog import SeeBacklog, SeeBacklogHandler
from application.exports.commands.book_due_exports import BookDueExports, BookDueExportsHandler
from application.exports.commands.cancel_task import CancelTask, CancelTaskHandler
from application.exports.commands.change_export import ChangeExport, ChangeExportHandler
from application.exports.commands.change_personal_terms import ChangePersonalTerms, ChangePersonalTermsHandler
from application.exports.commands.change_time_zone import ChangeTimeZone, ChangeTimeZoneHandler
from application.exports.commands.create_export_config import CreateExportConfig, CreateExportConfigHandler
from application.exports.commands.dispatch_runs import DispatchRuns, DispatchRunsHandler
from application.exports.commands.make_room import MakeRoom, MakeRoomHandler
from application.exports.commands.pause_task import PauseTask, PauseTaskHandler
from application.exports.commands.recover_tasks import RecoverTasks, RecoverTasksHandler
from application.exports.commands.remove_export_config import RemoveExportConfig, RemoveExportConfigHandler
from application.exports.commands.report_for_work import ReportForWork, ReportForWorkHandler
from application.exports.commands.reschedule_export import RescheduleExport, RescheduleExportHandler
from application.exports.commands.resume_task import ResumeTask, ResumeTaskHandler
from application.exports.commands.retry_failed_tasks import RetryFailedTasks, RetryFailedTasksHandler
from application.exports.commands.retry_task import RetryTask, RetryTaskHandler
from application.exports.commands.run_export import RunExportHandler
from application.exports.commands.start_export import StartExport, StartExportHandler
from application.exports.commands.tell_sheet import TellSheetHandler
from application.exports.commands.tell_untold_run import TellUntoldRunHandler
from application.exports.queries.count_rows import CountRows, CountRowsHandler
from application.exports.queries.describe_exporter import DescribeExporter, DescribeExporterHandler
from application.exports.queries.estimate_run import EstimateRun, EstimateRunHandler
from application.exports.queries.get_export_config import GetExportConfig, GetExportConfigHandler
from application.exports.queries.get_task import GetTask, GetTaskHandler
from application.exports.queries.list_export_configs import ListExportConfigs, ListExportConfigsHandler
from application.exports.queries.list_exporters import ListExporters, ListExportersHandler
from application.exports.queries.list_occurrences import ListOccurrences, ListOccurrencesHandler
from application.exports.queries.list_picked_spreadsheets import (
    ListPickedSpreadsheets,
    ListPickedSpreadsheetsHandler,
)
from application.exports.queries.list_quarantine import ListQuarantine, ListQuarantineHandler
from application.exports.queries.list_tasks import ListTasks, ListTasksHandler
from application.exports.queries.measure_freshness import MeasureFreshness, MeasureFreshnessHandler
from application.exports.queries.preview_schedule import PreviewSchedule, PreviewScheduleHandler
from application.exports.run_command import RunExport
from application.exports.tidings import TellSheet
from application.exports.untold import TellUntoldRun
from application.messages import Command, Message
from application.tenants.announced_command import ForgetOwnChats, TellOwners
from application.tenants.commands.change_role import ChangeRole, ChangeRoleHandler
from application.tenants.commands.create_api_key import CreateApiKey, CreateApiKeyHandler
from application.tenants.commands.create_link import CreateLink, CreateLinkHandler
from application.tenants.commands.dismiss_announcement import DismissAnnouncement, DismissAnnouncementHandler
from application.tenants.commands.join_company import JoinCompany, JoinCompanyHandler
from application.tenants.commands.let_in import LetIn, LetInHandler
from application.tenants.commands.note_refusal import NoteRefusal, NoteRefusalHandler
from application.tenants.commands.refresh_session import RefreshSession, RefreshSessionHandler
from application.tenants.commands.remove_member import RemoveMember, RemoveMemberHandler
from application.tenants.commands.revoke_api_key import RevokeApiKey, RevokeApiKeyHandler
from application.tenants.commands.revoke_link import RevokeLink, RevokeLinkHandler
from application.tenants.commands.revoke_session import RevokeSession, RevokeSessionHandler
from application.tenants.commands.sign_in import SignIn, SignInHandler
from application.tenants.commands.sign_in_by_link import SignInByLink, SignInByLinkHandler
from application.tenants.commands.sign_out import SignOut, SignOutHandler
from application.tenants.commands.switch_company import SwitchCompany, SwitchCompanyHandler
from application.tenants.commands.use_api_key import UseApiKey, UseApiKeyHandler
from application.tenants.plan_command import ReviewWaiting
from application.tenants.queries.get_member import GetMember, GetMemberHandler
from application.tenants.queries.get_signing_keys import GetSigningKeys, GetSigningKeysHandler
from application.tenants.queries.identify import Identify, IdentifyHandler
from application.tenants.queries.list_announcements import ListAnnouncements, ListAnnouncementsHandler
from application.tenants.queries.list_api_keys import ListApiKeys, ListApiKeysHandler
from application.tenants.queries.list_audit import ListAudit, ListAuditHandler
from application.tenants.queries.list_links import ListLinks, ListLinksHandler
from application.tenants.queries.list_members import ListMembers, ListMembersHandler
from application.tenants.queries.list_own_companies import ListOwnCompanies, ListOwnCompaniesHandler
from application.tenants.queries.list_sessions import ListSessions, ListSessionsHandler
from application.tenants.queries.who_am_i import WhoAmI, WhoAmIHandler
from application.webhooks.commands.book_follow_ups import BookFollowUps, BookFollowUpsHandler
from application.webhooks.commands.book_hearings import BookHearings, BookHearingsHandler
from application.webhooks.commands.book_tendings import BookTendings, BookTendingsHandler
from application.webhooks.commands.catch_up_events import CatchUpEventsHandler
from application.webhooks.commands.interpret_deliveries import InterpretDeliveries, InterpretDeliveriesHandler
from application.webhooks.commands.keep_deliveries import KeepDeliveries, KeepDeliveriesHandler
from application.webhooks.commands.notice_outage import NoticeOutage, NoticeOutageHandler
from application.webhooks.commands.review_waiting import ReviewWaitingHandler
from application.webhooks.commands.start_by_scenario import StartByScenario, StartByScenarioHandler
from application.webhooks.commands.tend_webhooks import TendWebhooksHandler
from application.webhooks.hearing_commands import ApplyRules, CatchUpEvents, TellDealers
from application.webhooks.queries.get_webhooks import GetWebhooks, GetWebhooksHandler

HANDLERS: dict[type[Message[Any]], type[Any]] = {
    # tenants
    SignIn: SignInHandler,
    RefreshSession: RefreshSessionHandler,
    SignOut: SignOutHandler,
    Identify: IdentifyHandler,
    WhoAmI: WhoAmIHandler,
    SignInByLink: SignInByLinkHandler,
    CreateLink: CreateLinkHandler,
    RevokeLink: RevokeLinkHandler,
    JoinCompany: JoinCompanyHandler,
    SwitchCompany: SwitchCompanyHandler,
    ListOwnCompanies: ListOwnCompaniesHandler,
    ListMembers: ListMembersHandler,
    GetMember: GetMemberHandler,
    ChangeRole: ChangeRoleHandler,
    RemoveMember: RemoveMemberHandler,
    ListSessions: ListSessionsHandler,
    RevokeSession: RevokeSessionHandler,
    ListLinks: ListLinksHandler,
    CreateApiKey: CreateApiKeyHandler,
    RevokeApiKey: RevokeApiKeyHandler,
    ListApiKeys: ListApiKeysHandler,
    UseApiKey: UseApiKeyHandler,
    GetSigningKeys: GetSigningKeysHandler,
    LetIn: LetInHandler,
    NoteRefusal: NoteRefusalHandler,
    ListAudit: ListAuditHandler,
    # billing
    SetPlan: SetPlanHandler,
    EndPlan: EndPlanHandler,
    ChooseProvider: ChooseProviderHandler,
    BlockCompany: BlockCompanyHandler,
    GetPlan: GetPlanHandler,
    GetUsage: GetUsageHandler,
    # connections
    ActivateCompany: ActivateCompanyHandler,
    DeactivateCompany: DeactivateCompanyHandler,
    NotePermissions: NotePermissionsHandler,
    ConfirmInstallations: ConfirmInstallationsHandler,
    GetInstallation: GetInstallationHandler,
    ConnectByToken: ConnectByTokenHandler,
    DisconnectCompany: DisconnectCompanyHandler,
    ListCompanies: ListCompaniesHandler,
    BeginGoogleConsent: BeginGoogleConsentHandler,
    BeginGooglePicking: BeginGooglePickingHandler,
    CompleteGoogleConsent: CompleteGoogleConsentHandler,
    ConnectServiceAccount: ConnectServiceAccountHandler,
    DisconnectGoogle: DisconnectGoogleHandler,
    TellBrokenGoogle: TellBrokenGoogleHandler,
    DismissAnnouncement: DismissAnnouncementHandler,
    ListAnnouncements: ListAnnouncementsHandler,
    GetServiceAccount: GetServiceAccountHandler,
    ListConnections: ListConnectionsHandler,
    CheckKeys: CheckKeysHandler,
    RotateSecrets: RotateSecretsHandler,
    CountSecrets: CountSecretsHandler,
    ForgetKey: ForgetKeyHandler,
    # exports
    ListExporters: ListExportersHandler,
    DescribeExporter: DescribeExporterHandler,
    CountRows: CountRowsHandler,
    EstimateRun: EstimateRunHandler,
    ChangeExport: ChangeExportHandler,
    CreateExportConfig: CreateExportConfigHandler,
    ChangeTimeZone: ChangeTimeZoneHandler,
    RescheduleExport: RescheduleExportHandler,
    ChangePersonalTerms: ChangePersonalTermsHandler,
    RemoveExportConfig: RemoveExportConfigHandler,
    ListExportConfigs: ListExportConfigsHandler,
    GetExportConfig: GetExportConfigHandler,
    StartExport: StartExportHandler,
    RunExport: RunExportHandler,
    CancelTask: CancelTaskHandler,
    PauseTask: PauseTaskHandler,
    ResumeTask: ResumeTaskHandler,
    RetryTask: RetryTaskHandler,
    RetryFailedTasks: RetryFailedTasksHandler,
    TellSheet: TellSheetHandler,
    TellUntoldRun: TellUntoldRunHandler,
    ListTasks: ListTasksHandler,
    ListQuarantine: ListQuarantineHandler,
    ListOccurrences: ListOccurrencesHandler,
    PreviewSchedule: PreviewScheduleHandler,
    MeasureFreshness: MeasureFreshnessHandler,
    ListPickedSpreadsheets: ListPickedSpreadsheetsHandler,
    GetTask: GetTaskHandler,
    BookDueExports: BookDueExportsHandler,
    RecoverTasks: RecoverTasksHandler,
    DispatchRuns: DispatchRunsHandler,
    MakeRoom: MakeRoomHandler,
    ReportForWork: ReportForWorkHandler,
    # webhooks
    KeepDeliveries: KeepDeliveriesHandler,
    InterpretDeliveries: InterpretDeliveriesHandler,
    BookFollowUps: BookFollowUpsHandler,
    BookTendings: BookTendingsHandler,
    BookHearings: BookHearingsHandler,
    CatchUpEvents: CatchUpEventsHandler,
    NoticeOutage: NoticeOutageHandler,
    TendWebhooks: TendWebhooksHandler,
    ReviewWaiting: ReviewWaitingHandler,
    StartByScenario: StartByScenarioHandler,
    GetWebhooks: GetWebhooksHandler,
    # automations
    AnswerMatchReview: AnswerMatchReviewHandler,
    AnswerMatchReviews: AnswerMatchReviewsHandler,
    CreateMatchTarget: CreateMatchTargetHandler,
    IgnoreMatchReview: IgnoreMatchReviewHandler,
    SetMatchPair: SetMatchPairHandler,
    RemoveMatchPair: RemoveMatchPairHandler,
    ListMatchReviews: ListMatchReviewsHandler,
    GetMatchReview: GetMatchReviewHandler,
    ListMatchPairs: ListMatchPairsHandler,
    FindMatchTargets: FindMatchTargetsHandler,
    **RULES,
    **DEALERS,
    # delivery
    RelayOutbox: RelayOutboxHandler,
    NoteFailedMessage: NoteFailedMessageHandler,
    ReplayMessages: ReplayMessagesHandler,
    ListParkedMessages: ListParkedMessagesHandler,
    BeginRequest: BeginRequestHandler,
    HoldRequest: HoldRequestHandler,
    KeepAnswer: KeepAnswerHandler,
    ReleaseRequest: ReleaseRequestHandler,
    PurgeExpired: PurgeExpiredHandler,
    ExportCompany: ExportCompanyHandler,
    EraseCompany: EraseCompanyHandler,
    RequestErasure: RequestErasureHandler,
    GetErasure: GetErasureHandler,
    CheckReadiness: CheckReadinessHandler,
    SeeBacklog: SeeBacklogHandler,
}

ACROSS_COMPANIES: frozenset[type[Any]] = frozenset(
    {
        ActivateCompanyHandler,
        DeactivateCompanyHandler,
        NotePermissionsHandler,
        ConnectByTokenHandler,
        ListCompaniesHandler,
        GetInstallationHandler,
        RotateSecretsHandler,
        CountSecretsHandler,
        ForgetKeyHandler,
        SignInHandler,
        ListOwnCompaniesHandler,
        BeginGoogleConsentHandler,
        DisconnectGoogleHandler,
        BookDueExportsHandler,
        MeasureFreshnessHandler,
        RecoverTasksHandler,
        DispatchRunsHandler,
        MakeRoomHandler,
        ReportForWorkHandler,
        RelayOutboxHandler,
        PurgeExpiredHandler,
        EraseCompanyHandler,
        RequestErasureHandler,
        GetErasureHandler,
        NoteFailedMessageHandler,
        ReplayMessagesHandler,
        ListParkedMessagesHandler,
        KeepDeliveriesHandler,
        InterpretDeliveriesHandler,
        BookFollowUpsHandler,
        BookTendingsHandler,
        BookHearingsHandler,
        NoticeOutageHandler,
        StartByScenarioHandler,
        SeeBacklogHandler,
        *RULES_ACROSS,
        *DEALERS_ACROSS,
    }
)
"""The only handlers that may be given a SystemTransaction. A test holds them to it."""

AT_HAND: frozenset[type[Message[Any]]] = frozenset({LetIn, Identify})
"""Asked with every request, before anything else: they have no scope, span, line or count of their own."""

ASKED_OFTEN: frozenset[type[Message[Any]]] = frozenset(
    {GetTask, ListTasks, GetExportConfig, ListExportConfigs, GetPlan}
)
"""Their handlers stay, and so does all that they need."""


@dataclass(frozen=True, slots=True)
class Work:
    """A command that workers carry out: in which queue it waits, and after what time it is stopped. What fails is sent
    again and parked in the end, unless the command `keeps_account` of its failures itself.
    """

    command: type[Command[Any]]
    queue: str
    time_limit: timedelta
    keeps_account: bool = False

    @property
    def tag(self) -> str:
        """The name under which the command is stored and sent."""
        return str(self.command.__struct_config__.tag)


WORK: tuple[Work, ...] = (
    Work(RunExport, queue="exports", time_limit=timedelta(hours=6), keeps_account=True),
    Work(ReviewWaiting, queue="notices", time_limit=timedelta(minutes=1)),
    Work(TendWebhooks, queue="notices", time_limit=timedelta(minutes=10)),
    Work(CatchUpEvents, queue="notices", time_limit=timedelta(minutes=20)),
    Work(ConfirmInstallations, queue="notices", time_limit=timedelta(minutes=2)),
    Work(TellBrokenGoogle, queue="notices", time_limit=timedelta(minutes=1)),
    Work(DeliverNotices, queue="notices", time_limit=timedelta(minutes=10)),
    Work(TellUndelivered, queue="notices", time_limit=timedelta(minutes=1)),
    Work(TellDealers, queue="notices", time_limit=timedelta(minutes=5)),
    Work(TellOwners, queue="notices", time_limit=timedelta(minutes=1)),
    Work(ForgetOwnChats, queue="notices", time_limit=timedelta(minutes=1)),
    Work(TellLostChat, queue="notices", time_limit=timedelta(minutes=1)),
    Work(TellFailedTemplate, queue="notices", time_limit=timedelta(minutes=1)),
    Work(EraseCompany, queue="notices", time_limit=timedelta(hours=1)),
    Work(TellUntoldRun, queue="notices", time_limit=timedelta(minutes=1)),
    Work(TellSheet, queue="notices", time_limit=timedelta(minutes=20), keeps_account=True),
    Work(ApplyRules, queue="notices", time_limit=timedelta(minutes=5)),
    Work(ExecuteRule, queue="notices", time_limit=timedelta(minutes=8), keeps_account=True),
    Work(WakeExecutions, queue="notices", time_limit=timedelta(minutes=5)),
    Work(ResumeExecutions, queue="notices", time_limit=timedelta(minutes=5)),
    Work(MirrorLink, queue="notices", time_limit=timedelta(minutes=1)),
    Work(TellStoppedRule, queue="notices", time_limit=timedelta(minutes=1)),
)
