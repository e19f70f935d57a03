"""When something is found for certain, and what is suggested when it is not."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.automations.candidates import SUGGESTIONS, Candidate, Catalogue, Search, chosen, likeliest, values
from domain.automations.matching import Doubt, MatchBy, MatchKind, Target, Wanted

EXTERNAL, CODE, ARTICLE, BARCODE, NAME = (
    MatchBy.EXTERNAL_CODE,
    MatchBy.CODE,
    MatchBy.ARTICLE,
    MatchBy.BARCODE,
    MatchBy.NAME,
)
ORDER = (EXTERNAL, CODE, ARTICLE, BARCODE, NAME)


def good(**fields: Any) -> Wanted:
    return Wanted(MatchKind.GOODS, str(uuid4()), "product", **{"name": "Гвоздь", **fields})


def candidate(**fields: Any) -> Candidate:
    return Candidate("product", str(uuid4()), **{"name": "Болт", **fields})


def looked(wanted: list[Wanted], there: list[Candidate], order: tuple[MatchBy, ...] = ORDER) -> Search:
    """Everything is asked for in its turn, as it would be of MoySklad, which heeds no case."""
    search = Search(wanted, order)
    for by in order:
        asked = {value.casefold() for value in search.asked(by)}
        search.learn(by, [one for one in there if asked & {value.casefold() for value in values(one, by)}])
    return search


def found(search: Search) -> dict[str, tuple[str, MatchBy]]:
    return {source: (one.id, by) for source, (one, by) in search.found.items()}


def test_the_first_key_that_one_candidate_has_decides() -> None:
    wanted = good(external_code="x", code="1", article="A")
    by_code, by_external = candidate(code="1"), candidate(external_code="x")
    assert found(looked([wanted], [by_code, by_external])) == {wanted.source_id: (by_external.id, EXTERNAL)}
    assert found(looked([wanted], [by_code, by_external], (CODE, EXTERNAL))) == {wanted.source_id: (by_code.id, CODE)}


def test_of_several_a_later_key_singles_one_out() -> None:
    wanted = good(code="1", article="A")
    one, other = candidate(code="1", article="A"), candidate(code="1", article="B")
    assert found(looked([wanted], [one, other])) == {wanted.source_id: (one.id, ARTICLE)}


@pytest.mark.parametrize(
    ("sought", "there", "by"),
    [
        ({"article": "A"}, {"article": "B"}, ARTICLE),
        ({"barcodes": ("46001", "46002")}, {"barcodes": ("46003",)}, BARCODE),
        ({"article": "A", "barcodes": ("46001",)}, {"article": "A", "barcodes": ("46002",)}, BARCODE),
        ({"article": "A", "barcodes": ("46001",)}, {"article": "B", "barcodes": ("46001",)}, ARTICLE),
    ],
)
@pytest.mark.parametrize("order", [ORDER, (CODE,), (CODE, NAME)])
def test_the_same_code_is_chance_where_article_or_barcode_contradict(
    sought: dict[str, Any], there: dict[str, Any], by: MatchBy, order: tuple[MatchBy, ...]
) -> None:
    """MoySklad numbers the goods of every account from 00001 on."""
    wanted, chance = good(code="00001", **sought), candidate(code="00001", name="Гвоздь", **there)
    search = looked([wanted], [chance], order)
    assert search.found == {}
    (question,) = search.open()
    assert question.suggestions == (chance.target,)
    assert question.doubt == Doubt(chance.target, by, values(wanted, by), values(chance, by))
    assert search.seeking() == []  # nothing is spent on looking for likenesses


@pytest.mark.parametrize(
    ("sought", "there"),
    [
        ({}, {}),
        ({"article": "A"}, {}),
        ({"article": " A-1 "}, {"article": "a-1"}),
        ({}, {"article": "B", "barcodes": ("46002",)}),
        ({"barcodes": ("46001",)}, {"article": "B"}),
        ({"barcodes": ("46001", "46002")}, {"barcodes": ("46002", "46003")}),
        ({"article": "A", "barcodes": (" ",)}, {"article": "A ", "barcodes": ("46002",)}),
    ],
)
def test_a_code_that_nothing_contradicts_is_taken(sought: dict[str, Any], there: dict[str, Any]) -> None:
    wanted, one = good(code="00001", **sought), candidate(code="00001", **there)
    assert found(looked([wanted], [one])) == {wanted.source_id: (one.id, CODE)}


def test_what_singles_out_by_code_is_doubted_too() -> None:
    wanted = good(code="00001", article="A", barcodes=("46001",))
    chance, other = candidate(code="00001", article="A", barcodes=("46002",)), candidate(code="2", article="A")
    search = looked([wanted], [chance, other], (ARTICLE, CODE))
    assert search.found == {}
    assert [one.doubt.by for one in search.open() if one.doubt] == [BARCODE]


def test_a_key_that_is_more_than_a_name_finds_what_was_meant_instead() -> None:
    wanted = good(code="00001", article="A")
    chance, meant = candidate(code="00001", article="B"), candidate(code="00007", article="A")
    namesake = candidate(code="00008", name="Гвоздь")
    assert found(looked([wanted], [chance, meant])) == {wanted.source_id: (meant.id, ARTICLE)}
    search = looked([wanted], [chance, namesake])
    assert search.found == {}
    (question,) = search.open()
    assert set(question.suggestions) == {chance.target, namesake.target}
    assert question.doubt is not None
    many = [candidate(article="A", name="Гвоздь") for _ in range(9)]
    (question,) = looked([wanted], [chance, *many]).open()
    assert len(question.suggestions) == SUGGESTIONS
    assert chance.target in question.suggestions


def test_counterparties_have_no_articles_to_contradict() -> None:
    wanted = Wanted(MatchKind.COUNTERPARTY, str(uuid4()), "counterparty", "ООО", code="00001", inn="7707083893")
    one = Candidate("counterparty", str(uuid4()), code="00001", inn="7707083894")
    assert found(looked([wanted], [one], (CODE,))) == {wanted.source_id: (one.id, CODE)}


def test_a_service_is_never_taken_for_a_thing() -> None:
    delivery, screw = replace(good(code="1"), type="service"), good(code="2")
    thing, service = candidate(code="1"), replace(candidate(code="2"), type="service")
    search = looked([delivery, screw], [thing, service])
    assert found(search) == {}
    assert [one.wanted for one in search.open()] == [delivery, screw]
    own = replace(candidate(code="1"), type="service")
    assert found(looked([delivery], [thing, own])) == {delivery.source_id: (own.id, CODE)}


def test_several_stay_open_and_are_suggested() -> None:
    wanted = good(code="1", name="гвоздь")
    several = [candidate(code="1", name=name) for name in ("Гвозди", "Шуруп", "Гвоздь")]
    search = looked([wanted], [*several, candidate(name="Гвоздь")])
    assert search.found == {}
    (question,) = search.open()
    assert [one.name for one in question.suggestions] == ["Гвоздь", "Гвозди", "Шуруп"]


def test_a_later_key_never_finds_another_than_the_several() -> None:
    wanted = good(code="1", article="A")
    several = [candidate(code="1"), candidate(code="1")]
    search = looked([wanted], [*several, candidate(article="A")])
    assert search.found == {}
    assert {one.id for one in search.open()[0].suggestions} == {one.id for one in several}


def test_only_the_same_to_the_letter_is_the_same() -> None:
    wanted = good(code="ab-1")
    search = looked([wanted], [candidate(code="AB-1"), candidate(code="ab-11")])
    assert search.found == {}
    search = looked([wanted], [candidate(code="AB-1"), same := candidate(code=" ab-1 ")])
    assert found(search) == {wanted.source_id: (same.id, CODE)}


def test_nothing_is_no_value() -> None:
    wanted = good(name=" ", code="  ")
    search = Search([wanted], ORDER)
    assert [search.asked(by) for by in ORDER] == [[]] * 5
    assert looked([wanted], [candidate(name="", code="")]).found == {}


def test_a_value_that_two_things_share_tells_nothing() -> None:
    one, other = good(article="A", code="1"), good(article="A", code="2")
    there = [candidate(article="A", code="1")]
    assert found(looked([one, other], there)) == {one.source_id: (there[0].id, CODE)}
    assert looked([one, other], there, (ARTICLE,)).found == {}


def test_what_is_archived_is_not_there() -> None:
    wanted = good(code="1")
    living = candidate(code="1")
    assert found(looked([wanted], [candidate(code="1", archived=True), living])) == {
        wanted.source_id: (living.id, CODE)
    }
    assert looked([wanted], [replace(living, archived=True)]).found == {}


def test_any_barcode_will_do() -> None:
    wanted = good(barcodes=("1", "2"))
    there = candidate(barcodes=("2", "3"))
    assert found(looked([wanted], [there])) == {wanted.source_id: (there.id, BARCODE)}
    assert looked([wanted], [there, candidate(barcodes=("1",))]).found == {}


def test_each_kind_is_looked_for_by_what_it_has() -> None:
    assert chosen(MatchKind.GOODS, [MatchBy.INN, NAME, NAME, CODE]) == (NAME, CODE)
    assert chosen(MatchKind.COUNTERPARTY, [ARTICLE, MatchBy.INN]) == (MatchBy.INN,)
    assert chosen(MatchKind.COUNTERPARTY, [ARTICLE]) == chosen(MatchKind.COUNTERPARTY, [])
    assert MatchBy.INN in chosen(MatchKind.COUNTERPARTY, [])


def test_suggestions_are_few_and_the_likeliest_come_first() -> None:
    wanted = good(name="Гвоздь строительный 100 мм", article="АРТ-1")
    there = [candidate(name=f"Гвоздь {number}") for number in range(10)]
    there += [candidate(name="Иное", article="АРТ-1"), candidate(name="Гвоздь строительный 100 мм", article="арт-1")]
    shown = likeliest(wanted, there)
    assert len(shown) == SUGGESTIONS
    assert shown[0] == there[-1].target
    assert there[-2].target in shown


def test_a_catalogue_finds_alike_names_by_their_rarest_words() -> None:
    there = [candidate(name=f"Гвоздь обычный {number:03}") for number in range(500)]
    rare = candidate(name="Гвоздь, шиферный")
    catalogue = Catalogue([*there, rare])
    assert rare in catalogue.alike("гвоздь ШИФЕРНЫЙ 5")
    assert len(catalogue.alike("Гвоздь")) <= 4 * SUGGESTIONS
    assert catalogue.alike("а") == catalogue.alike("") == []


texts = st.sampled_from(["", "1", "2", "a", "A", "я;\\"])
wanted_goods = st.lists(st.builds(good, external_code=texts, code=texts, article=texts, name=texts), max_size=5)
candidates = st.lists(
    st.builds(candidate, external_code=texts, code=texts, article=texts, name=texts, archived=st.booleans()), max_size=6
)


@given(wanted_goods, candidates, st.permutations(ORDER))
def test_what_is_found_is_living_shares_the_key_and_nothing_is_lost(
    wanted: list[Wanted], there: list[Candidate], order: list[MatchBy]
) -> None:
    search = looked(wanted, there, tuple(order))
    asked = {one.source_id: one for one in wanted}
    for source, (one, by) in search.found.items():
        assert not one.archived
        assert set(values(asked[source], by)) & set(values(one, by))
    assert search.found.keys() | {one.wanted.source_id for one in search.open()} == asked.keys()
    again = looked(wanted, there[::-1], tuple(order))
    assert found(again) == found(search)
    whole = Search(wanted, order)
    catalogue = Catalogue(there)
    for by in order:
        whole.learn(by, catalogue.having(by, whole.asked(by)))
    assert found(whole) == found(search)


def test_a_target_is_told_by_its_name() -> None:
    one = candidate(name="Болт")
    assert one.target == Target("product", one.id, "Болт")
