"""The command that lets each half of a link know how the other stands."""

from application.messages import Command, Outcome
from application.ports import Outbox
from domain.shared.identities import CompanyId, CompanyLinkId


class MirrorLink(Command[Outcome], frozen=True, kw_only=True, tag="links.mirror"):
    """Told by the queue, perhaps more than once, after one half has changed."""

    link_id: CompanyLinkId


async def mirror_link(outbox: Outbox, company_id: CompanyId, link_id: CompanyLinkId) -> None:
    """Stores the command in the transaction of the change."""
    await outbox.put(MirrorLink(company_id=company_id, link_id=link_id), once_key=f"mirror-link:{link_id}")
