"""What changes with a spreadsheet's locale: separators, words for booleans, the name of the first tab."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locale:
    """Conventions of one language. `date` is the default pattern of a date."""

    first_tab: str
    decimal: str
    group: str
    true: str
    false: str
    date: str
    day_first: bool
    currency: str


_ENGLISH = Locale("Sheet", ".", ",", "TRUE", "FALSE", "M/d/yyyy", day_first=False, currency="$")
_KNOWN = {
    "en": _ENGLISH,
    "ru": Locale("Лист", ",", "\u00a0", "ИСТИНА", "ЛОЖЬ", "dd.MM.yyyy", day_first=True, currency="₽"),
    "uk": Locale("Аркуш", ",", "\u00a0", "TRUE", "FALSE", "dd.MM.yyyy", day_first=True, currency="₴"),
    "de": Locale("Tabellenblatt", ",", ".", "WAHR", "FALSCH", "dd.MM.yyyy", day_first=True, currency="€"),
    "nl": Locale("Blad", ",", ".", "WAAR", "ONWAAR", "d-M-yyyy", day_first=True, currency="€"),
    "fr": Locale("Feuille ", ",", "\u202f", "VRAI", "FAUX", "dd/MM/yyyy", day_first=True, currency="€"),
    "sv": Locale("Blad", ",", "\u00a0", "SANT", "FALSKT", "yyyy-MM-dd", day_first=True, currency="kr"),
}


def conventions(locale: str) -> Locale:
    """Conventions of a locale such as `ru_RU`; English ones when it is not known here."""
    return _KNOWN.get(locale.replace("-", "_").split("_")[0].lower(), _ENGLISH)
