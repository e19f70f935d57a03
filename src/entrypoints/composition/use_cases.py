"""Handlers and what they share, the same in every composition."""

from dishka import Provider, Scope, provide

from application.billing.quotas import Quotas
from application.connections.consents import ConsentTrips
from application.connections.installing import Installing
from application.connections.key_check import KeyCheck
from application.connections.vendor_access import GoogleAccess, MoySkladAccess
from application.dealers.bindings import Bindings
from application.dealers.hearing_wishes import Wishes
from application.dealers.queueing_ports import BindingEvents
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
from application.exports.upcoming import Upcoming
from application.handlers import HANDLERS
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
    quotas = provide(Quotas)
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
    transfer = provide(Transfer)
    upcoming = provide(Upcoming)
    following = provide(Following)
    listening = provide(Listening)
    erasing = provide(Erasing)
    wishes = provide(Wishes)
    binding_events = provide(Bindings, provides=BindingEvents)


def use_cases() -> Provider:
    """The provider of all handlers that the table of contents names."""
    provider = UseCases()
    for handler in HANDLERS.values():
        provider.provide(handler)
    return provider
