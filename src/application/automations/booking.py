"""Booking: which executions follow from what was told of documents."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from application.automations.execute_command import send_execution
from application.automations.expressions import Expressions
from application.automations.ports import Executions, ReceivedExecutions
from application.connections.document_ports import Document
from application.ports import Clock, Ids, Outbox
from application.webhooks.event_ports import DocumentStates, SeenState
from domain.automations.executions import (
    Execution,
    ExecutionError,
    ExecutionState,
    MadeByRule,
    storable,
    sync_id_of,
    told,
)
from domain.automations.rules import AutomationRule, ConditionFailed
from domain.automations.states import entered, seen_state
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId, ExecutionId
from domain.webhooks.interests import STATE_MEMORY, Audience, ObjectEvent


class Told(NamedTuple):
    """Something that was told, and the document as it is now; None where it is gone."""

    event: ObjectEvent
    document: Document | None


class Booking:
    """Works in the transaction in which the events are heard, so that neither happens without the other."""

    def __init__(
        self,
        executions: Executions,
        received: ReceivedExecutions,
        states: DocumentStates,
        expressions: Expressions,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._executions = executions
        self._received = received
        self._states = states
        self._expressions = expressions
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def book(self, company_id: CompanyId, rules: Sequence[AutomationRule], heard: Sequence[Told]) -> int:
        """Books what follows, and has what is there already look again; answers how many workers are told. `rules` are
        those that are enabled: what others have made is left alone.
        """
        now, sent, working = self._clock.now(), 0, {rule.id: rule for rule in rules}
        ours, entered = await self._ours(company_id, heard), await self._entered(company_id, heard)
        known: dict[str, list[Execution]] = {}
        for execution in await self._executions.about(company_id, [one.event.object_id for one in heard]):
            known.setdefault(execution.source_id, []).append(execution)
        fresh: list[Execution] = []
        for event, document in heard:
            begun = known.get(event.object_id, [])
            for execution in begun:
                rule = working.get(execution.rule_id)
                if rule is None or (document is not None and not self._judged(execution, rule, document)):
                    continue
                if execution.stir(event.version, now, gone=document is None):
                    await send_execution(self._outbox, execution, now)
                    sent += 1
                await self._executions.put(execution)
            if document is None:
                continue
            had = {execution.rule_id for execution in begun}
            for rule in rules:
                if rule.terms.recipe.source != event.type or rule.id in had:
                    continue
                came = entered[event.type, event.object_id]
                made = self._decide(rule, event, document, by_rule=event.object_id in ours, entered=came)
                if made is not None:
                    fresh.append(made)
        added = set(await self._executions.book(fresh))
        for execution in fresh:
            if execution.id in added and execution.state is ExecutionState.BOOKED:
                await send_execution(self._outbox, execution, now)
                await self._executions.put(execution)
                sent += 1
        return sent

    async def _entered(self, company_id: CompanyId, heard: Sequence[Told]) -> dict[tuple[str, str], bool | None]:
        """Of each document whether its state is another one than when it was last seen; None where that is not known:
        it is met for the first time, and is not older than what is remembered.
        """
        seen: dict[str, dict[str, SeenState]] = {}
        for event, document in heard:
            state = None if document is None else seen_state(document)
            if state is not None:
                seen.setdefault(event.type, {})[event.object_id] = SeenState(*state)
        changes: dict[tuple[str, str], int] = {}
        for kind, states in sorted(seen.items()):
            changed = await self._states.seen(company_id, Audience.RULES, kind, states)
            changes |= {(kind, object_id): count for object_id, count in changed.items()}
        known_since = self._clock.now() - STATE_MEMORY
        return {
            (event.type, event.object_id): entered(
                document or {}, changes.get((event.type, event.object_id)), known_since, moved=event.moved
            )
            for event, document in heard
        }

    def _judged(self, execution: Execution, rule: AutomationRule, document: Mapping[str, Any]) -> bool:
        """Whether the condition is known to hold: where it had no value for the document, it may have one now."""
        if execution.made or execution.error is None or execution.error.code != ConditionFailed.code:
            return True
        try:
            return self._expressions.holds(rule.terms, document)
        except ConditionFailed:
            return False

    async def _ours(self, company_id: CompanyId, heard: Sequence[Told]) -> set[str]:
        """Ids of documents that a rule has made: rules make nothing of these, so that it goes round in no circle.

        The execution is known before its document is there; `syncId` cannot be changed afterwards (JSON API 1.2).
        """
        signs: dict[str, str] = {}
        for event, document in heard:
            signs[event.object_id] = event.object_id
            sync_id = None if document is None else _uuid(document.get("syncId"))
            if sync_id is not None:
                signs[sync_id] = event.object_id
        return {signs[sign] for sign in await self._received.marked(company_id, list(signs))}

    def _decide(
        self,
        rule: AutomationRule,
        event: ObjectEvent,
        document: Mapping[str, Any],
        *,
        by_rule: bool,
        entered: bool | None,
    ) -> Execution | None:
        if not rule.triggered(document, asked=event.asked, entered=entered):
            return None
        if by_rule:
            return self._over(rule, event, document, MadeByRule(), ExecutionState.SKIPPED) if event.asked else None
        try:
            if not self._expressions.holds(rule.terms, document):
                return None
        except ConditionFailed as failed:
            return self._over(rule, event, document, failed, ExecutionState.FAILED)
        execution = self._execution(rule, event, document)
        execution.due_at = execution.booked_at
        return execution

    def _over(
        self,
        rule: AutomationRule,
        event: ObjectEvent,
        document: Mapping[str, Any],
        error: SkladSheetsError,
        state: ExecutionState,
    ) -> Execution:
        execution = self._execution(rule, event, document)
        known: ExecutionError = told(error)
        if state is ExecutionState.FAILED:
            execution.fail(known, event.version, self._clock.now())
        else:
            execution.skip(known, event.version, self._clock.now())
        return execution

    def _execution(self, rule: AutomationRule, event: ObjectEvent, document: Mapping[str, Any]) -> Execution:
        return Execution(
            id=ExecutionId(self._ids.new()),
            company_id=rule.company_id,
            target_company_id=rule.target_id,
            rule_id=rule.id,
            source_type=event.type,
            source_id=event.object_id,
            sync_id=sync_id_of(rule.id, event.object_id),
            seen=event.version,
            booked_at=self._clock.now(),
            source_name=storable(document.get("name")),
            target_type=rule.terms.recipe.target,
        )


def _uuid(text: object) -> str | None:
    with suppress(ValueError):
        return str(UUID(str(text)))
    return None
