"""Matching, over PostgreSQL and MoySklad, the same in every process."""

from dishka import Provider, Scope, alias, provide

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.document_writer import MoySkladDocumentWriter, MoySkladTargetLists
from adapters.moysklad.target_catalogue import MoySkladTargetCatalogue
from adapters.postgres.repositories.matching import SqlMatchPairs, SqlMatchReviews
from application.automations.catalogue_ports import TargetCatalogue
from application.automations.matcher import Matcher
from application.automations.matching_ports import Matching, ReviewQueue
from application.automations.pair_ports import MatchPairs, MatchReviews
from application.automations.reviews import Reviews
from application.automations.shared_facts import FACTS_LIFETIME, SharedFacts
from application.automations.vendor_ports import DocumentWriter, TargetLists
from application.ports import Clock
from application.webhooks.ports import WebhookAddresses


class MatchingSeam(Provider):
    """What rules ask of matching, which tests replace."""

    scope = Scope.REQUEST

    matching = alias(source=Matcher, provides=Matching)
    queue = alias(source=Reviews, provides=ReviewQueue)


class LiveMatching(Provider):
    """Pairs and questions."""

    scope = Scope.APP

    pairs = provide(SqlMatchPairs, provides=MatchPairs)
    reviews = provide(SqlMatchReviews, provides=MatchReviews)


class MatchingVendors(Provider):
    """What matching and rules ask of MoySklad."""

    scope = Scope.APP

    @provide
    def writer(self, client: MoySkladClient, addresses: WebhookAddresses) -> DocumentWriter:
        return MoySkladDocumentWriter(client, addresses.own)

    @provide
    def lists(self, client: MoySkladClient) -> TargetLists:
        return MoySkladTargetLists(client)

    @provide
    def facts(self, clock: Clock) -> SharedFacts:
        return SharedFacts(FACTS_LIFETIME, clock)

    @provide
    def catalogue(self, client: MoySkladClient) -> TargetCatalogue:
        return MoySkladTargetCatalogue(client)
