"""Lists of dealers over HTTP."""

import csv
import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from application.billing.commands.set_plan import SetPlan
from domain.billing.plans import PlanKey
from domain.webhooks.interests import Audience
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

DEALERS = "/api/v1/dealers"
IMPORT = f"{DEALERS}/import"
NORTH, SOUTH = str(uuid4()), str(uuid4())
STORE, SHOP, CHANNEL = str(uuid4()), str(uuid4()), str(uuid4())

LIST = """Название;Контрагент;Склады;Точки продаж;Каналы продаж;Группы контрагентов;Заказы;Оплаты;Тихие часы;Заметка
Север;507708389;Основной;магазин  1;Сайт;ОПТ;да;нет;22:00–08:00;x
Юг;ООО «Юг»;;;;;да;;;
"""


@pytest_asyncio.fixture
async def admin(api: Api, romashka: Party) -> dict[str, str]:
    objects = api.story.world.documents
    objects.put(romashka.token, "counterparty", {"id": NORTH, "name": "Север", "inn": "0507708389", "tags": ["опт"]})
    objects.put(romashka.token, "counterparty", {"id": SOUTH, "name": "ООО «Юг»", "code": "S"})
    objects.put(romashka.token, "store", {"id": STORE, "name": "Основной"})
    objects.put(romashka.token, "retailstore", {"id": SHOP, "name": "Магазин 1"})
    objects.put(romashka.token, "saleschannel", {"id": CHANNEL, "name": "Сайт"})
    return await api.member(romashka)


async def send(api: Api, who: dict[str, str], text: str | bytes, **params: str) -> httpx.Response:
    body = text if isinstance(text, bytes) else text.encode()
    return await api.http.post(IMPORT, content=body, params=params, headers={"Content-Type": "text/csv", **who})


async def taken_in(api: Api, who: dict[str, str], text: str | bytes, **params: str) -> dict[str, Any]:
    answer = await send(api, who, text, **params)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def outcomes(report: dict[str, Any]) -> list[str]:
    return [line["outcome"] for line in report["lines"]]


async def dealers(api: Api, who: dict[str, str]) -> dict[str, dict[str, Any]]:
    items = (await api.http.get(DEALERS, params={"limit": 100}, headers=who)).json()["items"]
    return {one["name"]: one for one in items}


async def test_a_list_is_taken_in_and_a_second_time_changes_nothing(api: Api, admin: dict[str, str]) -> None:
    tried = await taken_in(api, admin, LIST, dryRun="true")
    assert (tried["dryRun"], outcomes(tried), await dealers(api, admin)) == (True, ["created", "created"], {})
    assert [line["dealerId"] for line in tried["lines"]] == [None, None]
    report = await taken_in(api, admin, LIST)
    assert (report["created"], report["warnings"], report["unknownColumns"]) == (2, 0, ["Заметка"])
    assert [line["row"] for line in report["lines"]] == [2, 3]
    known = await dealers(api, admin)
    assert [line["dealerId"] for line in report["lines"]] == [known["Север"]["id"], known["Юг"]["id"]]
    assert known["Север"]["points"] == {
        "partner": NORTH, "retailStores": [SHOP], "stores": [STORE], "salesChannels": [CHANNEL], "groups": ["опт"],
    }  # fmt: skip
    assert list(known["Север"]["notices"]) == ["order"]
    assert known["Север"]["quiet"] == {"begins": "22:00:00", "ends": "08:00:00"}
    assert known["Юг"]["points"]["partner"] == SOUTH
    rows = api.story.world.store.event_interests._rows.values()
    assert {(row.audience, row.type) for row in rows} == {(Audience.NOTICES, "customerorder")}
    for again in (LIST, LIST.replace("Север;", "  СЕВЕР ;").replace("Юг;", "юг;", 1)):
        report = await taken_in(api, admin, again)
        assert outcomes(report) == ["unchanged", "unchanged"]
        assert await dealers(api, admin) == known


async def test_a_list_changes_what_it_names_and_nothing_else(api: Api, admin: dict[str, str]) -> None:
    await taken_in(api, admin, LIST)
    before = (await dealers(api, admin))["Север"]
    text = "Name,Payments,Orders,Quiet hours,Stores\nсевер,yes,no,-,-\n"
    tried = await taken_in(api, admin, text, dryRun="true")
    assert (await dealers(api, admin))["Север"] == before
    report = await taken_in(api, admin, text)
    assert report["lines"] == tried["lines"]
    assert report["lines"][0]["changed"] == ["stores", "notices", "quiet"]
    after = (await dealers(api, admin))["Север"]
    assert (list(after["notices"]), after["quiet"], after["points"]["stores"]) == (["payment"], None, [])
    assert after["points"]["partner"] == NORTH
    rows = api.story.world.store.event_interests._rows.values()
    assert {row.type for row in rows} == {"customerorder", "paymentin", "cashin"}
    await taken_in(api, admin, "Name,Orders\nЮг,-\n")
    rows = api.story.world.store.event_interests._rows.values()
    assert {row.type for row in rows} == {"paymentin", "cashin"}


async def test_each_line_is_refused_for_itself_with_what_to_do(api: Api, admin: dict[str, str]) -> None:
    text = (
        "Название;Заказы;Тихие часы\n"
        ";да;\n"
        "Север;может;\n"
        "Юг;да;ночью\n"
        "Запад;да;08:00-08:00\n"
        "Восток;да;\n"
        " ВОСТОК;нет;\n"
        "Центр;да;;лишнее\n"
    )
    report = await taken_in(api, admin, text)
    codes = [line["code"] for line in report["lines"]]
    assert codes == [
        "dealers.name_invalid",
        "dealers.import_switch_unreadable",
        "dealers.import_quiet_unreadable",
        "dealers.quiet_hours_invalid",
        None,
        "dealers.import_line_repeated",
        "dealers.import_cells_beyond",
    ]
    assert (report["created"], report["refused"]) == (1, 6)
    for line in report["lines"]:
        if line["outcome"] == "refused":
            assert line["title"] == line["words"]["ru"]["title"]
            assert line["detail"]
            assert line["words"]["en"]["action"]
    assert report["lines"][5]["details"] == {"name": "ВОСТОК", "row": 6}
    assert set(await dealers(api, admin)) == {"Восток"}


async def test_what_is_not_found_or_not_clear_is_told_with_candidates(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    objects, namesakes = api.story.world.documents, [str(uuid4()) for _ in range(2)]
    for one in namesakes:
        objects.put(romashka.token, "counterparty", {"id": one, "name": "Двойник", "inn": "7707083893"})
    await taken_in(api, admin, "Название;Контрагент\nСевер;Север\n")
    report = await taken_in(
        api,
        admin,
        "Название;Контрагент;Склады;Группы;Заказы\nСевер;двойник;Основной;нет;да\nЮг;Юг;нет;;да\nЗапад;xyz;;;\n",
    )
    assert outcomes(report) == ["changed", "created", "created"]
    told = [
        (line["name"], one["code"], one["details"]["column"]) for line in report["lines"] for one in line["warnings"]
    ]
    assert told == [
        ("Север", "dealers.import_point_ambiguous", "partner"),
        ("Север", "dealers.import_point_not_found", "groups"),
        ("Юг", "dealers.import_point_not_found", "partner"),
        ("Юг", "dealers.import_point_not_found", "stores"),
        ("Запад", "dealers.import_point_not_found", "partner"),
    ]
    first, south = report["lines"][0]["warnings"][0], report["lines"][1]["warnings"][0]
    assert {one["id"] for one in first["candidates"]} == set(namesakes)
    assert [(one["id"], one["name"]) for one in south["candidates"]] == [(SOUTH, "ООО «Юг»")]
    known = await dealers(api, admin)
    assert known["Север"]["points"]["partner"] == NORTH  # nobody else is put in the place of the one there was
    assert known["Север"]["points"]["stores"] == [STORE]
    assert list(known["Юг"]["notices"]) == ["order"]


async def test_the_plan_is_asked_for_each_line_also_in_a_dry_run(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    await api.story.app.execute(SetPlan(company_id=romashka.id, plan=PlanKey.FREE))
    text = "Название\nА\nБ\nВ\nГ\nД\n"
    tried = await taken_in(api, admin, text, dryRun="true")
    report = await taken_in(api, admin, text)
    for one in (tried, report):
        assert outcomes(one) == ["created"] * 3 + ["refused"] * 2
        assert {line["code"] for line in one["lines"][3:]} == {"dealers.too_many_dealers"}
    again = await taken_in(api, admin, text)
    assert outcomes(again) == ["unchanged"] * 3 + ["refused"] * 2


async def test_namesakes_that_differ_in_case_are_not_guessed(api: Api, admin: dict[str, str]) -> None:
    for name in ("Север", "СЕВЕР"):
        assert (await api.http.post(DEALERS, json={"name": name}, headers=admin)).status_code == 201
    report = await taken_in(api, admin, "Название\nсевер\n")
    assert report["lines"][0]["code"] == "dealers.import_dealers_alike"


async def test_the_report_as_csv_runs_nowhere(api: Api, admin: dict[str, str]) -> None:
    hostile = '=HYPERLINK("http://x")'
    text = f"Название;Заказы;=cmd\n'{hostile};да;\n@SUM(1);-1+1;\n"
    answer = await send(api, {**admin, "Accept-Language": "en"}, text, form="csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][:4] == ["Row", "Name", "Outcome", "What changed"] or rows[0][1] == "Название"
    assert [row[1] for row in rows[1:3]] == [f"'{hostile}", "'@SUM(1)"]
    assert len(rows) == 4
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
    assert hostile in await dealers(api, admin)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_the_example_can_be_sent_back(api: Api, admin: dict[str, str], language: str, form: str) -> None:
    answer = await api.http.get(f"{IMPORT}/example", params={"language": language, "form": form}, headers=admin)
    assert answer.status_code == 200
    report = await taken_in(api, admin, answer.content)
    assert (report["created"], report["unknownColumns"]) == (2, [])


async def test_a_form_is_read_too_and_a_key_has_it_taken_in_once(api: Api, admin: dict[str, str]) -> None:
    files = {"file": ("dealers.csv", LIST.encode("utf-16"), "text/csv")}
    headers = {**admin, "Idempotency-Key": "list-1"}
    first = await api.http.post(IMPORT, files=files, headers=headers)
    assert first.status_code == 200, first.text
    assert first.json()["created"] == 2
    body = {"content": LIST.encode("cp1251", "replace"), "headers": {**admin, "Idempotency-Key": "list-2"}}
    for _ in range(2):
        assert (await api.http.post(IMPORT, **body)).json()["created"] == 0  # type: ignore[arg-type]
    check_problem(
        await api.http.post(IMPORT, files={}, data={"x": "y"}, headers=admin), 422, "dealers.file_header_missing"
    )


async def test_what_is_no_list_is_refused_with_what_to_do(api: Api, admin: dict[str, str]) -> None:
    check_problem(await send(api, admin, b""), 422, "dealers.file_empty")
    check_problem(await send(api, admin, "Имя фирмы\nСевер"), 422, "dealers.file_header_missing")
    check_problem(await send(api, admin, bytes(range(256))), 422, "dealers.file_unreadable")
    check_problem(await send(api, admin, b"PK\x03\x04garbage"), 422, "dealers.file_unreadable")
    check_problem(await send(api, admin, b"x" * 1_000_001), 413, "request_too_large")
    check_problem(await send(api, admin, LIST, dryRun="maybe"), 400, "request_invalid")
    assert await dealers(api, admin) == {}


async def test_who_may_only_look_takes_nothing_in_and_companies_are_apart(api: Api, admin: dict[str, str]) -> None:
    await taken_in(api, admin, LIST)
    reader = await api.member(await api.story.party("vasilek"), administrator=False)
    check_problem(await send(api, reader, LIST), 403, "tenants.permission_missing")
    other = await api.member(await api.story.party("lutik"))
    report = await taken_in(api, other, "Название\nСевер\n")
    assert outcomes(report) == ["created"]
    assert (await dealers(api, admin)).keys() == {"Север", "Юг"}


async def test_without_moysklad_nothing_is_taken_in_that_needs_it(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    del api.story.world.documents.accounts[romashka.token]
    refused = await send(api, admin, LIST)
    check_problem(refused, 409, "connections.moysklad_broken")
    assert await dealers(api, admin) == {}
    assert outcomes(await taken_in(api, admin, "Название;Заказы\nСевер;да\n")) == ["created"]


async def test_a_list_says_the_language_of_each_dealer(api: Api, admin: dict[str, str]) -> None:
    report = await taken_in(api, admin, "Название;Язык\nA;английский\nB;\nC;ru\nD;de\n")
    assert outcomes(report) == ["created", "created", "created", "refused"]
    assert report["lines"][0]["changed"] == ["name", "language"]
    assert report["lines"][3]["code"] == "dealers.import_language_unreadable"
    assert {name: one["language"] for name, one in (await dealers(api, admin)).items()} == {
        "A": "en",
        "B": "ru",
        "C": "ru",
    }
    # An empty cell leaves it; a dash goes back to Russian.
    assert outcomes(await taken_in(api, admin, "Name;Language\nA;\nB;EN\n")) == ["unchanged", "changed"]
    assert outcomes(await taken_in(api, admin, "Name;Language\nA;-\nB;english\n")) == ["changed", "unchanged"]
    assert {one["language"] for name, one in (await dealers(api, admin)).items() if name != "B"} == {"ru"}
