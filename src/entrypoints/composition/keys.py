"""Looking at the keys for a process that never opens a secret, and shall not carry along what that takes."""

from functools import partial

from adapters.observability.logs import announce
from adapters.postgres.engine import make_engine
from adapters.postgres.health import require_isolation
from adapters.postgres.repositories.sealed_secrets import SqlCanaries, SqlSealedSecrets
from adapters.postgres.transaction import SqlSystemTransaction
from adapters.postgres.waiting import once_it_is_up
from adapters.system.clock import SystemClock
from adapters.vault.keys import parse_key_ring
from adapters.vault.ring import LocalKeyRing
from adapters.vault.secrets import AesGcmVault
from application.connections.commands.check_keys import CheckKeys, CheckKeysHandler
from application.connections.key_check import KeyCheck
from entrypoints.settings import Settings


async def check_keys(settings: Settings) -> None:
    """Raises KeyRingForeign or KeyRingIncomplete, NotIsolated where companies would not be kept apart."""
    engine = make_engine(settings.database_url, pool_size=1)
    keys = parse_key_ring(settings.encryption_keys)
    keeper, transaction = LocalKeyRing(keys), SqlSystemTransaction(engine)
    vault = AesGcmVault(keys, keeper)
    check = KeyCheck(transaction, keeper, vault, SqlCanaries(), SqlSealedSecrets(), SystemClock())
    try:
        await once_it_is_up(partial(require_isolation, engine), announce)
        await once_it_is_up(partial(CheckKeysHandler(check), CheckKeys()), announce)
    finally:
        await engine.dispose()
