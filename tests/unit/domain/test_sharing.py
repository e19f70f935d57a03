"""Who runs next: people first, nobody beyond a share, nobody forgotten."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.sharing import AGED, Lane, Room, Shares, Waiting, chosen, room_of
from domain.shared.identities import CompanyId

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
A, B, C = (CompanyId(UUID(int=number)) for number in (1, 2, 3))


def one(company: CompanyId, key: str, ago: float = 1, *, urgent: bool = False, **more: object) -> Waiting:
    return Waiting(key, company, NOW - ago * SECOND, urgent, **more)  # type: ignore[arg-type]


def keys(waiting: list[Waiting]) -> list[str]:
    return [found.key for found in waiting]


def test_a_crowd_of_one_company_does_not_hold_up_another() -> None:
    crowd = [one(A, f"a{number:05}", 20) for number in range(10_000)]
    assert keys(chosen([*crowd, one(B, "b", 1)], {}, 2, 4, NOW)) == ["a00000", "b"]
    assert keys(chosen([*crowd, one(B, "b", 1)], {A: 3}, 1, 4, NOW)) == ["b"]


def test_no_company_gets_beyond_its_share() -> None:
    assert keys(chosen([one(A, f"a{number}") for number in range(9)], {A: 2}, 6, 4, NOW)) == ["a0", "a1"]
    assert chosen([one(A, "a")], {A: 4}, 6, 4, NOW) == []


def test_people_go_first_and_so_does_who_waited_long() -> None:
    waiting = [one(A, "a", 10), one(B, "b", 1, urgent=True), one(C, "c", AGED.total_seconds() + 1)]
    assert keys(chosen(waiting, {A: 0, B: 1, C: 2}, 3, 4, NOW)) == ["b", "c", "a"]


def test_of_equals_the_one_whose_turn_is_longest_ago_is_next() -> None:
    waiting = [one(A, "a", 5, served_at=NOW - SECOND), one(B, "b", 2, served_at=NOW - 9 * SECOND), one(C, "c", 1)]
    assert keys(chosen(waiting, {}, 3, 4, NOW)) == ["c", "b", "a"]


def test_a_heavier_company_runs_more_at_once() -> None:
    waiting = [one(A, f"a{number}", weight=3) for number in range(9)] + [one(B, f"b{number}") for number in range(9)]
    assert Counter(found.company_id for found in chosen(waiting, {}, 8, 9, NOW)) == {A: 6, B: 2}


@given(
    st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 100), st.booleans()), max_size=40),
    st.dictionaries(st.sampled_from([A, B, C]), st.integers(0, 5)),
    st.integers(0, 20),
    st.integers(1, 6),
)
def test_what_is_chosen_is_as_much_as_may_be_and_in_order(
    given_ones: list[tuple[CompanyId, int, bool]], busy: dict[CompanyId, int], room: int, most: int
) -> None:
    waiting = [one(company, f"{at:03}", ago, urgent=urgent) for at, (company, ago, urgent) in enumerate(given_ones)]
    found = chosen(waiting, busy, room, most, NOW)
    taken = Counter(each.company_id for each in found)
    open_to = {company: max(most - busy.get(company, 0), 0) for company in (A, B, C)}
    have = Counter(each.company_id for each in waiting)
    assert len(set(keys(found))) == len(found)
    assert all(taken[company] <= open_to[company] for company in taken)
    assert len(found) == min(room, sum(min(have[company], open_to[company]) for company in have))
    for company in (A, B, C):
        own = [each for each in found if each.company_id == company]
        assert own == sorted(own, key=lambda each: (not each.urgent, each.due_at, each.key))


@pytest.mark.parametrize(
    ("threads", "runs", "backfills"), [(1, 1, 1), (2, 2, 2), (4, 3, 2), (8, 6, 4), (16, 12, 8), (64, 48, 32)]
)
def test_a_worker_leaves_places_to_short_work(threads: int, runs: int, backfills: int) -> None:
    assert room_of(threads) == Room(runs, backfills)


def test_backfills_leave_places_open_and_get_one() -> None:
    room = Room(6, 4)
    assert room.left(Lane.BACKFILL, {}) == 4
    assert room.left(Lane.LIVE, {Lane.BACKFILL: 4}) == 2
    assert room.left(Lane.BACKFILL, {Lane.LIVE: 5}) == 1
    assert room.left(Lane.LIVE, {Lane.LIVE: 5}) == 0
    assert Room(1, 1).left(Lane.LIVE, {}) == 1
    assert Room(2, 2).left(Lane.LIVE, {Lane.LIVE: 9}) == 0
    assert Shares().of(Lane.BACKFILL) < Shares().of(Lane.LIVE)
