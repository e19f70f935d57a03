"""Contracts of application.automations.pair_ports, and what Reviews and ResumeExecutions make of them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from application.automations.pair_ports import PairKey
from application.automations.reviews import Reviews
from domain.automations.matching import MatchKind, Open, Target
from domain.automations.pairs import FoundBy, MatchPair
from domain.automations.reviews import ReviewClosed, ReviewState
from domain.shared.identities import CompanyId, MatchReviewId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled

GOODS = MatchKind.GOODS
MINUTE = timedelta(minutes=1)


def clocked(world: World) -> Reviews:
    class Clock:
        def now(self) -> object:
            return world.now

    return Reviews(world.reviews, world.ids, Clock())  # type: ignore[arg-type]


async def test_pairs_are_known_by_their_source(world: World, company: CompanyId, stranger: CompanyId) -> None:
    source = CompanyId(uuid4())
    pairs = [samples.match_pair(world, company, source) for _ in range(3)]
    ids = [one.source_id for one in pairs]
    async with world.transaction(company):
        assert sorted(await world.pairs.add(pairs), key=lambda one: one.source_id) == sorted(
            pairs, key=lambda one: one.source_id
        )
        known = await world.pairs.known(company, source, GOODS, [*ids[:2], str(uuid4())])
        assert {one.source_id: one for one in known} == {one.source_id: one for one in pairs[:2]}
        assert await world.pairs.known(company, source, MatchKind.COUNTERPARTY, ids) == []
        assert await world.pairs.known(company, CompanyId(uuid4()), GOODS, ids) == []
        assert await world.pairs.known(company, source, GOODS, []) == []
    async with world.transaction(stranger):
        assert await world.pairs.known(company, source, GOODS, ids) == []


async def test_what_is_found_never_takes_the_place_of_what_is_known(world: World, company: CompanyId) -> None:
    known = samples.match_pair(world, company)
    found = replace(known, target=Target("service", str(uuid4()), "Иное"), found_by=FoundBy.NAME)
    async with world.transaction(company):
        await world.pairs.add([known])
        assert await world.pairs.add([found]) == [known]
        await world.pairs.put([found])
        assert await world.pairs.known(company, known.source_company_id, GOODS, [known.source_id]) == [found]
        assert await world.pairs.add([]) == []
        await world.pairs.put([])


async def test_targets_were_seen_and_pairs_are_forgotten_only_as_they_were(world: World, company: CompanyId) -> None:
    one, other = (samples.match_pair(world, company, CompanyId(uuid4())) for _ in range(2))
    changed = replace(one, target=Target("product", str(uuid4()), "Новое"))
    async with world.transaction(company):
        await world.pairs.add([one, other])
        await world.pairs.checked([one, other], world.now + MINUTE)
        await world.pairs.checked([one], world.now)
        (seen,) = await world.pairs.known(company, one.source_company_id, GOODS, [one.source_id])
        assert seen.checked_at == world.now + MINUTE
        await world.pairs.put([changed])
        assert await world.pairs.forget([one, other]) == 1
        await world.pairs.checked([one], world.now + 5 * MINUTE)
        assert await world.pairs.page(company, None, None, 10) == [changed]
        assert await world.pairs.forget([]) == 0
        await world.pairs.checked([], world.now)


async def test_pairs_come_in_pages(world: World, company: CompanyId, stranger: CompanyId) -> None:
    sources = [CompanyId(uuid4()), CompanyId(uuid4())]
    pairs = [samples.match_pair(world, company, source) for source in sources for _ in range(4)]
    async with world.transaction(stranger):
        await world.pairs.add([samples.match_pair(world, stranger, sources[0])])
    async with world.transaction(company):
        await world.pairs.add(pairs)
        seen, after = [], None
        while page := await world.pairs.page(company, None, after, 3):
            seen += page
            after = PairKey(page[-1].source_company_id, page[-1].kind, page[-1].source_id)
        assert {one.source_id for one in seen} == {one.source_id for one in pairs}
        assert len(seen) == 8
        of_one = await world.pairs.page(company, sources[0], None, 10)
        assert {one.source_id for one in of_one} == {one.source_id for one in pairs[:4]}


async def test_a_name_with_a_zero_byte_is_kept_without_it(world: World, company: CompanyId) -> None:
    if "Sql" not in type(world.pairs).__name__:
        pytest.skip("memory keeps everything")
    pair = replace(samples.match_pair(world, company), name="a\x00b")
    review = samples.match_review(world, company)
    review.wanted = replace(review.wanted, name="a\x00b", barcodes=("1\x00", "2"))
    async with world.transaction(company):
        assert (await world.pairs.add([pair]))[0].name == "ab"
        await world.reviews.put(review)
        kept = await world.reviews.get(company, review.id)
    assert kept is not None
    assert (kept.wanted.name, kept.wanted.barcodes) == ("ab", ("1", "2"))


async def test_questions_are_kept_whole(world: World, company: CompanyId, stranger: CompanyId) -> None:
    review = samples.match_review(world, company)
    answered = samples.match_review(world, company)
    answered.answer(Target("product", str(uuid4()), "Ответ"), world.now)
    async with world.transaction(company):
        await world.reviews.put(review)
        await world.reviews.put(answered)
        assert await world.reviews.get(company, review.id) == review
        assert await world.reviews.held(company, answered.id) == answered
        assert await world.reviews.get(company, MatchReviewId(uuid4())) is None
        assert await world.reviews.page(company, ReviewState.OPEN, None, 10) == [review]
        assert await world.reviews.page(company, ReviewState.ANSWERED, None, 10) == [answered]
        assert await world.reviews.page(company, ReviewState.IGNORED, None, 10) == []
    async with world.transaction(stranger):
        assert await world.reviews.get(company, review.id) is None
        assert await world.reviews.page(company, ReviewState.OPEN, None, 10) == []


async def test_questions_come_in_pages(world: World, company: CompanyId) -> None:
    reviews = [samples.match_review(world, company) for _ in range(5)]
    async with world.transaction(company):
        for review in reviews:
            await world.reviews.put(review)
        first = await world.reviews.page(company, ReviewState.OPEN, None, 3)
        rest = await world.reviews.page(company, ReviewState.OPEN, first[-1].id, 3)
    assert [one.id for one in (*first, *rest)] == sorted(one.id for one in reviews)


@pytest.mark.parametrize("across", [False, True])
async def test_the_same_thing_asked_twice_is_one_question(world: World, company: CompanyId, across: bool) -> None:
    asking, source = clocked(world), CompanyId(uuid4())
    wanted, other = samples.wanted_good(), samples.wanted_good("Шуруп")
    target = Target("product", str(uuid4()), "Гвоздь")

    async def ask(*questions: Open, whose: CompanyId = source) -> None:
        async with world.system_transaction() if across else world.transaction(company):
            await asking.ask(company, whose, questions)

    await ask(Open(wanted), Open(other), Open(wanted))
    await ask(Open(replace(wanted, name="Гвоздь 120"), (target,)))
    await ask(Open(wanted), whose=CompanyId(uuid4()))
    await ask()
    async with troubled(world.transaction(company)):
        await asking.ask(company, source, [Open(samples.wanted_good())])
    async with world.transaction(company):
        found = await world.reviews.page(company, ReviewState.OPEN, None, 10)
    assert len(found) == 3
    assert [(one.wanted.name, one.asked, one.suggestions) for one in found if one.source_company_id == source] == [
        ("Гвоздь 120", 2, (target,)) if one.wanted.source_id == wanted.source_id else ("Шуруп", 1, ())
        for one in found
        if one.source_company_id == source
    ]


async def test_what_was_put_aside_stays_so_and_a_stale_answer_does_not(world: World, company: CompanyId) -> None:
    asking, source = clocked(world), CompanyId(uuid4())
    aside, answered = samples.wanted_good(), samples.wanted_good()
    async with world.transaction(company):
        await asking.ask(company, source, [Open(aside), Open(answered)])
        for review in await world.reviews.page(company, ReviewState.OPEN, None, 10):
            if review.wanted == aside:
                review.ignore()
            else:
                review.answer(Target("product", str(uuid4())), world.now)
            await world.reviews.put(review)
        await asking.ask(company, source, [Open(aside), Open(answered)])
        (again,) = await world.reviews.page(company, ReviewState.OPEN, None, 10)
        assert (again.wanted, again.target, again.answered_at) == (answered, None, None)
        assert [one.wanted for one in await world.reviews.page(company, ReviewState.IGNORED, None, 10)] == [aside]


async def test_a_pair_settles_the_question_about_it(world: World, company: CompanyId) -> None:
    asking, source = clocked(world), CompanyId(uuid4())
    wanted = samples.wanted_good()
    pair = replace(samples.match_pair(world, company, source), source_id=wanted.source_id)
    async with world.transaction(company):
        await asking.ask(company, source, [Open(wanted)])
        await asking.settle([pair, samples.match_pair(world, company)], world.now)
        (review,) = await world.reviews.page(company, ReviewState.ANSWERED, None, 10)
        assert review.target == pair.target
        with pytest.raises(ReviewClosed):
            review.ignore()
        with pytest.raises(ReviewClosed):
            review.answer(Target("product", str(uuid4())), world.now)
        review.answer(pair.target, world.now)


async def test_asked_by_many_at_once_it_is_one_question(world: World, company: CompanyId) -> None:
    asking, source = clocked(world), CompanyId(uuid4())
    questions = [Open(samples.wanted_good(f"Товар {number}")) for number in range(4)]
    people = Open(replace(samples.wanted_good("Лицо"), kind=MatchKind.COUNTERPARTY, type="counterparty"))

    async def ask(number: int) -> None:
        turned = [people, *questions] if number % 2 else [*reversed(questions), people]
        async with world.system_transaction() if number % 3 else world.transaction(company):
            await asking.ask(company, source, turned)

    await asyncio.gather(*(ask(number) for number in range(8)))
    async with world.transaction(company):
        found = await world.reviews.page(company, ReviewState.OPEN, None, 100)
    assert sorted(one.wanted.name for one in found) == sorted(one.wanted.name for one in (*questions, people))


async def test_found_by_many_at_once_there_is_one_pair(world: World, company: CompanyId) -> None:
    source = CompanyId(uuid4())
    pairs = [samples.match_pair(world, company, source) for _ in range(20)]

    async def find(number: int) -> list[MatchPair]:
        own = [replace(one, target=Target("product", f"{number}-{one.target.id}")) for one in pairs]
        async with world.transaction(company):
            return await world.pairs.add(own[::-1] if number % 2 else own)

    answers = await asyncio.gather(*(find(number) for number in range(6)))
    async with world.transaction(company):
        kept = {one.source_id: one.target.id for one in await world.pairs.page(company, source, None, 100)}
    assert len(kept) == 20
    assert all({one.source_id: one.target.id for one in answer} == kept for answer in answers)
