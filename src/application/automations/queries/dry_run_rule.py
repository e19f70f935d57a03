"""What would a rule do about the company's last documents?"""

from collections.abc import Sequence
from datetime import timedelta

from application.automations.checking import RuleChecking
from application.automations.drafting import Draft, Drafting
from application.automations.expressions import Expressions
from application.automations.permits import Permit, Permits, require_within
from application.automations.ports import AutomationRules, Executions
from application.automations.sides import Sides
from application.automations.views import DryRunView, OpenView
from application.connections.document_ports import Document, Documents
from application.connections.ports import MoySkladKey, Urgency
from application.messages import Query
from application.ports import Clock, Ids, SystemTransaction, Transaction
from domain.automations.executions import NeedsReview
from domain.automations.lines import Line, LineUnreadable, lines_of
from domain.automations.links import Side
from domain.automations.mapping import TargetFacts
from domain.automations.matching import Matched
from domain.automations.rules import AutomationRule, RuleNotFound, RuleTerms
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyLinkId, RuleId

LAST = 20
WINDOWS = (timedelta(days=1), timedelta(days=7), timedelta(days=31), timedelta(days=366))
"""So far back documents are looked for, further each time while there are fewer than twenty."""


class DryRunRule(Query[list[DryRunView]], frozen=True, kw_only=True):
    """Of a rule that is there (`rule_id`), or of `terms` over a link that are not kept yet."""

    rule_id: RuleId | None = None
    link_id: CompanyLinkId | None = None
    terms: RuleTerms | None = None


class DryRunRuleHandler:
    """Reads both accounts, writes to neither, and keeps nothing: no execution, no pair, no review. A document is looked
    at whether or not it is older than the rule, as if it had just come; a state has to be the one that is waited for.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        rules: AutomationRules,
        executions: Executions,
        permits: Permits,
        checking: RuleChecking,
        expressions: Expressions,
        drafting: Drafting,
        documents: Documents,
        sides: Sides,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._rules = rules
        self._executions = executions
        self._permits = permits
        self._checking = checking
        self._expressions = expressions
        self._drafting = drafting
        self._documents = documents
        self._sides = sides
        self._ids = ids
        self._clock = clock

    async def __call__(self, query: DryRunRule) -> list[DryRunView]:
        """The document changed last comes first. Raises RuleNotFound, CompanyLinkNotFound, what Permits does and what
        RuleChecking does.
        """
        known = await self._known(query)
        link_id = query.link_id if known is None else known.link_id
        terms = query.terms or (known.terms if known else None)
        if link_id is None or terms is None:
            raise RuleNotFound
        self._checking.check_alone(terms)
        async with self._system_transaction():
            permit = await self._permits.require_link(query.company_id, link_id)
        rule = _supposed(known, permit, terms, link_id, RuleId(self._ids.new()), self._clock)
        await self._checking.check(permit, terms)
        async with self._sides.speaking(Side.SOURCE, permit.source_id, Urgency.INTERACTIVE) as key:
            documents = await self._last(key, rule)
            bundles = {one["id"]: await self._drafting.bundles(key, terms.recipe, one) for one in documents}
        lines = {one["id"]: _lines(rule, one, bundles[one["id"]]) for one in documents}
        every = [line for some in lines.values() if not isinstance(some, LineUnreadable) for line in some]
        made = await self._made(rule, documents)
        # One matching for all of them: it is another company's budget that is spent.
        async with self._sides.speaking(Side.TARGET, permit.target_id) as key:
            facts = await self._drafting.facts(key, terms)
            matched = await self._drafting.match(key, rule, every, learn=False)
        return [
            self._try(permit, rule, one, lines[one["id"]], matched, facts, made=str(one["id"]) in made)
            for one in documents
        ]

    async def _known(self, query: DryRunRule) -> AutomationRule | None:
        if query.rule_id is None:
            return None
        async with self._transaction(query.company_id):
            known = await self._rules.get(query.company_id, query.rule_id)
        if known is None:
            raise RuleNotFound
        return known

    async def _last(self, key: MoySkladKey, rule: AutomationRule) -> list[Document]:
        now, ids = self._clock.now(), list[str]()
        for window in WINDOWS:
            ids = []
            async for page in self._documents.changed(key, rule.terms.recipe.source, now - window):
                ids = [*ids, *page][-LAST:]
            if len(ids) == LAST:
                break
        read = await self._drafting.sources(key, rule.terms.recipe, ids)
        return [read[one] for one in reversed(ids) if one in read]

    async def _made(self, rule: AutomationRule, documents: Sequence[Document]) -> set[str]:
        async with self._transaction(rule.company_id):
            about = await self._executions.about(rule.company_id, [str(one["id"]) for one in documents])
        return {one.source_id for one in about if one.rule_id == rule.id and one.made}

    def _try(
        self,
        permit: Permit,
        rule: AutomationRule,
        document: Document,
        lines: Sequence[Line] | LineUnreadable,
        matched: Matched,
        facts: TargetFacts,
        *,
        made: bool,
    ) -> DryRunView:
        applies, draft, error = False, None, None
        try:
            applies = rule.triggered(document, asked=True) and self._expressions.holds(rule.terms, document)
            require_within(permit, rule, document)
            if isinstance(lines, LineUnreadable):
                raise lines
            draft = self._drafting.compose(rule, document, lines, matched, facts, permit.source_name)
        except SkladSheetsError as refused:
            error = refused
        if draft is not None and draft.body is None:
            error = NeedsReview(number=len(draft.open), names=", ".join(one.wanted.name for one in draft.open[:5]))
        return _view(document, draft, error, applies=applies, made=made)


def _lines(rule: AutomationRule, document: Document, bundles: dict[str, Document]) -> Sequence[Line] | LineUnreadable:
    try:
        return lines_of(rule.terms.recipe, document, bundles)
    except LineUnreadable as unreadable:
        return unreadable


def _supposed(
    known: AutomationRule | None,
    permit: Permit,
    terms: RuleTerms,
    link_id: CompanyLinkId,
    rule_id: RuleId,
    clock: Clock,
) -> AutomationRule:
    now = clock.now()
    return AutomationRule(
        id=rule_id if known is None else known.id,
        company_id=permit.source_id,
        link_id=link_id,
        target_id=permit.target_id,
        terms=terms,
        created_at=now,
        since=now,
    )


def _view(
    document: Document, draft: Draft | None, error: SkladSheetsError | None, *, applies: bool, made: bool
) -> DryRunView:
    names = {} if draft is None else {line.wanted.source_id: line.wanted.name for line in draft.lines}
    return DryRunView(
        source_id=str(document["id"]),
        source_name=str(document.get("name", "")),
        applies=applies,
        made_already=made,
        body=None if draft is None else draft.body,
        found={} if draft is None else {names.get(one, one): target.name for one, target in draft.found.items()},
        open=[]
        if draft is None
        else [
            OpenView(
                name=one.wanted.name,
                code=one.wanted.code,
                article=one.wanted.article,
                suggestions=[target.name for target in one.suggestions],
            )
            for one in draft.open
        ],
        error=None if error is None else error.code,
        details={} if error is None else error.details,
    )
