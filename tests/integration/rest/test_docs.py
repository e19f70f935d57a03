"""The API as it describes itself."""

import json
import re
from typing import Any

from tests.integration.rest.conftest import Api

ELSEWHERE = re.compile(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""")


async def test_the_page_opens_without_the_internet(api: Api) -> None:
    page = await api.http.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert not ELSEWHERE.search(page.text)
    assert "cdn" not in page.text.lower()
    assets = set(re.findall(r"/docs-assets/[\w.-]+", page.text))
    assert len(assets) >= 3
    for asset in assets:
        answer = await api.http.get(asset)
        assert answer.status_code == 200, asset
        assert len(answer.content) > 100


async def test_the_document_lists_every_route(api: Api) -> None:
    document = await described(api)
    assert document["openapi"].startswith("3.1")
    listed = {
        (method.upper(), re.sub(r"\{[^}]*\}", "{}", path))
        for path, item in document["paths"].items()
        for method in item
        if method in {"get", "post", "put", "delete", "patch"}
    }
    served = {
        (method, re.sub(r"\{[^}]*\}", "{}", route.path))
        for route in api.app.routes
        for method in getattr(route, "methods", set())
        if method not in {"OPTIONS", "HEAD"} and not route.path.startswith(("/docs", "/problems"))
    }
    assert listed == served
    assert len(listed) == 131


async def test_the_document_tells_how_to_come_in_and_what_can_go_wrong(api: Api) -> None:
    document = await described(api)
    assert document["components"]["securitySchemes"]["session"]["scheme"] == "bearer"
    operations = [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if path.startswith("/api/v1/")
    ]
    identities = [operation["operationId"] for _, operation in operations]
    assert len(set(identities)) == len(identities)
    for name, operation in operations:
        assert operation["summary"], name
        assert "application/problem+json" in operation["responses"]["default"]["content"], name
    public = {name for name, operation in operations if not operation.get("security")}
    assert public == {
        "post /api/v1/sessions",
        "post /api/v1/sessions/links",
        "post /api/v1/sessions/refresh",
    }
    assert "Problem" in document["components"]["schemas"]


async def test_every_reference_leads_somewhere(api: Api) -> None:
    document = await described(api)
    for reference in set(re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(document))):
        place: Any = document
        for part in reference.split("/"):
            place = place[part]


async def test_every_problem_has_a_page(api: Api) -> None:
    page = await api.http.get("/problems/exports.tab_missing")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "exports.tab_missing" in page.text
    hostile = await api.http.get("/problems/<script>alert(1)<%2Fscript>")
    assert "<script>" not in hostile.text


async def described(api: Api) -> dict[str, Any]:
    answer = await api.http.get("/docs/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = json.loads(answer.content)
    return document
