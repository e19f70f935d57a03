"""Fakes of matching, and of MoySklad as rules see it."""

from datetime import timedelta

from dishka import Provider, Scope, provide

from adapters.memory.document_writer import MemoryDocumentWriter, MemoryTargetLists
from adapters.memory.documents import MemoryDocuments
from adapters.memory.matching import MemoryMatchPairs, MemoryMatchReviews
from adapters.memory.target_catalogue import MemoryTargetCatalogue
from application.automations.catalogue_ports import TargetCatalogue
from application.automations.pair_ports import MatchPairs, MatchReviews
from application.automations.shared_facts import SharedFacts
from application.automations.vendor_ports import DocumentWriter, TargetLists
from application.connections.document_ports import Documents
from application.ports import Clock


class MatchingFakes(Provider):
    """Pairs and questions."""

    scope = Scope.APP

    pairs = provide(MemoryMatchPairs, provides=MatchPairs)
    reviews = provide(MemoryMatchReviews, provides=MatchReviews)


class MatchingVendorFakes(Provider):
    """Over the accounts of the one MemoryDocuments."""

    scope = Scope.APP

    @provide
    def writer(self, documents: Documents, clock: Clock) -> DocumentWriter:
        return MemoryDocumentWriter(_accounts(documents), clock)

    @provide
    def lists(self, documents: Documents) -> TargetLists:
        return MemoryTargetLists(_accounts(documents))

    @provide
    def facts(self, clock: Clock) -> SharedFacts:
        return SharedFacts(timedelta(), clock)  # stories change an account while no time passes

    @provide
    def catalogue(self, documents: Documents) -> TargetCatalogue:
        return MemoryTargetCatalogue(_accounts(documents))


def _accounts(documents: Documents) -> MemoryDocuments:
    if not isinstance(documents, MemoryDocuments):
        raise TypeError("the fakes stand over fakes")
    return documents
