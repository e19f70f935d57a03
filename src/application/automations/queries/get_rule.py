"""What does a rule say, and how does it stand?"""

from application.automations.ports import AutomationRules
from application.automations.views import RuleView, rule_view
from application.messages import Query
from application.ports import Transaction
from domain.automations.rules import RuleNotFound
from domain.shared.identities import RuleId


class GetRule(Query[RuleView], frozen=True, kw_only=True):
    """One of the company's own."""

    rule_id: RuleId


class GetRuleHandler:
    """Reads it."""

    def __init__(self, transaction: Transaction, rules: AutomationRules) -> None:
        self._transaction = transaction
        self._rules = rules

    async def __call__(self, query: GetRule) -> RuleView:
        """Raises RuleNotFound."""
        async with self._transaction(query.company_id):
            rule = await self._rules.get(query.company_id, query.rule_id)
        if rule is None:
            raise RuleNotFound
        return rule_view(rule)
