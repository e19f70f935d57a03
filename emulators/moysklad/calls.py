"""One request to an API of the emulator and its answer, free of the web framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from emulators.moysklad import errors
from emulators.moysklad.accounts import Account, Caller, World
from emulators.moysklad.pages import Pages

ARRAY_MOST = 1000
DEPTH_MOST = 10
BODY_MOST = 20 * 1024 * 1024
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Answer:
    """Status, JSON bytes and the word for the journal. `encoding` is set when the body is compressed already."""

    body: bytes = b""
    status: int = 200
    kind: str = "item"
    encoding: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request from a known caller."""

    world: World
    pages: Pages
    caller: Caller
    method: str
    path: str
    query: Mapping[str, str]
    query_string: str
    raw: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        return self.caller.account

    def json(self) -> Any:
        """The request's body. Raises ApiError for broken JSON, deep nesting and long arrays."""
        if not self.raw.strip():
            raise errors.ApiError(400, 1027, "Запрос не содержит объектов")
        try:
            body = msgspec.json.decode(self.raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise errors.bad_json() from None
        except RecursionError:
            raise too_deep() from None
        if _depth(body, DEPTH_MOST) > DEPTH_MOST:
            raise too_deep()
        if isinstance(body, list) and len(body) > ARRAY_MOST:
            raise errors.ApiError(413, 2007, "Ошибка формата: слишком большое число вложенных объектов")
        return body

    def denied(self, right: str) -> frozenset[str]:
        """The types that the solution has lost a right to."""
        install = self.caller.install
        known = install.denied.items() if install is not None else ()
        return frozenset(kind for kind, rights in known if right in rights)

    def need(self, right: str, kind: str) -> None:
        """Raises ApiError 403 when the solution's permission was taken away."""
        install = self.caller.install
        if install is not None and right in install.denied.get(kind, ()):
            raise errors.denied(right)


def answer(body: object, kind: str = "item", status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return Answer(_encode(body), status, kind)


def too_deep() -> errors.ApiError:
    return errors.ApiError(400, 2006, "Ошибка формата: слишком большая вложенность объектов")


def _depth(value: Any, allowed: int) -> int:
    """Nesting of objects and arrays, counted no further than one past `allowed`."""
    if allowed < 0 or not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(one, allowed - 1) for one in inner), default=0)
