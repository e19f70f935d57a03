"""A company changes one of its rules."""

from application.automations.checking import Hearkening, RuleChecking
from application.automations.permits import Permits
from application.automations.ports import AutomationRules
from application.automations.views import RuleView, rule_view
from application.automations.wake_command import wake_executions
from application.messages import Command
from application.ports import Outbox, SystemTransaction, Transaction
from domain.automations.rules import RuleInvalid, RuleNotFound, RuleTerms
from domain.shared.identities import RuleId


class ChangeRule(Command[RuleView], frozen=True, kw_only=True, tag="rules.change"):
    """All of its terms but the recipe, which stays. Executions that wait go on by the new ones."""

    rule_id: RuleId
    terms: RuleTerms


class ChangeRuleHandler:
    """Checks the terms as for a new rule."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        rules: AutomationRules,
        permits: Permits,
        checking: RuleChecking,
        hearkening: Hearkening,
        outbox: Outbox,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._rules = rules
        self._permits = permits
        self._checking = checking
        self._hearkening = hearkening
        self._outbox = outbox

    async def __call__(self, command: ChangeRule) -> RuleView:
        """Raises RuleNotFound, RuleInvalid, what Permits does and what RuleChecking does."""
        company_id = command.company_id
        self._checking.check_alone(command.terms)
        async with self._transaction(company_id):
            known = await self._rules.get(company_id, command.rule_id)
        if known is None:
            raise RuleNotFound
        if known.terms.recipe_key != command.terms.recipe_key:  # what it has made is of the other type
            raise RuleInvalid(field="recipe")
        async with self._system_transaction():
            permit = await self._permits.require_link(company_id, known.link_id)
        await self._checking.check(permit, command.terms)
        async with self._transaction(company_id):
            rule = await self._rules.get(company_id, command.rule_id)
            if rule is None:
                raise RuleNotFound
            rule.change(command.terms)
            await self._rules.put(rule)
            await self._hearkening.follow(company_id)
            await wake_executions(self._outbox, company_id)
        return rule_view(rule)
