"""Matching against the emulator: what it costs, and what it takes for the same."""

from typing import Any
from uuid import uuid4

import pytest

from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.matching import MemoryMatchPairs, MemoryMatchReviews
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemoryTransaction
from application.automations.matcher import MOST_UNITS, Matcher
from application.automations.reviews import Reviews
from domain.automations.matching import MatchBy, Matched, MatchKind, Wanted
from domain.shared.identities import CompanyId
from tests.integration.harness.target_accounts import EmulatedTarget, refused

OWN, SOURCE = CompanyId(uuid4()), CompanyId(uuid4())


class Bench:
    def __init__(self) -> None:
        self.account = EmulatedTarget()
        store, clock = MemoryStore(), MemoryClock()
        reviews = Reviews(MemoryMatchReviews(store), MemoryIds(), clock)
        self.matcher = Matcher(
            MemoryTransaction(store), MemoryMatchPairs(store), reviews, self.account.catalogue, clock
        )

    async def match(self, *wanted: Wanted, order: tuple[MatchBy, ...] = tuple(MatchBy)) -> tuple[Matched, int]:
        """What was found, and in how many requests to the API; what is fetched from another host is none."""
        before = len(self.account.wire.questions)
        matched = await self.matcher.match(self.account.key, OWN, SOURCE, wanted, order)
        asked = self.account.wire.questions[before:]
        return matched, sum("/apiasynctaskresult/" not in path for path, _ in asked)


def good(**fields: Any) -> Wanted:
    return Wanted(MatchKind.GOODS, str(uuid4()), "product", **{"name": "Чужой товар", **fields})


@pytest.mark.parametrize("ways", [("code",), ("name",), ("external_code", "code", "article", "name")])
async def test_a_thousand_positions_by_each_key(ways: tuple[str, ...]) -> None:
    bench, wanted = Bench(), []
    names = {"external_code": "externalCode"}
    for number in range(1000):
        way, value = ways[number % len(ways)], f"Значение № {number:04}; с точкой"
        fields = {"name": f"Наш {number}", names.get(way, way): value}
        bench.account.put("product", **fields)
        wanted.append(good(**{"external_code": f"чужой-{number}", way: value}))
    matched, units = await bench.match(*wanted)
    assert (len(matched.found), matched.open) == (1000, ())
    assert units <= MOST_UNITS
    again, units = await bench.match(*wanted)
    assert again.found == matched.found
    assert units == 1


async def test_where_nothing_is_prepared_everything_is_found_all_the_same() -> None:
    bench = Bench()
    wanted = [good(name=f"Товар с очень длинным названием {number:04}") for number in range(600)]
    for one in wanted:
        bench.account.put("product", name=one.name)

    def no_place(request: Any, serve: Any) -> Any:
        return refused(412, 61002)(request, serve) if request.url.params.get("async") else serve()

    bench.account.wire.fault, bench.account.wire.times = no_place, 10_000
    matched, _ = await bench.match(*wanted)
    assert len(matched.found) == 600


async def test_a_deleted_and_an_archived_target_are_noticed() -> None:
    bench = Bench()
    first, second = good(code="1"), good(code="2")
    made = [bench.account.put("product", name="Товар", code=code) for code in ("1", "2")]
    assert len((await bench.match(first, second))[0].found) == 2
    bench.account.purge("product", made[0]["id"])
    bench.account.archive("product", made[1]["id"])
    matched, _ = await bench.match(first, second)
    assert {one.wanted.source_id for one in matched.open} == {first.source_id, second.source_id}
    again = bench.account.put("bundle", name="Набор", code="1")
    matched, _ = await bench.match(first, second)
    assert matched.found[first.source_id].id == again["id"]
    assert matched.found[first.source_id].type == "bundle"


async def test_case_and_doubles_are_left_to_people() -> None:
    bench = Bench()
    bench.account.emulated.world.settings.equality_ignores_case = True
    upper = bench.account.put("product", name="Гвоздь", article="ГВ-1")
    doubles = {bench.account.put("product", name=f"Шуруп {number}", code="7")["id"] for number in range(2)}
    lower, double = good(name="гвоздь", article="гв-1"), good(code="7")
    matched, _ = await bench.match(lower, double)
    assert matched.found == {}
    suggested = {one.wanted.source_id: {target.id for target in one.suggestions} for one in matched.open}
    assert suggested == {lower.source_id: {upper["id"]}, double.source_id: doubles}


async def test_counterparties_are_found_by_inn_before_their_names() -> None:
    bench = Bench()
    made = bench.account.put("counterparty", name="ООО «Ромашка» (склад)", inn="7707083893")
    bench.account.put("counterparty", name="ООО «Ромашка»")
    wanted = Wanted(MatchKind.COUNTERPARTY, str(uuid4()), "counterparty", "ООО «Ромашка»", inn="7707083893")
    matched, _ = await bench.match(wanted, order=(MatchBy.INN, MatchBy.NAME))
    assert matched.found[wanted.source_id].id == made["id"]
