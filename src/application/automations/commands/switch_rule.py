"""A rule is paused, or enabled again."""

from application.automations.checking import Hearkening
from application.automations.ports import AutomationRules
from application.automations.stopped_command import rule_cause
from application.automations.views import RuleView, rule_view
from application.automations.wake_command import wake_executions
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.announcing import Announcing
from domain.automations.rules import RuleNotFound
from domain.shared.identities import RuleId


class SwitchRule(Command[RuleView], frozen=True, kw_only=True, tag="rules.switch"):
    """To say the same again changes nothing."""

    rule_id: RuleId
    enabled: bool


class SwitchRuleHandler:
    """What waited for the rule goes on when it is enabled; of what happened meanwhile it takes nothing up."""

    def __init__(
        self,
        transaction: Transaction,
        rules: AutomationRules,
        hearkening: Hearkening,
        announcing: Announcing,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._rules = rules
        self._hearkening = hearkening
        self._announcing = announcing
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: SwitchRule) -> RuleView:
        """Raises RuleNotFound."""
        company_id = command.company_id
        async with self._transaction(company_id):
            rule = await self._rules.get(company_id, command.rule_id)
            if rule is None:
                raise RuleNotFound
            if command.enabled:
                rule.enable(self._clock.now())
                await wake_executions(self._outbox, company_id)
            else:
                rule.pause()
            await self._rules.put(rule)
            await self._announcing.over(company_id, rule_cause(rule.id))
            await self._hearkening.follow(company_id)
        return rule_view(rule)
