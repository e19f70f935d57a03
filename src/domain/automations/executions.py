"""Executions: what a rule does about one document, from its first booking to the made document and beyond."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from domain.shared.errors import Conflict, Detail, NotFound, QuotaExceeded, RuleViolated, SkladSheetsError
from domain.shared.identities import ClaimId, CompanyId, ExecutionId, RuleId

MOST_FAILURES = 5
SHORTEST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
RECHECK = timedelta(minutes=30)
"""How soon what waits for somebody is looked at again by itself."""

REVIEWED = timedelta(hours=6)
"""The same for a review, whose answer has it looked at at once."""

_LONGEST_TEXT = 500
PATIENCE = timedelta(days=14)
"""For how long a connection or a paused link is waited for."""


class ExecutionState(StrEnum):
    """`waiting` has an `error` that says for what: an answer to a review, the plan's next month, a paused link.

    `made` also stands for what was brought up to date after its source changed; `skipped` is over without a document.
    """

    BOOKED = "booked"
    CLAIMED = "claimed"
    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"
    SKIPPED = "skipped"


OVER = frozenset({ExecutionState.MADE, ExecutionState.FAILED, ExecutionState.SKIPPED})


class ExecutionNotFound(NotFound):
    """The company has no such execution."""

    code = "automations.execution_not_found"


class ExecutionNotRetryable(Conflict):
    """Only what failed, was skipped or waits can be tried again; what is under way goes on by itself."""

    code = "automations.execution_not_retryable"


class ExecutionLost(Conflict):
    """Somebody else has taken this execution over, or it was called off, while we were at work."""

    code = "automations.execution_lost"


class ExecutionsUsedUp(QuotaExceeded):
    """The plan's executions of this month are used up."""

    code = "automations.executions_used_up"


class NeedsReview(RuleViolated):
    """Some goods or the counterparty were not found in the target's account, or found several times; somebody there
    has to say which they are.
    """

    code = "automations.needs_review"


class SourceGone(RuleViolated):
    """The source document was deleted before anything was made."""

    code = "automations.source_gone"


class SourceChanged(RuleViolated):
    """The source document was changed after the target's was made, which was not brought up to date."""

    code = "automations.source_changed"


class SourceDeleted(RuleViolated):
    """The source document was deleted after the target's was made."""

    code = "automations.source_deleted"


class TargetPosted(RuleViolated):
    """The source document changed or was deleted, and the target's was posted meanwhile, so that it was left alone."""

    code = "automations.target_posted"


class TargetDeleted(RuleViolated):
    """The made document was deleted at the target; it is not made a second time."""

    code = "automations.target_deleted"


class MadeByRule(RuleViolated):
    """A rule made this document: no rule makes others of it, so that nothing goes round in circles."""

    code = "automations.made_by_rule"


class SideUnavailable(Conflict):
    """One of the two companies cannot be worked with just now: `code` says why, `side` which."""

    code = "automations.side_unavailable"


class Unfinished(RuleViolated):
    """The execution failed again and again without anybody knowing why; it can be tried again by hand."""

    code = "automations.unfinished"


_ENDLESS = frozenset({NeedsReview.code, ExecutionsUsedUp.code})
"""What is waited for as long as it takes."""


@dataclass(frozen=True, slots=True)
class ExecutionError:
    """A refusal or failure, as stored and shown."""

    code: str
    details: dict[str, Detail] = field(default_factory=dict)


def told(error: SkladSheetsError) -> ExecutionError:
    """As it is kept."""
    details = {name: storable(value) if isinstance(value, str) else value for name, value in error.details.items()}
    return ExecutionError(error.code, details)


def storable(text: object) -> str:
    """A text of somebody else's data as it can be kept and shown: of a length, and without what no database takes."""
    return str(text or "").replace("\x00", "")[:_LONGEST_TEXT]


def sync_id_of(rule_id: RuleId, source_id: str) -> UUID:
    """The target document's `syncId`, the same whoever works it out and however often (UUID version 5)."""
    return uuid5(rule_id, source_id)


@dataclass(slots=True)
class Execution:
    """One for each rule and source document, in the source's company. `seen` is the version of what was last told of
    the document, `done` that which was last worked on: a later telling has the same execution go on.

    `pairs` are the target's positions by the keys of the source's lines, `fingerprint` is of what was last written,
    `read` of the source and the rule as they were then.
    `counted_at` is when it was counted against the plan, once. `urged` says that a person wants the made document
    brought up to date, whatever the rule usually does.
    """

    id: ExecutionId
    company_id: CompanyId
    target_company_id: CompanyId
    rule_id: RuleId
    source_type: str
    source_id: str
    sync_id: UUID
    seen: UUID
    booked_at: datetime
    state: ExecutionState = ExecutionState.BOOKED
    due_at: datetime | None = None
    sent_at: datetime | None = None
    claim_id: ClaimId | None = None
    lease_until: datetime | None = None
    failures: int = 0
    done: UUID | None = None
    source_name: str = ""
    gone: bool = False
    target_type: str = ""
    target_id: str | None = None
    target_name: str = ""
    pairs: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    read: str = ""
    counted_at: datetime | None = None
    made_at: datetime | None = None
    changed_at: datetime | None = None
    error: ExecutionError | None = None
    urged: bool = False

    @property
    def made(self) -> bool:
        """Whether the target's document is known to be there."""
        return self.target_id is not None

    @property
    def _missed(self) -> bool:
        return self.error is not None and self.error.code == SourceGone.code

    def stir(self, seen: UUID, now: datetime, *, gone: bool) -> bool:
        """Something was told of the source again; answers whether a worker has to be sent. Whoever is at work on it
        goes on after what it does, and what waits for its turn, or to be tried again, looks at that moment.

        That something was told does not mean that it changed, nor does `updated` tell for certain: whether a change of
        positions alone moves it is unverified.
        """
        if self.seen == seen:
            return False
        self.seen, self.gone = seen, gone
        if self.state in {ExecutionState.CLAIMED, ExecutionState.BOOKED}:
            return False
        if self.state is ExecutionState.SKIPPED and not self.made and (gone or not self._missed):
            return False
        error = self.error
        self._book(now)
        self.error = error
        return True

    def claimable(self, now: datetime) -> bool:
        """Whether a worker may take it: it waits for one, or the one that had it is dead."""
        if self.state is ExecutionState.CLAIMED:
            return self.lease_until is None or self.lease_until <= now
        due = self.due_at is not None and self.due_at <= now
        return self.state in {ExecutionState.BOOKED, ExecutionState.WAITING} and due

    def claim(self, claim_id: ClaimId, until: datetime) -> None:
        """A worker has it until then, and renews that while it works. That the one before died counts as a failure."""
        if self.state is ExecutionState.CLAIMED:
            self.failures += 1
        self.state, self.claim_id, self.lease_until = ExecutionState.CLAIMED, claim_id, until
        self.due_at = None

    def require_claim(self, claim_id: ClaimId) -> None:
        """Raises ExecutionLost."""
        if self.state is not ExecutionState.CLAIMED or self.claim_id != claim_id:
            raise ExecutionLost

    def make(self, worked_on: UUID, now: datetime) -> None:
        """The target's document is as it should be; whoever told of the source meanwhile is heard next."""
        self.made_at = self.made_at or now
        self._end(ExecutionState.MADE, None, worked_on, now)

    def rest(self, worked_on: UUID, now: datetime) -> None:
        """Nothing has changed; what was to be known still is."""
        self._end(ExecutionState.MADE, self.error, worked_on, now)

    def note(self, error: ExecutionError, worked_on: UUID, now: datetime) -> None:
        """The made document stays as it is, and this is to be known of it."""
        self._end(ExecutionState.MADE, error, worked_on, now)

    def skip(self, error: ExecutionError, worked_on: UUID, now: datetime) -> None:
        """Nothing is made."""
        self._end(ExecutionState.SKIPPED, error, worked_on, now)

    def fail(self, error: ExecutionError, worked_on: UUID, now: datetime) -> None:
        """It will not go well by itself."""
        self._end(ExecutionState.FAILED, error, worked_on, now)

    def wait(self, error: ExecutionError, now: datetime, until: datetime | None) -> None:
        """It goes on at that moment, or when somebody has answered. What cannot be is given up in the end."""
        self.state, self.error, self.due_at, self.changed_at = ExecutionState.WAITING, error, until, now
        self.claim_id = self.lease_until = None
        if error.code not in _ENDLESS and now - self.booked_at >= PATIENCE:
            self._end(ExecutionState.FAILED, error, self.seen, now)

    def postpone(self, until: datetime) -> None:
        """A vendor asks us to wait; that is nobody's failure."""
        self.state, self.due_at = ExecutionState.BOOKED, until
        self.claim_id = self.lease_until = None

    def stumble(self, error: ExecutionError, worked_on: UUID, now: datetime) -> bool:
        """What may pass went wrong; answers whether it is given up."""
        self.failures += 1
        if self.failures >= MOST_FAILURES:
            self.fail(error, worked_on, now)
            return True
        self.error = error
        self.postpone(now + min(SHORTEST_WAIT * 2 ** (self.failures - 1), LONGEST_WAIT))
        return False

    def retry(self, now: datetime) -> None:
        """A person has it tried again, or somebody has answered. Raises ExecutionNotRetryable."""
        if self.state not in {ExecutionState.FAILED, ExecutionState.SKIPPED, ExecutionState.WAITING}:
            if self.state is not ExecutionState.MADE or self.error is None:
                raise ExecutionNotRetryable(state=self.state.value)
            self.urged = True
        self._book(now)

    def resume(self, now: datetime) -> None:
        """What it waited for may have come."""
        if self.state is ExecutionState.WAITING:
            self._book(now)

    def _book(self, now: datetime) -> None:
        self.state, self.due_at, self.failures, self.error = ExecutionState.BOOKED, now, 0, None
        self.claim_id = self.lease_until = None

    def _end(self, state: ExecutionState, error: ExecutionError | None, worked_on: UUID, now: datetime) -> None:
        self.state, self.error, self.done, self.changed_at = state, error, worked_on, now
        self.claim_id = self.lease_until = self.due_at = None
        self.failures, self.urged = 0, False
        if self.seen != worked_on:
            self.state, self.due_at = ExecutionState.BOOKED, now


@dataclass(slots=True)
class ReceivedExecution:
    """The same execution as the target's company sees it: what was made, or will be, in its own account, and where it
    comes from. It is stored before anything is written there, so that no rule takes such a document for a person's.
    """

    company_id: CompanyId
    execution_id: ExecutionId
    source_company_id: CompanyId
    rule_name: str
    source_type: str
    source_name: str
    sync_id: UUID
    state: ExecutionState
    booked_at: datetime
    target_type: str
    target_id: str | None = None
    target_name: str = ""
    changed_at: datetime | None = None
    error: ExecutionError | None = None


def received(execution: Execution, rule_name: str, target_type: str) -> ReceivedExecution:
    """As the other side is to see it now."""
    return ReceivedExecution(
        company_id=execution.target_company_id,
        execution_id=execution.id,
        source_company_id=execution.company_id,
        rule_name=rule_name,
        source_type=execution.source_type,
        source_name=execution.source_name,
        sync_id=execution.sync_id,
        state=execution.state,
        booked_at=execution.booked_at,
        target_type=target_type,
        target_id=execution.target_id,
        target_name=execution.target_name,
        changed_at=execution.changed_at,
        error=execution.error,
    )
