"""Companies with a secret in every place, and what those secrets are."""

import base64
from collections.abc import Mapping

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.repositories.sealed_secrets import PLACES, SqlSealedSecrets
from adapters.postgres.transaction import SqlSystemTransaction
from application.connections.ports import Vault
from devstack.servers import Servers
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.sealed import fill_places
from tests.integration.harness.worlds import World

Secrets = dict[CompanyId, dict[str, str]]
"""By company and place."""
KEYS = {"old": bytes([1]) * 32, "new": bytes([2]) * 32, "third": bytes([3]) * 32}


def ring(*key_ids: str) -> dict[str, bytes]:
    """These keys, the current one first."""
    return {key_id: KEYS[key_id] for key_id in key_ids}


def written(keys: Mapping[str, bytes]) -> str:
    """As ENCRYPTION_KEYS has it."""
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in keys.items())


async def company_with_secrets(world: World, vault: Vault) -> tuple[CompanyId, dict[str, str]]:
    """Every place of one company is filled."""
    company = await samples.stored_company(world)
    secrets = {place.name: f"{place.name} of {company}" for place in PLACES}
    sealed = {place.name: vault.seal(company, place.purpose, secrets[place.name]) for place in PLACES}
    await fill_places(world, company, sealed)
    return company, secrets


async def opened(engine: AsyncEngine, vault: Vault, companies: Secrets, *key_ids: str) -> Secrets:
    """What stands in every place now, of secrets under these keys."""
    found: Secrets = {}
    async with SqlSystemTransaction(engine)():
        for company in companies:
            stored = await SqlSealedSecrets().under([company], key_ids)
            found[company] = {one.place: vault.unseal(company, one.purpose, one.sealed) for one in stored}
    return found


async def wipe(running: Servers) -> None:
    """No company and no canary is left."""
    owner = await asyncpg.connect(running.database_url)
    await owner.execute("TRUNCATE companies, key_canaries CASCADE")
    await owner.close()
