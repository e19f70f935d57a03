"""Ports of the automations area: links, rules and executions at rest."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.automations.executions import Execution, ExecutionState, ReceivedExecution
from domain.automations.links import LinkSide
from domain.automations.rules import AutomationRule
from domain.shared.identities import CompanyId, CompanyLinkId, ExecutionId, RuleId


class LinkSides(Protocol):
    """Halves of links. A company's transaction sees its own halves and changes only these."""

    async def get(self, company_id: CompanyId, link_id: CompanyLinkId) -> LinkSide | None:
        """The company's half, locked until the end of the transaction; None where there is none."""
        ...

    async def put(self, side: LinkSide) -> None:
        """Stores the half, new or changed."""
        ...

    async def all(self, company_id: CompanyId) -> list[LinkSide]:
        """The company's halves, the newest first."""
        ...

    async def both(self, link_id: CompanyLinkId) -> list[LinkSide]:
        """The halves that there are, the source's first, locked until the end of the SystemTransaction."""
        ...


class AutomationRules(Protocol):
    """Rules at rest. What was removed is not answered by `all`, and goes on being there for its executions."""

    async def get(self, company_id: CompanyId, rule_id: RuleId) -> AutomationRule | None:
        """The rule, locked until the end of the transaction, in the company's own or in a SystemTransaction; None where
        there is none, or it was removed.
        """
        ...

    async def put(self, rule: AutomationRule) -> None:
        """Stores the rule, new or changed."""
        ...

    async def remove(self, company_id: CompanyId, rule_id: RuleId) -> None:
        """It works no more."""
        ...

    async def all(self, company_id: CompanyId) -> list[AutomationRule]:
        """The company's rules, the oldest first."""
        ...


class Executions(Protocol):
    """Executions at rest, one for each rule and source document."""

    async def book(self, booked: Sequence[Execution]) -> list[ExecutionId]:
        """Adds those whose rule has none for their source document yet; answers which these are. Of however many that
        are added at once, one is.
        """
        ...

    async def about(self, company_id: CompanyId, source_ids: Collection[str]) -> list[Execution]:
        """The company's executions about these documents, locked until the end of the transaction."""
        ...

    async def get(self, company_id: CompanyId, execution_id: ExecutionId) -> Execution | None:
        """The execution, locked until the end of the transaction, in the company's own or in a SystemTransaction."""
        ...

    async def put(self, execution: Execution) -> None:
        """Stores a changed execution."""
        ...

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[Execution]:
        """Due ones of which the workers were last told before that moment, or never, and those whose worker is dead and
        of which nobody was told since. In a SystemTransaction; passes over those that somebody else has locked.
        """
        ...

    async def waiting_at(self, target_company_id: CompanyId, limit: int) -> list[Execution]:
        """What waits for whatever in that company's account, the oldest first, locked. In a SystemTransaction."""
        ...

    async def waiting_of(self, company_id: CompanyId, limit: int) -> list[Execution]:
        """What of the company's own waits, the oldest first, locked."""
        ...

    async def counted(self, company_id: CompanyId, since: datetime) -> int:
        """How many were counted against the plan since then. Nobody else of that company counts until the end of the
        transaction.
        """
        ...

    async def page(
        self,
        company_id: CompanyId,
        rule_id: RuleId | None,
        state: ExecutionState | None,
        before: ExecutionId | None,
        limit: int,
    ) -> list[Execution]:
        """The newest first; those before one, if it is named."""
        ...


class ReceivedExecutions(Protocol):
    """Executions as the target's company sees them."""

    async def put(self, received: ReceivedExecution) -> None:
        """Stores it, new or changed, in the target's transaction or in a SystemTransaction."""
        ...

    async def marked(self, company_id: CompanyId, ids: Collection[str]) -> set[str]:
        """Which of these, ids of documents and `syncId`s alike, are those of documents that rules made, or are making,
        in the company's account.
        """
        ...

    async def page(
        self, company_id: CompanyId, state: ExecutionState | None, before: ExecutionId | None, limit: int
    ) -> list[ReceivedExecution]:
        """The newest first; those before one, if it is named."""
        ...
