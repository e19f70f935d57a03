"""A worker tells that a rule has paused itself."""

from application.automations.ports import AutomationRules
from application.automations.stopped_command import TellStoppedRule
from application.messages import Outcome
from application.ports import Transaction


class TellStoppedRuleHandler:
    """The outcome is what whoever watches is told; nothing is where somebody has enabled the rule again."""

    def __init__(self, transaction: Transaction, rules: AutomationRules) -> None:
        self._transaction = transaction
        self._rules = rules

    async def __call__(self, command: TellStoppedRule) -> Outcome:
        """Changes nothing."""
        async with self._transaction(command.company_id):
            rule = await self._rules.get(command.company_id, command.rule_id)
        if rule is None or rule.stopped_by is None:
            return Outcome(state="left alone")
        return Outcome(state="stopped", error=rule.stopped_by)
