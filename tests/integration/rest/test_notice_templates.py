"""A company words its notices over HTTP."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from domain.shared.moments import to_moscow
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

TEMPLATES = "/api/v1/notice-templates"
SOURCE = "<b>{{ title }}</b>\r\n{% for item in items %}\r\n{{ item.name }}\r\n{% endfor %}"


@pytest_asyncio.fixture
async def party(api: Api) -> Party:
    return await api.story.party("romashka")


@pytest_asyncio.fixture
async def admin(api: Api, party: Party) -> dict[str, str]:
    return await api.member(party)


async def put(
    api: Api, who: dict[str, str], text: str, kind: str = "order", match: str | None = None
) -> httpx.Response:
    headers = who if match is None else {**who, "If-Match": match}
    return await api.http.put(f"{TEMPLATES}/{kind}", json={"text": text}, headers=headers)


async def preview(api: Api, who: dict[str, str], kind: str = "order", **body: Any) -> httpx.Response:
    return await api.http.post(f"{TEMPLATES}/{kind}/preview", json=body, headers=who)


async def test_a_text_is_written_changed_and_taken_back(api: Api, admin: dict[str, str]) -> None:
    listed = (await api.http.get(TEMPLATES, headers=admin)).json()
    assert {one["kind"]: one["text"] for one in listed} == dict.fromkeys(["order", "payment", "shipment", "state"])
    none = await api.http.get(f"{TEMPLATES}/order", headers=admin)
    made = await put(api, admin, SOURCE, match=none.headers["etag"])
    assert made.status_code == 200, made.text
    assert made.json()["text"] == SOURCE.replace("\r\n", "\n")
    check_problem(await put(api, admin, "{{ title }}", match=none.headers["etag"]), 412, "precondition_failed")
    again = await put(api, admin, "{{ title }}", match=made.headers["etag"])
    assert again.json()["text"] == "{{ title }}"
    assert (await api.http.get(f"{TEMPLATES}/order", headers=admin)).headers["etag"] == again.headers["etag"]
    stale = {**admin, "If-Match": made.headers["etag"]}
    check_problem(await api.http.delete(f"{TEMPLATES}/order", headers=stale), 412, "precondition_failed")
    for _ in range(2):
        assert (await api.http.delete(f"{TEMPLATES}/order", headers=admin)).status_code == 204
    assert (await api.http.get(f"{TEMPLATES}/order", headers=admin)).json()["text"] is None


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("{% if agent %}", "template_syntax", {"line": 1}),
        ("\n{{ agnet }}", "template_field_unknown", {"field": "agnet", "line": 2}),
        ("{{ 'x' * 10**9 }}", "template_forbids", {"what": "*", "line": 1}),
        ("{{ items[0].name }}", "template_fails", {"sample": "no_items"}),
        ("{% if items %}x{% endif %}", "template_empty", {"sample": "no_items"}),
        ("{% for a in items %}{% for b in items %}.{% endfor %}{% endfor %}x", "template_too_complex", {"line": 1}),
        ("<p>{{ title }}</p>", "markup_refused", {"tag": "p"}),
        ("<a href={{ agent }}>x</a>", "markup_refused", {}),
        (" \n", "template_empty", {}),
        ("x" * 8001, "template_too_long", {"limit": 8000, "count": 8001}),
    ],
)
async def test_a_text_that_would_fail_is_not_taken(
    api: Api, admin: dict[str, str], text: str, code: str, told: dict[str, Any]
) -> None:
    problem = check_problem(await put(api, admin, text), 422, f"dealers.{code}")
    assert told.items() <= problem["details"].items()
    assert (await api.http.get(f"{TEMPLATES}/order", headers=admin)).json()["text"] is None


async def test_only_known_kinds_have_texts(api: Api, admin: dict[str, str]) -> None:
    for answer in (
        await put(api, admin, "x", "invoice"),
        await api.http.get(f"{TEMPLATES}/invoice", headers=admin),
        await api.http.delete(f"{TEMPLATES}/invoice", headers=admin),
        await preview(api, admin, "invoice"),
    ):
        check_problem(answer, 404, "dealers.notice_kind_unknown")


async def test_a_preview_shows_samples_and_what_is_too_long(api: Api, admin: dict[str, str]) -> None:
    ours = (await preview(api, admin)).json()
    assert ours["html"].startswith("<b>Новый заказ № 00042</b>")
    assert (ours["length"], ours["shortened"]) == (ours["fullLength"], False)
    long = (await preview(api, admin, text=SOURCE, sample="many_items")).json()
    assert long["shortened"]
    assert long["length"] <= 4096 < long["fullLength"]
    assert long["html"].endswith("… сообщение сокращено, полностью — в документе МоегоСклада")
    odd = (await preview(api, admin, text="<i>{{ agent }}</i>", sample="markup")).json()
    assert odd["html"].startswith("<i>&lt;b&gt;")
    assert odd["plain"].startswith("<b>")
    check_problem(await preview(api, admin, sample="none"), 404, "dealers.sample_unknown")
    check_problem(await preview(api, admin, text="{{ agnet }}"), 422, "dealers.template_field_unknown")
    fields = (await api.http.get("/api/v1/notice-template-fields", headers=admin)).json()
    assert {"agent", "items", "moment"} <= {one["name"] for one in fields["fields"]}
    for kind, samples in fields["samples"].items():
        for sample in samples:
            assert (await preview(api, admin, kind, sample=sample)).status_code == 200


async def test_a_preview_shows_a_document_of_ones_own(api: Api, party: Party, admin: dict[str, str]) -> None:
    now, own = to_moscow(api.story.clock.now()), str(uuid4())
    document = {
        "id": own,
        "name": "77",
        "created": now,
        "moment": now,
        "updated": now,
        "sum": 100.0,
        "description": "Ждём",
    }
    party.world.documents.accounts.setdefault(party.token, {})
    party.world.documents.put(party.token, "cashin", document)
    shown = await preview(api, admin, "payment", text="№{{ number }} {{ comment }}{{ agent }}", documentId=own)
    assert shown.status_code == 200, shown.text
    assert shown.json()["plain"] == "№77 Ждём"
    check_problem(await preview(api, admin, "order", documentId=own), 404, "dealers.preview_document_missing")
    other = await api.story.party("vasilek")
    other.world.documents.accounts.setdefault(other.token, {})
    stranger = await api.member(other)
    check_problem(await preview(api, stranger, "payment", documentId=own), 404, "dealers.preview_document_missing")


async def test_texts_are_a_companys_own_and_administrators_write_them(api: Api, admin: dict[str, str]) -> None:
    await put(api, admin, "{{ title }}")
    other = await api.story.party("vasilek")
    assert (await api.http.get(f"{TEMPLATES}/order", headers=await api.member(other))).json()["text"] is None
    looker = await api.member(await api.story.install("lyutik"), administrator=False)
    assert (await api.http.get(f"{TEMPLATES}/order", headers=looker)).status_code == 200
    check_problem(await put(api, looker, "{{ title }}"), 403, "tenants.permission_missing")
    check_problem(await api.http.delete(f"{TEMPLATES}/order", headers=looker), 403, "tenants.permission_missing")


async def test_a_mail_has_a_subject_of_the_companys_own(api: Api, admin: dict[str, str]) -> None:
    address = f"{TEMPLATES}/order"
    subject = " {% if agent %}{{ agent }}: {% endif %}заказ {{ number }} для {{ dealer }} "
    made = await api.http.put(address, json={"text": "<b>{{ title }}</b>", "subject": subject}, headers=admin)
    assert made.status_code == 200, made.text
    assert made.json()["subject"] == subject.strip()
    shown = (await preview(api, admin)).json()
    assert shown["subject"] == "ООО «Ромашка»: заказ 00042 для ИП Петров"
    assert shown["plain"] == "Новый заказ № 00042"
    # What people wrote into a document is neither markup nor a line of its own there.
    hostile = (await preview(api, admin, sample="markup")).json()["subject"]
    assert hostile.startswith("<b>\"Чай\" & 'сахар'</b>{{ sum }}: заказ")
    assert (await preview(api, admin, text="x", subject="Тема <b>{{ sum }}</b>")).json()["subject"] == "Тема 1 234,56 ₽"
    assert (await preview(api, admin, text="Первая\nстрока")).json()["subject"] == "Первая"
    long = (await preview(api, admin, text="x", subject="{{ title }}" * 20)).json()["subject"]
    assert len(long) == 150
    assert long.endswith("…")
    # Without a subject the text is replaced as a whole.
    again = await put(api, admin, "{{ title }}")
    assert again.json()["subject"] is None
    assert again.headers["etag"] != made.headers["etag"]


@pytest.mark.parametrize(
    ("subject", "code", "told"),
    [
        ("a\nb", "subject_has_lines", {}),
        ("a\rBcc: x", "subject_has_lines", {}),
        ("a\u2028b", "subject_has_lines", {}),
        ("x" * 501, "subject_too_long", {"limit": 500}),
        ("{{ agent }}", "subject_empty", {"sample": "bare"}),
        ("{{ nothing }}", "template_field_unknown", {"part": "subject"}),
        ("{{ title", "template_syntax", {"part": "subject"}),
        ("{{ title.__class__ }}", "template_field_unknown", {"part": "subject"}),
        ("<script>x</script>", "markup_refused", {"part": "subject"}),
    ],
)
async def test_a_subject_that_does_not_do_is_refused(
    api: Api, admin: dict[str, str], subject: str, code: str, told: dict[str, Any]
) -> None:
    answer = await api.http.put(f"{TEMPLATES}/order", json={"text": "x", "subject": subject}, headers=admin)
    problem = check_problem(answer, 422, f"dealers.{code}")
    assert told.items() <= problem.get("details", {}).items()
    assert (await api.http.get(f"{TEMPLATES}/order", headers=admin)).json()["text"] is None


async def test_a_subject_is_seen_with_the_text_it_is_the_subject_of(api: Api, admin: dict[str, str]) -> None:
    check_problem(await preview(api, admin, subject="x"), 422, "dealers.template_empty")
