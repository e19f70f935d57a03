"""In which language somebody is told things, and answered."""

import pytest

from domain.dealers.imported import Cell, read_line
from domain.dealers.languages import Language, LanguageUnreadable, read_language, spoken

RU, EN = Language.RU, Language.EN


@pytest.mark.parametrize(
    ("told", "tag", "answered"),
    [
        ({EN}, "ru", EN),
        ({RU}, "en", RU),
        ({RU, EN}, "en-GB", EN),
        ({RU, EN}, "", RU),
        (set(), "", RU),
        (set(), "ru-RU", RU),
        (set(), "be", RU),
        (set(), "EN_us", EN),
        (set(), "de", EN),
        (set(), "-", RU),
    ],
)
def test_who_is_told_in_one_language_is_answered_in_it_and_others_as_they_speak(
    told: set[Language], tag: str, answered: Language
) -> None:
    assert spoken(told, tag) is answered


@pytest.mark.parametrize(
    ("text", "language"), [(" RU ", RU), ("Русский", RU), ("English", EN), ("англ", EN), ("en", EN), ("-", RU)]
)
def test_a_list_says_the_language_as_people_write_it(text: str, language: Language) -> None:
    assert read_line({Cell.NAME: "С", Cell.LANGUAGE: text}).language is language


def test_a_language_there_is_not_is_refused_and_an_empty_cell_says_nothing() -> None:
    with pytest.raises(LanguageUnreadable) as refused:
        read_language("немецкий" * 100)
    assert refused.value.details["known"] == "ru, en"
    assert len(str(refused.value.details["value"])) == 100
    assert read_line({Cell.NAME: "С", Cell.LANGUAGE: " "}).language is None
