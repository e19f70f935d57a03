"""The vendor's own Python SDK, unchanged, against the emulator; its models check every answer."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from .conftest import API, Customer, Emulator
from .sdk_on_demand import load

sdk = load()


@pytest.fixture
def client(shop: Customer, calm: Emulator) -> Iterator[Any]:
    configuration = sdk.Configuration(host=calm.base_url + API, access_token=shop.token)
    with sdk.ApiClient(configuration) as client:
        client.default_headers["Accept-Encoding"] = "gzip"
        yield client


@pytest.fixture
def orders(client: Any) -> Any:
    return sdk.CustomerOrdersApi(client)


@pytest.fixture
def people(client: Any) -> Any:
    return sdk.CounterpartiesApi(client)


def links(shop: Customer) -> dict[str, Any]:
    return {
        "organization": sdk.Organization.from_dict(shop.first("organization")),
        "agent": sdk.Agent.from_dict(shop.first("counterparty")),
    }


def test_lists_and_pages(orders: Any) -> None:
    first = orders.get_customer_order_list(limit=20)
    rest = orders.get_customer_order_list(limit=20, offset=20)
    assert (first.meta.size, len(first.rows), len(rest.rows)) == (30, 20, 10)
    assert first.meta.next_href
    assert rest.meta.previous_href
    assert len({order.id for order in first.rows + rest.rows}) == 30
    assert {type(order) for order in first.rows} == {sdk.CustomerOrder}
    assert {type(order.agent) for order in first.rows} == {sdk.Counterparty}


def test_expanded_orders_fit_the_models(orders: Any) -> None:
    listed = orders.get_customer_order_list(limit=100, expand="agent,state,organization,positions.assortment")
    for order in listed.rows:
        assert order.agent.name
        assert order.state.name
        assert order.positions.rows[0].assortment.name
        assert order.positions.meta.size == 3


def test_filter_order_and_search(people: Any) -> None:
    everyone = people.get_counterparties(order="name,asc").rows
    names = [one.name for one in everyone]
    assert names == sorted(names)
    found = people.get_counterparties(filter=f"name={names[3]}")
    assert [one.id for one in found.rows] == [everyone[3].id]
    assert everyone[3].id in {one.id for one in people.get_counterparties(search=names[3].split()[0]).rows}


def test_counterparty_lives_and_dies(people: Any) -> None:
    made = people.create_counterparty(sdk.Counterparty(name="Из SDK", company_type="legal", tags=["новые"]))
    assert made.id
    assert made.updated
    changed = people.update_counterparty(made.id, sdk.Counterparty(phone="+7 900"))
    assert (changed.name, changed.phone) == ("Из SDK", "+7 900")
    assert people.get_counterparty_by_id(made.id).phone == "+7 900"
    people.delete_counterparty(made.id)
    with pytest.raises(sdk.ApiException) as gone:
        people.get_counterparty_by_id(made.id)
    assert gone.value.status == 404


def test_order_lives_and_dies(shop: Customer, orders: Any) -> None:
    made = orders.create_customer_order(sdk.CustomerOrder(description="из SDK", **links(shop)))
    line = sdk.CustomerOrderPosition(
        assortment=sdk.Product.from_dict(shop.first("product")), quantity=2.0, price=5000.0
    )
    orders.create_customer_order_position(made.id, line)
    changed = orders.update_customer_order(made.id, sdk.CustomerOrder(description="изменён"), expand="positions")
    assert (changed.description, changed.sum) == ("изменён", 10000.0)
    assert changed.positions.rows[0].quantity == 2.0
    listed = orders.get_customer_order_positions(made.id, limit=10, expand="assortment")
    assert listed.rows[0].assortment.name
    orders.delete_customer_order(made.id)
    assert orders.get_customer_order_by_id(made.id).deleted
    orders.delete_customer_order(made.id)
    with pytest.raises(sdk.ApiException):
        orders.get_customer_order_by_id(made.id)


@pytest.mark.parametrize(
    ("api", "model", "kind", "address"),
    [
        ("SuppliesApi", "Supply", "supply", "supply"),
        ("DemandsApi", "Demand", "demand", "demand"),
        ("PurchaseOrdersApi", "PurchaseOrder", "purchase_order", "purchaseorder"),
        ("InvoiceInsApi", "InvoiceIn", "invoice_in", "invoicein"),
        ("SalesReturnsApi", "SalesReturn", "sales_return", "salesreturn"),
        ("PurchaseReturnsApi", "PurchaseReturn", "purchase_return", "purchasereturn"),
    ],
)
def test_documents_of_rules_are_made_once(
    shop: Customer, client: Any, api: str, model: str, kind: str, address: str
) -> None:
    sync = str(uuid4())
    line = {"assortment": shop.first("product"), "quantity": 2.0, "price": 500.0, "vat": 20}
    body = {**shop.order(store=shop.first("store")), "syncId": sync, "positions": {"rows": [line]}, "applicable": False}
    create = getattr(getattr(sdk, api)(client), f"create_{kind}")
    first, second = (create(getattr(sdk, model).from_dict(body), expand="positions") for _ in range(2))
    assert (str(first.id), first.sum, str(first.sync_id)) == (str(second.id), 1000.0, sync)
    assert first.positions.rows[0].quantity == 2.0
    assert not first.applicable
    assert len(shop.objects(address)) == 1


def test_batches(shop: Customer, orders: Any) -> None:
    made = orders.create_customer_order_batch(
        [sdk.CustomerOrder(name=f"B-{number}", **links(shop)) for number in range(3)]
    )
    assert [one.name for one in made] == ["B-0", "B-1", "B-2"]
    orders.delete_customer_order_batch(made)
    assert orders.get_customer_order_list(limit=1).meta.size == 30


def test_metadata_and_custom_fields(shop: Customer, orders: Any) -> None:
    body = orders.get_customer_order_metadata()
    assert body.states[0].name == "Новый"
    fields = orders.get_customer_order_metadata_attribute()
    assert {"Менеджер доставки", "Вес, кг"} <= {one.name for one in fields.rows}


def test_refusals_carry_the_vendors_codes(people: Any) -> None:
    with pytest.raises(sdk.ApiException) as refused:
        people.create_counterparty(sdk.Counterparty(phone="1"))
    assert refused.value.status == 412
    assert '"code":3000' in refused.value.body


@pytest.mark.parametrize(
    ("api", "call"),
    [
        ("OrganizationsApi", "get_organizations"),
        ("StoresApi", "get_stores"),
        ("ProductsApi", "get_products"),
        ("EmployeesApi", "get_employees"),
        ("CurrenciesApi", "get_currencies"),
        ("ProjectsApi", "get_projects"),
        ("SalesChannelsApi", "get_sales_channels"),
        ("GroupsApi", "get_groups"),
    ],
)
def test_other_lists_fit_the_models(client: Any, api: str, call: str) -> None:
    listed = getattr(getattr(sdk, api)(client), call)()
    assert listed.rows
    assert listed.rows[0].id


def test_company_settings(client: Any) -> None:
    settings = sdk.CompanySettingsApi(client).get_company_settings()
    assert settings.currency.iso_code == "RUB"
    assert settings.use_recycle_bin is True
