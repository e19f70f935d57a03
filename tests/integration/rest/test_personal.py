"""How exports show data about people, through the API."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.shared.identities import ConfigId
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem, opened_api

COLUMNS = [{"id": "id"}, {"id": "name"}, {"id": "phone"}]


def people(party: Party) -> None:
    cells = {"name": "Иванов Иван", "phone": "+7 916 123-45-67"}
    party.world.source.put(party.token, "counterparty", "c-1", "2026-01-10 09:00:00.000", cells)


async def create(api: Api, headers: dict[str, str], **personal: Any) -> httpx.Response:
    described = {"name": "Люди", "exporter": "counterparty", "columns": COLUMNS, "personal": personal}
    return await api.http.post("/api/v1/export-configs", json=described, headers=headers)


async def test_columns_say_what_they_hold(api: Api, admin: dict[str, str]) -> None:
    listed = {one["key"]: one for one in (await api.http.get("/api/v1/exporters", headers=admin)).json()}
    held = {column["id"]: column["personal"] for column in listed["counterparty"]["columns"]}
    assert (held["email"], held["actualAddressFull.comment"], held["inn"]) == ("email", "address", "number")
    assert held["code"] is None
    one = (await api.http.get("/api/v1/exporters/currency", headers=admin)).json()
    assert {column["personal"] for column in one["columns"]} <= {None, "name"}


async def test_people_are_hidden_and_the_choice_is_changed(api: Api, admin: dict[str, str], romashka: Party) -> None:
    people(romashka)
    made = (await create(api, admin, treatment="masked", columns={"phone": "pseudonym"})).json()
    assert made["personal"] == {"treatment": "masked", "columns": {"phone": "pseudonym"}}
    await romashka.run(ConfigId(UUID(made["id"])))
    _, row = (await romashka.tab(ConfigId(UUID(made["id"])))).values()
    assert row[1] == "И*** И***"
    assert str(row[2]).startswith("p-")
    address = f"/api/v1/export-configs/{made['id']}/personal"
    changed = await api.http.put(address, json={"treatment": "left_out"}, headers=admin)
    assert changed.json()["personal"] == {"treatment": "left_out", "columns": {}}
    await romashka.run(ConfigId(UUID(made["id"])))
    _, row = (await romashka.tab(ConfigId(UUID(made["id"])))).values()
    assert [cell for cell in row[1:] if cell] == []
    usual = await api.http.put(address, json={}, headers=admin)
    assert usual.json()["personal"]["treatment"] == "as_is"


async def test_what_cannot_be_is_refused_in_words(api: Api, admin: dict[str, str], romashka: Party) -> None:
    check_problem(await create(api, admin, treatment="hidden"), 422, "exports.treatment_unknown")
    check_problem(await create(api, admin, columns={"id": "masked"}), 422, "exports.personal_key_hidden")
    check_problem(await create(api, admin, columns={"colour": "masked"}), 422, "exports.column_unknown")
    for wrong in ({"treatment": 5}, {"columns": ["phone"]}, {"columns": {"phone": None}}, {"mask": True}):
        assert (await create(api, admin, **wrong)).status_code == 400
    made = (await create(api, admin)).json()
    address = f"/api/v1/export-configs/{made['id']}/personal"
    check_problem(await api.http.put(address, json={"treatment": "x"}, headers=admin), 422, "exports.treatment_unknown")
    await romashka.start(ConfigId(UUID(made["id"])))
    check_problem(await api.http.put(address, json={}, headers=admin), 409, "exports.already_running")


async def test_whose_it_is_and_who_may(api: Api, admin: dict[str, str], romashka: Party) -> None:
    made = (await create(api, admin, treatment="masked")).json()
    address = f"/api/v1/export-configs/{made['id']}/personal"
    viewer = await api.member(romashka, administrator=False)
    check_problem(await api.http.put(address, json={}, headers=viewer), 403, "tenants.permission_missing")
    stranger = await api.member(await api.story.party("vasilek"))
    check_problem(await api.http.put(address, json={}, headers=stranger), 404, "exports.config_not_found")
    assert (await api.http.put(address, json={})).status_code == 401
    kept = (await api.http.get(f"/api/v1/export-configs/{made['id']}", headers=admin)).json()["personal"]
    assert kept["treatment"] == "masked"


async def test_an_owner_gets_everything_and_nobody_else_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with opened_api() as api:
        romashka = await api.story.party("romashka")
        people(romashka)
        owner, address = await api.member(romashka), "/api/v1/company/archive"
        answer = await api.http.get(address, headers=owner)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].endswith('.zip"')
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            manifest = json.loads(archive.read("manifest.json"))
            members = archive.read("tables/members.ndjson").decode()
        assert manifest["companyId"] == str(romashka.id)
        assert "anna" in members
        assert list(tmp_path.iterdir()) == []
        log = (await api.http.get("/api/v1/audit?action=delivery.export_company", headers=owner)).json()["items"]
        assert [(one["actor"], one["outcome"]) for one in log] == [("member", "done")]
        viewer = await api.member(romashka, administrator=False)
        check_problem(await api.http.get(address, headers=viewer), 403, "tenants.permission_missing")
        key = {"name": "k", "scopes": ["read", "manage_owners"], "days": 1}
        made = await api.http.post("/api/v1/api-keys", json=key, headers=owner)
        machine = {"Authorization": f"Bearer {made.json()['secret']}"}
        check_problem(await api.http.get(address, headers=machine), 403, "tenants.session_needed")
        assert (await api.http.get(address)).status_code == 401
        assert api.unforeseen == []
        log = (await api.http.get("/api/v1/audit?action=delivery.export_company", headers=owner)).json()["items"]
        assert [one["outcome"] for one in log].count("done") == 1
