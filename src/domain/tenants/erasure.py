"""Erasing a company: what is known of it while it is under way, and what is kept afterwards."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.shared.errors import Conflict, NotFound, RuleViolated, VendorBusy
from domain.shared.identities import CompanyId

TELL_AGAIN_SECONDS = 300.0


class CompanyErased(VendorBusy):
    """Everything about the company is being erased: nothing is stored for it any more. Once it is gone, the account may
    come back as another company; a refusal for good would cost MoySklad's next installation its token (Vendor API docs,
    6.2).
    """

    code = "tenants.company_erased"


class ArchiveUnwritable(RuleViolated):
    """The file for a company's data cannot be written where it shall stand."""

    code = "tenants.archive_unwritable"


class ErasureUnconfirmed(RuleViolated):
    """Whoever wants a company erased has to name it, letter by letter."""

    code = "tenants.erasure_unconfirmed"


class ErasureNotBegun(NotFound):
    """Nobody has asked for the company to be erased."""

    code = "tenants.erasure_not_begun"


class ErasureIncomplete(Conflict):
    """Rows of the company are still there after everything was removed. Erasing goes on when it is told again."""

    code = "tenants.erasure_incomplete"


@dataclass(slots=True)
class Erasure:
    """One company's erasure. `usage` is what is kept: the rows used in each month, which had to be paid for. It names
    nobody: neither people, nor the account, nor what was exported.
    """

    company_id: CompanyId
    begun_at: datetime
    finished_at: datetime | None = None
    usage: dict[str, int] = field(default_factory=dict)


def check_confirmed(account_name: str, named: str) -> None:
    """Raises ErasureUnconfirmed unless the company was named as it is called."""
    if named != account_name:
        raise ErasureUnconfirmed(name=account_name)
