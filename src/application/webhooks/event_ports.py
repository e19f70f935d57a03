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
        already it hears on. What was told of other types is forgotten, and in which states these were seen: from now on
        nobody looks. Answers whether anything changed.
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
        moved: Collection[str] = (),
    ) -> None:
        """Objects by id, each with whether it is gone; of those that `moved` it was told that their state was changed.
        What is told again keeps the moment it was told first; that it was asked for or has moved, and what it comes
        from, stay too.
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


class SeenState(NamedTuple):
    """The state a document is in, by its id, empty for none, and when the document was last changed."""

    state_id: str
    updated: datetime


class DocumentStates(Protocol):
    """The states in which an audience last saw documents, as long as it wants to hear of their type."""

    async def seen(
        self, company_id: CompanyId, audience: Audience, kind: str, states: Mapping[str, SeenState]
    ) -> dict[str, int]:
        """Notes the states of documents of a type, by id, in the company's transaction; answers how often the state of
        each has changed so far, 0 for a document that is met for the first time. One that is in the state it was in is
        not among them, nor is one that was seen as it was later: reading may overtake reading.
        """
        ...

    async def prune(self, seen_before: datetime) -> int:
        """Forgets documents that were last seen as they were before that moment, for whichever audience, in a
        SystemTransaction; answers how many.
        """
        ...
