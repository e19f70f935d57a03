"""Ports of the exports area that have to do with schedules alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.exports.occurrences import Occurrence, Standing
from domain.shared.identities import CompanyId, ConfigId


class Standings(Protocol):
    """Which companies anything may run for."""

    async def of(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Standing]:
        """How these companies stand, as far as they exist. In a SystemTransaction, or in one of the only company."""
        ...


class Occurrences(Protocol):
    """The ledger of moments at which exports were to run by themselves."""

    async def add(self, entries: Sequence[Occurrence]) -> set[tuple[ConfigId, datetime]]:
        """Stores the entries; those of a moment that its export has an entry for already are left out. Answers the
        exports and moments of those that were stored.
        """
        ...

    async def prune(self, decided_before: datetime) -> int:
        """Forgets entries decided before that moment, in a SystemTransaction; answers how many."""
        ...
