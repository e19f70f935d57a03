"""Handlers and what they share, the same in every composition."""

from dishka import Provider, Scope, provide

from application.automations.booking import Booking
from application.automations.carrying import Carrying
from application.automations.checking import Hearkening, RuleChecking
from application.automations.drafting import Drafting
from application.automations.expressions import Expressions
from application.automations.learning import Learning
from application.automations.matcher import Matcher
from application.automations.named_targets import NamedTargets
from application.automations.permits import Permits
from application.automations.reviews import Reviews
from application.automations.sides import Sides
from application.billing.quotas import Quotas
from application.connections.consents import ConsentTrips
from application.connections.installing import Installing
from application.connections.key_check import KeyCheck
from application.connections.vendor_access import GoogleAccess, MoySkladAccess
from application.dealers.attempts import Attempts, OneAtATime
from application.dealers.bind_links import LinkMaking
from application.dealers.bindings import Bindings
from application.dealers.hearing_wishes import Wishes
from application.dealers.holders import Holders
from application.dealers.linking import Linking, Unlinking
from application.dealers.mail_asking import MailAsking
from application.dealers.own_words import Filling, OwnWords
from application.dealers.point_lookups import PointLookups
from application.dealers.queueing import Queueing
from application.dealers.queueing_ports import BindingEvents, NoticeQueue
from application.delivery.erasing import Erasing
from application.exports.allowing import Allowances
from application.exports.booking import ManualBooking
from application.exports.dispatching import Places
from application.exports.pseudonyms import Pseudonyms
from application.exports.resting import Resting
from application.exports.scheduling import Scheduling
from application.exports.succession import Succession
from application.exports.table import SheetTables
from application.exports.tidings import Tidings
from application.exports.transfer import Transfer
from application.exports.untold import UntoldRuns
from application.exports.upcoming import Upcoming
from application.handlers import ASKED_OFTEN, AT_HAND, HANDLERS
from application.tenants.announcing import Announcing
from application.tenants.authority import Authority
from application.tenants.opening import OpenLinks
from application.tenants.sessions import SessionTokens
from application.tenants.vendor_calls import VendorCalls
from application.tenants.witnessing import Witness
from application.webhooks.following import Following
from application.webhooks.listening import Listening


class UseCases(Provider):
    """One message, one scope: handlers live as long as the message."""

    scope = Scope.REQUEST

    witness = provide(Witness, scope=Scope.APP)
    announcing = provide(Announcing, scope=Scope.APP)
    quotas = provide(Quotas, scope=Scope.APP)
    resting = provide(Resting)
    google_access = provide(GoogleAccess)
    consent_trips = provide(ConsentTrips)
    installing = provide(Installing)
    key_check = provide(KeyCheck)
    moysklad_access = provide(MoySkladAccess)
    session_tokens = provide(SessionTokens)
    authority = provide(Authority)
    open_links = provide(OpenLinks)
    vendor_calls = provide(VendorCalls)
    booking = provide(ManualBooking)
    places = provide(Places)
    allowances = provide(Allowances)
    scheduling = provide(Scheduling)
    pseudonyms = provide(Pseudonyms)
    sheet_tables = provide(SheetTables)
    succession = provide(Succession)
    tidings = provide(Tidings)
    untold_runs = provide(UntoldRuns)
    transfer = provide(Transfer)
    upcoming = provide(Upcoming, scope=Scope.APP)
    following = provide(Following)
    listening = provide(Listening)
    matcher = provide(Matcher)
    reviews = provide(Reviews)
    learning = provide(Learning)
    named_targets = provide(NamedTargets)
    erasing = provide(Erasing)
    expressions = provide(Expressions)
    permits = provide(Permits)
    sides = provide(Sides)
    drafting = provide(Drafting)
    executing = provide(Booking)
    carrying = provide(Carrying)
    rule_checking = provide(RuleChecking)
    hearkening = provide(Hearkening)
    one_at_a_time = provide(OneAtATime, scope=Scope.APP)
    attempts = provide(Attempts)
    notice_queue = provide(Queueing, provides=NoticeQueue)
    wishes = provide(Wishes)
    point_lookups = provide(PointLookups)
    linking = provide(Linking)
    unlinking = provide(Unlinking)
    holders = provide(Holders)
    link_making = provide(LinkMaking)
    mail_asking = provide(MailAsking)
    filling = provide(Filling)
    own_words = provide(OwnWords)
    binding_events = provide(Bindings, provides=BindingEvents)


def use_cases() -> Provider:
    """The provider of all handlers that the table of contents names."""
    provider = UseCases()
    for message, handler in HANDLERS.items():
        provider.provide(handler, scope=Scope.APP if message in AT_HAND | ASKED_OFTEN else Scope.REQUEST)
    return provider
