"""How data about people is shown: what is left of it, and what must not be."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.personal import (
    PersonalKind,
    PersonalTerms,
    Treatment,
    TreatmentUnknown,
    pseudonym,
    treated,
    treatment_named,
)
from domain.shared.cells import Cell

KEY, OTHER = bytes(32), bytes([1]) * 32


def masked(kind: PersonalKind | None, cell: Cell) -> Cell:
    veil = treated(Treatment.MASKED, kind, b"")
    assert veil is not None
    return veil(cell)


@pytest.mark.parametrize(
    ("kind", "cell", "shown"),
    [
        (PersonalKind.EMAIL, "ivan.petrov@mail.ru", "i***@m***.ru"),
        (PersonalKind.EMAIL, "a@b.ru, c@d.com", "a***@b***.ru, c***@d***.com"),
        (PersonalKind.EMAIL, "anna@romashka", "a***@r***"),
        (PersonalKind.EMAIL, "79161234567@mail.ru", "***@m***.ru"),
        (PersonalKind.EMAIL, "не указан", "н*** у***"),
        (PersonalKind.EMAIL, "@home", "@h***"),
        (PersonalKind.PHONE, "+7 (916) 123-45-67", "***4567"),
        (PersonalKind.PHONE, 79161234567, "***4567"),
        (PersonalKind.PHONE, "12-34-56", "***56"),
        (PersonalKind.PHONE, "102", "***"),
        (PersonalKind.NUMBER, "502913642078", "***2078"),
        (PersonalKind.NUMBER, "40817810099910004312", "***4312"),
        (PersonalKind.NUMBER, "А123ВС", "***ВС"),
        (PersonalKind.NAME, "Иванов Иван Иванович", "И*** И*** И***"),
        (PersonalKind.NAME, "Салтыков-Щедрин М.Е.", "С*** М***."),
        (PersonalKind.NAME, 'ООО "Ромашка"', 'ООО "Р***"'),
        (PersonalKind.NAME, "ИП Ким А.", "ИП К*** А***."),
        (PersonalKind.NAME, "Склад 17", "С*** ***"),
        (
            PersonalKind.ADDRESS,
            "101000, г. Москва, ул. Ленина, д. 5, кв. 10",
            "***, г***. М***, у***. Л***, д***. ***, к***. ***",
        ),
        (PersonalKind.DATE, 31048.5, "1985"),
        (PersonalKind.DATE, "недавно", "***"),
        (PersonalKind.AMOUNT, Decimal("90000.00"), "***"),
        (PersonalKind.TEXT, "живёт у моря", "***"),
        (None, "что угодно", "***"),
    ],
)
def test_what_is_left_of_a_masked_value(kind: PersonalKind | None, cell: Cell, shown: str) -> None:
    assert masked(kind, cell) == shown


@pytest.mark.parametrize("treatment", [Treatment.MASKED, Treatment.PSEUDONYM])
@pytest.mark.parametrize("cell", [None, ""])
def test_an_empty_cell_stays_empty(treatment: Treatment, cell: Cell) -> None:
    for kind in PersonalKind:
        veil = treated(treatment, kind, KEY)
        assert veil is not None
        assert veil(cell) == cell


def test_as_it_is_and_left_out() -> None:
    assert treated(Treatment.AS_IS, PersonalKind.NAME, KEY) is None
    veil = treated(Treatment.LEFT_OUT, PersonalKind.NAME, KEY)
    assert veil is not None
    assert veil("Иванов") is None


@given(st.sampled_from([PersonalKind.NAME, PersonalKind.ADDRESS, PersonalKind.EMAIL]), st.text(max_size=40))
def test_no_two_letters_in_a_row_survive_and_no_digit_does(kind: PersonalKind, text: str) -> None:
    shown = str(masked(kind, text))
    if kind is PersonalKind.EMAIL:
        shown = re.sub(r"\.[^\W\d_]{1,6}(?=$|[\s,;])", "", shown)  # the top-level domain
    for form in ("ООО", "АО", "ПАО", "ЗАО", "ОАО", "ИП", "ТОО", "МУП", "ГУП", "ФГУП", "НКО", "КФХ"):
        shown = shown.replace(form, "")
    assert not re.search(r"[^\W\d_]{2}", shown)
    assert not re.search(r"\d", shown)


@given(st.text(alphabet="0123456789+-() ", max_size=30))
def test_at_most_four_digits_of_a_telephone_survive_and_never_most_of_it(text: str) -> None:
    shown, before = re.findall(r"\d", str(masked(PersonalKind.PHONE, text))), re.findall(r"\d", text)
    assert len(shown) <= 4
    assert not shown or len(shown) * 2 < len(before)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_pseudonyms_are_equal_where_values_are(one: str, other: str) -> None:
    assert (pseudonym(one, KEY) == pseudonym(other, KEY)) is (one == other)
    assert pseudonym(one, KEY) != pseudonym(one, OTHER)
    assert re.fullmatch(r"p-[0-9a-f]{24}(, p-[0-9a-f]{24})*", pseudonym(one, KEY))


def test_a_number_and_its_digits_are_one_value_and_lists_are_taken_apart() -> None:
    assert pseudonym(502913642078, KEY) == pseudonym("502913642078", KEY)
    assert pseudonym("Анна, Борис", KEY) == f"{pseudonym('Анна', KEY)}, {pseudonym('Борис', KEY)}"


def test_pseudonyms_stay_what_they_were() -> None:
    """Sheets are full of them: another version of ours must make the same."""
    assert pseudonym("+7 916 123-45-67", KEY) == "p-c4bcfced005d35f3d3a8be2f"


def test_a_pseudonym_needs_a_whole_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonym("x", b"")


def test_terms_and_their_exceptions() -> None:
    terms = PersonalTerms(Treatment.MASKED, (("phone", Treatment.PSEUDONYM), ("description", Treatment.LEFT_OUT)))
    assert terms.of("email", PersonalKind.EMAIL) is Treatment.MASKED
    assert terms.of("phone", PersonalKind.PHONE) is Treatment.PSEUDONYM
    assert terms.of("description", None) is Treatment.LEFT_OUT
    assert terms.of("sum", None) is Treatment.AS_IS
    assert terms.makes_pseudonyms
    assert not PersonalTerms(Treatment.MASKED).makes_pseudonyms


def test_an_unknown_treatment_is_answered_with_the_known_ones() -> None:
    with pytest.raises(TreatmentUnknown) as caught:
        treatment_named("hidden")
    assert "pseudonym" in str(caught.value.details["known"])
