"""What dealers read, each in their own language: they are people of the company's customers and partners."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from html import escape

from application.dealers.telling_ports import Worded
from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import DocumentFacts, Item
from domain.dealers.languages import Language
from domain.dealers.phrasing import moment_words, money_words, quantity_words, shortened

MOST_ITEMS = 10


@dataclass(frozen=True, slots=True)
class _Phrases:
    """`new` and `state` are titles by the type of the document; the others are filled in."""

    new: Mapping[str, str]
    state: Mapping[str, str]
    when: str
    stands: str
    no_state: str
    partner: str
    item: str
    more: str
    open: str


_PHRASES = {
    Language.RU: _Phrases(
        new={
            "customerorder": "Новый заказ",
            "paymentin": "Поступила оплата",
            "cashin": "Поступили наличные",
            "demand": "Отгрузка",
        },
        state={
            "customerorder": "Изменился статус заказа",
            "paymentin": "Изменился статус платежа",
            "cashin": "Изменился статус ордера",
            "demand": "Изменился статус отгрузки",
        },
        when="от {moment} на {total}",
        stands="Статус: {state}",
        no_state="снят",
        partner="Контрагент: {partner}",
        item="• {name} × {quantity} по {price}",
        more="… и ещё {more}",
        open="Открыть в МоёмСкладе",
    ),
    Language.EN: _Phrases(
        new={
            "customerorder": "New order",
            "paymentin": "Payment received",
            "cashin": "Cash received",
            "demand": "Shipment",
        },
        state={
            "customerorder": "The order's status changed:",
            "paymentin": "The payment's status changed:",
            "cashin": "The cash order's status changed:",
            "demand": "The shipment's status changed:",
        },
        when="of {moment}, {total}",
        stands="Status: {state}",
        no_state="none any more",
        partner="Counterparty: {partner}",
        item="• {name} × {quantity} at {price}",
        more="… and {more} more",
        open="Open in MoySklad",
    ),
}


class BilingualNoticeWords:
    """See application.dealers.telling_ports.NoticeWords. Names, states and comments stay as people wrote them."""

    def say(self, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, language: Language) -> Worded:
        """A few lines, the first of them bold, the last a link to the document."""
        phrases, title = _PHRASES[language], self.title(kind, facts, language)
        body = "\n".join(_lines(phrases, kind, facts, zone))
        html = f"<b>{escape(title)}</b>\n{escape(body)}"
        plain = f"{title}\n{body}"
        if facts.address:
            html += f'\n\n<a href="{escape(facts.address)}">{phrases.open}</a>'
            plain += f"\n\n{phrases.open}: {facts.address}"
        return Worded(html, plain)

    def title(self, kind: NoticeKind, facts: DocumentFacts, language: Language) -> str:
        """`Новый заказ № 00042`, `New order № 00042`."""
        phrases = _PHRASES[language]
        return (phrases.state if kind is NoticeKind.STATE else phrases.new)[facts.type] + f" № {shortened(facts.name)}"


def _lines(phrases: _Phrases, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo) -> list[str]:
    total = money_words(facts.total, facts.currency)
    lines = [phrases.when.format(moment=moment_words(facts.moment, zone), total=total)]
    if kind is NoticeKind.STATE:
        lines.append(phrases.stands.format(state=shortened(facts.state) or phrases.no_state))
    if facts.partner_name:
        lines.append(phrases.partner.format(partner=shortened(facts.partner_name)))
    if kind is not NoticeKind.STATE and facts.items:
        lines += ["", *(_item(phrases, one, facts.currency) for one in facts.items[:MOST_ITEMS])]
        if (more := len(facts.items) - MOST_ITEMS) > 0:
            lines.append(phrases.more.format(more=more))
    return lines


def _item(phrases: _Phrases, item: Item, currency: str) -> str:
    return phrases.item.format(
        name=shortened(item.name), quantity=quantity_words(item.quantity), price=money_words(item.price, currency)
    )
