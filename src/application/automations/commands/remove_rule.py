"""A rule is removed."""

from application.automations.checking import Hearkening
from application.automations.ports import AutomationRules
from application.automations.stopped_command import rule_cause
from application.messages import Command
from application.ports import Transaction
from application.tenants.announcing import Announcing
from domain.automations.rules import RuleNotFound
from domain.shared.identities import RuleId


class RemoveRule(Command[None], frozen=True, kw_only=True, tag="rules.remove"):
    """What it has made stays, and so does the log of it."""

    rule_id: RuleId


class RemoveRuleHandler:
    """What it has booked is skipped."""

    def __init__(
        self, transaction: Transaction, rules: AutomationRules, hearkening: Hearkening, announcing: Announcing
    ) -> None:
        self._transaction = transaction
        self._rules = rules
        self._hearkening = hearkening
        self._announcing = announcing

    async def __call__(self, command: RemoveRule) -> None:
        """Raises RuleNotFound."""
        company_id = command.company_id
        async with self._transaction(company_id):
            if await self._rules.get(company_id, command.rule_id) is None:
                raise RuleNotFound
            await self._rules.remove(company_id, command.rule_id)
            await self._announcing.over(company_id, rule_cause(command.rule_id))
            await self._hearkening.follow(company_id)
