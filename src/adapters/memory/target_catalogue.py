"""Goods and counterparties of accounts that a test fills."""

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.memory.documents import MemoryDocuments
from adapters.memory.failures import PlannedFailures
from application.connections.ports import MoySkladKey
from domain.automations.candidates import Candidate, Catalogue, values
from domain.automations.matching import MatchBy, MatchKind
from domain.connections.moysklad import MoySkladDisconnected

_TYPES = {
    MatchKind.COUNTERPARTY: ("counterparty",),
    MatchKind.GOODS: ("product", "variant", "service", "bundle"),
}


class MemoryTargetCatalogue:
    """Over the accounts of a MemoryDocuments. `units` counts what asking would have cost; `together` values go into one
    request. `failures` are planned for `having`, `living`, `alike` and `whole`, by these names.
    """

    def __init__(self, documents: MemoryDocuments) -> None:
        self.failures = PlannedFailures()
        self.units = 0
        self.together = 150
        self.answers_whole = True
        self._documents = documents

    def cost(self, kind: MatchKind, by: MatchBy, values: Sequence[str]) -> int:
        """See the port."""
        del kind, by
        return -(-len(values) // self.together)

    async def having(
        self, key: MoySkladKey, kind: MatchKind, by: MatchBy, values: Sequence[str]
    ) -> Sequence[Candidate]:
        """See the port."""
        with self.failures.around("having"):
            self.units += self.cost(kind, by, values)
            return Catalogue(list(self._living(key, _TYPES[kind]))).having(by, values)

    async def living(self, key: MoySkladKey, kind: str, ids: Sequence[str]) -> Sequence[Candidate]:
        """See the port."""
        with self.failures.around("living"):
            self.units += -(-len(ids) // 100)
            return [one for one in self._living(key, (kind,)) if one.id in ids]

    async def alike(self, key: MoySkladKey, kind: MatchKind, words: str) -> Sequence[Candidate]:
        """See the port. Finds names in which some word begins with each of the words."""
        with self.failures.around("alike"):
            self.units += 1
            wanted = words.casefold().split()
            every = self._living(key, _TYPES[kind])
            return [one for one in every if all(_begins(word, one) for word in wanted)][:20]

    async def whole(self, key: MoySkladKey, kind: MatchKind) -> Sequence[Candidate] | None:
        """See the port."""
        with self.failures.around("whole"):
            self.units += 7
            return list(self._living(key, _TYPES[kind])) if self.answers_whole else None

    def _living(self, key: MoySkladKey, types: Sequence[str]) -> Iterator[Candidate]:
        if key.token not in self._documents.accounts:
            raise MoySkladDisconnected(state="broken")
        account = self._documents.accounts[key.token]
        for kind in types:
            for one in account.get(kind, {}).values():
                candidate = _candidate(kind, one)
                if not candidate.archived:
                    yield candidate


def _begins(word: str, candidate: Candidate) -> bool:
    texts = (*values(candidate, MatchBy.NAME), candidate.code, candidate.article)
    return any(part.startswith(word) for text in texts for part in text.casefold().split())


def _candidate(kind: str, one: dict[str, Any]) -> Candidate:
    return Candidate(
        kind,
        str(one["id"]),
        str(one.get("name", "")),
        str(one.get("externalCode", "")),
        str(one.get("code", "")),
        str(one.get("article", "")),
        tuple(str(value) for barcode in one.get("barcodes") or () for value in barcode.values()),
        str(one.get("inn", "")),
        archived=bool(one.get("archived")),
    )
