"""What dealers read, in Russian: they are people of the company's customers and partners."""

from datetime import datetime, tzinfo
from html import escape

from application.dealers.telling_ports import Worded
from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import DocumentFacts, Item

MOST_ITEMS = 10
_LONGEST = 300
_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸", "BYN": "Br"}
_NEW = {
    "customerorder": "Новый заказ",
    "paymentin": "Поступила оплата",
    "cashin": "Поступили наличные",
    "demand": "Отгрузка",
}
_STATE = {
    "customerorder": "Изменился статус заказа",
    "paymentin": "Изменился статус платежа",
    "cashin": "Изменился статус ордера",
    "demand": "Изменился статус отгрузки",
}


class RussianNoticeWords:
    """See application.dealers.telling_ports.NoticeWords."""

    def say(self, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo) -> Worded:
        """A few lines, the first of them bold, the last a link to the document."""
        title = (_STATE if kind is NoticeKind.STATE else _NEW)[facts.type] + f" № {shortened(facts.name)}"
        lines = [f"от {moment_words(facts.moment, zone)} на {money_words(facts.total, facts.currency)}"]
        if kind is NoticeKind.STATE:
            lines.append(f"Статус: {shortened(facts.state) or 'снят'}")
        if facts.partner_name:
            lines.append(f"Контрагент: {shortened(facts.partner_name)}")
        if kind is not NoticeKind.STATE and facts.items:
            lines += ["", *(_item(one, facts.currency) for one in facts.items[:MOST_ITEMS])]
            if more := len(facts.items) - MOST_ITEMS:
                lines += [f"… и ещё {more}"] if more > 0 else []
        body = "\n".join(lines)
        html = f"<b>{escape(title)}</b>\n{escape(body)}"
        plain = f"{title}\n{body}"
        if facts.address:
            html += f'\n\n<a href="{escape(facts.address)}">Открыть в МоёмСкладе</a>'
            plain += f"\n\nОткрыть в МоёмСкладе: {facts.address}"
        return Worded(html, plain)


def money_words(hundredths: float, currency: str) -> str:
    """`1 234,56 ₽`, with spaces that do not break; from hundredths, in which MoySklad counts."""
    whole, part = divmod(abs(round(hundredths)), 100)
    sign = "−" if round(hundredths) < 0 else ""
    digits = f"{whole:,}".replace(",", "\u00a0")
    return f"{sign}{digits},{part:02d}\u00a0{_SIGNS.get(currency, currency)}"


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """DD.MM.YYYY HH:MM:SS on the wall clock of `zone`."""
    return moment.astimezone(zone).strftime("%d.%m.%Y %H:%M:%S")


def shortened(text: str) -> str:
    """One line of what somebody wrote, and not more of it than fits a message."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _item(item: Item, currency: str) -> str:
    return f"• {shortened(item.name)} × {_number(item.quantity)} по {money_words(item.price, currency)}"


def _number(quantity: float) -> str:
    return f"{quantity:.4f}".rstrip("0").rstrip(".").replace(".", ",")
