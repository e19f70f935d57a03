"""Every code has words, in both languages, that its details can fill."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from adapters.wording.catalogue import words
from adapters.wording.texts import TEXTS
from adapters.wording.texts.announcements import ANNOUNCEMENTS
from adapters.wording.texts.automations import AUTOMATIONS
from adapters.wording.texts.billing import BILLING
from adapters.wording.texts.connections import CONNECTIONS
from adapters.wording.texts.dealer_imports import DEALER_IMPORTS
from adapters.wording.texts.dealer_mails import DEALER_MAILS
from adapters.wording.texts.dealers import DEALERS
from adapters.wording.texts.exports import EXPORTS
from adapters.wording.texts.general import GENERAL
from adapters.wording.texts.matching import MATCHING
from adapters.wording.texts.notices import NOTICES
from adapters.wording.texts.occurrences import OCCURRENCES
from adapters.wording.texts.personal import PERSONAL
from adapters.wording.texts.runs import RUNS
from adapters.wording.texts.schedules import SCHEDULES
from adapters.wording.texts.sheets import SHEETS
from adapters.wording.texts.templates import TEMPLATES
from adapters.wording.texts.tenants import TENANTS
from adapters.wording.texts.webhooks import WEBHOOKS
from domain.exports.occurrences import SkipReason
from domain.exports.periods import EXAMPLES
from domain.shared.errors import SkladSheetsError

ROOTS = ("domain", "application", "adapters", "entrypoints")
OF_HTTP_ITSELF = {"request_invalid", "method_not_allowed", "request_too_large", "media_type_unsupported"}
OF_CHATS = {f"dealers.{one}" for one in ("bot_help", "chat_bound", "chat_unbound", "chat_unknown", "own_chat_bound")}
OF_DOUBTS = {f"automations.{kind}_contradicts" for kind in ("article", "barcode")}
OF_LISTS = {"dealers.import_column_unknown"}
OF_ANNOUNCEMENTS = {code for code in ANNOUNCEMENTS if code.startswith("announcements.")}
OF_OCCURRENCES = {f"occurrences.{reason}" for reason in SkipReason}
CYRILLIC = re.compile("[а-яёА-ЯЁ]")


def _descendants(kind: type[SkladSheetsError]) -> Iterator[type[SkladSheetsError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _descendants(child)


def _codes() -> set[str]:
    """The codes that src can raise. Its modules are all imported, so that no class is overlooked."""
    for root in ROOTS:
        package = importlib.import_module(root)
        for module in pkgutil.walk_packages(package.__path__, f"{root}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return {kind.code for kind in _descendants(SkladSheetsError) if kind.__module__.split(".")[0] in ROOTS}


def _placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_code_has_words_and_no_words_are_idle() -> None:
    assert set(TEXTS) == _codes() | OF_HTTP_ITSELF | OF_OCCURRENCES | OF_CHATS | OF_LISTS | OF_DOUBTS | OF_ANNOUNCEMENTS


def test_no_area_takes_words_from_another() -> None:
    areas = (
        GENERAL,
        TENANTS,
        BILLING,
        CONNECTIONS,
        EXPORTS,
        SCHEDULES,
        OCCURRENCES,
        RUNS,
        SHEETS,
        WEBHOOKS,
        PERSONAL,
        MATCHING,
        AUTOMATIONS,
        DEALERS,
        DEALER_IMPORTS,
        DEALER_MAILS,
        NOTICES,
        TEMPLATES,
        ANNOUNCEMENTS,
    )
    assert len(TEXTS) == sum(map(len, areas))


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_words_are_in_their_languages(code: str) -> None:
    ru_title, ru_action, en_title, en_action = TEXTS[code]
    for text in TEXTS[code]:
        assert text == text.strip() != ""
    for russian in (ru_title, ru_action):
        assert CYRILLIC.search(russian)
    for english in (en_title, en_action):
        assert not CYRILLIC.search(english)
    assert not ru_title.endswith(".")
    assert not en_title.endswith(".")


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_tell_the_same_details(code: str) -> None:
    ru_title, ru_action, en_title, en_action = TEXTS[code]
    named = _placeholders(ru_title, ru_action)
    assert named == _placeholders(en_title, en_action)
    assert all(name.isidentifier() for name in named)


def test_details_fill_the_words() -> None:
    told = words("exports.layout_changed", {"tab": "Заказы", "columns": "ID | Сумма"})
    assert told.ru.title == "С листа «Заказы» исчезли столбцы выгрузки"
    assert "Не нашли: ID | Сумма." in told.ru.action
    assert "We did not find: ID | Сумма." in told.en.action


def test_braces_in_details_stay_as_they_are() -> None:
    assert words("exports.tab_missing", {"tab": "{spreadsheet.__class__}"}).en.title == (
        "The sheet “{spreadsheet.__class__}” is gone from the spreadsheet"
    )


def test_a_detail_that_is_not_told_is_a_dash() -> None:
    assert words("exports.tab_missing", {}).ru.title == "Лист «—» исчез из таблицы"


def test_an_unknown_code_has_the_words_of_an_unforeseen_error() -> None:
    assert words("exports.never_heard_of", {"any": 1}) == words(SkladSheetsError.code, {})


def test_a_refused_filter_value_is_told_the_periods_that_exist() -> None:
    told = words("exports.filter_value_invalid", {"field": "moment", "value": "last_7_years", "kind": "period"})
    for period in EXAMPLES:
        assert period in told.ru.action
        assert period in told.en.action


def test_a_stopped_removal_is_told_how_to_agree() -> None:
    told = words("exports.removal_brake", {"removals": 300, "rows": 1000, "percent": 20})
    assert "mayRemove=true" in told.ru.action
    assert "mayRemove=true" in told.en.action


def test_a_formula_in_words_may_hold_braces_and_quotes() -> None:
    told = words("exports.formula_invalid", {"expression": 'row["{sum}"]', "reason": "there is no column {sum}"})
    assert told.en.title == 'The formula “row["{sum}"]” does not fit'
