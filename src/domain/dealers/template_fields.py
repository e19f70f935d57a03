"""What a company's own template of a notice can say of a document."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from enum import StrEnum
from typing import NamedTuple

from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import DocumentFacts, Item
from domain.dealers.languages import Language
from domain.dealers.phrasing import moment_words, money_words, quantity_words, shortened

LONGEST_COMMENT = 1000
Value = str | float | int | Sequence[Mapping[str, str]]
Fields = Mapping[str, Value]


class FieldType(StrEnum):
    """Text, a number to compare, or the list to go through."""

    TEXT = "text"
    NUMBER = "number"
    ITEMS = "items"


class Field(NamedTuple):
    """A field by the name under which templates know it. What a document lacks is an empty text."""

    name: str
    type: FieldType
    title_ru: str
    title_en: str


FIELDS = (
    Field("kind", FieldType.TEXT, "Вид уведомления: order, payment, shipment, state", "Kind of notice"),
    Field(
        "type", FieldType.TEXT, "Тип документа в МоёмСкладе, например customerorder", "The document's type at MoySklad"
    ),
    Field("title", FieldType.TEXT, "Заголовок, например «Новый заказ № 00042»", "The title of our own text"),
    Field("number", FieldType.TEXT, "Номер документа", "The document's number"),
    Field("moment", FieldType.TEXT, "Дата документа по часам компании", "The document's date on the company's clock"),
    Field("sum", FieldType.TEXT, "Сумма с валютой, например «1 234,56 ₽»", "The sum with its currency"),
    Field("total", FieldType.NUMBER, "Сумма числом, для сравнений", "The sum as a number, for comparisons"),
    Field("currency", FieldType.TEXT, "Код валюты, например RUB", "The currency's ISO code"),
    Field("agent", FieldType.TEXT, "Контрагент", "The counterparty"),
    Field("store", FieldType.TEXT, "Склад", "The store"),
    Field("state", FieldType.TEXT, "Статус документа", "The document's state"),
    Field("comment", FieldType.TEXT, "Комментарий, до 1000 символов", "The comment, up to 1000 characters"),
    Field("link", FieldType.TEXT, "Адрес документа в МоёмСкладе", "The document's address at MoySklad"),
    Field("dealer", FieldType.TEXT, "Дилер, которому идёт уведомление", "The dealer who is told"),
    Field("language", FieldType.TEXT, "Язык дилера: ru или en", "The dealer's language: ru or en"),
    Field("items", FieldType.ITEMS, "Позиции: {% for item in items %}…{% endfor %}", "Positions, to go through"),
    Field("items_count", FieldType.NUMBER, "Сколько позиций", "How many positions there are"),
)

ITEM_FIELDS = (
    Field("name", FieldType.TEXT, "Товар", "The product"),
    Field("quantity", FieldType.TEXT, "Количество, например «1,5»", "The quantity"),
    Field("price", FieldType.TEXT, "Цена с валютой, без скидки", "The price with its currency, before the discount"),
    Field("sum", FieldType.TEXT, "Цена × количество, со скидкой", "Price times quantity, after the discount"),
)
"""Of each of `items`."""


def fields_of(
    kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, *, title: str, dealer: str, language: Language
) -> Fields:
    """The document as templates see it. Everything people wrote is one line, except the comment."""
    return {
        "kind": kind.value,
        "type": facts.type,
        "title": title,
        "number": shortened(facts.name),
        "moment": moment_words(facts.moment, zone),
        "sum": money_words(facts.total, facts.currency),
        "total": facts.total / 100,
        "currency": facts.currency,
        "agent": shortened(facts.partner_name),
        "store": shortened(facts.store_name),
        "state": shortened(facts.state),
        "comment": _bounded(facts.comment.strip()),
        "link": facts.address,
        "dealer": shortened(dealer),
        "language": language.value,
        "items": [_item(one, facts.currency) for one in facts.items],
        "items_count": len(facts.items),
    }


def _item(item: Item, currency: str) -> Mapping[str, str]:
    return {
        "name": shortened(item.name),
        "quantity": quantity_words(item.quantity),
        "price": money_words(item.price, currency),
        "sum": money_words(item.price * item.quantity * (1 - item.discount / 100), currency),
    }


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_COMMENT else text[: LONGEST_COMMENT - 1] + "…"
