"""How amounts, moments and names are put to people."""

from datetime import datetime, tzinfo

LONGEST = 300
_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸", "BYN": "Br"}


def money_words(hundredths: float, currency: str) -> str:
    """`1 234,56 ₽`, with spaces that do not break; from hundredths, in which MoySklad counts."""
    whole, part = divmod(abs(round(hundredths)), 100)
    sign = "−" if round(hundredths) < 0 else ""
    digits = f"{whole:,}".replace(",", "\u00a0")
    return f"{sign}{digits},{part:02d}\u00a0{_SIGNS.get(currency, currency)}"


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """DD.MM.YYYY HH:MM:SS on the wall clock of `zone`."""
    return moment.astimezone(zone).strftime("%d.%m.%Y %H:%M:%S")


def quantity_words(quantity: float) -> str:
    """`1,5`, without zeros that say nothing."""
    return f"{quantity:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def shortened(text: str, most: int = LONGEST) -> str:
    """One line of what somebody wrote, and not more of it than fits a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
