"""Automation rules: what happens at one company has a document made at another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.automations.mapping import FieldMapping
from domain.automations.matching import MatchBy
from domain.automations.recipes import recipe_named
from domain.automations.recipes.recipe import Recipe
from domain.shared.errors import Conflict, NotFound, QuotaExceeded, RuleViolated
from domain.shared.identities import CompanyId, CompanyLinkId, RuleId
from domain.shared.moments import from_moscow

MOST_FAILURES = 5
"""After so many failed executions in a row a rule pauses itself."""

MOST_RULES = 200
"""Rules of one company: each of its documents is held against all that are about its type."""


class Trigger(StrEnum):
    """What sets a rule off: a document was made, or changed, or came into a state, or somebody asked by a scenario."""

    CREATED = "created"
    CHANGED = "changed"
    STATE = "state"
    ASKED = "asked"


class Later(StrEnum):
    """What becomes of the made document when its source changes or is deleted.

    `update` has it follow as long as it is still a draft (or the rule itself posts documents): its contents, or that it
    is a draft again. `flag` says so in the log of executions alone, `ignore` not even there.
    """

    UPDATE = "update"
    FLAG = "flag"
    IGNORE = "ignore"


class RuleNotFound(NotFound):
    """The company has no such rule."""

    code = "automations.rule_not_found"


class RulePaused(Conflict):
    """The rule is paused, by hand or because too many of its executions failed."""

    code = "automations.rule_paused"


class RuleInvalid(RuleViolated):
    """The rule contradicts itself. `field` says where."""

    code = "automations.rule_invalid"


class ConditionInvalid(RuleViolated):
    """An expression of a rule cannot be understood. `where` says which, `reason` what and at which character."""

    code = "automations.condition_invalid"


class ConditionFailed(RuleViolated):
    """An expression of a rule has no value for this document, or a condition is neither true nor false."""

    code = "automations.condition_failed"


class TooManyRules(QuotaExceeded):
    """There are as many rules as there may be."""

    code = "automations.too_many_rules"


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What people choose of a rule. `condition` is an expression over the document; an empty one always holds.

    `state` is the name of the state that a document has to come into, for that trigger alone.
    """

    name: str
    recipe_key: str
    trigger: Trigger
    mapping: FieldMapping
    state: str = ""
    condition: str = ""
    on_change: Later = Later.FLAG
    on_delete: Later = Later.FLAG
    match_by: tuple[MatchBy, ...] = (MatchBy.EXTERNAL_CODE, MatchBy.CODE, MatchBy.ARTICLE, MatchBy.BARCODE)

    @property
    def recipe(self) -> Recipe:
        """Raises RecipeUnknown."""
        return recipe_named(self.recipe_key)

    def check(self) -> None:
        """Raises RuleInvalid or RecipeUnknown."""
        recipe = self.recipe
        if (self.trigger is Trigger.STATE) is not bool(self.state.strip()):
            raise RuleInvalid(field="state")
        if not self.match_by or len(set(self.match_by)) != len(self.match_by):
            raise RuleInvalid(field="matchBy")
        self.mapping.check(recipe)


@dataclass(slots=True)
class AutomationRule:
    """Owned by the source company. `since` is from when on it looks at documents by itself: when it was made, or last
    enabled again. `stopped_by` is the code of the failure that paused it, None where a person did.
    """

    id: RuleId
    company_id: CompanyId
    link_id: CompanyLinkId
    target_id: CompanyId
    terms: RuleTerms
    created_at: datetime
    since: datetime
    enabled: bool = True
    failures: int = 0
    stopped_by: str | None = None
    version: int = 1

    def change(self, terms: RuleTerms) -> None:
        """The terms are checked by whoever made them."""
        self.terms = terms
        self.version += 1

    def enable(self, now: datetime) -> None:
        """It works again, on what happens from now on. To say so again changes nothing."""
        if not self.enabled:
            self.enabled, self.failures, self.stopped_by, self.since = True, 0, None, now
            self.version += 1

    def pause(self) -> None:
        """It waits; what it has booked waits with it."""
        if self.enabled:
            self.enabled, self.stopped_by = False, None
            self.version += 1

    def require_enabled(self) -> None:
        """Raises RulePaused."""
        if not self.enabled:
            raise RulePaused(reason=self.stopped_by or "")

    def went_well(self) -> None:
        """An execution came to a document."""
        self.failures = 0

    def went_wrong(self, code: str) -> bool:
        """An execution failed; answers whether the rule pauses itself because of that, which it does once."""
        self.failures += 1
        return self.failures >= MOST_FAILURES and self.stop(code)

    def stop(self, code: str) -> bool:
        """It pauses itself, for that reason; answers whether it had not yet."""
        if not self.enabled:
            return False
        self.enabled, self.stopped_by = False, code
        self.version += 1
        return True

    def triggered(self, document: Mapping[str, Any], *, asked: bool, entered: bool | None = True) -> bool:
        """Whether this document, as it is now, sets the rule off; its condition apart.

        A rule never takes up what was there before it. Whether something is new is told by the document's own stamps,
        so that repeated, reordered and late messages all come to the same answer. `entered` says whether its state is
        another one than before, None where nobody has seen it before: what was made since then came into its state
        since then, too.
        """
        terms = self.terms
        if terms.trigger is Trigger.STATE and _state(document) != terms.state.strip():
            return False
        if asked:
            return True
        match terms.trigger:
            case Trigger.ASKED:
                return False
            case Trigger.CREATED:
                return _after(document.get("created") or document.get("updated"), self.since)
            case Trigger.STATE if not entered:
                return entered is None and _after(document.get("created"), self.since)
            case _:
                return _after(document.get("updated"), self.since)


def types_of(rules: Collection[AutomationRule]) -> frozenset[str]:
    """Types of documents that enabled rules look at."""
    return frozenset(rule.terms.recipe.source for rule in rules if rule.enabled)


def _state(document: Mapping[str, Any]) -> str:
    state = document.get("state")
    return str(state.get("name", "")).strip() if isinstance(state, Mapping) else ""


def _after(stamp: object, since: datetime) -> bool:
    """MoySklad's stamps and our clock are not the same; a rule looks at what came with it to the second."""
    try:
        return from_moscow(str(stamp)).timestamp() >= int(since.timestamp())
    except ValueError:
        return False
