"""A secret in every place that there is."""

from collections.abc import Mapping
from uuid import uuid4

from application.tenants.kept_answers import Claim, KeptAnswer
from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World


async def fill_places(world: World, company: CompanyId, sealed: Mapping[str, SealedSecret]) -> None:
    """Stores these secrets of the company, by the names of their places."""
    google = samples.google(company, world.now, f"subject-{uuid4()}")
    google.refresh_token = sealed["google_connections.refresh"]
    google.access_token = sealed["google_connections.access"]
    moysklad, installation = samples.moysklad(company), samples.installation(company, world.now)
    moysklad.token, installation.token = sealed["moysklad_connections.token"], sealed["installations.token"]
    consent, endpoint = samples.consent(world, company), samples.endpoint(world, company)
    consent.verifier, endpoint.token = sealed["consent_requests.verifier"], sealed["webhook_endpoints.token"]
    claim = Claim(company, "POST /x", "key", uuid4())
    async with world.transaction(company):
        await world.google.put(google)
        await world.moysklad.put(moysklad)
        await world.installations.put(installation)
        await world.consents.put(consent)
        await world.endpoints.put(endpoint)
        await world.pseudonym_keys.add(company, sealed["pseudonym_keys.key"])
        await world.answers.claim(claim, "fingerprint", world.now, world.now, again=False)
        await world.answers.keep(claim, KeptAnswer(200, {}, sealed["kept_answers.body"]))
