"""aiogoogle, built from Google's own discovery document when one lies beside the repository."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogoogle import Aiogoogle, GoogleAPI, HTTPError
from aiogoogle.auth.creds import UserCreds

from tests.integration.google_emulator.agent import Google

DOCUMENT = Path(__file__).resolve().parents[4] / "shared" / "reference" / "google" / "sheets.v4.json"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="no discovery document beside the repository")


async def test_every_values_method_and_batch_update(google: Google) -> None:
    user = google.user()
    document = json.loads(DOCUMENT.read_text())
    document["rootUrl"] = google.base + "/"
    sheets = GoogleAPI(document).spreadsheets
    until = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None).isoformat()
    creds = UserCreds(access_token=user.token, expires_at=until)
    async with Aiogoogle() as client:

        async def run(request: Any) -> Any:
            request.timeout = 30
            return await client.as_user(request, user_creds=creds)

        made = await run(sheets.create(json={"properties": {"title": "Через aiogoogle", "locale": "ru_RU"}}))
        where, tab = {"spreadsheetId": made["spreadsheetId"]}, "Лист1"
        safe = {"path_params_safe_chars": {"range": ""}}
        body = {"values": [["ключ", "цена"], ["a", 1.5]]}
        await run(sheets.values.update(**where, range=f"'{tab}'!A1", valueInputOption="RAW", json=body, **safe))
        await run(
            sheets.values.append(
                **where, range=tab, valueInputOption="RAW", insertDataOption="INSERT_ROWS", json={"values": [["b", 2]]}
            )
        )
        data = {"valueInputOption": "RAW", "data": [{"range": f"{tab}!B3", "values": [[7]]}]}
        await run(sheets.values.batchUpdate(**where, json=data))
        options = {"valueRenderOption": "UNFORMATTED_VALUE", "majorDimension": "ROWS"}
        found = await run(sheets.values.batchGet(**where, ranges=[f"{tab}!A:A", f"{tab}!B:B"], **options))
        assert [one["values"] for one in found["valueRanges"]] == [[["ключ"], ["a"], ["b"]], [["цена"], [1.5], [7]]]
        request = {"requests": [{"addSheet": {"properties": {"title": "A/B"}}}]}
        await run(sheets.batchUpdate(**where, json=request))
        await run(
            sheets.values.update(**where, range="'A/B'!A1", valueInputOption="RAW", json={"values": [[1]]}, **safe)
        )
        grid = await run(sheets.get(**where, includeGridData=True, fields="sheets(properties.title,data.rowData)"))
        assert [one["properties"]["title"] for one in grid["sheets"]] == [tab, "A/B"]
        await run(sheets.values.clear(**where, range=tab, json={}))
        assert "values" not in await run(sheets.values.get(**where, range=tab))
        with pytest.raises(HTTPError) as caught:
            await run(sheets.values.get(**where, range="Нет!A1"))
        assert caught.value.res.json["error"]["message"] == "Unable to parse range: Нет!A1"
