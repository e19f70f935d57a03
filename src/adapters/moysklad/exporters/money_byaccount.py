"""Money on accounts (JSON API docs, report `money/byaccount`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.shared.cells import CellKind

_ORGANIZATION = v.linked_id("organization", "ID организации")
_ACCOUNT = v.linked_id("account", "ID счёта")


class MoneyByAccount(ReportExporter):
    """One row for each bank account and each till. The balance is in the currency of the account.

    A till has no account, and a key that ends with `/`.
    """

    key = "money.byaccount"
    title = "Остатки денежных средств"
    report = "money/byaccount"
    asynchronous = True
    key_column = "key"
    columns = (
        Column(id="key", title="Ключ", kind=CellKind.TEXT, parts=(_ORGANIZATION, _ACCOUNT)),
        _ORGANIZATION,
        _ACCOUNT,
        v.own("organization.name", "Организация"),
        v.own("account.name", "Счёт"),
        v.money("balance", "Остаток"),
    )
    default_columns = ("key", "organization.name", "account.name", "balance")
