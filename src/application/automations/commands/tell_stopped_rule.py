"""A worker tells that a rule has paused itself."""

from application.automations.checking import Hearkening
from application.automations.ports import AutomationRules
from application.automations.stopped_command import TellStoppedRule
from application.messages import Outcome
from application.ports import Transaction


class TellStoppedRuleHandler:
    """The outcome is what whoever watches is told; nothing is where somebody has enabled the rule again. Documents that
    no other rule is about are not told of any more.
    """

    def __init__(self, transaction: Transaction, rules: AutomationRules, hearkening: Hearkening) -> None:
        self._transaction = transaction
        self._rules = rules
        self._hearkening = hearkening

    async def __call__(self, command: TellStoppedRule) -> Outcome:
        """Raises nothing that was foreseen."""
        async with self._transaction(command.company_id):
            rule = await self._rules.get(command.company_id, command.rule_id)
            await self._hearkening.follow(command.company_id)
        if rule is None or rule.stopped_by is None:
            return Outcome(state="left alone")
        return Outcome(state="stopped", error=rule.stopped_by)
