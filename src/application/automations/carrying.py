"""Carrying an execution out: what is read, made and changed at the two accounts. No transaction is open meanwhile, but
for the last question before something is written.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from application.automations.drafting import Draft, Drafting
from application.automations.permits import Permit, require_within
from application.automations.shared_facts import SharedFacts
from application.automations.sides import Sides
from application.automations.vendor_ports import DocumentGone, DocumentWriter
from application.automations.verdicts import Ending, Verdict, Written, asked
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from application.digests import request_fingerprint
from domain.automations.executions import (
    Execution,
    NeedsReview,
    SourceChanged,
    SourceDeleted,
    SourceGone,
    TargetDeleted,
    TargetPosted,
    storable,
    told,
)
from domain.automations.links import Side
from domain.automations.mapping import TargetFacts, following, paired
from domain.automations.reading import positions_of
from domain.automations.rules import AutomationRule, Later
from domain.connections.moysklad import MoySkladRejected
from domain.shared.errors import RuleViolated

_SHOWN = 5
_NOT_THERE = frozenset({1021, 2013, 2024})
"""MoySklad's numbers for a link that leads to nothing (JSON API 1.2, errors)."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """An execution that this worker has claimed."""

    execution: Execution
    rule: AutomationRule
    permit: Permit
    worked_on: UUID


Confirming = Callable[[Assignment], Awaitable[None]]
"""Asks, just before something is written, whether it still may be. Raises what Permits does, or ExecutionLost."""


class _Follow(Protocol):
    async def __call__(self, facts: TargetFacts, *, thorough: bool) -> Verdict: ...


class Carrying:
    """Makes one document at most, however often it is told: by its `syncId`, which MoySklad keeps unique."""

    def __init__(self, drafting: Drafting, facts: SharedFacts, writer: DocumentWriter, sides: Sides) -> None:
        self._drafting = drafting
        self._facts = facts
        self._writer = writer
        self._sides = sides

    async def carry(self, assignment: Assignment, now: datetime, confirm: Confirming) -> Verdict:
        """Raises what companies, contents and vendors are to blame for; see verdicts.verdict_of."""
        execution, rule = assignment.execution, assignment.rule
        recipe = rule.terms.recipe
        async with self._sides.speaking(Side.SOURCE, rule.company_id) as key:
            read = await self._drafting.sources(key, recipe, [execution.source_id])
            document = read.get(execution.source_id)
            bundles = {} if document is None else await self._drafting.bundles(key, recipe, document)
        if document is None:
            async with self._sides.speaking(Side.TARGET, rule.target_id) as key:
                return await self._after_deletion(key, assignment, confirm)
        read_print = request_fingerprint([rule.version, document])
        if execution.made and read_print == execution.read and not execution.urged:
            return Verdict(Ending.UNCHANGED)  # told twice, or of something that documents do not show
        require_within(assignment.permit, rule, document)
        if execution.made and rule.terms.on_change is Later.IGNORE and not execution.urged:
            return Verdict(Ending.MADE, read=read_print)
        async with self._sides.speaking(Side.TARGET, rule.target_id) as key:
            follow = partial(self._follow, key, assignment, document, bundles, now, confirm)
            verdict = await self._followed(rule, partial(self._drafting.facts, key, rule.terms), follow)
        return replace(verdict, read=read_print)

    async def _followed(
        self, rule: AutomationRule, read: Callable[[], Awaitable[TargetFacts]], follow: _Follow
    ) -> Verdict:
        facts, kept = await self._facts.of(rule, read, anew=False)
        try:
            return await follow(facts, thorough=False)
        except MoySkladRejected as rejected:
            # A saved pair may lead to something that was deleted: each is looked at, once.
            thorough = rejected.details.get("number") in _NOT_THERE
            if not thorough and not kept:
                raise
        except RuleViolated:
            thorough = False
            if not kept:
                raise
        facts, _ = await self._facts.of(rule, read, anew=True)
        return await follow(facts, thorough=thorough)

    async def _follow(
        self,
        key: MoySkladKey,
        assignment: Assignment,
        document: Document,
        bundles: Mapping[str, Document],
        now: datetime,
        confirm: Confirming,
        facts: TargetFacts,
        *,
        thorough: bool,
    ) -> Verdict:
        rule, name = assignment.rule, assignment.permit.source_name
        draft = await self._drafting.draft(key, rule, document, bundles, facts, name, thorough=thorough)
        if draft.body is None:
            shown = ", ".join(one.wanted.name for one in draft.open[:_SHOWN])
            return asked(NeedsReview(number=len(draft.open), names=shown[:300]), draft.open, now)
        work = self._update if assignment.execution.made else self._make
        return await work(key, assignment, draft, confirm)

    async def _make(self, key: MoySkladKey, assignment: Assignment, draft: Draft, confirm: Confirming) -> Verdict:
        execution, kind = assignment.execution, assignment.rule.terms.recipe.target
        await confirm(assignment)
        made = await self._writer.make(key, kind, execution.sync_id, draft.body or {})
        document = made.document
        if _deleted(document):
            return Verdict(Ending.NOTED, told(TargetDeleted()), written=_written(document, draft))
        if not made.new and self._may_change(assignment, document):
            # It was made by an attempt whose end nobody knows; the source may have changed since.
            pairs = paired(draft.lines, draft.found, positions_of(document))
            changed = following(draft.body or {}, draft.lines, pairs)
            document = await self._writer.change(key, kind, str(document["id"]), changed)
        return Verdict(Ending.MADE, written=_written(document, draft))

    async def _update(self, key: MoySkladKey, assignment: Assignment, draft: Draft, confirm: Confirming) -> Verdict:
        execution, rule = assignment.execution, assignment.rule
        if request_fingerprint(draft.body) == execution.fingerprint:
            return Verdict(Ending.MADE)
        if rule.terms.on_change is not Later.UPDATE and not execution.urged:
            return Verdict(Ending.NOTED, told(SourceChanged()))
        current = await self._current(key, assignment)
        if isinstance(current, RuleViolated):
            return Verdict(Ending.NOTED, told(current))
        await confirm(assignment)
        body = following(draft.body or {}, draft.lines, execution.pairs)
        known = {str(one.get("id")) for one in positions_of(current)}
        for position in body.get("positions", ()):
            if position.get("id") not in known:  # people have removed it there
                position.pop("id", None)
        try:
            document = await self._writer.change(key, rule.terms.recipe.target, str(current["id"]), body)
        except DocumentGone:
            return Verdict(Ending.NOTED, told(TargetDeleted()))
        return Verdict(Ending.MADE, written=_written(document, draft))

    async def _after_deletion(self, key: MoySkladKey, assignment: Assignment, confirm: Confirming) -> Verdict:
        execution, rule = assignment.execution, assignment.rule
        kind = rule.terms.recipe.target
        found = await self._writer.find(key, kind, execution.sync_id)
        if found is None:
            return Verdict(Ending.NOTED if execution.made else Ending.SKIPPED, told(SourceGone()))
        written = Written(str(found["id"]), storable(found.get("name")))
        if rule.terms.on_delete is Later.IGNORE:
            return Verdict(Ending.MADE, written=written)
        if rule.terms.on_delete is Later.UPDATE and not _deleted(found) and found.get("applicable"):
            if not self._may_change(assignment, found):
                return Verdict(Ending.NOTED, told(TargetPosted()), written=written)
            await confirm(assignment)
            try:
                await self._writer.change(key, kind, written.id, {"applicable": False})
            except DocumentGone:
                return Verdict(Ending.NOTED, told(TargetDeleted()), written=written)
        return Verdict(Ending.NOTED, told(SourceDeleted()), written=written)

    async def _current(self, key: MoySkladKey, assignment: Assignment) -> Document | RuleViolated:
        """The target's document, or why it is not changed."""
        kind = assignment.rule.terms.recipe.target
        found = await self._writer.find(key, kind, assignment.execution.sync_id)
        if found is None or _deleted(found):
            return TargetDeleted()
        return found if self._may_change(assignment, found) else TargetPosted()

    def _may_change(self, assignment: Assignment, document: Document) -> bool:
        """A draft may be changed. What somebody has posted there stays as it is, unless the rule itself posts."""
        return assignment.rule.terms.mapping.applicable or not document.get("applicable")


def _deleted(document: Document) -> bool:
    return bool(document.get("deleted"))


def _written(document: Document, draft: Draft) -> Written:
    return Written(
        id=str(document["id"]),
        name=storable(document.get("name")),
        pairs=paired(draft.lines, draft.found, positions_of(document)),
        fingerprint=request_fingerprint(draft.body),
    )
