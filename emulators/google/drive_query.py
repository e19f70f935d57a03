"""The `q` and `orderBy` parameters of files.list, as far as they concern spreadsheets."""

import re
from collections.abc import Callable
from typing import Any

from emulators.google.errors import ApiError
from emulators.google.files import SPREADSHEET, WRITERS, File

_WORD = re.compile(r"\s*([()]|!=|<=|>=|=|<|>|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[A-Za-z]+)")
_ORDERS: dict[str, Callable[[File], Any]] = {
    "name": lambda file: file.book.properties["title"].lower(),
    "name_natural": lambda file: file.book.properties["title"].lower(),
    "createdTime": lambda file: file.created,
    "modifiedTime": lambda file: file.modified,
    "modifiedByMeTime": lambda file: file.modified,
    "viewedByMeTime": lambda file: file.modified,
    "recency": lambda file: file.modified,
    "folder": lambda _: 0,
}
_ROLES = {"owners": frozenset({"owner"}), "writers": WRITERS, "readers": WRITERS | {"commenter", "reader"}}
Test = Callable[[File], bool]


def query(text: str) -> Test:
    """A test of files; no text lets every file through. Raises ApiError where the text is no query."""
    return _Parser(text).whole() if text.strip() else lambda _: True


def ordered(files: list[File], text: str) -> list[File]:
    """By the keys in their order of weight; those that were changed last come first without any."""
    found = sorted(files, key=lambda file: file.modified, reverse=True)
    for key in reversed([part.split() for part in text.split(",") if part.strip()]):
        if key[0] not in _ORDERS or key[1:] not in ([], ["desc"]):
            raise ApiError(400, "Invalid Value")
        found.sort(key=_ORDERS[key[0]], reverse=key[1:] == ["desc"])
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._words: list[str] = []
        at = 0
        while text[at:].strip():
            match = _WORD.match(text, at)
            if match is None:
                raise ApiError(400, "Invalid Value")
            self._words.append(match[1])
            at = match.end()

    def whole(self) -> Test:
        found = self._either()
        if self._words:
            raise ApiError(400, "Invalid Value")
        return found

    def _next(self) -> str:
        if not self._words:
            raise ApiError(400, "Invalid Value")
        return self._words.pop(0)

    def _is(self, word: str) -> bool:
        if self._words[:1] == [word]:
            self._words.pop(0)
            return True
        return False

    def _either(self) -> Test:
        tests = [self._both()]
        while self._is("or"):
            tests.append(self._both())
        return lambda file: any(test(file) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._is("and"):
            tests.append(self._one())
        return lambda file: all(test(file) for test in tests)

    def _one(self) -> Test:
        if self._is("not"):
            inner = self._one()
            return lambda file: not inner(file)
        if self._is("("):
            inner = self._either()
            if not self._is(")"):
                raise ApiError(400, "Invalid Value")
            return inner
        first, sign, second = self._next(), self._next(), self._next()
        if sign == "in":
            return _among(_unquoted(first), second)
        return _compared(first, sign, second)


def _unquoted(word: str) -> str:
    if word[0] not in "'\"":
        raise ApiError(400, "Invalid Value")
    return re.sub(r"\\(.)", r"\1", word[1:-1])


def _among(who: str, what: str) -> Test:
    if what == "parents":
        return lambda _: True  # there are no folders here
    if what not in _ROLES:
        raise ApiError(400, "Invalid Value")
    return lambda file: any(item.email == who and item.role in _ROLES[what] for item in file.permissions)


def _compared(field: str, sign: str, value: str) -> Test:
    if field in {"trashed", "starred", "sharedWithMe"}:
        if sign not in {"=", "!="} or value not in {"true", "false"}:
            raise ApiError(400, "Invalid Value")
        wanted = (value == "true") == (sign == "=")
        return lambda file: (file.trashed if field == "trashed" else False) == wanted
    text = _unquoted(value)
    if field in {"modifiedTime", "createdTime"}:
        if sign == "contains":
            raise ApiError(400, "Invalid Value")
        return lambda file: _stands((file.modified if field == "modifiedTime" else file.created)[:19], sign, text[:19])
    if field not in {"name", "mimeType", "title", "fullText"} or sign not in {"=", "!=", "contains"}:
        raise ApiError(400, "Invalid Value")

    def test(file: File) -> bool:
        shown = SPREADSHEET if field == "mimeType" else str(file.book.properties["title"])
        return text.lower() in shown.lower() if sign == "contains" else _stands(shown, sign, text)

    return test


def _stands(one: str, sign: str, other: str) -> bool:
    return {"=": one == other, "!=": one != other, "<": one < other, "<=": one <= other, ">": one > other}.get(
        sign, one >= other
    )
