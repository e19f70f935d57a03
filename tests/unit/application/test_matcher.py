"""Matching over fakes: pairs first, units spared, nothing invented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.matching import MemoryMatchPairs, MemoryMatchReviews
from adapters.memory.scope import require_no_transaction
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemoryTransaction
from application.automations.matcher import MOST_UNITS, Matcher
from application.automations.reviews import Reviews
from domain.automations.matching import MatchBy, Matched, MatchKind, Target, Wanted
from domain.automations.pairs import FoundBy, MatchPair
from domain.automations.reviews import ReviewState
from domain.shared.errors import VendorBusy
from domain.shared.identities import CompanyId
from tests.integration.harness.target_accounts import MemoryTarget

OWN, SOURCE = CompanyId(uuid4()), CompanyId(uuid4())


class Bench:
    """A company, its account, and a matcher."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), MemoryClock()
        self.account = MemoryTarget()
        self.pairs, self.stored = MemoryMatchPairs(self.store), MemoryMatchReviews(self.store)
        self.transaction = MemoryTransaction(self.store)
        self.reviews = Reviews(self.stored, MemoryIds(), self.clock)
        self.catalogue = self.account.catalogue
        self.matcher = Matcher(self.transaction, self.pairs, self.reviews, self.catalogue, self.clock)

    async def match(
        self, wanted: Sequence[Wanted], *order: MatchBy, source: CompanyId = SOURCE, **how: bool
    ) -> Matched:
        require_no_transaction("match")
        return await self.matcher.match(self.account.key, OWN, source, wanted, order, **how)

    async def kept(self) -> list[MatchPair]:
        async with self.transaction(OWN):
            return await self.pairs.page(OWN, None, None, 10_000)

    def goods(self, count: int, key: str = "externalCode") -> list[Wanted]:
        """So many goods of the source, each with its counterpart here."""
        fields = {"externalCode": "external_code", "code": "code", "name": "name"}
        found = []
        for number in range(count):
            self.account.put("product", **{"name": f"Наш {number}", key: f"{key}-{number}"})
            found.append(good(**{fields[key]: f"{key}-{number}"}))
        return found

    def spent(self) -> int:
        spent, self.catalogue.units = self.catalogue.units, 0  # type: ignore[attr-defined]
        return int(spent)


def good(**fields: Any) -> Wanted:
    return Wanted(MatchKind.GOODS, str(uuid4()), "product", **{"name": "Гвоздь", **fields})


def person(**fields: Any) -> Wanted:
    return Wanted(MatchKind.COUNTERPARTY, str(uuid4()), "counterparty", **{"name": "ООО Ромашка", **fields})


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_what_is_found_becomes_a_pair_and_is_not_looked_for_again(bench: Bench) -> None:
    (one,) = bench.goods(1)
    inn = person(inn="7707083893")
    there = bench.account.put("counterparty", name="Ромашка", inn="7707083893")
    matched = await bench.match([one, inn])
    assert matched.open == ()
    assert matched.found[inn.source_id] == Target("counterparty", there["id"], "Ромашка")
    assert {(pair.source_id, pair.found_by) for pair in await bench.kept()} == {
        (one.source_id, FoundBy.EXTERNAL_CODE),
        (inn.source_id, FoundBy.INN),
    }
    bench.account.put("product", name="Двойник", externalCode="externalCode-0")
    bench.spent()
    assert await bench.match([one]) == Matched({one.source_id: matched.found[one.source_id]})
    assert bench.spent() == 1


@pytest.mark.parametrize("how", ["purge", "archive"])
async def test_a_pair_whose_target_is_gone_is_looked_for_anew(bench: Bench, how: str) -> None:
    (one,) = bench.goods(1)
    old = (await bench.match([one])).found[one.source_id]
    getattr(bench.account, how)("product", old.id)
    (question,) = (await bench.match([one])).open
    assert (question.wanted, await bench.kept()) == (one, [])
    new = bench.account.put("product", name="Замена", externalCode="externalCode-0")
    assert (await bench.match([one])).found[one.source_id].id == new["id"]


async def test_another_sources_pairs_are_another_matter(bench: Bench) -> None:
    (one,) = bench.goods(1)
    await bench.match([one])
    other = CompanyId(uuid4())
    changed = replace(one, external_code="", code="nothing", name="Совсем иное")
    assert (await bench.match([changed], source=other)).found == {}
    assert (await bench.match([changed])).found.keys() == {one.source_id}


async def test_a_thousand_positions_take_few_units_and_one_when_they_are_known(bench: Bench) -> None:
    wanted = bench.goods(1000)
    assert len((await bench.match(wanted)).found) == 1000
    assert bench.spent() <= MOST_UNITS
    assert len((await bench.match(wanted)).found) == 1000
    assert bench.spent() == 1


async def test_a_dear_search_is_spared_by_the_whole_catalogue(bench: Bench) -> None:
    bench.catalogue.together = 20  # type: ignore[attr-defined]  # long Cyrillic names, say
    wanted = bench.goods(1000, "name")
    assert len((await bench.match(wanted)).found) == 1000
    assert bench.spent() <= MOST_UNITS
    bench.catalogue.answers_whole = False  # type: ignore[attr-defined]
    others = bench.goods(400, "code")
    assert len((await bench.match(others)).found) == 400


async def test_known_targets_are_looked_at_in_turn(bench: Bench) -> None:
    wanted = bench.goods(250)
    found = (await bench.match(wanted)).found
    for one in found.values():
        bench.account.archive("product", one.id)
    left = 250
    for expected in (150, 50, 0):
        bench.clock.advance(timedelta(seconds=1))
        left = len((await bench.match(wanted)).found)
        assert left == expected
    assert left == 0


async def test_all_are_looked_at_when_something_turned_out_to_be_missing(bench: Bench) -> None:
    wanted = bench.goods(250)
    found = (await bench.match(wanted)).found
    for one in found.values():
        bench.account.archive("product", one.id)
    assert (await bench.match(wanted, thorough=True)).found == {}


async def test_a_dry_run_stores_nothing(bench: Bench) -> None:
    known, new = bench.goods(2)
    await bench.match([known])
    before = await bench.kept()
    bench.account.archive("product", before[0].target.id)
    matched = await bench.match([known, new], learn=False)
    assert matched.found.keys() == {new.source_id}
    assert await bench.kept() == before


async def test_what_a_person_says_meanwhile_counts(bench: Bench) -> None:
    (one,) = bench.goods(1)
    said = MatchPair(
        OWN, SOURCE, MatchKind.GOODS, one.source_id, "", Target("product", str(uuid4()), "Моё"), FoundBy.PERSON,
        bench.clock.now(), bench.clock.now(),
    )  # fmt: skip
    having = bench.catalogue.having

    async def slow(*asked: Any) -> Any:
        async with bench.transaction(OWN):
            await bench.pairs.put([said])
        return await having(*asked)

    bench.catalogue.having = slow  # type: ignore[method-assign]
    assert (await bench.match([one])).found == {one.source_id: said.target}
    assert await bench.kept() == [said]


async def test_what_is_not_found_comes_with_suggestions(bench: Bench) -> None:
    near = bench.account.put("product", name="Гвоздь строительный")
    (question,) = (await bench.match([good(name="Гвоздь", code="x")])).open
    assert [one.id for one in question.suggestions] == [near["id"]]
    bench.spent()
    many = [good(name="Гвоздь", code=str(number)) for number in range(100)]
    questions = (await bench.match(many)).open
    assert len(questions) == 100
    assert bench.spent() <= MOST_UNITS
    assert questions[0].suggestions


async def test_the_same_thing_twice_in_a_document_is_one_thing(bench: Bench) -> None:
    (one,) = bench.goods(1)
    assert len((await bench.match([one, one])).found) == 1


async def test_an_open_question_is_answered_by_what_is_found(bench: Bench) -> None:
    one = good(code="17")
    missing = (await bench.match([one])).open
    async with bench.transaction(OWN):
        await bench.reviews.ask(OWN, SOURCE, missing)
    there = bench.account.put("product", name="Появился", code="17")
    await bench.match([one])
    async with bench.transaction(OWN):
        (review,) = await bench.stored.page(OWN, ReviewState.ANSWERED, None, 10)
    assert review.target == Target("product", there["id"], "Появился")


async def test_a_vendor_that_is_busy_leaves_everything_as_it_was(bench: Bench) -> None:
    (one,) = bench.goods(1)
    bench.catalogue.failures.plan("having", VendorBusy(3.0))  # type: ignore[attr-defined]
    with pytest.raises(VendorBusy):
        await bench.match([one])
    assert await bench.kept() == []
    assert len((await bench.match([one])).found) == 1


async def test_nothing_wanted_is_nothing_asked(bench: Bench) -> None:
    assert await bench.match([]) == Matched({})
    assert bench.spent() == 0
