"""Ports of what automation rules and notices hear of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience, Interest, ObjectEvent


class Hearing(NamedTuple):
    """An audience of a company, which has something to hear."""

    company_id: CompanyId
    audience: Audience


class Interests(Protocol):
    """What a company's audiences want to hear of, at rest."""

    async def replace(self, company_id: CompanyId, audience: Audience, types: Collection[str], now: datetime) -> bool:
        """The audience wants to hear of objects of these types from now on, and of no others; of a type that it wanted
        already it hears on. What was told of other types is forgotten. Answers whether anything changed.
        """
        ...

    async def of(self, company_ids: Collection[CompanyId]) -> list[Interest]:
        """These companies' interests, in order. Any company's in a SystemTransaction."""
        ...

    async def read(self, company_id: CompanyId, audience: Audience, kind: str, read_to: datetime) -> None:
        """Changes were looked for up to that moment; never goes back."""
        ...

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[CompanyId]:
        """Companies in which somebody has to look for what was not told; they are not due again before `until`. In a
        SystemTransaction; passes over those that another process has locked.
        """
        ...

    async def look(self, company_id: CompanyId, due_at: datetime) -> None:
        """Has somebody look by that moment, or earlier where that was agreed upon."""
        ...

    async def looked(self, company_id: CompanyId, due_at: datetime | None) -> None:
        """Somebody looked; the next look is at that moment, None for never. In the company's transaction."""
        ...

    async def hurry(self, now: datetime, within: timedelta) -> int:
        """Has somebody look in every company within that time, each at another moment; answers in how many. In a
        SystemTransaction.
        """
        ...


class ObjectEvents(Protocol):
    """What was told for an audience and not heard yet, each object once."""

    async def put(
        self,
        company_id: CompanyId,
        audience: Audience,
        kind: str,
        objects: Mapping[str, bool],
        version: UUID,
        now: datetime,
        *,
        asked: bool = False,
        origin: Mapping[str, str] | None = None,
    ) -> None:
        """Objects by id, each with whether it is gone. What is told again keeps the moment it was told first; that it
        was asked for, and what it comes from, stay too.
        """
        ...

    async def waiting(self, company_id: CompanyId, audience: Audience, limit: int) -> list[ObjectEvent]:
        """The oldest first."""
        ...

    async def heard(self, company_id: CompanyId, audience: Audience, events: Sequence[ObjectEvent]) -> int:
        """Forgets these, unless they were told again meanwhile; answers how many. The audience has to be told at once
        if anything waits still.
        """
        ...

    async def postpone(self, company_id: CompanyId, audience: Audience, until: datetime) -> None:
        """The audience is told again at that moment, and not before, unless something new comes."""
        ...

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[Hearing]:
        """Audiences that have something to hear; they are not due again before `until`. In a SystemTransaction; passes
        over those that another process has locked.
        """
        ...
