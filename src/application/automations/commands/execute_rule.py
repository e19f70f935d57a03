"""A worker carries out one execution of a rule."""

import asyncio
from datetime import datetime

from application.automations.carrying import Assignment, Carrying
from application.automations.execute_command import ExecuteRule, send_execution
from application.automations.matching_ports import ReviewQueue
from application.automations.permits import Permits
from application.automations.ports import AutomationRules, Executions, ReceivedExecutions
from application.automations.stopped_command import TellStoppedRule
from application.automations.verdicts import Ending, Verdict, enter, used_up, verdict_of
from application.billing.quotas import Quotas
from application.exports.limits import RunLimits
from application.heartbeat import Heartbeat
from application.messages import Outcome
from application.ports import Clock, Ids, Outbox, SystemTransaction
from domain.automations.executions import (
    MOST_FAILURES,
    Execution,
    ExecutionLost,
    ExecutionState,
    ExecutionsUsedUp,
    Unfinished,
    received,
    told,
)
from domain.automations.links import LinkRevoked
from domain.automations.rules import AutomationRule, RuleNotFound
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import ClaimId


class ExecuteRuleHandler:
    """Claims the execution, works on it with no transaction open, and writes down what came of it. Both companies are
    asked anew at the claim and once more before anything is written.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        executions: Executions,
        received_executions: ReceivedExecutions,
        rules: AutomationRules,
        permits: Permits,
        quotas: Quotas,
        carrying: Carrying,
        reviews: ReviewQueue,
        outbox: Outbox,
        limits: RunLimits,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._executions = executions
        self._received = received_executions
        self._rules = rules
        self._permits = permits
        self._quotas = quotas
        self._carrying = carrying
        self._reviews = reviews
        self._outbox = outbox
        self._limits = limits
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: ExecuteRule) -> Outcome:
        """Raises what nobody foresaw, once it is written down."""
        assignment = await self._claim(command)
        if isinstance(assignment, Outcome):
            return assignment
        unforeseen: Exception | None = None
        try:
            verdict = await self._carry(assignment)
        except asyncio.CancelledError:
            # The worker is told to stop, or took too long: another one goes on, but not for ever.
            await asyncio.shield(self._conclude(assignment, Verdict(Ending.STUMBLED, told(Unfinished()))))
            raise
        except ExecutionLost as lost:
            return Outcome(state="left alone", error=lost.code)
        except SkladSheetsError as refused:
            verdict = verdict_of(refused, self._clock.now())
        except Exception as failed:  # noqa: BLE001 - it is written down, and raised again
            verdict, unforeseen = verdict_of(failed, self._clock.now()), failed
        outcome = await self._conclude(assignment, verdict)
        if unforeseen is not None:
            raise unforeseen
        return outcome

    async def _claim(self, command: ExecuteRule) -> Assignment | Outcome:
        now = self._clock.now()
        async with self._system_transaction():
            execution = await self._executions.get(command.company_id, command.execution_id)
            if execution is None or not execution.claimable(now):
                return Outcome(state="left alone")
            rule = await self._rules.get(execution.company_id, execution.rule_id)
            worked_on = execution.seen
            if rule is None:
                return await self._end(execution, None, Verdict(Ending.SKIPPED, told(RuleNotFound())))
            try:
                permit = await self._permits.require(rule)
                await self._count(execution, now)
            except SkladSheetsError as refused:
                return await self._end(execution, rule, self._refused(refused, now))
            execution.claim(ClaimId(self._ids.new()), now + self._limits.lease)
            if execution.failures >= MOST_FAILURES:
                return await self._end(execution, rule, Verdict(Ending.FAILED, told(Unfinished())))
            await self._store(execution, rule)
        return Assignment(execution, rule, permit, worked_on)

    def _refused(self, refused: SkladSheetsError, now: datetime) -> Verdict:
        if isinstance(refused, ExecutionsUsedUp):
            return used_up(refused, now, datetime.fromisoformat(str(refused.details["ends"])))
        return verdict_of(refused, now)

    async def _count(self, execution: Execution, now: datetime) -> None:
        """Each execution counts once, in the month in which it is first worked on. Raises ExecutionsUsedUp."""
        if execution.counted_at is not None:
            return
        entitlement, period = await self._quotas.of(execution.company_id)
        limit = entitlement.plan.executions
        if limit is not None:
            used = await self._executions.counted(execution.company_id, period.begins)
            if used >= limit:
                raise ExecutionsUsedUp(used=used, limit=limit, ends=period.ends.isoformat())
        execution.counted_at = now

    async def _carry(self, assignment: Assignment) -> Verdict:
        beat = Heartbeat(
            clock=self._clock,
            lease=self._limits.lease,
            renew=lambda: self._renew(assignment),
            lost=ExecutionLost,
        )
        return await beat.beside(self._carrying.carry(assignment, self._clock.now(), self._confirm))

    async def _renew(self, assignment: Assignment) -> datetime:
        async with self._system_transaction():
            until = self._clock.now() + self._limits.lease
            execution = await self._held(assignment)
            execution.lease_until = until
            await self._executions.put(execution)
        return until

    async def _confirm(self, assignment: Assignment) -> None:
        async with self._system_transaction():
            execution = await self._held(assignment)
            rule = await self._rules.get(execution.company_id, execution.rule_id)
            if rule is None:
                raise RuleNotFound
            await self._permits.require(rule)

    async def _held(self, assignment: Assignment) -> Execution:
        """Raises ExecutionLost where another worker has it, or nobody."""
        claim_id = assignment.execution.claim_id
        execution = await self._executions.get(assignment.execution.company_id, assignment.execution.id)
        if execution is None or claim_id is None:
            raise ExecutionLost
        execution.require_claim(claim_id)
        return execution

    async def _conclude(self, assignment: Assignment, verdict: Verdict) -> Outcome:
        async with self._system_transaction():
            execution = await self._executions.get(assignment.execution.company_id, assignment.execution.id)
            if execution is None or execution.claim_id != assignment.execution.claim_id:
                return Outcome(state="left alone", error=ExecutionLost.code)
            rule = await self._rules.get(execution.company_id, execution.rule_id)
            if verdict.open:
                await self._reviews.ask(execution.target_company_id, execution.company_id, verdict.open)
            return await self._end(execution, rule, verdict, assignment)

    async def _end(
        self,
        execution: Execution,
        rule: AutomationRule | None,
        verdict: Verdict,
        assignment: Assignment | None = None,
    ) -> Outcome:
        now = self._clock.now()
        worked_on = execution.seen if assignment is None else assignment.worked_on
        before, tries = execution.error, execution.failures
        failed = enter(execution, verdict, worked_on, now)
        again = failed and not tries and before is not None and before.code == (execution.error or before).code
        told_of = rule or (assignment.rule if assignment else None)
        if rule is not None:
            await self._judge(rule, verdict, failed=failed and not again)
        if execution.state is ExecutionState.BOOKED:
            await send_execution(self._outbox, execution, now)
        await self._store(execution, told_of)
        error = execution.error or verdict.error
        return Outcome(state=execution.state.value, error=None if error is None else error.code)

    async def _judge(self, rule: AutomationRule, verdict: Verdict, *, failed: bool) -> None:
        """A rule whose executions fail one after another, or whose link has ended, pauses itself, and that is told
        once. What failed for the same reason before, and was only told of again, is no further failure.
        """
        code = (verdict.error or told(Unfinished())).code
        if code == LinkRevoked.code:
            stopped = rule.stop(code)
        elif failed:
            stopped = rule.went_wrong(code)
        elif verdict.ending is Ending.MADE:
            rule.went_well()
            stopped = False
        else:
            return
        if stopped:
            tell = TellStoppedRule(company_id=rule.company_id, rule_id=rule.id)
            await self._outbox.put(tell, once_key=f"rule-stopped:{rule.id}")
        await self._rules.put(rule)

    async def _store(self, execution: Execution, rule: AutomationRule | None) -> None:
        await self._executions.put(execution)
        if rule is not None:
            await self._received.put(received(execution, rule.terms.name, rule.terms.recipe.target))
