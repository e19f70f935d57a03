"""Links, rules and executions kept in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from adapters.memory.automation_rows import StoredRule
from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore
from domain.automations.executions import Execution, ExecutionState, ReceivedExecution
from domain.automations.links import LinkSide
from domain.automations.rules import AutomationRule
from domain.shared.identities import CompanyId, CompanyLinkId, ExecutionId, RuleId


class MemoryLinkSides:
    """See application.automations.ports.LinkSides."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.link_sides

    async def get(self, company_id: CompanyId, link_id: CompanyLinkId) -> LinkSide | None:
        """See the port."""
        return self._rows.find((company_id, link_id))

    async def put(self, side: LinkSide) -> None:
        """See the port."""
        self._rows.put(side)

    async def all(self, company_id: CompanyId) -> list[LinkSide]:
        """See the port."""
        found = [row for row in self._rows.all() if row.company_id == company_id]
        return sorted(found, key=lambda row: row.link_id, reverse=True)

    async def both(self, link_id: CompanyLinkId) -> list[LinkSide]:
        """See the port."""
        require_system()
        return sorted((row for row in self._rows.all() if row.link_id == link_id), key=lambda row: row.side)


class MemoryAutomationRules:
    """See application.automations.ports.AutomationRules."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.automation_rules

    async def get(self, company_id: CompanyId, rule_id: RuleId) -> AutomationRule | None:
        """See the port."""
        row = self._rows.find(rule_id)
        return None if row is None or row.removed or row.rule.company_id != company_id else row.rule

    async def put(self, rule: AutomationRule) -> None:
        """See the port."""
        row = self._rows.find(rule.id)
        self._rows.put(StoredRule(rule, removed=row is not None and row.removed))

    async def remove(self, company_id: CompanyId, rule_id: RuleId) -> None:
        """See the port."""
        row = self._rows.find(rule_id)
        if row is not None and row.rule.company_id == company_id:
            row.rule.enabled = False
            self._rows.put(StoredRule(row.rule, removed=True))

    async def all(self, company_id: CompanyId) -> list[AutomationRule]:
        """See the port."""
        found = [row.rule for row in self._rows.all() if row.rule.company_id == company_id and not row.removed]
        return sorted(found, key=lambda rule: rule.id)


class MemoryExecutions:
    """See application.automations.ports.Executions."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.executions

    async def book(self, booked: Sequence[Execution]) -> list[ExecutionId]:
        """See the port."""
        added = []
        for one in booked:
            key = (one.source_id, one.rule_id)
            if not self._rows.any_everyones(lambda row, key=key: (row.source_id, row.rule_id) == key):  # type: ignore[misc]
                self._rows.put(one)
                added.append(one.id)
        return added

    async def about(self, company_id: CompanyId, source_ids: Collection[str]) -> list[Execution]:
        """See the port."""
        found = [row for row in self._rows.all() if row.company_id == company_id and row.source_id in source_ids]
        return sorted(found, key=lambda row: row.id)

    async def get(self, company_id: CompanyId, execution_id: ExecutionId) -> Execution | None:
        """See the port."""
        row = self._rows.find(execution_id)
        return None if row is None or row.company_id != company_id else row

    async def put(self, execution: Execution) -> None:
        """See the port."""
        self._rows.put(execution)

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[Execution]:
        """See the port."""
        require_system()
        found = [row for row in self._rows.all() if row.claimable(now) and _untold(row, sent_before)]
        return sorted(found, key=lambda row: row.id)[:limit]

    async def waiting_at(self, target_company_id: CompanyId, limit: int) -> list[Execution]:
        """See the port."""
        require_system()
        found = [row for row in self._waiting() if row.target_company_id == target_company_id]
        return found[:limit]

    async def waiting_of(self, company_id: CompanyId, limit: int) -> list[Execution]:
        """See the port."""
        return [row for row in self._waiting() if row.company_id == company_id][:limit]

    async def counted(self, company_id: CompanyId, since: datetime) -> int:
        """See the port."""
        return sum(
            row.company_id == company_id and row.counted_at is not None and row.counted_at >= since
            for row in self._rows.all()
        )

    async def page(
        self,
        company_id: CompanyId,
        rule_id: RuleId | None,
        state: ExecutionState | None,
        before: ExecutionId | None,
        limit: int,
    ) -> list[Execution]:
        """See the port."""
        found = [
            row
            for row in self._rows.all()
            if row.company_id == company_id
            and rule_id in {None, row.rule_id}
            and state in {None, row.state}
            and (before is None or row.id < before)
        ]
        return sorted(found, key=lambda row: row.id, reverse=True)[:limit]

    def _waiting(self) -> list[Execution]:
        found = [row for row in self._rows.all() if row.state is ExecutionState.WAITING]
        return sorted(found, key=lambda row: row.id)


class MemoryReceivedExecutions:
    """See application.automations.ports.ReceivedExecutions."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.received_executions

    async def put(self, received: ReceivedExecution) -> None:
        """See the port."""
        self._rows.put(received)

    async def marked(self, company_id: CompanyId, ids: Collection[str]) -> set[str]:
        """See the port."""
        own = [row for row in self._rows.all() if row.company_id == company_id]
        signs = {sign for row in own for sign in (str(row.sync_id), row.target_id or "")}
        return signs & set(ids)

    async def page(
        self, company_id: CompanyId, state: ExecutionState | None, before: ExecutionId | None, limit: int
    ) -> list[ReceivedExecution]:
        """See the port."""
        found = [
            row
            for row in self._rows.all()
            if row.company_id == company_id
            and state in {None, row.state}
            and (before is None or row.execution_id < before)
        ]
        return sorted(found, key=lambda row: row.execution_id, reverse=True)[:limit]


def _untold(row: Execution, sent_before: datetime) -> bool:
    """Whether the workers were not told of it lately, or not since its own died."""
    return (
        row.sent_at is None
        or row.sent_at < sent_before
        or (row.lease_until is not None and row.sent_at < row.lease_until)
    )
