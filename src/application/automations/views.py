"""What people see of links, rules and executions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.automations.executions import Execution, ExecutionState, ReceivedExecution
from domain.automations.links import LinkLimits, LinkSide, LinkState, Side
from domain.automations.mapping import FieldMapping
from domain.automations.matching import MatchBy
from domain.automations.recipes.recipe import Recipe
from domain.automations.rules import AutomationRule, Later, Trigger
from domain.shared.errors import Detail


class LimitsView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one side allows; null is anything. `largestSum` is in units of the document's currency."""

    types: list[str] | None = None
    stores: list[str] | None = None
    agents: list[str] | None = None
    largest_sum: str | None = None


class CompanyLinkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link as one of its companies sees it. `side` says whether documents go out from here or come in."""

    id: UUID
    side: Side
    state: LinkState
    name: str
    other_name: str
    limits: LimitsView
    paused: bool
    other_paused: bool
    created_at: datetime
    expires_at: datetime | None
    accepted_at: datetime | None
    revoked_at: datetime | None


class MappingView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """See the fields of a new rule."""

    organization: str
    agent: str
    store: str | None
    fields: Mapping[str, str]
    attributes: Mapping[str, str]
    line_fields: Mapping[str, str]
    references: Mapping[str, str]
    vat: Mapping[str, str]
    state: str
    mark: str
    applicable: bool


class RuleView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule. `stoppedBy` is the code of the failure that paused it, `failures` how many there were in a row."""

    id: UUID
    link_id: UUID
    name: str
    recipe: str
    trigger: Trigger
    state: str
    condition: str
    mapping: MappingView
    on_change: Later
    on_delete: Later
    match_by: list[MatchBy]
    enabled: bool
    stopped_by: str | None
    failures: int
    created_at: datetime


class ExecutionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a rule did about one document, as its owner sees it."""

    id: UUID
    rule_id: UUID
    source_type: str
    source_id: str
    source_name: str
    target_type: str
    target_id: str | None
    target_name: str
    state: ExecutionState
    error: str | None
    details: Mapping[str, Detail]
    booked_at: datetime
    due_at: datetime | None
    made_at: datetime | None
    changed_at: datetime | None


class ReceivedView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The same as the company sees it in whose account the document is made."""

    id: UUID
    rule_name: str
    source_type: str
    source_name: str
    target_type: str
    target_id: str | None
    target_name: str
    state: ExecutionState
    error: str | None
    details: Mapping[str, Detail]
    booked_at: datetime
    changed_at: datetime | None


class RecipeView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Which document follows from which; whether it needs a store, and has positions."""

    key: str
    source: str
    target: str
    store: bool
    positions: bool


class OpenView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was not found in the other account, and what it may be."""

    name: str
    code: str
    article: str
    suggestions: list[str]


class DryRunView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the rule would do about one real document. `body` is exactly what would be sent to MoySklad; `found` has
    what each goods would become there. `error` is a code, where it would not come to a document.
    """

    source_id: str
    source_name: str
    applies: bool
    made_already: bool
    body: dict[str, Any] | None
    found: Mapping[str, str]
    open: list[OpenView]
    error: str | None
    details: Mapping[str, Detail]


def link_view(side: LinkSide) -> CompanyLinkView:
    """As its company sees it."""
    state = LinkState.REVOKED if side.other_revoked else side.state
    return CompanyLinkView(
        id=side.link_id,
        side=side.side,
        state=state,
        name=side.name,
        other_name=side.other_name,
        limits=limits_view(side.limits),
        paused=side.paused,
        other_paused=side.other_paused,
        created_at=side.created_at,
        expires_at=side.expires_at if state is LinkState.INVITED else None,
        accepted_at=side.accepted_at,
        revoked_at=side.revoked_at,
    )


def limits_view(limits: LinkLimits) -> LimitsView:
    """In a fixed order."""
    return LimitsView(
        types=None if limits.types is None else sorted(limits.types),
        stores=None if limits.stores is None else sorted(limits.stores),
        agents=None if limits.agents is None else sorted(limits.agents),
        largest_sum=None if limits.largest_sum is None else str(limits.largest_sum),
    )


def rule_view(rule: AutomationRule) -> RuleView:
    """As its owner sees it."""
    terms = rule.terms
    return RuleView(
        id=rule.id,
        link_id=rule.link_id,
        name=terms.name,
        recipe=terms.recipe_key,
        trigger=terms.trigger,
        state=terms.state,
        condition=terms.condition,
        mapping=_mapping(terms.mapping),
        on_change=terms.on_change,
        on_delete=terms.on_delete,
        match_by=list(terms.match_by),
        enabled=rule.enabled,
        stopped_by=rule.stopped_by,
        failures=rule.failures,
        created_at=rule.created_at,
    )


def _mapping(mapping: FieldMapping) -> MappingView:
    return MappingView(**{name: getattr(mapping, name) for name in MappingView.__struct_fields__})


def execution_view(execution: Execution) -> ExecutionView:
    """As the rule's owner sees it."""
    error = execution.error
    shown = {name: getattr(execution, name) for name in ExecutionView.__struct_fields__ if name != "details"}
    shown["error"] = None if error is None else error.code
    return ExecutionView(**shown, details={} if error is None else error.details)


def received_view(received: ReceivedExecution) -> ReceivedView:
    """As the other company sees it."""
    error = received.error
    names = set(ReceivedView.__struct_fields__) - {"details", "id", "error"}
    return ReceivedView(
        id=received.execution_id,
        error=None if error is None else error.code,
        details={} if error is None else error.details,
        **{name: getattr(received, name) for name in names},
    )


def recipe_view(recipe: Recipe) -> RecipeView:
    """The facts that a person needs for choosing."""
    return RecipeView(
        key=recipe.key,
        source=recipe.source,
        target=recipe.target,
        store=recipe.store,
        positions=recipe.positions,
    )
