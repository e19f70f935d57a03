"""What schedules companies may have, as long as there are no plans: the same for all."""

from domain.exports.schedule import Terms
from domain.shared.identities import CompanyId


class SettledScheduleTerms:
    """See application.exports.schedule_ports.ScheduleTerms."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    async def of(self, company_id: CompanyId) -> Terms:
        """See the port."""
        del company_id
        return self._terms
