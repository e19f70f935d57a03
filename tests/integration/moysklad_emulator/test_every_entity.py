"""Every type of the catalogue, filled with made-up objects: lists, filters, orders, links, models and examples."""

import gzip
import json
import re
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from emulators.moysklad import linkage
from emulators.moysklad.catalogue import ENTITIES, Entity, Field, Kind

from .conftest import API, Customer, Emulator
from .sdk_on_demand import NAME, load

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
TYPES = [*ENTITIES]
COUNT = 6
LEFT_OUT = {
    "prepayment": {"documents", "version"},
    "prepaymentreturn": {"documents", "version"},
    "productionstagecompletion": {"productionStage"},
    "service": {"minprice"},
    "bundle": {"minprice"},
    "retailstore": {"productFolders", "receiptTemplate"},
    "productiontask": {"reserve"},
}
"""Fields of examples that the attribute tables do not have, and of types that the emulator does not know."""
FAR_ENDS = {"operations", "paymentOperations", "moves", "purchaseOrders", "processings", "payments", "deleted"}
"""Fields that other documents bring: they have a test of their own."""


@pytest.fixture(scope="module")
def full(strict: Emulator) -> Iterator[Customer]:
    """An account with a few objects of every type; tests only read it. The vendor's limits are off meanwhile."""
    usual = strict.get("/settings")
    strict.post("/settings", {"quotas": False, "connectionRequests": 0, "bans": False})
    shop = strict.account()
    for kind in TYPES:
        shop.post("/fill", {"type": kind, "count": COUNT, "positions": 2, "attributes": True})
    yield shop
    strict.post("/settings", usual)


class Api:
    """A thin client on one connection: thousands of requests are made here, and httpx takes longer than the answer."""

    def __init__(self, shop: Customer) -> None:
        parts = urlsplit(shop.emulator.base_url)
        self._connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {shop.token}", "Accept-Encoding": "gzip"}

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        self._connection.request("GET", f"{API}{path}?{urlencode(query)}", headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
        return answer.status, json.loads(gzip.decompress(body) if packed else body)

    def rows(self, kind: str, **query: Any) -> list[dict[str, Any]]:
        status, body = self.get(f"/entity/{kind}", **query)
        assert status == 200, (kind, query, body)
        return list(body["rows"])

    def refusal(self, kind: str, **query: Any) -> tuple[int, int]:
        status, body = self.get(f"/entity/{kind}", **query)
        return status, int(body["errors"][0]["code"]) if status >= 400 else 0


@pytest.fixture(scope="module")
def api(full: Customer) -> Api:
    return Api(full)


def shape(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def merged(objects: list[dict[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for one in objects:
        out |= one
    return out


@pytest.mark.parametrize("kind", TYPES)
def test_a_filled_object_shows_every_field(full: Customer, kind: str) -> None:
    shown = merged(full.objects(kind))
    expected = {one.name for one in ENTITIES[kind].fields} | set(ENTITIES[kind].nested)
    if ENTITIES[kind].has_attributes:
        expected.add("attributes")
    rare = {"discounts"} | FAR_ENDS | ({"agentAccount"} if kind == "retailshift" else set())
    assert expected - set(shown) - rare - far_ends(kind) == set()
    if "attributes" in shown:
        kinds = {each["type"] for one in full.objects(kind) for each in one.get("attributes", ())}
        assert len(kinds) == 15


def far_ends(kind: str) -> set[str]:
    """Links that another type makes."""
    return linkage.computed(kind)


@pytest.mark.parametrize("kind", TYPES)
def test_lists_page_and_count(api: Api, kind: str) -> None:
    body = api.get(f"/entity/{kind}", limit=4)[1]
    assert body["meta"]["size"] >= COUNT
    assert len(body["rows"]) == 4
    assert body["meta"]["nextHref"]
    assert {one["meta"]["type"] for one in body["rows"]} == {kind}
    assert all("null" not in json.dumps(one) for one in body["rows"])


def wanted(entity: Entity, field: Field, value: Any) -> tuple[str, str]:
    """The operator and the value that find an object by one of its fields."""
    if field.kind is Kind.REFERENCE:
        return "=", str((value.get("currency") or value)["meta"]["href"])
    if field.kind is Kind.BOOLEAN:
        return "=", "true" if value else "false"
    if field.kind is Kind.STRINGS:
        return "=", str(value[0])
    return "=", str(value).replace(";", "\\;")


@pytest.mark.parametrize("kind", TYPES)
def test_objects_are_found_by_each_filterable_field(api: Api, kind: str) -> None:
    entity = ENTITIES[kind]
    shown = api.rows(kind)
    for field in (one for one in entity.fields if one.filterable and one.kind is not Kind.OPERATIONS):
        having = [one for one in shown if one.get(field.name) not in (None, [])]
        if field.name in {"archived", "deleted"} or not having:
            continue
        operator, value = wanted(entity, field, having[0][field.name])
        found = api.rows(kind, filter=f"{field.name}{operator}{value}")
        assert having[0]["id"] in {one["id"] for one in found}, field.name
        assert {json.dumps(one[field.name], sort_keys=True) for one in found if field.kind is not Kind.STRINGS} <= {
            json.dumps(having[0][field.name], sort_keys=True)
        }
        without = api.rows(kind, filter=f"{field.name}!={value}")
        assert {one["id"] for one in found} | {one["id"] for one in without} == {one["id"] for one in shown}
        assert having[0]["id"] not in {one["id"] for one in without}


@pytest.mark.parametrize("kind", TYPES)
def test_other_fields_cannot_be_filtered_by(api: Api, kind: str) -> None:
    for field in ENTITIES[kind].fields:
        if (not field.filterable or field.kind is Kind.OPERATIONS) and field.name not in {"archived", "priceType"}:
            assert api.refusal(kind, filter=f"{field.name}=1") == (400, 1034), field.name


def test_counterparties_are_filtered_by_the_name_of_their_price_type(api: Api) -> None:
    names = [one["priceType"]["name"] for one in api.rows("counterparty") if "priceType" in one]
    found = api.rows("counterparty", filter=f"priceType={names[0]}")
    assert len(found) == names.count(names[0])
    assert {one["priceType"]["name"] for one in found} == {names[0]}
    assert api.refusal("retailstore", filter="priceType=1") == (400, 1034)


@pytest.mark.parametrize("kind", TYPES)
def test_lists_are_sorted_by_each_sortable_field(api: Api, kind: str) -> None:
    for field in ENTITIES[kind].fields:
        if not field.sortable:
            assert api.refusal(kind, order=field.name) == (400, 1063), field.name
            continue
        values = [one.get(field.name) for one in api.rows(kind, order=f"{field.name},asc")]
        present = [one for one in values if one is not None]
        assert present == sorted(present), field.name
        assert values[len(present) :] == [None] * (len(values) - len(present))
        backwards = [one.get(field.name) for one in api.rows(kind, order=f"{field.name},desc")]
        assert backwards == values[::-1], field.name


@pytest.mark.parametrize("kind", TYPES)
def test_every_link_and_collection_can_be_expanded(api: Api, kind: str) -> None:
    entity = ENTITIES[kind]
    links = [one.name for one in entity.fields if one.kind is Kind.REFERENCE and one.name != "rate"]
    names = [*links, *entity.nested]
    for name in names:
        shown = api.rows(kind, limit=100, expand=name)
        having = [one[name] for one in shown if name in one]
        if name in entity.nested:
            assert all(len(one["rows"]) == min(one["meta"]["size"], 100) for one in having)
            assert all(each["meta"]["type"] == entity.nested[name].kind for one in having for each in one["rows"])
        else:
            assert all("id" in one for one in having), name
    if "rate" in entity.by_name and entity.document:
        assert api.rows(kind, limit=10, expand="rate.currency")[0]["rate"]["currency"]["isoCode"] == "RUB"


@pytest.mark.parametrize("kind", TYPES)
def test_collections_have_addresses_of_their_own(full: Customer, api: Api, kind: str) -> None:
    for name, collection in ENTITIES[kind].nested.items():
        having = next(one for one in full.objects(kind) if one[name]["meta"]["size"])
        body = api.get(f"/entity/{kind}/{having['id']}/{collection.address}", limit=1)[1]
        assert (body["meta"]["size"], len(body["rows"])) == (having[name]["meta"]["size"], 1)
        row = body["rows"][0]
        assert row["meta"]["type"] == collection.kind
        one = api.get(f"/entity/{kind}/{having['id']}/{collection.address}/{row['id']}")[1]
        assert one["id"] == row["id"]


@pytest.fixture(scope="module")
def models() -> dict[str, str]:
    """Names of the SDK's models by the type that they are for."""
    load()
    origin = Path(sys.modules[f"{NAME}.models"].__path__[0]).parent / "__init__.py"
    found = re.findall(rf"^from {NAME}\.models\.\S+ import (\w+)", origin.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.lower(): name for name in found}


@pytest.mark.parametrize("kind", TYPES)
def test_objects_fit_the_models_of_the_vendors_sdk(api: Api, models: dict[str, str], kind: str) -> None:
    sdk = load()
    name = models.get(kind)
    if name is None:
        pytest.skip("the SDK has no model of this type")
    expand = ",".join(ENTITIES[kind].nested)
    for one in [*api.rows(kind), *api.rows(kind, limit=2, expand=expand)]:
        assert getattr(sdk, name).from_dict(one) is not None


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")
@pytest.mark.parametrize("kind", TYPES)
def test_objects_look_like_the_documented_examples(full: Customer, kind: str) -> None:
    path = EXAMPLES / f"{kind}.item.json"
    if not path.is_file():
        pytest.skip("the docs show no example of this type")
    example = json.loads(path.read_text(encoding="utf-8"))
    example = example["rows"][0] if "rows" in example else example
    shown = merged(full.objects(kind))
    assert set(example) - set(shown) - LEFT_OUT.get(kind, set()) - FAR_ENDS == set()
    for key in set(example) & set(shown) - LEFT_OUT.get(kind, set()):
        assert shape(shown[key]) == shape(example[key]), key
        if isinstance(example[key], dict) and "meta" in example[key] and "id" not in example[key]:
            assert set(example[key]["meta"]) - set(shown[key]["meta"]) - {"uuidHref"} == set(), key


LISTS = sorted(one.name for one in EXAMPLES.glob("*.*.list.json")) if EXAMPLES.is_dir() else []


@pytest.mark.parametrize("file", LISTS)
def test_rows_of_collections_look_like_the_documented_examples(full: Customer, api: Api, file: str) -> None:
    kind, address = file.split(".")[:2]
    collection = ENTITIES[kind].collection_at(address) if kind in ENTITIES else None
    if collection is None:
        pytest.skip("not a collection of an object of the catalogue")
    example = json.loads((EXAMPLES / file).read_text(encoding="utf-8"))["rows"][0]
    having = next(one for one in full.objects(kind) if one[collection.name]["meta"]["size"])
    body = api.get(f"/entity/{kind}/{having['id']}/{collection.address}")[1]
    shown = merged(body["rows"])
    rare = {"paramFeatureCharacteristic", "paramFeatures", "paramQuantityCharacteristic", "paramQuantities"}
    rare |= {"processingProcessPosition", "productionVariant", "uuidHref"}
    assert set(example) - set(shown) - rare == set()
    if "type" in example["meta"] and address != "parametricmaterials":
        assert example["meta"]["type"] == shown["meta"]["type"]
    for key in set(example) & set(shown):
        assert shape(shown[key]) == shape(example[key]), key
