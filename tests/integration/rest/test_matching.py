"""Questions about what could not be found, and what people say."""

import csv
import io
from typing import Any
from uuid import uuid4

import httpx
import pytest

from adapters.memory.document_writer import API, MemoryDocumentWriter
from application.automations.matcher import Matcher
from application.automations.resume_command import ResumeExecutions
from application.automations.reviews import Reviews
from application.automations.vendor_ports import DocumentWriter
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.ports import Transaction
from domain.automations.matching import MatchBy, Matched, MatchKind, Wanted
from domain.connections.moysklad import MoySkladRejected
from domain.shared.errors import VendorBusy
from domain.shared.identities import CompanyId
from tests.integration.harness.samples import wanted_good
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

SOURCE = CompanyId(uuid4())
REVIEWS, PAIRS = "/api/v1/match-reviews", "/api/v1/match-pairs"


def put(party: Party, kind: str = "product", **fields: Any) -> str:
    """A new object in the company's account."""
    identifier = str(uuid4())
    meta = {"href": f"{API}/entity/{kind}/{identifier}", "type": kind}
    party.world.documents.put(party.token, kind, {"id": identifier, "meta": meta, **fields})
    return identifier


async def ask(party: Party, *wanted: Wanted) -> Matched:
    """What a document needs is looked for, and asked about where it is not found."""
    party.world.documents.accounts.setdefault(party.token, {})
    async with party.world.container() as scope:
        key = await (await scope.get(MoySkladAccess)).key(party.id, Urgency.EVENT)
        matched = await (await scope.get(Matcher)).match(key, party.id, SOURCE, wanted, tuple(MatchBy))
        async with (await scope.get(Transaction))(party.id):
            await (await scope.get(Reviews)).ask(party.id, SOURCE, matched.open)
    return matched


async def open_reviews(api: Api, headers: dict[str, str], state: str = "open") -> list[dict[str, Any]]:
    answer = await api.http.get(REVIEWS, headers=headers, params={"state": state})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def told(party: Party) -> list[str]:
    """What was left for workers to do."""
    return [message.tag for message in await party.story.relay()]


RESUME = ResumeExecutions.__struct_config__.tag


async def test_a_question_is_answered_and_never_asked_again(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    near = put(romashka, name="Гвоздь строительный")
    wanted = wanted_good("Гвоздь", code="17")
    await ask(romashka, wanted)
    (review,) = await open_reviews(api, admin)
    assert review["wanted"] | {"name": "Гвоздь", "code": "17"} == review["wanted"]
    assert [one["id"] for one in review["suggestions"]] == [near]
    assert (review["state"], review["creatable"], review["sourceCompanyId"]) == ("open", True, str(SOURCE))
    await told(romashka)
    answer = {"targetType": "product", "targetId": near}
    for _ in range(2):
        answered = await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=answer)
        assert answered.status_code == 200, answered.text
        assert answered.json()["target"] == {"type": "product", "id": near, "name": "Гвоздь строительный"}
        assert RESUME in await told(romashka)
    assert await open_reviews(api, admin) == []
    assert (await ask(romashka, wanted)).found[wanted.source_id].id == near
    (pair,) = (await api.http.get(PAIRS, headers=admin)).json()["items"]
    assert (pair["foundBy"], pair["sourceId"], pair["name"]) == ("person", wanted.source_id, "Гвоздь")
    other = {"targetType": "product", "targetId": put(romashka, name="Другой")}
    refused = await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=other)
    check_problem(refused, 409, "automations.review_closed")
    (shown,) = await open_reviews(api, admin, "answered")
    assert (await api.http.get(f"{REVIEWS}/{review['id']}", headers=admin)).json() == shown


async def test_the_same_code_by_chance_is_asked_about_with_the_reason(
    api: Api, romashka: Party, admin: dict[str, str]
) -> None:
    chance = put(romashka, name="Болт", code="00001", article="B-2")
    wanted = wanted_good("Гвоздь", code="00001", article="N-1")
    assert (await ask(romashka, wanted)).found == {}
    for _ in range(2):
        (review,) = await open_reviews(api, admin)
        assert [one["id"] for one in review["suggestions"]] == [chance]
        doubt = review["doubt"]
        assert (doubt["code"], doubt["by"]) == ("automations.article_contradicts", "article")
        assert (doubt["wanted"], doubt["found"], doubt["target"]["id"]) == (["N-1"], ["B-2"], chance)
        assert review["title"] == "Код «00001» совпал с «Болт», а артикул — нет: N-1 и B-2"
        assert review["words"]["en"]["title"].startswith("The code “00001” is that of “Болт”")
        await ask(romashka, wanted)  # the same question, whose reason stays
    (row,) = await exported(api, admin)
    assert row["doubt"] == "article: N-1 ≠ B-2 (Болт)"
    assert (await api.http.get(PAIRS, headers=admin)).json()["items"] == []
    answer = {"targetType": "product", "targetId": chance}
    answered = await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=answer)
    assert answered.json()["target"]["id"] == chance
    assert (await ask(romashka, wanted)).found[wanted.source_id].id == chance


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"targetType": "product", "targetId": str(uuid4())}, "automations.target_not_found"),
        ({"targetType": "counterparty", "targetId": str(uuid4())}, "automations.target_unsuitable"),
        ({"targetType": "demand", "targetId": str(uuid4())}, "automations.target_unsuitable"),
    ],
)
async def test_an_answer_has_to_be_there(
    api: Api, romashka: Party, admin: dict[str, str], target: dict[str, str], code: str
) -> None:
    await ask(romashka, wanted_good())
    (review,) = await open_reviews(api, admin)
    check_problem(await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=target), 422, code)
    assert await open_reviews(api, admin) == [review]
    assert (await api.http.get(PAIRS, headers=admin)).json()["items"] == []
    assert RESUME not in await told(romashka)


async def test_what_is_archived_is_no_answer(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await ask(romashka, wanted_good())
    (review,) = await open_reviews(api, admin)
    target = {"targetType": "product", "targetId": put(romashka, name="Гвоздь", archived=True)}
    answer = await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=target)
    check_problem(answer, 422, "automations.target_not_found")


async def test_what_is_new_is_made_once(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    wanted = wanted_good("Саморез", code="17", article="A-1", external_code="ext")
    await ask(romashka, wanted)
    (review,) = await open_reviews(api, admin)
    writer = await romashka.world.container.get(DocumentWriter)
    assert isinstance(writer, MemoryDocumentWriter)
    writer.failures.plan("make", VendorBusy(3.0), applied=True)
    busy = await api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=admin)
    assert busy.status_code == 503
    for _ in range(2):
        made = await api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=admin)
        assert made.status_code == 200, made.text
    (product,) = romashka.world.documents.accounts[romashka.token]["product"].values()
    assert {name: product[name] for name in ("name", "code", "article", "externalCode", "barcodes")} == {
        "name": "Саморез",
        "code": "17",
        "article": "A-1",
        "externalCode": "ext",
        "barcodes": [{"ean13": "4600000000008"}],
    }
    assert made.json()["target"]["id"] == product["id"]
    assert (await ask(romashka, wanted)).found[wanted.source_id].id == product["id"]
    assert RESUME in await told(romashka)


async def test_what_moysklad_refuses_to_make_stays_a_question(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await ask(romashka, wanted_good())
    (review,) = await open_reviews(api, admin)
    writer = await romashka.world.container.get(DocumentWriter)
    assert isinstance(writer, MemoryDocumentWriter)
    writer.failures.plan("make", MoySkladRejected(reason="Нарушено ограничение уникальности", number=3006))
    refused = await api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=admin)
    problem = check_problem(refused, 422, "vendors.moysklad_rejected")
    assert "уникальности" in str(problem)
    assert await open_reviews(api, admin) == [review]


async def test_a_variant_cannot_be_made_from_its_name(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await ask(romashka, Wanted(MatchKind.GOODS, str(uuid4()), "variant", "Футболка (XL)"))
    (review,) = await open_reviews(api, admin)
    assert not review["creatable"]
    answer = await api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=admin)
    check_problem(answer, 422, "automations.type_not_creatable")


async def test_counterparties_are_made_with_their_inn(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    wanted = Wanted(MatchKind.COUNTERPARTY, str(uuid4()), "counterparty", "ООО Лютик", inn="7707083893")
    await ask(romashka, wanted)
    (review,) = await open_reviews(api, admin)
    await api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=admin)
    (made,) = romashka.world.documents.accounts[romashka.token]["counterparty"].values()
    assert (made["name"], made["inn"]) == ("ООО Лютик", "7707083893")
    assert "barcodes" not in made


async def test_a_question_is_put_aside(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    wanted = wanted_good()
    await ask(romashka, wanted)
    (review,) = await open_reviews(api, admin)
    for _ in range(2):
        assert (await api.http.post(f"{REVIEWS}/{review['id']}/dismissal", headers=admin)).status_code == 200
    await ask(romashka, wanted)
    assert await open_reviews(api, admin) == []
    (aside,) = await open_reviews(api, admin, "ignored")
    assert aside["asked"] == 2
    answer = {"targetType": "product", "targetId": put(romashka, name="Гвоздь")}
    assert (await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=answer)).status_code == 200
    closed = await api.http.post(f"{REVIEWS}/{review['id']}/dismissal", headers=admin)
    check_problem(closed, 409, "automations.review_closed")


async def test_pairs_are_set_listed_and_removed(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    wanted = wanted_good()
    await ask(romashka, wanted)
    first, second = put(romashka, name="Первый"), put(romashka, name="Второй", kind="product")
    path = f"{PAIRS}/{SOURCE}/goods/{wanted.source_id}"
    for target in (first, second):
        body = {"targetType": "product", "targetId": target, "name": "Гвоздь"}
        answer = await api.http.put(path, headers=admin, json=body)
        assert answer.status_code == 200, answer.text
        assert (await ask(romashka, wanted)).found[wanted.source_id].id == target
    assert await open_reviews(api, admin) == []
    listed = await api.http.get(PAIRS, headers=admin, params={"source": str(SOURCE)})
    assert [one["target"]["id"] for one in listed.json()["items"]] == [second]
    strange = await api.http.get(PAIRS, headers=admin, params={"source": str(uuid4())})
    assert strange.json()["items"] == []
    missing = await api.http.put(path, headers=admin, json={"targetType": "product", "targetId": str(uuid4())})
    check_problem(missing, 422, "automations.target_not_found")
    assert (await api.http.delete(path, headers=admin)).status_code == 204
    check_problem(await api.http.delete(path, headers=admin), 404, "automations.pair_not_found")
    assert (await ask(romashka, wanted)).found == {}
    check_problem(await api.http.delete(path.replace("goods", "x"), headers=admin), 404, "automations.pair_not_found")


async def test_lists_come_in_pages(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await ask(romashka, *(wanted_good(f"Товар {number}") for number in range(5)))
    for number in range(5):
        put(romashka, name=f"Есть {number}", code=f"код-{number}")
    await ask(romashka, *(wanted_good(f"Есть {number}", code=f"код-{number}") for number in range(5)))
    for path in (REVIEWS, PAIRS):
        seen, cursor = [], None
        while True:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await api.http.get(path, headers=admin, params=params)).json()
            seen += [str(one.get("id", one.get("sourceId"))) for one in page["items"]]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 5
        for wrong in ("x", "////", "YS9iL2M"):
            check_problem(await api.http.get(path, headers=admin, params={"cursor": wrong}), 422, "cursor_invalid")


async def test_the_account_is_searched(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    nail = put(romashka, name="Гвоздь строительный")
    put(romashka, name="Болт")
    found = await api.http.get("/api/v1/match-targets", headers=admin, params={"kind": "goods", "search": "гвоздь"})
    assert found.json() == [{"type": "product", "id": nail, "name": "Гвоздь строительный"}]
    for params in ({"kind": "goods", "search": ""}, {"kind": "x", "search": "a"}, {"kind": "goods"}):
        answer = await api.http.get("/api/v1/match-targets", headers=admin, params=params)
        assert answer.status_code in {400, 422}, answer.text


async def test_viewers_look_and_strangers_see_nothing(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await ask(romashka, wanted_good())
    (review,) = await open_reviews(api, admin)
    viewer = await api.member(romashka, administrator=False)
    assert len(await open_reviews(api, viewer)) == 1
    answer = {"targetType": "product", "targetId": put(romashka, name="Гвоздь")}
    changes = [
        api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=viewer, json=answer),
        api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=viewer),
        api.http.post(f"{REVIEWS}/{review['id']}/dismissal", headers=viewer),
        api.http.put(f"{PAIRS}/{SOURCE}/goods/{uuid4()}", headers=viewer, json=answer),
        api.http.delete(f"{PAIRS}/{SOURCE}/goods/{uuid4()}", headers=viewer),
    ]
    for change in changes:
        check_problem(await change, 403, "tenants.permission_missing")
    stranger = await api.member(await api.story.party("lutik"))
    assert await open_reviews(api, stranger) == []
    own: list[httpx.Response] = [
        await api.http.get(f"{REVIEWS}/{review['id']}", headers=stranger),
        await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=stranger, json=answer),
        await api.http.post(f"{REVIEWS}/{review['id']}/creation", headers=stranger),
        await api.http.post(f"{REVIEWS}/{review['id']}/dismissal", headers=stranger),
    ]
    for refused in own:
        check_problem(refused, 404, "automations.review_not_found")


async def test_what_people_say_is_in_the_log(api: Api, romashka: Party, admin: dict[str, str]) -> None:
    await ask(romashka, wanted_good())
    (review,) = await open_reviews(api, admin)
    answer = {"targetType": "product", "targetId": put(romashka, name="Гвоздь")}
    await api.http.post(f"{REVIEWS}/{review['id']}/answer", headers=admin, json=answer)
    log = (await api.http.get("/api/v1/audit", headers=admin)).json()["items"]
    (entry,) = [one for one in log if one["action"] == "automations.answer_match_review"]
    assert (
        entry["targetId"],
        entry["outcome"],
        entry["actor"]["kind"] if isinstance(entry["actor"], dict) else entry["actor"],
    ) == (
        review["id"],
        "done",
        "member",
    )


async def exported(api: Api, headers: dict[str, str]) -> list[dict[str, str]]:
    answer = await api.http.get(f"{REVIEWS}/export", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def filled(rows: list[dict[str, str]], separator: str = ";") -> dict[str, str]:
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]), delimiter=separator)
    table.writeheader()
    table.writerows(rows)
    return {"csv": "\ufeff" + out.getvalue()}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
async def test_a_file_is_filled_in(api: Api, romashka: Party, admin: dict[str, str], separator: str) -> None:
    names = ("=Товар;1", "Товар 2", "Товар 3", "Товар 4", "Товар 5", "Товар 6")
    wanted = [wanted_good(name) for name in names]
    person = Wanted(MatchKind.COUNTERPARTY, str(uuid4()), "counterparty", "ООО Лютик", inn="7707083893")
    await ask(romashka, *wanted, person)
    by_id, by_code = put(romashka, kind="variant", name="По id"), put(romashka, name="По коду", code="=17")
    by_article, firm = put(romashka, name="По артикулу", article="A;1"), put(romashka, kind="counterparty", inn="77")
    for _ in range(2):
        put(romashka, name="Двойник", code="42")
    rows = {row["name"]: row for row in await exported(api, admin)}
    assert rows.keys() == {"'=Товар;1", *names[1:], "ООО Лютик"}
    answers = (by_id.upper(), "'=17", " A;1 ", "42", "нет такого", "", "77")
    for name, answer in zip(("'=Товар;1", *names[1:], "ООО Лютик"), answers, strict=True):
        rows[name]["answer"] = answer
    sent = await api.http.post(f"{REVIEWS}/answers", headers=admin, json=filled(list(rows.values()), separator))
    assert sent.status_code == 200, sent.text
    named = {row["id"]: name for name, row in rows.items()}
    became = {named[one["reviewId"]]: (one["target"] or {}).get("id") or one["code"] for one in sent.json()}
    assert became == {
        "'=Товар;1": by_id,
        "Товар 2": by_code,
        "Товар 3": by_article,
        "Товар 4": "automations.target_ambiguous",
        "Товар 5": "automations.target_not_found",
        "ООО Лютик": firm,
    }
    (ambiguous,) = [one for one in sent.json() if one["code"] == "automations.target_ambiguous"]
    assert "42" in ambiguous["title"]
    assert len(await open_reviews(api, admin)) == 3
    matched = await ask(romashka, *wanted[:3], person)
    assert [matched.found[one.source_id].id for one in (*wanted[:3], person)] == [by_id, by_code, by_article, firm]
    pairs = (await api.http.get(PAIRS, headers=admin)).json()["items"]
    assert {one["foundBy"] for one in pairs} == {"file"}
    assert RESUME in await told(romashka)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x", 1),
        ("id;name\n1;2", 1),
        ("id;answer\nnot-an-id;17", 2),
        ('id;answer\n"a', 2),
        ("\n\n", 1),
        ("id;answer\n" + "".join(f"{uuid4()};1\n" for _ in range(1001)), 1002),
    ],
)
async def test_a_file_that_cannot_be_read_says_where(
    api: Api, romashka: Party, admin: dict[str, str], text: str, line: int
) -> None:
    answer = await api.http.post(f"{REVIEWS}/answers", headers=admin, json={"csv": text})
    problem = check_problem(answer, 422, "automations.answers_unreadable")
    assert str(line) in problem["title"]


async def test_answers_to_strangers_questions_are_refused_one_by_one(
    api: Api, romashka: Party, admin: dict[str, str]
) -> None:
    await ask(romashka, wanted_good())
    (row,) = await exported(api, admin)
    stranger = await api.story.party("lutik")
    stranger.world.documents.accounts[stranger.token] = {}
    target = put(stranger, name="Гвоздь", code="17")
    headers = await api.member(stranger)
    assert await exported(api, headers) == []
    sent = await api.http.post(f"{REVIEWS}/answers", headers=headers, json=filled([{**row, "answer": "17"}]))
    assert [one["code"] for one in sent.json()] == ["automations.review_not_found"]
    assert target not in sent.text
    assert (await api.http.get(PAIRS, headers=headers)).json()["items"] == []
    assert (await api.http.post(f"{REVIEWS}/answers", headers=admin, json=filled([row]))).json() == []
    viewer = await api.member(romashka, administrator=False)
    refused = await api.http.post(f"{REVIEWS}/answers", headers=viewer, json=filled([row]))
    check_problem(refused, 403, "tenants.permission_missing")
