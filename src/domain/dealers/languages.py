"""In which language somebody is told things."""

from collections.abc import Collection
from enum import StrEnum

from domain.shared.errors import RuleViolated


class Language(StrEnum):
    """Russian, where nothing else is known."""

    RU = "ru"
    EN = "en"


_READ_RUSSIAN = frozenset({"ru", "be", "kk", "ky", "tg", "tt", "uz"})
"""Primary subtags (ISO 639-1) of countries and regions where companies keep MoySklad in Russian."""

_WORDS = {
    **dict.fromkeys(("ru", "rus", "рус", "русский", "по-русски", "russian"), Language.RU),
    **dict.fromkeys(("en", "eng", "англ", "английский", "по-английски", "english"), Language.EN),
}


class LanguageUnreadable(RuleViolated):
    """There are texts in these languages only: `known`."""

    code = "dealers.import_language_unreadable"


def read_language(text: str) -> Language:
    """What people call a language, whatever its case. Raises LanguageUnreadable."""
    found = _WORDS.get(text.strip().casefold())
    if found is None:
        raise LanguageUnreadable(value=text[:100], known=", ".join(Language))
    return found


def spoken(told: Collection[Language], tag: str = "") -> Language:
    """In what to answer where these languages are told things, and somebody speaks whose program has that IETF language
    tag (`en-GB`; empty where it tells none). Who is told in one language is answered in it; where nobody or several are
    told, the tag decides: Russian, or a language whose speakers mostly read it, is answered in Russian, any other in
    English. Without a tag it is Russian.
    """
    if len(set(told)) == 1:
        return next(iter(told))
    first = tag.strip().casefold().replace("_", "-").split("-")[0]
    return Language.RU if first in {"", *_READ_RUSSIAN} else Language.EN
