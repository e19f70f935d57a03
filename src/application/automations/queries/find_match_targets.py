"""What in our account may be meant?"""

from application.automations.catalogue_ports import TargetCatalogue
from application.automations.match_views import TargetView, target_view
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Query
from domain.automations.matching import MatchKind


class FindMatchTargets(Query[list[TargetView]], frozen=True, kw_only=True):
    """A search in the company's own account, for whoever answers a question."""

    kind: MatchKind
    words: str


class FindMatchTargetsHandler:
    """Asks MoySklad."""

    def __init__(self, access: MoySkladAccess, catalogue: TargetCatalogue) -> None:
        self._access = access
        self._catalogue = catalogue

    async def __call__(self, query: FindMatchTargets) -> list[TargetView]:
        """A few, the likeliest first. Raises what TargetCatalogue raises."""
        key = await self._access.key(query.company_id, Urgency.INTERACTIVE)
        return [target_view(one.target) for one in await self._catalogue.alike(key, query.kind, query.words)]
