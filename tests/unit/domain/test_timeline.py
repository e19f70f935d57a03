"""What a task tells of its attempts: bounded, and right in sum whatever was left out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.exports.timeline import MOST_ATTEMPTS, Attempt, AttemptOutcome, AttemptWork, Timeline, Waiting

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WORK = st.builds(
    AttemptWork,
    fetch=st.integers(0, 9).map(float),
    batches=st.integers(0, 5),
    rows=st.integers(0, 5),
    units=st.integers(0, 5),
    waits=st.lists(
        st.builds(
            Waiting,
            st.sampled_from(("moysklad", "google")),
            st.sampled_from(("window", "user")),
            st.just(1),
            st.just(2.0),
        ),
        max_size=3,
    ).map(tuple),
)
STEP = st.one_of(
    st.tuples(st.just("begin"), st.none()),
    st.tuples(st.just("record"), WORK),
    st.tuples(st.just("end"), st.sampled_from(list(AttemptOutcome))),
    st.tuples(st.just("turned away"), st.sampled_from(("exports.spreadsheet_taken", "exports.other"))),
)


@given(st.lists(STEP, max_size=120))
def test_whatever_happens_the_history_stays_short_and_adds_up(steps: list[tuple[str, object]]) -> None:
    timeline, begun, turned_away = Timeline(), 0, 0
    works: list[AttemptWork] = []
    opened = False
    for number, (step, what) in enumerate(steps):
        now = NOW + number * SECOND
        if step == "begin":
            timeline.begin(now)
            begun, opened = begun + 1, True
            works.append(AttemptWork())
        elif step == "record" and isinstance(what, AttemptWork):
            timeline.record(what)
            if opened:
                works[-1] = what
        elif step == "end" and isinstance(what, AttemptOutcome):
            timeline.end(what, now)
            opened = False
        elif step == "turned away" and not opened:
            timeline.end(AttemptOutcome.PUT_OFF, now, str(what), now + 5 * SECOND)
            turned_away += 1
    assert len(timeline.attempts) <= MOST_ATTEMPTS
    assert sum(attempt.times for attempt in timeline.attempts) + timeline.left_out == begun + turned_away
    assert all(attempt.outcome is not None for attempt in timeline.attempts[:-1])
    total = timeline.total()
    assert (total.fetch, total.rows, total.units, total.batches) == (
        sum(work.fetch for work in works),
        sum(work.rows for work in works),
        sum(work.units for work in works),
        sum(work.batches for work in works),
    )
    assert sum(wait.seconds for wait in total.waits) == sum(wait.seconds for work in works for wait in work.waits)
    assert len(total.waits) <= 4


def test_an_attempt_that_is_still_open_when_the_next_begins_was_lost() -> None:
    timeline = Timeline()
    timeline.begin(NOW)
    timeline.record(AttemptWork(rows=3))
    timeline.begin(NOW + 60 * SECOND)
    timeline.record(AttemptWork(rows=4))
    timeline.end(AttemptOutcome.FINISHED, NOW + 61 * SECOND)
    assert [(one.outcome, one.work.rows, one.ended_at) for one in timeline.attempts] == [
        (AttemptOutcome.LOST, 3, NOW + 60 * SECOND),
        (AttemptOutcome.FINISHED, 4, NOW + 61 * SECOND),
    ]


def test_waiting_for_a_spreadsheet_again_and_again_is_one_line() -> None:
    timeline = Timeline()
    for number in range(100):
        now = NOW + number * 5 * SECOND
        timeline.end(AttemptOutcome.PUT_OFF, now, "exports.spreadsheet_taken", now + 5 * SECOND)
    timeline.begin(NOW + 500 * SECOND)
    waited, _ = timeline.attempts
    last = NOW + 495 * SECOND
    assert waited == Attempt(
        NOW, last, AttemptOutcome.PUT_OFF, "exports.spreadsheet_taken", last + 5 * SECOND, times=100
    )


def test_the_first_attempt_and_the_last_ones_are_told() -> None:
    timeline = Timeline()
    for number in range(MOST_ATTEMPTS + 5):
        timeline.begin(NOW + number * SECOND)
        timeline.record(AttemptWork(units=1))
        timeline.end(AttemptOutcome.STUMBLED, NOW + number * SECOND, "vendors.failed")
    began = [int((attempt.began_at - NOW).total_seconds()) for attempt in timeline.attempts]
    assert began == [0, *range(6, MOST_ATTEMPTS + 5)]
    assert (timeline.left_out, timeline.between.units, timeline.total().units) == (5, 5, MOST_ATTEMPTS + 5)
