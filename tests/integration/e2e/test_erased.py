"""A company's people are hidden, and the company is erased while its export is being written, through all processes."""

import asyncio
import subprocess
import time
from typing import Any

import asyncpg
import pytest

from devstack.people import Administrator
from devstack.processes import base_environment, python
from devstack.stack import PROGRAM
from tests.integration.e2e.conftest import Place, wait_until

pytestmark = pytest.mark.e2e

_TABLES = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND (column_name = 'company_id' OR (table_name, column_name) = ('companies', 'id'))
"""
PEOPLE = [{"id": column} for column in ("id", "name", "phone", "email", "inn", "legalAddress")]


def rows_of(place: Place, company: str) -> dict[str, int]:
    """Rows of the company in each table that has any, as the database's owner sees them."""

    async def count() -> dict[str, int]:
        connection = await asyncpg.connect(place.stack.servers.database_url)
        try:
            tables = await connection.fetch(_TABLES)
            found = {
                table: await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", company)  # noqa: S608
                for table, column in tables
            }
        finally:
            await connection.close()
        return {table: rows for table, rows in found.items() if rows}

    return asyncio.run(count())


def companies(place: Place, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [*python(PROGRAM), "companies", *arguments]
    environment = {**base_environment(), **place.stack.environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def values(place: Place, administrator: Administrator, config: dict[str, Any]) -> list[list[Any]]:
    target = administrator.config(config["id"])["target"]
    found: list[list[Any]] = place.vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
    return found


def test_people_of_a_real_account_are_hidden_from_the_first_write_on(place: Place) -> None:
    administrator = place.company("hiding")
    people = place.vendors.moysklad(f"/accounts/{administrator.account_id}/objects/counterparty")
    told = {str(one[field]) for one in people for field in ("phone", "email", "inn") if one.get(field)}
    assert len(told) > 10
    personal = {"treatment": "masked", "columns": {"inn": "pseudonym"}}
    config = place.export(administrator, exporter="counterparty", columns=PEOPLE, personal=personal)
    assert administrator.run(config["id"])["state"] == "finished"
    shown = values(place, administrator, config)
    assert len(shown) == len(people) + 1
    assert not told.intersection(str(cell) for row in shown for cell in row)
    assert not any(one["name"] in str(shown) for one in people if " " in one["name"])
    administrator.call("PUT", f"/api/v1/export-configs/{config['id']}/personal", {"treatment": "as_is"})
    administrator.run(config["id"])
    assert told <= {str(cell) for row in values(place, administrator, config) for cell in row}
    administrator.call("PUT", f"/api/v1/export-configs/{config['id']}/personal", {"treatment": "left_out"})
    administrator.run(config["id"])
    assert not told.intersection(str(cell) for row in values(place, administrator, config) for cell in row)


def test_a_company_is_erased_while_its_export_is_written(place: Place) -> None:
    administrator = place.company("leaving", 12_000)
    kept = place.company("staying")
    before = place.export(kept)
    kept.run(before["id"])
    config = place.export(administrator, onChange=True)
    place.hang_write(2)
    administrator.start(config["id"])
    wait_until(place.hanging)
    me = administrator.call("GET", "/api/v1/me")
    company, name = me["companyId"], me["companyName"]
    wait_until(lambda: rows_of(place, company).get("exported_rows", 0) > 1_000)
    refused = companies(place, "erase", company, "--yes-erase", "somebody else")
    assert refused.returncode == 1
    erased = companies(place, "erase", company, "--yes-erase", name)
    assert erased.returncode == 0, erased.stderr
    assert "exported_rows" in erased.stdout
    assert {line.split()[-1] for line in erased.stdout.splitlines() if line.startswith("  ")} == {"0"}
    assert "grant at Google: revoked" in erased.stdout
    time.sleep(4)  # whoever was at work has looked once more whether the run is still its own, and given up
    assert rows_of(place, company) == {}
    place.vendors.forget_faults()
    assert kept.run(before["id"])["state"] == "finished"
    administrator.install()
    administrator.sign_in()
    assert administrator.call("GET", "/api/v1/me")["companyId"] != company
    assert rows_of(place, company) == {}
