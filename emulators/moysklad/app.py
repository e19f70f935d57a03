"""Puts the MoySklad emulator together."""

from aiohttp import web

from emulators.common.faults import Faults
from emulators.common.journal import Journal
from emulators.common.options import Options
from emulators.common.serving import control_routes, front
from emulators.moysklad import download
from emulators.moysklad.accounts import World
from emulators.moysklad.bans import Bans
from emulators.moysklad.calls import BODY_MOST
from emulators.moysklad.control import Control
from emulators.moysklad.control_hooks import HookControl
from emulators.moysklad.control_reports import ReportControl
from emulators.moysklad.errors import fault_body
from emulators.moysklad.gate import Gate
from emulators.moysklad.hook_delivery import Deliverer
from emulators.moysklad.limits import Quotas
from emulators.moysklad.links import API, VENDOR
from emulators.moysklad.pages import Pages
from emulators.moysklad.vendor_api import VendorApi
from emulators.moysklad.vendor_calls import VendorSide

PARSED_HEADERS = 64 * 1024
"""What the HTTP parser lets through, so that the vendor's own 8 KB limit is the one that answers."""


def build(options: Options) -> web.Application:
    """The emulator as an application that serves `options.base_url`."""
    world = World(options.base_url, lenient=options.lenient)
    quotas, bans, journal, faults = Quotas(), Bans(), Journal(), Faults()
    vendor_side = VendorSide(world)
    vendor_api = VendorApi(world, vendor_side)
    gate = Gate(world, quotas, bans, Pages())
    application = web.Application(
        middlewares=[front(journal, faults, fault_body)],
        client_max_size=BODY_MOST,
        handler_args={"max_line_size": PARSED_HEADERS, "max_field_size": PARSED_HEADERS},
    )
    application.add_routes(control_routes(journal, faults))
    application.add_routes(Control(world, quotas, vendor_api, vendor_side).routes())
    application.add_routes(ReportControl(world, quotas, bans).routes())
    application.add_routes(HookControl(world, vendor_side).routes())
    application.cleanup_ctx.append(Deliverer(world).running)
    application.router.add_route("*", download.ROUTE, download.server(world))
    application.router.add_route("*", API + "/{path:.*}", gate.serve)
    application.router.add_route("*", VENDOR + "/{path:.*}", vendor_api.serve)
    return application
