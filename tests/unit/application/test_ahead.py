"""What processes let in ahead of the shared books, together and at most."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from application.tenants.ahead import Ahead, Telling
from domain.tenants.rates import MOST_AHEAD, SECOND, Admission, Rate, admit

NAME = "company:a"


@dataclass
class Shared:
    """The shared books, as rates.lua keeps them, with a clock that is not the processes' own."""

    rate: Rate
    due: int = 0

    def enter(self, requests: int, now: int) -> int:
        self.due = max(self.due, now) + self.rate.interval * requests
        return self.due - now

    def ask(self, now: int) -> tuple[Admission, int]:
        admission, due = admit(self.rate, self.due, now)
        self.due = due if admission.admitted else self.due
        return admission, max(self.due - now, 0)


@dataclass
class Process:
    """One that lets in whom it may, and tells the books in calls whose answers may take long."""

    shared: Shared
    fast_by: int
    ahead: Ahead = field(default_factory=Ahead)
    on_the_way: list[tuple[list[Telling], int]] = field(default_factory=list)

    def knock(self, now: int) -> bool:
        told = self.ahead.take([(NAME, self.shared.rate)], now + self.fast_by)
        if told is not None:
            return told[0].admitted
        self.tell(now)  # each call takes along what is to be told
        self.answer(now)
        admission, made_good_in = self.shared.ask(now)
        self.ahead.hear(NAME, self.shared.rate, made_good_in, now + self.fast_by)
        return admission.admitted

    def tell(self, now: int) -> None:
        telling = self.ahead.tell(10)
        if telling:
            self.on_the_way.append((telling, self.shared.enter(telling[0].requests, now)))

    def answer(self, now: int) -> None:
        for telling, made_good_in in self.on_the_way:
            self.ahead.told(telling)
            self.ahead.hear(NAME, self.shared.rate, made_good_in, now + self.fast_by)
        self.on_the_way.clear()

    def die(self) -> None:
        self.ahead, self.on_the_way = Ahead(), []


RATES = st.builds(Rate, requests=st.integers(1, 30), seconds=st.sampled_from([1.0, 60.0]), ahead=st.integers(0, 5))
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["knock"] * 8 + ["tell", "answer"]),
        st.sampled_from([0] * 6 + [SECOND // 100, SECOND, 40 * SECOND]),
    ),
    min_size=20,
    max_size=250,
)


@given(RATES, STEPS)
def test_no_window_has_more_than_the_rate_and_what_each_process_may_let_in_ahead(
    rate: Rate, steps: list[tuple[int, str, int]]
) -> None:
    shared = Shared(rate)
    processes = [Process(shared, fast_by=number * 7_777) for number in range(4)]
    now, admitted = 0, []
    for which, what, pause in steps:
        now += pause
        process = processes[which]
        if what == "tell":
            process.tell(now)
        elif what == "answer":
            process.answer(now)
        elif process.knock(now):
            admitted.append(now)
    most = rate.requests + len(processes) * rate.ahead
    for place, begun in enumerate(admitted):
        for number, moment in enumerate(admitted[place:], start=1):
            assert number <= most + (moment - begun) / rate.interval + 1


@given(RATES, st.integers(1, 200))
def test_a_process_by_itself_lets_in_exactly_the_rate(rate: Rate, knocks: int) -> None:
    process = Process(Shared(rate), fast_by=12_345)
    assert sum(process.knock(0) for _ in range(knocks)) == min(knocks, rate.requests)


@given(RATES.filter(lambda rate: rate.ahead > 0))
def test_what_was_let_in_too_much_is_made_good_before_those_who_heard_of_it_let_anybody_in(rate: Rate) -> None:
    shared = Shared(rate)
    processes = [Process(shared, fast_by=0) for _ in range(3)]
    let_in = sum(process.knock(0) for process in processes)
    let_in += sum(process.knock(0) for process in processes for _ in range(rate.requests * 2))
    for process in processes:
        process.tell(0)
        process.answer(0)
    for process in processes:
        process.ahead.hear(NAME, rate, shared.due, 0)
    assert rate.requests <= let_in <= rate.requests + 3 * rate.ahead
    owed = let_in - rate.requests
    assert not any(process.knock(owed * rate.interval) for process in processes)
    assert processes[0].knock((owed + 1) * rate.interval + 1)


@given(RATES.filter(lambda rate: rate.ahead > 0))
def test_a_process_that_dies_takes_no_more_with_it_than_it_let_in_ahead(rate: Rate) -> None:
    shared = Shared(rate)
    process = Process(shared, fast_by=0)
    let_in = 0
    for _ in range(3):
        let_in += sum(process.knock(0) for _ in range(rate.requests * 2))
        process.die()
    assert let_in <= rate.requests + 3 * rate.ahead


def known(ahead: Ahead, *names: str, rate: Rate) -> None:
    for name in names:
        ahead.hear(name, rate, 0, 0)


def admissions(told: Sequence[Admission] | None) -> list[tuple[bool, int]] | None:
    return None if told is None else [(one.admitted, one.remaining) for one in told]


def test_the_books_are_asked_about_whoever_is_not_known_and_where_enough_was_let_in() -> None:
    ahead, rate = Ahead(), Rate(200, 60, ahead=2)
    assert ahead.take([("a", rate)], 0) is None
    known(ahead, "a", rate=rate)
    assert [admissions(ahead.take([("a", rate)], 0)) for _ in range(3)] == [[(True, 199)], [(True, 198)], None]
    telling = ahead.tell(10)
    assert telling == [Telling("a", rate, 2)]
    assert ahead.take([("a", rate)], 0) is None, "nobody knows yet what the books said"
    ahead.told(telling)
    ahead.hear("a", rate, 150 * rate.interval, 0)
    assert admissions(ahead.take([("a", rate)], 0)) == [(True, 49)]
    assert ahead.take([("a", Rate(200, 60))], 0) is None, "a rate without any ahead is always asked about"


def test_what_was_heard_long_ago_is_not_believed() -> None:
    ahead, rate = Ahead(), Rate(200, 60, ahead=2)
    known(ahead, "a", rate=rate)
    assert ahead.take([("a", rate)], 60 * SECOND) is not None
    assert ahead.take([("a", rate)], 61 * SECOND) is None


def test_who_is_refused_at_the_first_name_is_not_counted_at_the_second() -> None:
    ahead, narrow, wide = Ahead(), Rate(100, 60, ahead=1), Rate(200, 60, ahead=2)
    ahead.hear("address", narrow, 100 * narrow.interval, 0)
    ahead.hear("company", wide, 0, 0)
    assert admissions(ahead.take([("address", narrow), ("company", wide)], 0)) == [(False, 0)]
    assert not ahead.untold


def test_books_out_of_reach_are_asked_anew() -> None:
    ahead, rate = Ahead(), Rate(200, 60, ahead=2)
    known(ahead, "a", rate=rate)
    ahead.take([("a", rate)], 0)
    ahead.forget()
    assert not ahead.untold
    assert ahead.take([("a", rate)], 0) is None


def test_it_does_not_grow_whoever_asks() -> None:
    ahead, rate = Ahead(most=3), Rate(200, 60, ahead=2)
    known(ahead, *(f"address-{number}" for number in range(100)), rate=rate)
    assert [ahead.take([(f"address-{number}", rate)], 0) is None for number in range(96, 100)] == [True] + [False] * 3


def test_a_loose_rate_lets_a_hundredth_in_ahead() -> None:
    assert [Rate.loose(requests).ahead for requests in (0, 99, 3000, 10**9)] == [0, 0, 30, MOST_AHEAD]
