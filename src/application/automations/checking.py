"""Checking a rule against both accounts before it is kept."""

from application.automations.drafting import Drafting
from application.automations.expressions import Expressions
from application.automations.permits import Permit
from application.automations.ports import AutomationRules
from application.automations.sides import Sides
from application.automations.vendor_ports import DocumentWriter
from application.connections.ports import Urgency
from application.webhooks.listening import Listening
from domain.automations.links import Side
from domain.automations.mapping import require_targets
from domain.automations.reading import ATTRIBUTE, listed
from domain.automations.rules import RuleTerms, types_of
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience


class RuleChecking:
    """What does not fit is told now, and not when the first document comes."""

    def __init__(self, expressions: Expressions, writer: DocumentWriter, drafting: Drafting, sides: Sides) -> None:
        self._expressions = expressions
        self._writer = writer
        self._drafting = drafting
        self._sides = sides

    def check_alone(self, terms: RuleTerms) -> None:
        """What can be said without asking anybody. Raises RuleInvalid, RecipeUnknown, MappingInvalid or
        ConditionInvalid.
        """
        terms.check()
        self._expressions.check(terms)

    async def check(self, permit: Permit, terms: RuleTerms) -> None:
        """Outside of any transaction. Raises ConditionInvalid, TargetMissing, AttributeUnfit, OutsideLimits,
        SideUnavailable, VendorBusy or VendorFailed.
        """
        recipe, mapping = terms.recipe, terms.mapping
        if ATTRIBUTE in f"{terms.condition}{mapping.fields}{mapping.attributes}{mapping.line_fields}":
            async with self._sides.speaking(Side.SOURCE, permit.source_id, Urgency.INTERACTIVE) as key:
                described = await self._writer.describe(key, recipe.source)
            self._expressions.check(terms, [str(one.get("name")) for one in listed(described.get("attributes"))])
        stores = [mapping.store] if mapping.store else []
        permit.target.require_choice(Side.TARGET, recipe.target, stores, mapping.agent)
        async with self._sides.speaking(Side.TARGET, permit.target_id) as key:
            require_targets(mapping, await self._drafting.facts(key, terms))


class Hearkening:
    """What a company's rules want to hear of follows from its rules; in the transaction that changes one."""

    def __init__(self, rules: AutomationRules, listening: Listening) -> None:
        self._rules = rules
        self._listening = listening

    async def follow(self, company_id: CompanyId) -> None:
        """Of types that no enabled rule is about, nothing is told any more."""
        await self._listening.want(company_id, Audience.RULES, types_of(await self._rules.all(company_id)))
