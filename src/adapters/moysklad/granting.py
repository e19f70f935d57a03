"""Which rights an app has to ask an account for so that every exporter can be read, and every automation rule can make
its documents (Vendor API docs, 5.3).

In descriptors things have names of their own: counterparties are `company`, organizations `myCompany`, stores
`warehouse`, whatever is sold `good`, documents are written in camel case.
"""

from collections.abc import Iterable

from domain.automations.recipes.recipe import Recipe
from domain.exports.exporter import BaseExporter

GENERAL = frozenset({"useOwnWebhooks", "useAllAttributeMetadata"})
"""Our own webhooks, and the additional fields that the account has made."""

MAKING = ("create", "update", "approve")
"""What it takes to make a document, to bring it up to date, and to post it where a rule says so."""

_REPORTS: dict[str, frozenset[str]] = {
    "dashboard": frozenset({"viewDashboard"}),
    "sales": frozenset({"viewDashboard"}),
    "orders": frozenset({"viewDashboard"}),
    "money": frozenset({"viewMoneyDashboard"}),
    "profit": frozenset({"viewSaleProfit", "viewProductCostAndProfit"}),
    "stock": frozenset({"viewStockReport", "viewProductCostAndProfit"}),
    "turnover": frozenset({"viewTurnover", "viewProductCostAndProfit"}),
    "report": frozenset({"viewCompanyCRM", "viewCustomerBalanceList"}),
}
"""By the first part of an exporter's key. Which report needs which right is nowhere written in one place; a right that
proves to be missing is told by MoySklad when the report is read.
"""

_SOLD = ("assortment", "bundle", "consignment", "product", "productfolder", "service", "variant")
_OTHERS = {
    "counterparty": ("company",),
    "customentity": ("customDictionary", "customEntity"),
    "organization": ("myCompany",),
    "store": ("warehouse",),
    **dict.fromkeys(_SOLD, ("good",)),
}
_CAMEL = """
    bonusTransaction cashIn cashOut commissionReportIn commissionReportOut contract counterpartyAdjustment
    country currency customerOrder demand employee enter factureIn factureOut internalOrder inventory
    invoiceIn invoiceOut loss move paymentIn paymentOut prepayment prepaymentReturn priceList processing
    processingOrder processingPlan processingStage productionTask project purchaseOrder purchaseReturn
    retailDemand retailDrawerCashIn retailDrawerCashOut retailSalesReturn retailShift retailStore salesChannel
    salesReturn supply taxRate uom
"""
_ENTITIES: dict[str, tuple[str, ...]] = {name.lower(): (name,) for name in _CAMEL.split()} | _OTHERS

FREE = frozenset({"bonusprogram", "expenseitem", "group", "region"})
"""There is no right that these would need. Not verified: that they can be read without one."""

NOT_ON_OFFER = frozenset({"emissionorder", "retireorder", "task"})
"""Only an app with an administrator's rights can read these (Vendor API docs, 5.3)."""


class RightsUnknown(ValueError):
    """Nobody has said which rights an exporter needs."""


def reports_of(exporter: BaseExporter) -> frozenset[str]:
    """The rights to reports that it needs."""
    first, dot, _ = exporter.key.partition(".")
    return _REPORTS.get(first, frozenset()) if dot else frozenset()


def entities_of(exporter: BaseExporter) -> tuple[str, ...]:
    """What it has to be able to view. Raises RightsUnknown for an exporter of which nobody has said that."""
    if exporter.key in _ENTITIES:
        return _ENTITIES[exporter.key]
    if reports_of(exporter) or exporter.key in FREE | NOT_ON_OFFER:
        return ()
    raise RightsUnknown(f"the rights that {exporter.key} needs are written nowhere in granting.py")


def flags(exporters: Iterable[BaseExporter]) -> list[str]:
    """Rights that are granted or not, in alphabetical order."""
    return sorted(GENERAL.union(*(reports_of(one) for one in exporters)))


def made(recipes: Iterable[Recipe]) -> list[str]:
    """Documents that automation rules make, in alphabetical order."""
    return sorted({name for one in recipes for name in _ENTITIES[one.target]})


def viewed(exporters: Iterable[BaseExporter]) -> list[str]:
    """Things that have to be viewed, in alphabetical order."""
    return sorted({name for one in exporters for name in entities_of(one)})
