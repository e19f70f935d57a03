"""The contents of automation rules: their messages with their handlers, and who of these works across companies."""

from typing import Any

from application.automations.commands.accept_link import AcceptLink, AcceptLinkHandler
from application.automations.commands.apply_rules import ApplyRulesHandler
from application.automations.commands.change_company_link import ChangeCompanyLink, ChangeCompanyLinkHandler
from application.automations.commands.change_rule import ChangeRule, ChangeRuleHandler
from application.automations.commands.create_rule import CreateRule, CreateRuleHandler
from application.automations.commands.execute_rule import ExecuteRuleHandler
from application.automations.commands.invite_company import InviteCompany, InviteCompanyHandler
from application.automations.commands.mirror_link import MirrorLinkHandler
from application.automations.commands.recover_executions import RecoverExecutions, RecoverExecutionsHandler
from application.automations.commands.remove_rule import RemoveRule, RemoveRuleHandler
from application.automations.commands.resume_executions import ResumeExecutionsHandler
from application.automations.commands.retry_execution import RetryExecution, RetryExecutionHandler
from application.automations.commands.revoke_company_link import RevokeCompanyLink, RevokeCompanyLinkHandler
from application.automations.commands.switch_rule import SwitchRule, SwitchRuleHandler
from application.automations.commands.tell_stopped_rule import TellStoppedRuleHandler
from application.automations.commands.wake_executions import WakeExecutionsHandler
from application.automations.execute_command import ExecuteRule
from application.automations.mirror_command import MirrorLink
from application.automations.queries.dry_run_rule import DryRunRule, DryRunRuleHandler
from application.automations.queries.get_execution import GetExecution, GetExecutionHandler
from application.automations.queries.get_link_targets import GetLinkTargets, GetLinkTargetsHandler
from application.automations.queries.get_rule import GetRule, GetRuleHandler
from application.automations.queries.list_company_links import ListCompanyLinks, ListCompanyLinksHandler
from application.automations.queries.list_executions import ListExecutions, ListExecutionsHandler
from application.automations.queries.list_received_executions import (
    ListReceivedExecutions,
    ListReceivedExecutionsHandler,
)
from application.automations.queries.list_rules import ListRules, ListRulesHandler
from application.automations.resume_command import ResumeExecutions
from application.automations.stopped_command import TellStoppedRule
from application.automations.wake_command import WakeExecutions
from application.messages import Message
from application.webhooks.hearing_commands import ApplyRules

RULES: dict[type[Message[Any]], type[Any]] = {
    InviteCompany: InviteCompanyHandler,
    AcceptLink: AcceptLinkHandler,
    ChangeCompanyLink: ChangeCompanyLinkHandler,
    RevokeCompanyLink: RevokeCompanyLinkHandler,
    MirrorLink: MirrorLinkHandler,
    ListCompanyLinks: ListCompanyLinksHandler,
    GetLinkTargets: GetLinkTargetsHandler,
    CreateRule: CreateRuleHandler,
    ChangeRule: ChangeRuleHandler,
    SwitchRule: SwitchRuleHandler,
    RemoveRule: RemoveRuleHandler,
    ListRules: ListRulesHandler,
    GetRule: GetRuleHandler,
    DryRunRule: DryRunRuleHandler,
    TellStoppedRule: TellStoppedRuleHandler,
    ApplyRules: ApplyRulesHandler,
    ExecuteRule: ExecuteRuleHandler,
    RetryExecution: RetryExecutionHandler,
    WakeExecutions: WakeExecutionsHandler,
    ResumeExecutions: ResumeExecutionsHandler,
    RecoverExecutions: RecoverExecutionsHandler,
    ListExecutions: ListExecutionsHandler,
    GetExecution: GetExecutionHandler,
    ListReceivedExecutions: ListReceivedExecutionsHandler,
}

RULES_ACROSS: frozenset[type[Any]] = frozenset(
    {
        AcceptLinkHandler,
        MirrorLinkHandler,
        GetLinkTargetsHandler,
        CreateRuleHandler,
        ChangeRuleHandler,
        DryRunRuleHandler,
        ExecuteRuleHandler,
        ResumeExecutionsHandler,
        RecoverExecutionsHandler,
    }
)
"""Two companies are concerned, or whichever there are."""
