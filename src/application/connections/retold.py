"""Calls of MoySklad's that come again."""

from datetime import datetime

from application.connections.installation_ports import VendorRequests
from domain.shared.identities import CompanyId

_DONE = "done"


async def first_time(requests: VendorRequests, company_id: CompanyId, request_id: str | None, now: datetime) -> bool:
    """Whether the call is to be carried out: it is new, or bears no number. It is noted in the open transaction."""
    if request_id is None:
        return True
    if await requests.answer(company_id, request_id) is not None:
        return False
    await requests.carried_out(company_id, request_id, _DONE, now)
    return True
