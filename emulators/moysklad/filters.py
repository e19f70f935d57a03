"""The `filter` parameter: reading its conditions (JSON API docs, "filtering with the filter parameter")."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulators.moysklad import clock, errors
from emulators.moysklad.accounts import Account
from emulators.moysklad.catalogue import DICTIONARY_ATTRIBUTES, Kind
from emulators.moysklad.links import UUID
from emulators.moysklad.records import Record, Shelf

Test = Callable[[Record], bool]
Getter = Callable[[Record], Any]

_SPLIT = re.compile(r"(?<!\\);")
_CONDITION = re.compile(r"^(.+?)(>=|<=|!=|!~|=~|~=|=|>|<|~)(.*)$", re.DOTALL)
_COMPARISONS = ("<", ">", "<=", ">=")
_EQUALITY = {"=", "!="}
_LIKE = {"~", "~=", "=~"}
_OPERATORS: dict[Kind, set[str]] = {
    Kind.STRING: _EQUALITY | _LIKE | {"!~"},
    Kind.STRINGS: _EQUALITY | _LIKE,
    Kind.UUID: _EQUALITY,
    Kind.BOOLEAN: _EQUALITY,
    Kind.REFERENCE: _EQUALITY,
    Kind.NUMBER: _EQUALITY | set(_COMPARISONS),
    Kind.INTEGER: _EQUALITY | set(_COMPARISONS),
    Kind.MOMENT: _EQUALITY | set(_COMPARISONS),
    Kind.MINUTE: _EQUALITY | set(_COMPARISONS),
}
_ATTRIBUTE_KINDS = {
    "string": Kind.STRING,
    "text": Kind.STRING,
    "link": Kind.STRING,
    "long": Kind.NUMBER,
    "double": Kind.NUMBER,
    "time": Kind.MOMENT,
    "boolean": Kind.BOOLEAN,
}
NO_SWITCH = {"processingplanfolder"}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


@dataclass(slots=True)
class Query:
    """What a filter asks for. Bounds on `updated` and lists of ids are kept apart, because an index answers them."""

    tests: list[Test] = field(default_factory=list)
    since: str | None = None
    before: str | None = None
    ids: list[str] | None = None
    shown: bool = True
    hidden: bool = False


@dataclass(slots=True)
class _Subject:
    name: str
    kind: Kind
    get: Getter


def split(text: str) -> list[tuple[str, str, str]]:
    """Conditions as (field, operator, value)."""
    found = []
    for piece in _SPLIT.split(text):
        if not piece.strip():
            continue
        parts = _CONDITION.match(piece)
        if parts is None:
            raise errors.filter_refused(f"неверный формат условия '{piece}'", piece)
        name, operator, value = parts.groups()
        found.append((name.strip(), operator, value.replace("\\;", ";")))
    return found


def compile_filter(account: Account, shelf: Shelf, text: str) -> Query:
    """Reads a whole filter. Raises ApiError for an unknown field, a wrong operator or a wrong value."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name, operator, value in split(text):
        grouped.setdefault(name, []).append((operator, value))
    query = Query()
    for name, conditions in grouped.items():
        if name == _switch(shelf) and _chooses(name, conditions):
            _choose(query, name, conditions)
            continue
        subject = _subject(account, shelf, name)
        _check(subject, conditions)
        if name == "updated" and all(operator in _COMPARISONS for operator, _ in conditions):
            _bound(query, subject, conditions)
        else:
            query.tests.append(_test(account, subject, conditions))
        if name == "id" and all(operator == "=" and value for operator, value in conditions):
            query.ids = [value.lower() for _, value in conditions]
            query.hidden = query.hidden or shelf.entity.name == "product"
    return query


def _switch(shelf: Shelf) -> str:
    """The filter that tells living objects from hidden ones. Folders of tech cards have none (reference 1.8)."""
    if shelf.entity.document:
        return shelf.entity.trash_switch
    return "archived" if "archived" in shelf.entity.by_name and shelf.name not in NO_SWITCH else ""


def _chooses(name: str, conditions: list[tuple[str, str]]) -> bool:
    """Whether conditions choose between living and trashed objects: `deleted` does so only when compared to nothing."""
    return name != "deleted" or all(value == "" for _, value in conditions)


def _choose(query: Query, name: str, conditions: list[tuple[str, str]]) -> None:
    wanted = set()
    for operator, value in conditions:
        if operator not in _EQUALITY:
            raise errors.filter_refused(f"оператор '{operator}' не поддерживается для поля '{name}'", name)
        is_true = operator == "!=" if name == "deleted" else _read(name, Kind.BOOLEAN, value) is (operator == "=")
        wanted.add(is_true)
    query.hidden = True in wanted
    query.shown = False in wanted


def _subject(account: Account, shelf: Shelf, name: str) -> _Subject:
    entity = shelf.entity
    if name.startswith(("http://", "https://")):
        return _attribute(account, shelf, name)
    if name == "id":
        return _Subject(name, Kind.UUID, lambda record: record.id)
    if name == "accountId" and entity.has_account:
        return _Subject(name, Kind.UUID, lambda _: account.id)
    if name == "state.name" and entity.has_states:
        states = account.states.get(entity.name, {})
        return _Subject(name, Kind.STRING, lambda record: _state_name(states, record))
    if name == "assortment" and entity.document:
        return _Subject(name, Kind.REFERENCE, _goods(account))
    if name == "accounts.accountnumber" and "accounts" in entity.nested:
        return _Subject(name, Kind.STRING, _account_numbers)
    if name == "barcode" and "barcodes" in entity.by_name:
        return _Subject(name, Kind.STRING, _barcodes)
    if name == "productid" and entity.name == "variant":
        return _Subject(name, Kind.UUID, lambda record: record.fields["product"].id)
    if name == "priceType" and entity.name == "counterparty":
        return _Subject(name, Kind.STRING, lambda record: (record.fields.get(name) or {}).get("name"))
    if name == "updatedBy" and "updated" in entity.by_name:
        return _Subject(name, Kind.STRING, lambda record: record.fields.get("updatedBy"))
    known = entity.by_name.get(name)
    if known is None or not known.filterable or (shelf.name in NO_SWITCH and name == "archived"):
        raise errors.filter_refused(f"неизвестное поле '{name}' или фильтрация по нему не поддерживается", name)
    return _Subject(name, known.kind, lambda record: record.fields.get(name))


def _account_numbers(record: Record) -> list[Any]:
    return [row.get("accountNumber") for row in record.rows("accounts")]


def _barcodes(record: Record) -> list[Any]:
    return [value for one in record.fields.get("barcodes") or () for value in one.values()]


def _goods(account: Account) -> Getter:
    """The goods of a document, with the folders that they lie in."""

    def get(record: Record) -> list[Any]:
        found: list[Any] = []
        for collection in record.entity.collections:
            if "assortment" in collection.by_name:
                found.extend(row.get("assortment") for row in record.rows(collection.name))
        folders = [good.fields.get("productFolder") for ref in found if (good := account.find(ref)) is not None]
        return [*found, *filter(None, folders)]

    return get


def _state_name(states: dict[str, dict[str, Any]], record: Record) -> str | None:
    state = record.fields.get("state")
    return states.get(state.id, {}).get("name") if state is not None else None


def _attribute(account: Account, shelf: Shelf, href: str) -> _Subject:
    ref = account.links.read(href, "filter")
    owner = shelf.name if shelf.entity.name == "customentity" else shelf.entity.attributes_of
    attribute = account.attributes.get(ref.parent, {}).get(ref.id)
    if ref.kind != "attributemetadata" or ref.parent != owner or attribute is None:
        raise errors.filter_refused(f"неизвестное дополнительное поле '{href}'", href)
    if attribute.type == "file":
        raise errors.filter_refused("фильтрация по полю типа 'Файл' не поддерживается", href)
    kind = Kind.REFERENCE if attribute.type in DICTIONARY_ATTRIBUTES else _ATTRIBUTE_KINDS[attribute.type]
    identifier = attribute.id
    return _Subject(href, kind, lambda record: record.attributes.get(identifier))


def _check(subject: _Subject, conditions: list[tuple[str, str]]) -> None:
    operators = {operator for operator, _ in conditions}
    for operator in operators - _OPERATORS.get(subject.kind, set()):
        raise errors.filter_refused(f"оператор '{operator}' не поддерживается для поля '{subject.name}'", subject.name)
    if "=" in operators and operators & set(_COMPARISONS):
        raise errors.filter_refused(f"несовместимые условия для поля '{subject.name}'", subject.name)


def _bound(query: Query, subject: _Subject, conditions: list[tuple[str, str]]) -> None:
    seen = set()
    for operator, text in conditions:
        if operator in seen:
            continue
        seen.add(operator)
        moment = _read(subject.name, subject.kind, text)
        if operator in {">", ">="}:
            low = clock.next_milli(moment) if operator == ">" else moment
            query.since = max(query.since or low, low)
        else:
            high = clock.next_milli(moment) if operator == "<=" else moment
            query.before = min(query.before or high, high)


def _test(account: Account, subject: _Subject, conditions: list[tuple[str, str]]) -> Test:
    tests: list[Test] = []
    equal: set[Any] = set()
    seen = set()
    get = subject.get
    for operator, text in conditions:
        value = None if text == "" and operator in _EQUALITY else _value(account, subject, text)
        if operator == "=":
            equal.add(value)
        elif operator == "!=":
            tests.append(lambda record, value=value: not _equals(get(record), {value}))  # type: ignore[misc]
        elif operator in _COMPARISONS:
            if operator not in seen:
                tests.append(_comparison(get, operator, value))
            seen.add(operator)
        else:
            tests.append(_like(get, operator, str(value).casefold()))
    if equal and account.behaviour.equality_ignores_case and subject.kind in {Kind.STRING, Kind.STRINGS}:
        folded = {one.casefold() if isinstance(one, str) else one for one in equal}
        tests.append(lambda record: _equals(_folded(get(record)), folded))
    elif equal:
        tests.append(lambda record: _equals(get(record), equal))
    return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)


def _equals(found: Any, wanted: set[Any]) -> bool:
    if isinstance(found, list):
        return any(one in wanted for one in found) or (not found and None in wanted)
    return (None if found == "" else found) in wanted


def _folded(found: Any) -> Any:
    if isinstance(found, list):
        return [_folded(one) for one in found]
    return found.casefold() if isinstance(found, str) else found


def _comparison(get: Getter, operator: str, bound: Any) -> Test:
    compare = _COMPARE[operator]

    def test(record: Record) -> bool:
        found = get(record)
        return found is not None and compare(found, bound)

    return test


def _like(get: Getter, operator: str, part: str) -> Test:
    def matches(text: Any) -> bool:
        folded = str(text).casefold() if text is not None else ""
        if operator == "~":
            return part in folded
        if operator == "!~":
            return part not in folded
        return folded.startswith(part) if operator == "~=" else folded.endswith(part)

    def test(record: Record) -> bool:
        found = get(record)
        return any(matches(one) for one in found) if isinstance(found, list) else matches(found)

    return test


def _value(account: Account, subject: _Subject, text: str) -> Any:
    if subject.kind is not Kind.REFERENCE:
        return _read(subject.name, subject.kind, text)
    if not text.startswith(("http://", "https://")):
        raise errors.filter_value(text, subject.name)
    return account.links.read(text, subject.name)


def _read(name: str, kind: Kind, text: str) -> Any:
    if kind in {Kind.MOMENT, Kind.MINUTE}:
        moment = clock.parse(text)
        if moment is None:
            raise errors.filter_date(name)
        return moment
    if kind is Kind.BOOLEAN:
        if text not in {"true", "false"}:
            raise errors.filter_value(text, name)
        return text == "true"
    if kind in {Kind.NUMBER, Kind.INTEGER}:
        try:
            return float(text)
        except ValueError:
            raise errors.filter_value(text, name) from None
    if kind is Kind.UUID and not UUID.match(text.lower()):
        raise errors.filter_value(text, name)
    return text.lower() if kind is Kind.UUID else text
