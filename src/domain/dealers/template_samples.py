"""Documents of every shape, on which templates are tried before they are taken."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import TYPES, DocumentFacts, Item

_MOMENT = datetime(2026, 1, 31, 9, 5, tzinfo=UTC)
_OWN = UUID(int=1)
MOST_ITEMS = 1000
"""JSON API docs, documents: a document has a thousand positions at most."""


def samples_of(kind: NoticeKind) -> Mapping[str, DocumentFacts]:
    """By name, the usual one first; of each type of document that this kind tells of."""
    found: dict[str, DocumentFacts] = {}
    for type_ in sorted(TYPES[kind]):
        for shape, facts in _shapes(type_).items():
            found[shape if len(TYPES[kind]) == 1 else f"{type_}_{shape}"] = facts
    return found


def _shapes(type_: str) -> dict[str, DocumentFacts]:
    usual = DocumentFacts(
        type=type_,
        id=str(_OWN),
        name="00042",
        created=_MOMENT,
        moment=_MOMENT,
        updated=_MOMENT,
        total=123456.0,
        currency="RUB",
        partner=_OWN,
        partner_name="ООО «Ромашка»",
        state_id=str(_OWN),
        state="Новый",
        address=f"https://online.moysklad.ru/app/#{type_}/edit?id={_OWN}",
        store_name="Основной склад",
        comment="Позвонить перед доставкой",
        items=(Item("Чай чёрный, 100 г", 2, 45000), Item("Кофе в зёрнах, 1 кг", 1.5, 35000, 36)),
    )
    odd = "<b>\"Чай\" & 'сахар'</b>{{ sum }}"
    return {
        "usual": usual,
        "no_items": replace(usual, items=()),
        "one_item": replace(usual, items=usual.items[:1]),
        "many_items": replace(usual, items=tuple(Item(f"Товар {one}", one, 100.0) for one in range(1, MOST_ITEMS + 1))),
        "bare": DocumentFacts(type_, str(_OWN), "", _MOMENT, _MOMENT, _MOMENT, 0.0, "RUB"),
        "markup": replace(usual, name=odd, partner_name=odd, state=odd, comment=odd, items=(Item(odd, 1, 1),)),
    }
