"""A company makes an automation rule."""

from application.automations.checking import Hearkening, RuleChecking
from application.automations.permits import Permits
from application.automations.ports import AutomationRules
from application.automations.views import RuleView, rule_view
from application.messages import Command
from application.ports import Clock, Ids, SystemTransaction, Transaction
from domain.automations.rules import MOST_RULES, AutomationRule, RuleTerms, TooManyRules
from domain.shared.identities import CompanyLinkId, RuleId


class CreateRule(Command[RuleView], frozen=True, kw_only=True, tag="rules.create"):
    """Over a link that starts at this company."""

    link_id: CompanyLinkId
    terms: RuleTerms


class CreateRuleHandler:
    """Everything is checked before the rule is kept, in both accounts."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        rules: AutomationRules,
        permits: Permits,
        checking: RuleChecking,
        hearkening: Hearkening,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._rules = rules
        self._permits = permits
        self._checking = checking
        self._hearkening = hearkening
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateRule) -> RuleView:
        """Raises CompanyLinkNotFound, TooManyRules, what Permits does and what RuleChecking does."""
        company_id, terms = command.company_id, command.terms
        rule_id = RuleId(self._ids.new())
        self._checking.check_alone(terms)
        async with self._system_transaction():
            permit = await self._permits.require_link(company_id, command.link_id)
        await self._checking.check(permit, terms)
        now = self._clock.now()
        rule = AutomationRule(
            id=rule_id,
            company_id=company_id,
            link_id=command.link_id,
            target_id=permit.target_id,
            terms=terms,
            created_at=now,
            since=now,
        )
        async with self._transaction(company_id):
            if len(await self._rules.all(company_id)) >= MOST_RULES:
                raise TooManyRules(limit=MOST_RULES)
            await self._rules.put(rule)
            await self._hearkening.follow(company_id)
        return rule_view(rule)
