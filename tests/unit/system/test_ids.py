import threading
import time
from uuid import RFC_4122, UUID

from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    made = SystemIds().new()
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_never_go_backwards_even_when_the_clock_does() -> None:
    moments = iter([1000, 1000, 1000, 999, 5, 1001, 1001, 2000])
    ids = SystemIds(lambda: next(moments))
    made = [ids.new() for _ in range(8)]
    assert made == sorted(made)
    assert len(set(made)) == 8
    assert [one.int >> 80 for one in made] == [1000] * 5 + [1001] * 2 + [2000]


def test_a_full_millisecond_spills_over_into_the_next() -> None:
    ids = SystemIds(lambda: 1000)
    first = ids.new()
    ids._last_counted = (1 << 74) - 1
    second = ids.new()
    assert second > first
    assert second.int >> 80 == 1001
    assert ids.new() > second


def test_threads_share_one_sequence() -> None:
    ids = SystemIds()
    made: list[list[UUID]] = [[] for _ in range(4)]

    def work(mine: list[UUID]) -> None:
        mine.extend(ids.new() for _ in range(2000))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    assert len({one for mine in made for one in mine}) == 8000
    assert all(one.version == 7 and one.variant == RFC_4122 for mine in made for one in mine)


def test_a_token_has_256_bits_and_is_safe_in_addresses() -> None:
    tokens = {SystemIds().token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_the_clock_tells_aware_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() is not None
    assert abs(now.timestamp() - time.time()) < 1
