"""An owner has the company erased."""

import pytest

from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

HERE = "/api/v1/company/erasure"


async def test_an_owner_names_the_company_and_a_worker_erases_it(api: Api, romashka: Party) -> None:
    owner, other = await api.member(romashka), await api.story.party("vasilek")
    stranger = await api.member(other)
    check_problem(await api.http.get(HERE, headers=owner), 404, "tenants.erasure_not_begun")
    answer = await api.http.post(HERE, json={"name": "romashka"}, headers=owner)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == HERE
    assert answer.json()["state"] == "under_way"
    again = await api.http.post(HERE, json={"name": "romashka"}, headers=owner)
    assert (again.status_code, again.json()["begunAt"]) == (202, answer.json()["begunAt"])
    await api.story.work()
    done = (await api.http.get(HERE, headers=owner)).json()
    assert done["state"] == "finished"
    assert done["finishedAt"] is not None
    store = api.story.world.store
    assert [one.id for one in store.companies._rows.values()] == [other.id]
    assert (await api.http.get("/api/v1/me", headers=owner)).status_code in {401, 404}
    check_problem(await api.http.get(HERE, headers=stranger), 404, "tenants.erasure_not_begun")
    assert (await api.http.get("/api/v1/me", headers=stranger)).status_code == 200


@pytest.mark.parametrize("name", ["", "Romashka", "romashka ", "vasilek"])
async def test_any_other_name_erases_nothing(api: Api, romashka: Party, name: str) -> None:
    owner = await api.member(romashka)
    check_problem(await api.http.post(HERE, json={"name": name}, headers=owner), 422, "tenants.erasure_unconfirmed")
    check_problem(await api.http.get(HERE, headers=owner), 404, "tenants.erasure_not_begun")


async def test_nobody_but_an_owner_who_is_signed_in_may(api: Api, romashka: Party) -> None:
    owner, viewer = await api.member(romashka), await api.member(romashka, administrator=False)
    body = {"name": "romashka"}
    check_problem(await api.http.post(HERE, json=body, headers=viewer), 403, "tenants.permission_missing")
    check_problem(await api.http.get(HERE, headers=viewer), 403, "tenants.permission_missing")
    key = {"name": "k", "scopes": ["read", "manage_owners"], "days": 1}
    made = await api.http.post("/api/v1/api-keys", json=key, headers=owner)
    machine = {"Authorization": f"Bearer {made.json()['secret']}"}
    check_problem(await api.http.post(HERE, json=body, headers=machine), 403, "tenants.session_needed")
    assert (await api.http.post(HERE, json=body)).status_code == 401
    assert (await api.http.post(HERE, json={}, headers=owner)).status_code == 400
    check_problem(await api.http.get(HERE, headers=owner), 404, "tenants.erasure_not_begun")
