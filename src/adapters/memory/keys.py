"""Keys, canaries, and secrets to be sealed anew, kept in memory."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from adapters.memory.rows import Rows, require_system
from adapters.memory.scope import Scope, current_scope, entered
from adapters.memory.store import MemoryStore, StoredAnswer
from application.connections.key_ports import Canary, SecretCount, StoredSecret
from domain.connections.secrets import SealedSecret, SecretKeyMissing, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId

USUAL = "memory"


class MemoryKeyKeeper:
    """Hides data keys from nobody, but gives them back only for the key and the context that they were wrapped with."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {USUAL: USUAL}

    def set(self, **keys: str) -> None:
        """Has these keys from now on, by id, the current one first. A key is any word."""
        self._keys = dict(keys)

    def current(self) -> str:
        """See application.connections.key_ports.KeyKeeper."""
        return next(iter(self._keys))

    def held(self) -> Sequence[str]:
        """See the port."""
        return tuple(self._keys)

    def word(self, key_id: str) -> str:
        """The key itself. Raises SecretKeyMissing."""
        word = self._keys.get(key_id)
        if word is None:
            raise SecretKeyMissing
        return word

    def wrap(self, key_id: str, data_key: bytes, context: bytes) -> bytes:
        """See the port."""
        return self._bound(key_id, context) + base64.b64encode(data_key)

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> bytes:
        """See the port."""
        bound = self._bound(key_id, context)
        data_key: bytes | None = None
        if wrapped.startswith(bound):
            try:
                data_key = base64.b64decode(wrapped.removeprefix(bound), validate=True)
            except ValueError:
                data_key = None
        if data_key is None:
            raise SecretUnreadable
        return data_key

    def _bound(self, key_id: str, context: bytes) -> bytes:
        return b"|".join((self.word(key_id).encode(), key_id.encode(), context.hex().encode(), b""))


class MemoryCanaries:
    """See application.connections.key_ports.Canaries."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.canaries

    async def all(self) -> list[Canary]:
        """See the port."""
        return sorted(self._rows.all(), key=lambda canary: canary.key_id)

    async def add(self, canary: Canary) -> None:
        """See the port."""
        if self._rows.find(canary.key_id) is None:
            self._rows.put(canary)

    async def fronted(self, key_id: str, now: datetime) -> None:
        """See the port."""
        canary = self._rows.find(key_id)
        if canary is not None:
            self._rows.put(msgspec.structs.replace(canary, fronted_at=now))

    async def remove(self, key_id: str) -> bool:
        """See the port."""
        return self._rows.remove(key_id)


class _Place(NamedTuple):
    name: str
    purpose: SecretPurpose
    rows: Rows[Any, Any]
    sealed: Callable[[Any], SealedSecret | None]
    resealed: Callable[[Any, SealedSecret], Any]
    owner: Callable[[Any], CompanyId] = attrgetter("company_id")


def _field(name: str, purpose: SecretPurpose, rows: Rows[Any, Any], field: str) -> _Place:
    def changed(row: Any, sealed: SealedSecret) -> Any:
        setattr(row, field, sealed)
        return row

    return _Place(name, purpose, rows, attrgetter(field), changed)


def _answer_with(row: StoredAnswer, sealed: SealedSecret) -> StoredAnswer:
    answer = row.earlier.answer
    if answer is None:
        return row
    return row._replace(earlier=row.earlier._replace(answer=answer._replace(body=sealed)))


def _body(row: StoredAnswer) -> SealedSecret | None:
    return None if row.earlier.answer is None else row.earlier.answer.body


class MemorySealedSecrets:
    """See application.connections.key_ports.SealedSecrets."""

    def __init__(self, store: MemoryStore) -> None:
        self._places = (
            _field("moysklad_connections.token", SecretPurpose.MOYSKLAD_TOKEN, store.moysklad_connections, "token"),
            _field("installations.token", SecretPurpose.MOYSKLAD_TOKEN, store.installations, "token"),
            _field(
                "google_connections.refresh", SecretPurpose.GOOGLE_REFRESH, store.google_connections, "refresh_token"
            ),
            _field("google_connections.access", SecretPurpose.GOOGLE_ACCESS, store.google_connections, "access_token"),
            _field("consent_requests.verifier", SecretPurpose.GOOGLE_VERIFIER, store.consent_requests, "verifier"),
            _field("webhook_endpoints.token", SecretPurpose.WEBHOOK_TOKEN, store.webhook_endpoints, "token"),
            _Place(
                "pseudonym_keys.key",
                SecretPurpose.PSEUDONYM_KEY,
                store.pseudonym_keys,
                attrgetter("key"),
                lambda row, sealed: row._replace(key=sealed),
            ),
            _Place(
                "kept_answers.body",
                SecretPurpose.KEPT_ANSWER,
                store.kept_answers,
                _body,
                _answer_with,
                attrgetter("claim.company_id"),
            ),
        )

    async def counted(self) -> list[SecretCount]:
        """See the port."""
        found = Counter(
            (place.purpose, key_id) for place in self._places for _, key_id in self._named(place, lambda _: True)
        )
        return [
            SecretCount(purpose=purpose, key_id=key_id, number=number)
            for (purpose, key_id), number in sorted(found.items())
        ]

    async def owners(self, key_ids: Sequence[str], after: CompanyId | None, limit: int) -> list[CompanyId]:
        """See the port."""
        require_system()
        owners = {company for place in self._places for company, _ in self._named(place, key_ids.__contains__)}
        return sorted(owner for owner in owners if after is None or owner > after)[:limit]

    async def under(self, company_ids: Sequence[CompanyId], key_ids: Sequence[str]) -> list[StoredSecret]:
        """See the port."""
        found: list[StoredSecret] = []
        for company_id in company_ids:
            with _visited(company_id):
                found += [
                    StoredSecret(company_id, place.name, place.purpose, sealed)
                    for place in self._places
                    for row in place.rows.all()
                    if (sealed := place.sealed(row)) is not None and sealed.key_id in key_ids
                ]
        return found

    async def swap(self, changes: Sequence[tuple[StoredSecret, SealedSecret]]) -> list[SealedSecret | None]:
        """See the port."""
        return [self._swap(known, sealed) for known, sealed in changes]

    def _swap(self, known: StoredSecret, sealed: SealedSecret) -> SealedSecret | None:
        (place,) = (one for one in self._places if one.name == known.place)
        swapped = None
        with _visited(known.company_id):
            for row in place.rows.all():
                if place.sealed(row) == known.sealed:
                    place.rows.put(place.resealed(row, sealed))
                    swapped = sealed
        return swapped

    @staticmethod
    def _named(place: _Place, wanted: Callable[[str], bool]) -> Iterator[tuple[CompanyId, str]]:
        """The key ids alone, which is what a system transaction may see."""
        for company_id, sealed in place.rows.shown_everyones(
            lambda row: (place.owner(row), place.sealed(row)), lambda _: True
        ):
            if sealed is not None and wanted(sealed.key_id):
                yield company_id, sealed.key_id


@contextmanager
def _visited(company_id: CompanyId) -> Iterator[None]:
    """The system transaction sees what this company may see, and takes back what is done meanwhile as its own."""
    require_system()
    with entered(Scope(company_id, current_scope().undo)):
        yield
