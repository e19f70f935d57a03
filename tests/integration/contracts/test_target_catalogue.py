"""Contracts of TargetCatalogue, over the fake account and over the emulator's."""

from uuid import uuid4

import pytest

from adapters.moysklad.target_catalogue import ROOM, portions
from domain.automations.candidates import Candidate
from domain.automations.matching import MatchBy, MatchKind
from domain.connections.moysklad import MoySkladDisconnected
from emulators.moysklad import assortment
from tests.integration.harness.samples import moysklad_key
from tests.integration.harness.target_accounts import EmulatedTarget, MemoryTarget, TargetAccount

GOODS, PEOPLE = MatchKind.GOODS, MatchKind.COUNTERPARTY


@pytest.fixture(params=[MemoryTarget, EmulatedTarget])
def account(request: pytest.FixtureRequest) -> TargetAccount:
    made: TargetAccount = request.param()
    return made


async def having(account: TargetAccount, by: MatchBy, *values: str, kind: MatchKind = GOODS) -> set[str]:
    return {one.id for one in await account.catalogue.having(account.key, kind, by, values)}


@pytest.mark.parametrize(
    ("by", "fields"),
    [
        (MatchBy.EXTERNAL_CODE, {"externalCode": "внешний-1"}),
        (MatchBy.CODE, {"code": "00017"}),
        (MatchBy.ARTICLE, {"article": "АРТ-17"}),
        (MatchBy.BARCODE, {"barcodes": [{"ean13": "4600000000008"}]}),
        (MatchBy.NAME, {"name": "Гвоздь 100 мм"}),
    ],
)
async def test_goods_are_found_by_each_key(account: TargetAccount, by: MatchBy, fields: dict[str, object]) -> None:
    made = account.put("product", **{"name": "Товар", **fields})
    account.put("product", name="Иной")
    (found,) = await account.catalogue.having(account.key, GOODS, by, ["нет такого", _value(fields)])
    assert (found.id, found.type, found.archived) == (made["id"], "product", False)
    shown = {
        "name": found.name,
        "externalCode": found.external_code,
        "code": found.code,
        "article": found.article,
        "barcodes": [{"ean13": one} for one in found.barcodes],
    }
    assert {name: shown[name] for name in fields} == fields


def _value(fields: dict[str, object]) -> str:
    (value,) = fields.values()
    return "4600000000008" if isinstance(value, list) else str(value)


async def test_goods_of_every_type_are_found_together(account: TargetAccount) -> None:
    product = account.put("product", name="Товар", code="1")
    service = account.put("service", name="Услуга", code="2")
    assert await having(account, MatchBy.CODE, "1", "2", "3") == {product["id"], service["id"]}


async def test_counterparties_are_found(account: TargetAccount) -> None:
    made = account.put("counterparty", name="ООО Ромашка", inn="7707083893", externalCode="r")
    account.put("counterparty", name="ООО Лютик", inn="7707083894")
    for by, value in ((MatchBy.INN, "7707083893"), (MatchBy.NAME, "ООО Ромашка"), (MatchBy.EXTERNAL_CODE, "r")):
        assert await having(account, by, value, kind=PEOPLE) == {made["id"]}


@pytest.mark.parametrize(
    "value",
    [
        "a;b", "a\\b", "a\\;b", "50%", "a=b", ">=5", "a&b", "a+b", "#1", "?x=1", "«Ёлочка»", "привет мир", "'\"",
        "x" * 255, "я" * 255, "Д/Ш 12×3",
    ],
)  # fmt: skip
async def test_values_of_every_kind(account: TargetAccount, value: str) -> None:
    made = account.put("product", name="Товар", code=value)
    account.put("product", name="Товар", code="a")
    account.put("product", name="Товар", code="b")
    assert await having(account, MatchBy.CODE, value, "другое") == {made["id"]}


async def test_the_archive_is_left_out(account: TargetAccount) -> None:
    kept, gone = (account.put("product", name="Товар", code="1") for _ in range(2))
    account.archive("product", gone["id"])
    assert await having(account, MatchBy.CODE, "1") == {kept["id"]}
    living = await account.catalogue.living(account.key, "product", [kept["id"], gone["id"], str(uuid4())])
    assert [one.id for one in living] == [kept["id"]]
    account.archive("product", kept["id"])
    assert await account.catalogue.living(account.key, "product", [kept["id"]]) == []


async def test_many_values_take_several_requests(account: TargetAccount) -> None:
    ids = {account.put("product", name="Товар", externalCode=f"{number:022}")["id"] for number in range(450)}
    values = [f"{number:022}" for number in range(700)]
    assert await having(account, MatchBy.EXTERNAL_CODE, *values) == ids
    assert account.catalogue.cost(GOODS, MatchBy.EXTERNAL_CODE, values) in range(4, 6)
    living = await account.catalogue.living(account.key, "product", sorted(ids))
    assert {one.id for one in living} == ids


async def test_a_value_with_many_owners_hides_no_other(account: TargetAccount) -> None:
    for number in range(1300):
        account.put("product", name=f"Товар {number}", code="много")
    one, other = (account.put("product", name="Товар", code=code) for code in ("один", "другой"))
    found = await account.catalogue.having(account.key, GOODS, MatchBy.CODE, ["один", "много", "другой", "нет"])
    assert {one["id"], other["id"]} <= {candidate.id for candidate in found}
    assert len([candidate for candidate in found if candidate.code == "много"]) >= 2


async def test_a_search_finds_a_few(account: TargetAccount) -> None:
    made = account.put("product", name="Гвоздь строительный")
    people = account.put("counterparty", name="Гвоздь и молоток")
    for number in range(40):
        account.put("product", name=f"Болт {number}")
    assert [one.id for one in await account.catalogue.alike(account.key, GOODS, "гвоздь")] == [made["id"]]
    assert [one.id for one in await account.catalogue.alike(account.key, PEOPLE, "Гвоздь")] == [people["id"]]
    assert 0 < len(await account.catalogue.alike(account.key, GOODS, "болт")) <= 20
    assert await account.catalogue.alike(account.key, GOODS, "я" * 4000) == []


async def test_everything_comes_at_once(account: TargetAccount) -> None:
    ids = {account.put("product", name=f"Товар {number}")["id"] for number in range(30)}
    people = {account.put("counterparty", name=f"Лицо {number}")["id"] for number in range(3)}
    gone = account.put("product", name="В архиве")
    account.archive("product", gone["id"])
    assert ids_of(await account.catalogue.whole(account.key, GOODS)) == ids
    assert ids_of(await account.catalogue.whole(account.key, PEOPLE)) == people


def ids_of(found: object) -> set[str]:
    assert isinstance(found, list)
    return {one.id for one in found if isinstance(one, Candidate)}


async def test_a_token_that_opens_nothing(account: TargetAccount) -> None:
    stranger = moysklad_key("nobody")
    for asked in (
        account.catalogue.having(stranger, GOODS, MatchBy.CODE, ["1"]),
        account.catalogue.living(stranger, "product", [str(uuid4())]),
        account.catalogue.alike(stranger, GOODS, "x"),
        account.catalogue.whole(stranger, GOODS),
    ):
        with pytest.raises(MoySkladDisconnected):
            await asked


async def test_articles_are_found_where_all_goods_cannot_be_asked_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    account = EmulatedTarget()
    made = account.put("product", name="Товар", article="АРТ-1")
    monkeypatch.setattr(assortment, "OLD", assortment.NEW)
    assert await having(account, MatchBy.ARTICLE, "АРТ-1") == {made["id"]}
    assert [path.rsplit("/", 1)[-1] for path, _ in account.wire.questions] == [
        "assortment",
        "product",
        "variant",
        "bundle",
    ]


async def test_moysklad_may_heed_no_case() -> None:
    account = EmulatedTarget()
    account.emulated.world.settings.equality_ignores_case = True
    lower, upper = (account.put("product", name="Товар", code=code) for code in ("ab", "AB"))
    assert await having(account, MatchBy.CODE, "ab") == {lower["id"], upper["id"]}


def test_no_address_is_too_long_and_no_value_is_lost() -> None:
    values = [f"Товар «{number}»; длинный \\ и {'ё' * (number % 60)}" for number in range(500)] + ["", "x" * 7000]
    asked = list(portions(MatchBy.NAME, values))
    assert [one for portion in asked for one in portion if "\\" not in one] == [
        one for one in values[:-1] if one and "\\" not in one
    ]
    assert all(len(portion) == 1 for portion in asked if any("\\" in one for one in portion))
    assert ROOM < 8 * 1024 - 1024
    assert list(portions(MatchBy.CODE, ["~x", "y\\", "z"])) == [["z"]]
