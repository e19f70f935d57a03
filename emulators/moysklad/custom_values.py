"""Custom fields of every kind, and made-up values for them."""

from collections.abc import Callable, Iterable
from typing import Any

from emulators.moysklad import seed_words as words
from emulators.moysklad.accounts import Account, Attribute
from emulators.moysklad.catalogue import ATTRIBUTE_TYPES, DICTIONARY_ATTRIBUTES
from emulators.moysklad.records import Ref
from emulators.moysklad.samples import Samples
from emulators.moysklad.schemas import add_attribute

OFTEN = 0.7
NAMES = {
    "string": "Строка",
    "text": "Текст",
    "long": "Целое число",
    "double": "Дробное число",
    "boolean": "Флажок",
    "time": "Дата",
    "link": "Ссылка",
    "file": "Файл",
    "counterparty": "Контрагент",
    "contract": "Договор",
    "project": "Проект",
    "store": "Склад",
    "employee": "Сотрудник",
    "product": "Товар",
    "customentity": "Элемент справочника",
}
Pool = Callable[[Iterable[str]], list[Ref]]


def define_all(account: Account, owner: str, dictionary: str) -> None:
    """Sees to it that a type has at least one custom field of each kind."""
    known = {one.type for one in account.attributes.get(owner, {}).values()}
    for kind in ATTRIBUTE_TYPES:
        if kind not in known:
            extra = {"dictionary": dictionary} if kind == "customentity" else {}
            add_attribute(account, owner, NAMES[kind], kind, **extra)


class Values:
    """Values for all custom fields of one type."""

    def __init__(self, account: Account, owner: str, samples: Samples, pool: Pool) -> None:
        self._samples = samples
        self._pool = pool
        known = account.attributes.get(owner, {}).values()
        self._makers = [(one.id, make) for one in known if (make := self._maker(one)) is not None]

    def make(self, *, whole: bool) -> dict[str, Any]:
        """Custom fields of one object by id."""
        chance = self._samples.source.random
        return {identifier: make() for identifier, make in self._makers if whole or chance() < OFTEN}

    def _maker(self, attribute: Attribute) -> Callable[[], Any] | None:
        source, samples = self._samples.source, self._samples
        if attribute.type in DICTIONARY_ATTRIBUTES:
            kind = f"customentity/{attribute.dictionary}" if attribute.type == "customentity" else attribute.type
            pool = self._pool((kind,))
            return (lambda: source.choice(pool)) if pool else None
        makers: dict[str, Callable[[], Any]] = {
            "string": lambda: source.choice(words.MANAGERS),
            "text": lambda: source.choice(words.COMMENTS),
            "long": lambda: source.randrange(-5, 1000),
            "double": lambda: round(source.random() * 300, 3),
            "boolean": lambda: source.random() < 0.5,
            "time": samples.minute,
            "link": lambda: f"https://example.com/?n={source.randrange(10**6)}",
            "file": lambda: f"document{source.randrange(100)}.pdf",
        }
        return makers[attribute.type]
