"""Ports of giving runs their turns. All of them work in a SystemTransaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.exports.sharing import Lane, Room
from domain.shared.identities import CompanyId, TaskId


class RunPlaces(Protocol):
    """Which runs occupy the workers."""

    async def busy(self, now: datetime, told_after: datetime) -> dict[Lane, dict[CompanyId, int]]:
        """How many runs of each company are held by a living worker, or were told of after that moment."""
        ...

    async def dispatched(self, tasks: Collection[TaskId], now: datetime) -> None:
        """The workers are told of these tasks."""
        ...

    async def ask_for_spreadsheets(self) -> int:
        """Asks backfills to hand over spreadsheets that live runs wait for. Answers how many were asked."""
        ...

    async def ask_for_places(self, waiting: Collection[CompanyId], claimed_before: datetime, most: int) -> int:
        """Asks at most that many backfills to make room, those held longest first: claimed before that moment, by
        companies other than those waiting. Answers how many were asked.
        """
        ...


class Workers(Protocol):
    """The worker processes that are alive."""

    async def report(self, worker_id: UUID, room: Room, now: datetime) -> None:
        """The worker lives, and has so many places."""
        ...

    async def leave(self, worker_id: UUID) -> None:
        """The worker takes no more."""
        ...

    async def room(self, seen_after: datetime) -> Room | None:
        """The places of all workers that have reported since then; None where there are none."""
        ...

    async def prune(self, seen_before: datetime) -> int:
        """Forgets workers not seen since; answers how many."""
        ...
