"""Which rules does the company have?"""

from application.automations.ports import AutomationRules
from application.automations.views import RuleView, rule_view
from application.messages import Query
from application.ports import Transaction


class ListRules(Query[list[RuleView]], frozen=True, kw_only=True):
    """The oldest first."""


class ListRulesHandler:
    """Reads the company's own rules."""

    def __init__(self, transaction: Transaction, rules: AutomationRules) -> None:
        self._transaction = transaction
        self._rules = rules

    async def __call__(self, query: ListRules) -> list[RuleView]:
        """Never fails."""
        async with self._transaction(query.company_id):
            return [rule_view(rule) for rule in await self._rules.all(query.company_id)]
