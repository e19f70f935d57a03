"""Data keys: made for a company, wrapped under the current key, kept in the process for a while."""

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.vault.ring import bound
from application.connections.key_ports import KeyKeeper
from domain.shared.identities import CompanyId

LIFETIME = 300.0
"""Seconds for which a data key is kept, and used to seal."""
ROOM = 4096
"""Data keys kept, of each kind; those longest unused go first."""
_FORM = b"skladsheets.company.1"


class DataKey(NamedTuple):
    """A data key ready for use, and as it is stored."""

    key_id: str
    wrapped: bytes
    cipher: AESGCM


class _Kept:
    """Data keys by whatever names them, each until its time is over."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._kept: OrderedDict[object, tuple[float, DataKey]] = OrderedDict()

    def get(self, name: object) -> DataKey | None:
        until, data_key = self._kept.get(name, (0.0, None))
        if data_key is None:
            return None
        if self._seconds() >= until:
            del self._kept[name]
            return None
        self._kept.move_to_end(name)
        return data_key

    def put(self, name: object, data_key: DataKey) -> None:
        self._kept[name] = (self._seconds() + LIFETIME, data_key)
        self._kept.move_to_end(name)
        if len(self._kept) > ROOM:
            self._kept.popitem(last=False)


class DataKeys:
    """The company is bound into each wrapped key, so that it cannot be unwrapped for another one."""

    def __init__(self, keeper: KeyKeeper, seconds: Callable[[], float]) -> None:
        """`seconds` is a clock that never goes back."""
        self._keeper = keeper
        self._sealing, self._opening = _Kept(seconds), _Kept(seconds)

    def for_sealing(self, company_id: CompanyId) -> DataKey:
        """The company's data key of the moment."""
        data_key = self._sealing.get(company_id)
        if data_key is None or data_key.key_id != self._keeper.current():
            data_key = self._make(company_id)
        return data_key

    def for_opening(self, company_id: CompanyId, key_id: str, wrapped: bytes) -> DataKey:
        """That data key. Raises SecretKeyMissing or SecretUnreadable."""
        name = (company_id, key_id, wrapped)
        data_key = self._opening.get(name)
        if data_key is None:
            plain = self._keeper.unwrap(key_id, wrapped, _context(company_id))
            data_key = DataKey(key_id, wrapped, AESGCM(plain))
            self._opening.put(name, data_key)
        return data_key

    def _make(self, company_id: CompanyId) -> DataKey:
        key_id, plain = self._keeper.current(), AESGCM.generate_key(256)
        data_key = DataKey(key_id, self._keeper.wrap(key_id, plain, _context(company_id)), AESGCM(plain))
        self._sealing.put(company_id, data_key)
        self._opening.put((company_id, key_id, data_key.wrapped), data_key)
        return data_key


def _context(company_id: CompanyId) -> bytes:
    return bound(_FORM, company_id.bytes)
