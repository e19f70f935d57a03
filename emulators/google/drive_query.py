"""The `q` parameter of Drive's files.list (Drive API guide, "Search query terms and operators").

Terms that are emulated: `name`, `mimeType`, `trashed`, `starred`, `sharedWithMe` (nothing is either), `createdTime`,
`modifiedTime`, `'account' in owners` (`writers`, `readers`), `'folder' in parents` (everything lies in `root`),
`appProperties has {…}` and `properties has {…}`, with `and`, `or`, `not` and parentheses. Everything else is refused,
as Drive refuses what it does not know. Whether Drive binds `and` closer than `or`, as here, is not documented;
parentheses make it plain.
"""

import operator
import re
from collections.abc import Callable
from typing import Any, Protocol

from emulators.google.errors import ApiError
from emulators.google.files import WRITERS, File

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<sign>!=|<=|>=|[=<>(){}])|(?P<word>\w+))\s*"""
)
_PROPERTY_BYTES = 124
"""A property's key and value together (Drive API guide, "Add custom file properties")."""


_ROLES = {"owners": {"owner"}, "writers": WRITERS, "readers": WRITERS | {"commenter", "reader"}}
_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TO_THE_SECOND = len("2026-01-31T23:59:59")
_ORDERS: dict[str, Callable[[File], Any]] = {
    "name": lambda file: file.book.properties["title"].lower(),
    "name_natural": lambda file: file.book.properties["title"].lower(),
    "createdTime": lambda file: file.created,
    **dict.fromkeys(("modifiedTime", "modifiedByMeTime", "viewedByMeTime", "recency"), lambda file: file.modified),
    **dict.fromkeys(("folder", "quotaBytesUsed", "sharedWithMeTime", "starred"), lambda _: 0),
}


class Searched(Protocol):
    """What terms ask of a file."""

    @property
    def name(self) -> str: ...

    @property
    def mime_type(self) -> str: ...

    @property
    def trashed(self) -> bool: ...

    @property
    def created(self) -> str: ...

    @property
    def modified(self) -> str: ...

    def roles(self, account: str) -> set[str]:
        """What the account may do with the file."""
        ...

    def has(self, kind: str, key: str, value: str) -> bool:
        """Whether it bears this property, `kind` being properties or appProperties."""
        ...


Test = Callable[[Searched], bool]


def parse(text: str, me: str) -> Test:
    """The test that `q` describes; `me` is the account that asks. Raises ApiError, 400 Invalid Value."""
    if not text.strip():
        return lambda _: True
    return _Parser(text, me).whole()


def ordered(files: list[File], text: str) -> list[File]:
    """By the keys of `orderBy`, the first weighs most; the latest change first without any. Raises ApiError."""
    found = sorted(files, key=lambda file: file.modified, reverse=True)
    for key in reversed([part.split() for part in text.split(",") if part.strip()]):
        if key[0] not in _ORDERS or key[1:] not in ([], ["desc"]):
            raise ApiError(400, "Invalid Value", parameter="orderBy")
        found.sort(key=_ORDERS[key[0]], reverse=key[1:] == ["desc"])
    return found


def check_property(key: object, value: object) -> None:
    """Raises ApiError, 400, for a property that Drive would not keep."""
    if not (isinstance(key, str) and isinstance(value, str)):
        raise ApiError(400, "Invalid Value")
    if len(key.encode()) + len(value.encode()) > _PROPERTY_BYTES:
        raise ApiError(403, "Custom property key and value exceed the maximum allowed length of 124 bytes.")


def refused() -> ApiError:
    """What Drive says to a query that it cannot read."""
    return ApiError(400, "Invalid Value", parameter="q")


class _Parser:
    """Recursive descent: or, and, not, term."""

    def __init__(self, text: str, me: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._me = me

    def whole(self) -> Test:
        test = self._either()
        if self._at < len(self._tokens):
            raise refused()
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
        return lambda file: any(test(file) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return lambda file: all(test(file) for test in tests)

    def _one(self) -> Test:
        if self._takes("not"):
            denied = self._one()
            return lambda file: not denied(file)
        if self._takes("("):
            inner = self._either()
            self._require(")")
            return inner
        return self._term()

    def _term(self) -> Test:
        word = self._next()
        if word[:1] in {"'", '"'}:
            return self._owned(_unquoted(word))
        match word:
            case "trashed" | "starred" | "sharedWithMe":
                return self._flagged(word)
            case "name" | "mimeType":
                return self._told(word)
            case "createdTime" | "modifiedTime":
                return self._timed(word)
            case "appProperties" | "properties":
                return self._property(word)
        raise refused()

    def _owned(self, whose: str) -> Test:
        self._require("in")
        among = self._next()
        if among == "parents":
            return lambda _: whose == "root"
        if among not in _ROLES:
            raise refused()
        account = self._me if whose == "me" else whose
        return lambda file: not _ROLES[among].isdisjoint(file.roles(account))

    def _flagged(self, flag: str) -> Test:
        sign, value = self._sign("=", "!="), self._next()
        if value not in {"true", "false"}:
            raise refused()
        wanted = (value == "true") == (sign == "=")
        return lambda file: (flag == "trashed" and file.trashed) == wanted

    def _timed(self, field: str) -> Test:
        compare = _COMPARED[self._sign(*_COMPARED)]
        moment = self._text()[:_TO_THE_SECOND]
        return lambda file: compare(
            (file.created if field == "createdTime" else file.modified)[:_TO_THE_SECOND], moment
        )

    def _told(self, field: str) -> Test:
        sign, text = self._sign("=", "!=", "contains"), self._text()

        def told(file: Searched) -> str:
            return file.mime_type if field == "mimeType" else file.name

        if sign == "contains":
            # Of a name, Drive matches the beginnings of words.
            begins = re.compile(
                rf"\b{re.escape(text)}" if field != "mimeType" else rf"^{re.escape(text)}", re.IGNORECASE
            )
            return lambda file: begins.search(told(file)) is not None
        return lambda file: (told(file) == text) == (sign == "=")

    def _property(self, kind: str) -> Test:
        for expected in ("has", "{", "key", "="):
            self._require(expected)
        key = self._text()
        for expected in ("and", "value", "="):
            self._require(expected)
        value = self._text()
        self._require("}")
        return lambda file: file.has(kind, key, value)

    def _text(self) -> str:
        token = self._next()
        if token[:1] not in {"'", '"'}:
            raise refused()
        return _unquoted(token)

    def _sign(self, *allowed: str) -> str:
        token = self._next()
        if token not in allowed:
            raise refused()
        return token

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise refused()
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, token: str) -> bool:
        taken = self._at < len(self._tokens) and self._tokens[self._at] == token
        self._at += taken
        return taken

    def _require(self, token: str) -> None:
        if not self._takes(token):
            raise refused()


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise refused()
        found.append(match[match.lastgroup or 0])
        at = match.end()
    return found


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])
