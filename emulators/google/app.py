"""Puts the emulator together."""

from aiohttp import web

from emulators.common.faults import Faults
from emulators.common.journal import Journal
from emulators.common.options import Options
from emulators.common.serving import control_routes, front
from emulators.google.accounts import DEFAULT_EMAIL
from emulators.google.consent import Consent
from emulators.google.control import Control
from emulators.google.drive import Drive
from emulators.google.drive_contents import DriveContents
from emulators.google.errors import error_body
from emulators.google.service_accounts import ServiceAccounts
from emulators.google.sheet_page import SheetPages
from emulators.google.spreadsheet_routes import SpreadsheetRoutes
from emulators.google.tokens import Tokens
from emulators.google.values_routes import ValuesRoutes
from emulators.google.world import World

MAX_BODY = 1 << 30
WORLD = web.AppKey("world", World)


def build(options: Options) -> web.Application:
    """The application: OAuth2, Sheets v4, Drive v3, pages and control on one base URL."""
    world = World(options)
    if options.lenient:
        world.accounts.account(DEFAULT_EMAIL)
    service_accounts = ServiceAccounts(world)
    drive = Drive(world)
    journal, faults = Journal(), Faults()
    application = web.Application(middlewares=[front(journal, faults, error_body)], client_max_size=MAX_BODY)
    application[WORLD] = world
    application.add_routes(
        [
            *control_routes(journal, faults),
            *Control(world).routes(),
            *Consent(world).routes(),
            *service_accounts.routes(),
            *Tokens(world, service_accounts).routes(),
            *ValuesRoutes(world).routes(),
            *SpreadsheetRoutes(world).routes(),
            *drive.routes(),
            *DriveContents(world, drive).routes(),
            *SheetPages(world).routes(),
        ]
    )
    return application
