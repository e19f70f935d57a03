"""The keys, for the scheduler's process, which needs nothing else of the vault."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.sealed_secrets import SqlCanaries, SqlSealedSecrets
from adapters.vault.keys import parse_key_ring
from adapters.vault.ring import LocalKeyRing
from adapters.vault.secrets import AesGcmVault
from application.connections.key_check import KeyCheck
from application.connections.key_ports import Canaries, KeyKeeper, SealedSecrets
from application.connections.ports import Vault
from entrypoints.settings import Settings


class KeyKeeping(Provider):
    """What looking at the keys takes."""

    scope = Scope.APP

    @provide
    def keeper(self, settings: Settings) -> KeyKeeper:
        return LocalKeyRing(parse_key_ring(settings.encryption_keys))

    @provide
    def vault(self, settings: Settings, keeper: KeyKeeper) -> Vault:
        return AesGcmVault(parse_key_ring(settings.encryption_keys), keeper)

    canaries = provide(SqlCanaries, provides=Canaries)
    secrets = provide(SqlSealedSecrets, provides=SealedSecrets)
    key_check = provide(KeyCheck, scope=Scope.REQUEST)
