from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from adapters.google.discovery import SheetsRequests, description, drive_description

REFERENCE = Path(__file__).parents[4] / "shared/reference/google/sheets.v4.json"
DRIVE = REFERENCE.with_name("drive.v3.json")


def methods(document: dict[str, Any], path: str = "") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, resource in document.get("resources", {}).items():
        for method, described in resource.get("methods", {}).items():
            found[f"{path}{name}.{method}"] = described
        found |= methods(resource, f"{path}{name}.")
    return found


@pytest.mark.skipif(not REFERENCE.exists(), reason="Google's discovery document is not at hand")
def test_every_method_is_as_google_describes_it() -> None:
    google = msgspec.json.decode(REFERENCE.read_bytes())
    ours = description(google["rootUrl"])
    assert {name: ours[name] for name in ("name", "version", "servicePath", "batchPath")} == {
        name: google[name] for name in ("name", "version", "servicePath", "batchPath")
    }
    for name, parameter in ours["parameters"].items():
        assert parameter.items() <= google["parameters"][name].items()
    theirs = methods(google)
    assert len(methods(ours)) == 6
    _check(ours, theirs)


@pytest.mark.skipif(not DRIVE.exists(), reason="Google's discovery document is not at hand")
def test_every_method_of_drive_is_as_google_describes_it() -> None:
    google = msgspec.json.decode(DRIVE.read_bytes())
    ours = drive_description(google["rootUrl"])
    assert len(methods(ours)) == 3
    _check(ours, {name: {**one, "path": google["servicePath"] + one["path"]} for name, one in methods(google).items()})


def _check(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name, method in methods(ours).items():
        for field in ("httpMethod", "path", "parameterOrder"):
            assert method[field] == theirs[name][field], name
        for parameter, described in method["parameters"].items():
            assert described.items() <= theirs[name]["parameters"][parameter].items(), (name, parameter)


def test_strange_titles_survive_the_address() -> None:
    ranges = ["'A/B?&=#+%'!A1:B1", "'Bob''s 📦 лист'!A2:A"]
    request = SheetsRequests("https://sheets.example/", "https://drive.example/").values_batch_get(
        "id/x", ranges, "valueRanges(range,values)"
    )
    parts = urlsplit(str(request.url))
    assert parts.path == "/v4/spreadsheets/id%2Fx/values:batchGet"
    query = parse_qsl(parts.query, strict_parsing=True)
    assert [value for name, value in query if name == "ranges"] == ranges
    assert dict(query)["majorDimension"] == "COLUMNS"
    assert dict(query)["prettyPrint"] == "false"


def test_every_request_has_a_time_limit_in_whole_seconds() -> None:
    requests = SheetsRequests("https://sheets.example/", "https://drive.example/")
    reads = [
        requests.get("id", "f"),
        requests.values_batch_get("id", ["A1"], "f"),
        requests.file_list("q", "name", "f"),
    ]
    writes = [
        requests.create(b"{}", "f"),
        requests.file_create(b"{}", "f"),
        requests.batch_update("id", b"{}", "f"),
        requests.values_batch_update("id", b"{}", "f"),
    ]
    assert {request.timeout for request in reads} == {60}
    assert {request.timeout for request in writes} == {190}
    assert all(request.headers["Content-Type"] == "application/json; charset=utf-8" for request in writes)
