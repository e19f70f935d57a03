"""Texts of a company's own, for one dealer after another."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from application.dealers.own_words import OwnWords, Texts
from application.dealers.telling_ports import Worded
from domain.dealers.dealers import NoticeKind
from domain.dealers.languages import Language
from domain.dealers.templates import NoticeTemplate, Own
from domain.shared.identities import CompanyId

KIND = next(iter(NoticeKind))


class CountedFilling:
    def __init__(self) -> None:
        self.filled: list[str] = []

    def say(self, own: Own, kind: NoticeKind, facts: Any, zone: Any, dealer: str, language: Language) -> Worded:
        del kind, facts, zone
        self.filled.append(dealer)
        text = f"{language}: " + own.text.replace("{{ dealer }}", dealer)
        return Worded(text, text)


@pytest.mark.parametrize(
    ("source", "told", "fills"),
    [("Заказ", ["ru: Заказ", "ru: Заказ"], 2), ("{{ dealer }}", ["ru: Юг", "ru: Север"], 3)],
)
def test_each_dealer_is_told_by_name_and_others_are_filled_in_once(source: str, told: list[str], fills: int) -> None:
    filling: Any = CountedFilling()
    words = OwnWords(filling, *[Any] * 3)  # type: ignore[arg-type]
    template = NoticeTemplate(CompanyId(uuid4()), KIND, source, changed_at=datetime(2026, 1, 12, tzinfo=UTC))
    texts, facts = Texts({KIND: template}), SimpleNamespace(type="demand", id="1")
    dealers = [("Юг", Language.RU), ("Север", Language.RU), ("Юг", Language.RU), ("Юг", Language.EN)]
    said = [words.say(texts, KIND, facts, UTC, *dealer).plain for dealer in dealers]  # type: ignore[arg-type]
    assert said[:2] == told
    assert said[2] == told[0]
    assert said[3] == told[0].replace("ru", "en")
    assert len(filling.filled) == fills
