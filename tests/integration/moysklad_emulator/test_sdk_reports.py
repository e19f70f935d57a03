"""Reports, audit and settings through the vendor's own Python SDK; its models know every field that we send."""

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import API, Emulator
from .sdk_on_demand import load
from .trading import JUNE, Trade, href

sdk = load()
PERIOD = {"moment_from": JUNE["momentFrom"], "moment_to": JUNE["momentTo"]}
SERIES = PERIOD | {"interval": "day"}


@pytest.fixture(scope="module")
def trade(strict: Emulator) -> Trade:
    strict.post("/settings", {"quotas": False})
    made = Trade(strict.account())
    strict.post("/settings", strict.usual)
    return made


@pytest.fixture
def client(trade: Trade, calm: Emulator) -> Iterator[Any]:
    configuration = sdk.Configuration(host=calm.base_url + API, access_token=trade.shop.token)
    with sdk.ApiClient(configuration) as client:
        client.default_headers["Accept-Encoding"] = "gzip"
        yield client


def known(model: Any) -> Any:
    """The same model, whose own fields and those of its rows are all in the vendor's description."""
    assert model.additional_properties == {}
    for row in getattr(model, "rows", None) or ():
        assert row.additional_properties == {}
    return model


def test_stock(client: Any, trade: Trade) -> None:
    every = known(sdk.ReportsStockAllApi(client).get_stock_all())
    assert {row.name: row.stock for row in every.rows} == {"Чай": 7, "Чашка": 20}
    stores = known(sdk.ReportsStockByStoreApi(client).get_stock_by_store())
    assert sum(one.stock for row in stores.rows for one in row.stock_by_store) == 27
    current = sdk.ReportsStockCurrentApi(client)
    assert {known(row).stock for row in current.get_stock_all_current()} == {7, 20}
    assert sorted(known(row).stock for row in current.get_stock_by_store_current()) == [2, 5, 20]
    asked = f"assortmentId={trade.tea['id']}"
    assert current.get_stock_by_slot_current(filter=asked) == []
    api = sdk.ReportsStockByOperationApi(client)
    assert known(api.get_stock_by_operation(trade.demand["id"])).rows[0].positions[0].stock == 6


def test_documents_behind_the_stock(client: Any, trade: Trade) -> None:
    api, asked = sdk.ReportsByOperationsApi(client), f"assortment={href(trade.tea)}"
    assert sum(row.stock for row in known(api.get_by_operations_stock(filter=asked)).rows) == 7
    assert known(api.get_by_operations_reserve(filter=asked)).rows[0].reserve == 3
    assert known(api.get_by_operations_in_transit(filter=asked)).rows[0].in_transit == 5


def test_profit_and_turnover(client: Any, trade: Trade) -> None:
    api, asked = sdk.ReportsApi(client), f"product={href(trade.tea)}"
    for name in ("product", "variant", "employee", "counterparty"):
        profit = known(getattr(api, f"get_report_profit_by_{name}")(**PERIOD))
        assert sum(row.profit for row in profit.rows) == 45000
    assert known(api.get_report_profit_by_sales_channel(**PERIOD)).rows[0].sales_channel.name == "Сайт"
    assert known(api.get_report_turnover_all(**PERIOD)).rows[0].on_period_end.quantity == 7
    stores = known(api.get_report_turnover_by_store(filter=asked, **PERIOD)).rows[0].stock_by_store
    assert sum(one.on_period_end.quantity for one in stores) == 7
    operations = known(api.get_report_turnover_by_operations(filter=asked, **PERIOD)).rows
    assert sum(row.quantity for row in operations) == 7


def test_figures(client: Any) -> None:
    api = sdk.ReportsApi(client)
    assert known(api.get_report_money_plot_series(**SERIES)).credit == 60000
    assert sum(point.quantity for point in known(api.get_report_sales_plot_series(**SERIES)).series) == 1
    assert sum(point.sum for point in known(api.get_report_orders_plot_series(**SERIES)).series) == 75000
    assert sum(row.balance for row in known(api.get_report_money_by_account()).rows) == 60000
    for name in ("day", "week", "month"):
        assert known(getattr(api, f"get_report_dashboard_{name}")()).money.balance == 60000


def test_counterparties(client: Any, trade: Trade) -> None:
    api = sdk.ReportsApi(client)
    rows = known(api.get_report_counterparty(filter="demandsCount=1")).rows
    assert [row.counterparty.name for row in rows] == ["Покупатель"]
    assert known(api.get_report_counterparty_by_id(trade.agent["id"])).demands_sum == 100000
    query = sdk.ReportCounterpartyQuery.from_dict({"counterparties": [{"counterparty": {"meta": trade.agent["meta"]}}]})
    assert known(api.query_report_counterparty(query)).rows[0].demands_count == 1


def test_audit(client: Any, trade: Trade) -> None:
    api = sdk.AuditApi(client)
    contexts = known(api.get_audit_contexts(filter="entityType=demand")).rows
    assert [context.event_type for context in contexts] == ["create"]
    (event,) = known(api.get_audit_context_events(contexts[0].id)).rows
    assert event.entity.meta.href == href(trade.demand)
    assert known(api.get_audit_metadata_filters()).eventtype


def test_settings(client: Any) -> None:
    api = sdk.CompanySettingsApi(client)
    settings = known(api.get_company_settings())
    assert settings.currency.iso_code == "RUB"
    assert settings.price_types[0].name == "Цена продажи"
    assert known(api.get_company_settings_metadata()).meta.href.endswith("/companysettings")
