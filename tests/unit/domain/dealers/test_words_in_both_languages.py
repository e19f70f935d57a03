"""Every kind of notice has words in both languages, and names stay as people wrote them."""

from datetime import UTC, datetime
from itertools import product

import pytest

from adapters.wording.delivery_words import BilingualDeliveryWords
from adapters.wording.mail_words import BilingualMailWords
from adapters.wording.notice_words import BilingualNoticeWords
from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import TYPES
from domain.dealers.languages import Language
from domain.dealers.template_samples import samples_of

MADE = [(kind, name) for kind in NoticeKind for name in samples_of(kind)]


def russian(text: str) -> bool:
    return any("а" <= one <= "я" or one == "ё" for one in text.casefold())


@pytest.mark.parametrize(("kind", "sample"), MADE)
def test_english_is_english_and_says_as_much_as_russian(kind: NoticeKind, sample: str) -> None:
    facts, words = samples_of(kind)[sample], BilingualNoticeWords()
    told = {one: words.say(kind, facts, UTC, one) for one in Language}
    named = [facts.partner_name, facts.state, *(one.name for one in facts.items)]
    plain = told[Language.EN].plain
    for name in filter(None, named):
        plain = plain.replace(" ".join(name.split()), "")
    assert not russian(plain)
    assert russian(words.title(kind, facts, Language.RU))
    assert told[Language.RU].plain.count("\n") == told[Language.EN].plain.count("\n")
    assert "31.01.2026 09:05:00" in told[Language.EN].plain


def test_each_type_has_a_title_in_each_language() -> None:
    words = BilingualNoticeWords()
    for kind, language in product(NoticeKind, Language):
        titles = {words.title(kind, facts, language) for facts in samples_of(kind).values() if facts.name == "00042"}
        assert len(titles) == len(TYPES[kind])


def test_mails_and_what_delivery_adds_are_in_the_dealers_language() -> None:
    until, link = datetime(2026, 1, 31, 9, 5, tzinfo=UTC), "https://skladsheets.test/mail/confirm/x"
    asked = BilingualMailWords().ask("Acme\r\nBcc: x", "North {link}", link, until, Language.EN)
    assert asked.plain.splitlines()[0] == "Confirm the address for notices"
    assert "Acme Bcc: x wants to tell the dealer North {link} of" in asked.plain
    assert "31.01.2026 09:05:00 UTC" in asked.plain
    assert not russian(asked.plain)
    assert asked.html.count(f'href="{link}"') == 1
    assert BilingualMailWords().ask("А", "Б", link, until, Language.RU).plain.startswith("Подтвердите адрес")
    added = BilingualDeliveryWords()
    assert not russian(added.shortened(Language.EN) + added.digest(2, Language.EN).plain)
    assert added.digest(2, Language.RU).plain == "Сводка, уведомлений: 2"
