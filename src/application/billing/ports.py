"""Ports of the billing area."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from domain.billing.grants import Account, Customer, Grant
from domain.billing.usage import Hold, Meter
from domain.shared.identities import CompanyId, ConfigId, TaskId
from domain.tenants.subscription import BilledBy


class BillingAccounts(Protocol):
    """What the operator has said of companies."""

    async def get(self, company_id: CompanyId) -> Account:
        """An account that says nothing where nobody has said anything. In a SystemTransaction too."""
        ...

    async def put(self, account: Account) -> None:
        """Stores the account, new or changed."""
        ...


class Customers(Protocol):
    """Companies as far as what they may use is concerned. Read only."""

    async def of(self, company_ids: Sequence[CompanyId]) -> list[Customer]:
        """Those of these companies that exist. In a SystemTransaction, or in one of the only company."""
        ...

    async def page(self, after: CompanyId | None, limit: int) -> list[Customer]:
        """So many of all companies, in the order of their ids, from after that one. In a SystemTransaction."""
        ...


class BillingProvider(Protocol):
    """Somebody who decides which plans companies have. What it was told stands in the database: it is asked for each
    batch of a run, and asks nobody else.
    """

    @property
    def key(self) -> BilledBy:
        """How companies name it."""
        ...

    async def grants(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Grant]:
        """What it grants these companies; those of which it has nothing to say are left out. In one statement, in a
        SystemTransaction or in one of the only company.
        """
        ...


class Entry(NamedTuple):
    """An entry of the ledger: so many changed rows of an export came into its sheet. `key` is the entry's own, so that
    what is entered twice counts once.
    """

    key: str
    config_id: ConfigId
    rows: int
    at: datetime


class DailyRows(NamedTuple):
    """Changed rows of one export on one day of the company's clock."""

    day: date
    config_id: ConfigId
    rows: int


class Mismatch(NamedTuple):
    """A period of which the ledger and the meter say different things."""

    period: str
    ledger: int
    meter: int


class Overview(NamedTuple):
    """A period's meter, the thresholds that were noted in it, the lowest first, and the periods, of all that there
    were, whose meter is not the sum of the ledger's entries. There should be none.
    """

    meter: Meter
    warned: list[int]
    mismatches: list[Mismatch]


class Usage(Protocol):
    """The ledger of rows, what is set aside of the limit, and the meter of each period that sums both up."""

    async def reserve(self, hold: Hold, limit: int | None) -> bool:
        """Sets the rows aside; answers False where the limit is reached already, by rows used or set aside.

        However many ask at once, all together they get beyond the limit by less than one hold.
        """
        ...

    async def settle(self, holds: Sequence[Hold], entry: Entry) -> Meter:
        """Enters what was really used, in the first hold's period, and gives back what was set aside. Answers the
        meter afterwards.
        """
        ...

    async def release(self, company_id: CompanyId, task_id: TaskId) -> None:
        """Gives back whatever is set aside for the run."""
        ...

    async def release_dead(self, company_id: CompanyId, now: datetime) -> None:
        """Gives back what is set aside for claims that hold their runs no longer, or whose lease is over."""
        ...

    async def meter(self, company_id: CompanyId, period: str) -> Meter:
        """The meter of that period. In a SystemTransaction too."""
        ...

    async def daily(self, company_id: CompanyId, period: str, time_zone: str) -> list[DailyRows]:
        """What the ledger has of that period, by days on the clock of that IANA zone and by exports, also those that
        were removed since; the earliest day first.
        """
        ...

    async def warn(self, company_id: CompanyId, period: str, percent: int, now: datetime) -> bool:
        """Notes that the threshold was reached; False where that was noted before."""
        ...

    async def overview(self, company_id: CompanyId, period: str) -> Overview:
        """How that period stands."""
        ...

    async def forget(self, company_id: CompanyId, limit: int) -> int:
        """Removes some entries of a company that is being erased, in a SystemTransaction; answers how many, 0 when none
        is left. Its own transactions can only add to them.
        """
        ...
