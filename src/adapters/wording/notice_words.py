"""What dealers read, in Russian: they are people of the company's customers and partners."""

from datetime import tzinfo
from html import escape

from application.dealers.telling_ports import Worded
from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import DocumentFacts, Item
from domain.dealers.phrasing import moment_words, money_words, quantity_words, shortened

MOST_ITEMS = 10
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
        title = self.title(kind, facts)
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

    def title(self, kind: NoticeKind, facts: DocumentFacts) -> str:
        """`Новый заказ № 00042`."""
        return (_STATE if kind is NoticeKind.STATE else _NEW)[facts.type] + f" № {shortened(facts.name)}"


def _item(item: Item, currency: str) -> str:
    return f"• {shortened(item.name)} × {quantity_words(item.quantity)} по {money_words(item.price, currency)}"
