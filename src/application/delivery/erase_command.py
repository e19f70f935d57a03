"""The command that erases a company, and how it gets to a worker."""

import msgspec

from application.messages import Command
from application.ports import Outbox
from domain.shared.identities import CompanyId


class ErasureReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of erasing a company. `google` and `webhooks` tell what became of the grant at Google and of webhooks
    at MoySklad, or the code of what was in the way: then only our side has forgotten them. `traces` are things removed
    from Redis, `kept` rows used by month, which stay for the accounts, `left` how many rows each table has now: none.
    """

    google: str
    webhooks: str
    traces: int
    kept: dict[str, int]
    left: dict[str, int]


class EraseCompany(Command[ErasureReport], frozen=True, kw_only=True, tag="delivery.erase_company"):
    """Told by whoever operates the service, who names the company, or by the service itself when the time has come.

    May be told again and again: it goes on where it was.
    """

    name: str | None = None


async def erase_company(outbox: Outbox, company_id: CompanyId) -> None:
    """In a transaction: has a worker erase the company."""
    await outbox.put(EraseCompany(company_id=company_id), once_key=f"erase:{company_id}")
