"""A worker tells that a rule has paused itself."""

from application.automations.checking import Hearkening
from application.automations.ports import AutomationRules
from application.automations.stopped_command import TellStoppedRule, rule_cause
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announcing import Announcing


class TellStoppedRuleHandler:
    """The outcome is what whoever watches is told; nothing is where somebody has enabled the rule again. Documents that
    no other rule is about are not told of any more.
    """

    def __init__(
        self, transaction: Transaction, rules: AutomationRules, hearkening: Hearkening, announcing: Announcing
    ) -> None:
        self._transaction = transaction
        self._rules = rules
        self._hearkening = hearkening
        self._announcing = announcing

    async def __call__(self, command: TellStoppedRule) -> Outcome:
        """Raises nothing that was foreseen."""
        async with self._transaction(command.company_id):
            rule = await self._rules.get(command.company_id, command.rule_id)
            await self._hearkening.follow(command.company_id)
            if rule is None or rule.stopped_by is None:
                return Outcome(state="left alone")
            await self._announcing.tell(
                command.company_id,
                rule_cause(rule.id),
                str(rule.since),
                "announcements.rule_stopped",
                rule=rule.terms.name,
                reason=rule.stopped_by,
            )
        return Outcome(state="stopped", error=rule.stopped_by)
