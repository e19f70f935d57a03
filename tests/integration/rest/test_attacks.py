"""What other pages and other people may try."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from entrypoints.rest.refresh_cookie import NAME
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

V1 = "/api/v1"
CALLBACK = "/oauth/google/callback"
MARK = {"X-Requested-With": "skladsheets"}


async def begun(api: Api, headers: dict[str, str]) -> tuple[str, str]:
    """The address of a consent that was begun, and its state."""
    answer = await api.http.post(f"{V1}/connections/google/consents", headers=headers)
    address: str = answer.json()["authorizationUrl"]
    return address, parse_qs(urlsplit(address).query)["state"][0]


async def back(api: Api, **params: Any) -> httpx.Response:
    return await api.http.get(CALLBACK, params=params)


async def google(api: Api, headers: dict[str, str]) -> str:
    found = (await api.http.get(f"{V1}/connections", headers=headers)).json()
    return str(next(one["state"] for one in found if one["vendor"] == "google"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\r\nLocation: https://evil.example",
    ],
)
async def test_the_way_back_leads_nowhere_else(api: Api, romashka: Party, elsewhere: str) -> None:
    headers = await api.member(romashka)
    address, state = await begun(api, headers)
    code = api.story.world.consent.approve(address, email="owner@romashka.example")
    names = ("redirect_uri", "redirect", "next", "return_to", "url", "continue", "state", "error", "iss", "code")
    for name in names:
        refused = await back(api, **{"state": "x.y", "code": "c", name: elsewhere})
        assert refused.status_code == 422
        assert "location" not in refused.headers
        assert "evil.example" not in refused.text
    done = await back(api, state=state, code=code, redirect_uri=elsewhere, next=elsewhere)
    assert done.status_code == 200
    assert "location" not in done.headers
    assert "evil.example" not in done.text


async def test_a_state_that_somebody_else_made_up_connects_nothing(api: Api, romashka: Party) -> None:
    headers = await api.member(romashka)
    await api.http.delete(f"{V1}/connections/google", headers=headers)
    address, state = await begun(api, headers)
    code = api.story.world.consent.approve(address, email="owner@romashka.example")
    stranger = await api.story.party("vasilek")
    company, secret = state.split(".")
    for forged in (
        f"{company}.{'0' * len(secret)}",
        f"{stranger.id.hex}.{secret}",
        f"{company}.{secret}x",
        f"{company}.{secret[:-1]}",
        f"{company.upper()}.{secret[::-1]}",
        secret,
        company,
        "",
    ):
        refused = await back(api, state=forged, code=code)
        assert refused.status_code == 422
        assert "connections.consent_invalid" in refused.text
    assert await google(api, headers) == "absent"
    assert (await back(api, state=state, code=code)).status_code == 200, "and the true one is not used up by that"


async def test_who_agrees_is_told_into_which_companys_hands(api: Api) -> None:
    """The browser that comes back may be somebody's whom the one who began has sent there."""
    party = await api.story.install("<b>Ромашка</b>")
    address, state = await begun(api, await api.member(party))
    code = api.story.world.consent.approve(address, email="victim@elsewhere.example")
    page = await back(api, state=state, code=code)
    assert page.status_code == 200
    assert "victim@elsewhere.example → &lt;b&gt;Ромашка&lt;/b&gt;" in page.text


async def test_one_companys_code_does_not_fit_anothers_state(api: Api, romashka: Party) -> None:
    """Whoever lays hands on a code lacks the verifier that belongs to it (PKCE)."""
    mine = await api.member(romashka)
    other = await api.story.party("vasilek")
    theirs = await api.member(other)
    await api.http.delete(f"{V1}/connections/google", headers=mine)
    address, _ = await begun(api, theirs)
    stolen = api.story.world.consent.approve(address, email="owner@vasilek.example")
    _, state = await begun(api, mine)
    refused = await back(api, state=state, code=stolen)
    assert refused.status_code >= 400
    assert await google(api, mine) == "absent"


async def test_a_state_works_once_and_for_a_quarter_of_an_hour(api: Api, romashka: Party) -> None:
    headers = await api.member(romashka)
    address, state = await begun(api, headers)
    code = api.story.world.consent.approve(address, email="owner@romashka.example")
    assert (await back(api, state=state, code=code)).status_code == 200
    assert (await back(api, state=state, code=code)).status_code == 422
    _, state = await begun(api, headers)
    blank = await back(api, state=state, code="")
    assert (blank.status_code, "connections.consent_denied" in blank.text) == (422, True)
    address, state = await begun(api, headers)
    code = api.story.world.consent.approve(address, email="owner@romashka.example")
    api.story.clock.advance(timedelta(minutes=15))
    assert (await back(api, state=state, code=code)).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://online.moysklad.ru"},
        {"Origin": "null"},
        {"Origin": "http://skladsheets.evil.example"},
        {"Origin": "http://skladsheets:81"},
        {"Origin": "https://skladsheets"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"X-Requested-With": ""},
    ],
)
async def test_the_cookie_serves_no_other_page(api: Api, romashka: Party, wrong: dict[str, str]) -> None:
    context = api.story.next_context_key()
    api.story.world.context_keys.let_in(context, romashka.visitor())
    signed = await api.http.post(f"{V1}/sessions", json={"contextKey": context, "cookie": True}, headers=MARK)
    token = signed.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    carried = {**MARK, "Cookie": f"{NAME}={token}"}
    api.http.cookies.clear()
    refused = await api.http.post(f"{V1}/sessions/refresh", json={}, headers={**carried, **wrong})
    check_problem(refused, 403, "tenants.cross_site_refused")
    assert "set-cookie" not in refused.headers
    ours = {"Origin": "http://skladsheets", "Sec-Fetch-Site": "same-origin"}
    own = await api.http.post(f"{V1}/sessions/refresh", json={}, headers={**carried, **ours})
    assert own.status_code == 200
    api.http.cookies.clear()


async def test_a_cookie_alone_opens_nothing_but_the_exchange(api: Api, romashka: Party) -> None:
    """Every other route asks for a header that no page can have a browser add."""
    context = api.story.next_context_key()
    api.story.world.context_keys.let_in(context, romashka.visitor())
    signed = await api.http.post(f"{V1}/sessions", json={"contextKey": context, "cookie": True}, headers=MARK)
    token = signed.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    api.http.cookies.clear()
    document = (await api.http.get("/docs/openapi.json")).json()
    asked = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if path.startswith(V1) and operation.get("security"):
                answer = await api.http.request(
                    method, path.replace("{", "").replace("}", ""), headers={**MARK, "Cookie": f"{NAME}={token}"}
                )
                assert answer.status_code in {401, 404, 400}, (method, path)
                asked += answer.status_code == 401
    assert asked >= 20


async def test_a_form_of_another_page_does_nothing(api: Api, romashka: Party) -> None:
    """A form is sent across origins without asking, as one of three types; none of them is taken for JSON."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await api.http.post(
            f"{V1}/sessions/refresh", content=b"{}", headers={"Content-Type": kind, "Origin": "https://evil.example"}
        )
        assert answer.status_code in {400, 401, 403, 415}
        assert "set-cookie" not in answer.headers
