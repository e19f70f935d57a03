"""What a new object has when its author leaves it out (JSON API docs, attribute tables and examples of answers)."""

import secrets
import string
import uuid
from typing import Any

from emulators.moysklad.accounts import Account, Caller
from emulators.moysklad.catalogue import Entity, Kind
from emulators.moysklad.clock import Clock
from emulators.moysklad.records import Ref

_ALPHABET = string.ascii_letters + string.digits
_ZEROS = """
    sum payedSum shippedSum invoicedSum reservedSum waitSum commitentSum cashSum noCashSum qrSum prepaymentCashSum
    prepaymentNoCashSum prepaymentQrSum advancePaymentSum proceedsCash proceedsNoCash receivedCash receivedNoCash
    bankPercent bankComission qrBankPercent qrBankComission"""
_GOODS: dict[str, Any] = {
    "vatEnabled": False,
    "useParentVat": True,
    "effectiveVatEnabled": False,
    "discountProhibited": False,
    "partialDisposal": False,
    "salePrices": [],
    "barcodes": [],
}
_SPECIAL: dict[str, dict[str, Any]] = {
    "counterparty": {"companyType": "legal", "tags": [], "salesAmount": 0.0, "bonusPoints": 0},
    "organization": {"companyType": "legal", "isEgaisEnable": False, "payerVat": True, "bonusPoints": 0},
    "product": {
        **_GOODS,
        "variantsCount": 0,
        "isSerialTrackable": False,
        "weighed": False,
        "trackingType": "NOT_TRACKED",
        "paymentItemType": "GOOD",
        "weight": 0.0,
        "volume": 0.0,
    },
    "service": {**_GOODS, "paymentItemType": "SERVICE"},
    "bundle": {**_GOODS, "trackingType": "NOT_TRACKED", "paymentItemType": "GOOD", "weight": 0.0, "volume": 0.0},
    "variant": {"discountProhibited": False, "salePrices": [], "barcodes": [], "things": []},
    "productfolder": {"vatEnabled": False, "useParentVat": True},
    "employee": {"cashiers": []},
    "contract": {"contractType": "Sales", "sum": 0.0, "printed": False, "published": False},
    "currency": {
        "system": False,
        "rate": 1.0,
        "multiplicity": 1,
        "indirect": False,
        "rateUpdateType": "manual",
        "default": False,
    },
    "retailstore": {"active": True},
    "pricelist": {"columns": []},
    "processing": {"quantity": 1.0, "processingSum": 0.0},
    "processingorder": {"quantity": 1.0},
    "processingplan": {"costDistributionType": "BY_PRICE"},
    "emissionorder": {"documentState": "CREATED"},
    "retireorder": {"documentState": "CREATED"},
    "bonustransaction": {"transactionStatus": "COMPLETED", "categoryType": "REGULAR", "applicable": True},
    "bonusprogram": {
        "active": True,
        "allProducts": True,
        "allAgents": True,
        "earnWhileRedeeming": False,
        "welcomeBonusesEnabled": False,
        "agentTags": [],
    },
    "task": {"done": False},
    "taxrate": {"archived": False},
}
_MONEY: dict[str, dict[str, Any]] = {
    "commissionreportin": {"rewardType": "None"},
    "commissionreportout": {"rewardType": "None"},
    "paymentin": {"paymentPurpose": "", "vatSum": 0.0},
    "paymentout": {"paymentPurpose": "", "vatSum": 0.0, "noClosingDocs": False},
    "cashin": {"paymentPurpose": "", "vatSum": 0.0},
    "cashout": {"paymentPurpose": "", "vatSum": 0.0, "noClosingDocs": False},
    "retaildemand": {"taxSystem": "GENERAL_TAX_SYSTEM"},
}


def new_id() -> str:
    return str(uuid.uuid4())


def external_code() -> str:
    """What the vendor gives to an object whose author names no external code: 22 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(22))


def defaults(account: Account, entity: Entity, caller: Caller, clock: Clock) -> dict[str, Any]:
    """Fields of a new object."""
    now = clock.now()
    owner = Ref("employee", caller.person.employee_id) if caller.person else account.admin
    every: dict[str, Any] = {
        "owner": owner,
        "author": owner,
        "group": account.group,
        "shared": False,
        "archived": False,
        "updated": now,
        "created": now,
        "externalCode": external_code(),
        "pathName": "",
    }
    if entity.document:
        every |= dict.fromkeys(_ZEROS.split(), 0.0)
        every |= {"applicable": True, "printed": False, "published": False, "vatEnabled": True, "vatIncluded": True}
    if "moment" in entity.by_name:
        every["moment"] = clock.this_minute()
    if "rate" in entity.by_name and entity.by_name["rate"].kind is Kind.REFERENCE:
        every["rate"] = account.currency
    every |= _SPECIAL.get(entity.name, {}) | _MONEY.get(entity.name, {})
    if entity.has_states and account.states.get(entity.name):
        every["state"] = Ref("state", next(iter(account.states[entity.name])), entity.name)
    return {name: _fresh(one) for name, one in every.items() if name in entity.by_name}


def _fresh(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
