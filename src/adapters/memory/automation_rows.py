"""The rows of links, rules, executions, pairs and reviews."""

from typing import NamedTuple

from adapters.memory.rows import Access, Rows
from domain.automations.executions import Execution, ReceivedExecution
from domain.automations.links import LinkSide
from domain.automations.matching import MatchKind
from domain.automations.pairs import MatchPair
from domain.automations.reviews import MatchReview
from domain.automations.rules import AutomationRule
from domain.shared.identities import CompanyId, CompanyLinkId, ExecutionId, MatchReviewId, RuleId


class StoredRule(NamedTuple):
    """An automation rule, and whether it was removed."""

    rule: AutomationRule
    removed: bool


class AutomationRows:
    """A part of the store."""

    def __init__(self) -> None:
        super().__init__()
        self.link_sides: Rows[tuple[CompanyId, CompanyLinkId], LinkSide] = Rows(
            lambda row: (row.company_id, row.link_id), lambda row: row.company_id, Access.SHARED
        )
        self.automation_rules: Rows[RuleId, StoredRule] = Rows(
            lambda row: row.rule.id, lambda row: row.rule.company_id, Access.SHARED
        )
        self.executions: Rows[ExecutionId, Execution] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.SHARED
        )
        self.received_executions: Rows[tuple[CompanyId, ExecutionId], ReceivedExecution] = Rows(
            lambda row: (row.company_id, row.execution_id), lambda row: row.company_id, Access.SHARED
        )
        self.match_pairs: Rows[tuple[CompanyId, CompanyId, MatchKind, str], MatchPair] = Rows(
            lambda row: (row.company_id, row.source_company_id, row.kind, row.source_id),
            lambda row: row.company_id,
            Access.COMPANY,
            immutable=True,
        )
        self.match_reviews: Rows[MatchReviewId, MatchReview] = Rows(
            lambda row: row.id, lambda row: row.company_id, Access.SHARED
        )
