"""What has to be heard of so that dealers can be told what they want."""

from application.dealers.directory_ports import Dealers
from application.webhooks.listening import Listening
from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import TYPES
from domain.shared.identities import CompanyId, DealerId
from domain.webhooks.interests import Audience

PAGE = 500


class Wishes:
    """Looks at what all dealers of a company want, and says so."""

    def __init__(self, dealers: Dealers, listening: Listening) -> None:
        self._dealers = dealers
        self._listening = listening

    async def follow(self, company_id: CompanyId) -> None:
        """In the transaction of the change, after it."""
        wanted: set[NoticeKind] = set()
        after: DealerId | None = None
        while page := await self._dealers.page(company_id, after, PAGE):
            for dealer in page:
                wanted |= set(dealer.switches)
            after = page[-1].id
        types = sorted({kind for one in wanted for kind in TYPES[one]})
        await self._listening.want(company_id, Audience.NOTICES, types)
