"""Puts the emulator together."""

from aiohttp import web

from emulators.common.faults import Faults
from emulators.common.journal import Journal
from emulators.common.options import Options
from emulators.common.serving import control_routes, front
from emulators.telegram.bot_api import BotApi
from emulators.telegram.control import Control
from emulators.telegram.errors import error_body
from emulators.telegram.webhooks import Deliverer
from emulators.telegram.world import World

WORLD = web.AppKey("world", World)


def build(options: Options) -> web.Application:
    """The application: the Bot API, pages and control on one base URL."""
    world = World(options)
    api = BotApi(world)
    journal, faults = Journal(), Faults()
    application = web.Application(middlewares=[front(journal, faults, error_body)], client_max_size=1 << 22)
    application[WORLD] = world
    application.add_routes([*control_routes(journal, faults), *Control(world).routes(), *api.routes()])
    application.cleanup_ctx.append(Deliverer(world, api).running)
    return application
