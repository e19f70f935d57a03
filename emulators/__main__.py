"""`python -m emulators [--moysklad PORT] [--google PORT] [--telegram PORT] …`: vendors, on this machine."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable

import uvloop
from aiohttp import web

from emulators.common.options import Options
from emulators.google.app import build as build_google
from emulators.moysklad.app import build as build_moysklad
from emulators.telegram.app import build as build_telegram

HOST = "127.0.0.1"
EMULATORS: dict[str, tuple[int, Callable[[Options], web.Application]]] = {
    "moysklad": (8101, build_moysklad),
    "google": (8102, build_google),
    "telegram": (8103, build_telegram),
}


def main() -> None:
    """Runs the emulators that were asked for, or all of them on their usual ports, until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m emulators", description=__doc__)
    for name, (port, _) in EMULATORS.items():
        parser.add_argument(f"--{name}", type=int, metavar="PORT", help=f"run {name} on PORT (usually {port})")
    parser.add_argument("--lenient", action="store_true", help="accept any credential, enforce no quota")
    parser.add_argument("--host", default=HOST, help=f"the address to listen at (usually {HOST})")
    parser.add_argument("--name", help="what others call this machine, for links in answers; the host if left out")
    arguments = parser.parse_args()
    wanted = {name: getattr(arguments, name) for name in EMULATORS if getattr(arguments, name) is not None}
    ports = wanted or {name: port for name, (port, _) in EMULATORS.items()}
    try:
        uvloop.run(_run(ports, arguments.host, arguments.name or arguments.host, lenient=arguments.lenient))
    except OSError as taken:
        parser.exit(1, f"{parser.prog}: {taken.strerror}. Choose other ports, as in --moysklad 9101 --google 9102.\n")


async def _run(ports: dict[str, int], host: str, name: str, *, lenient: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runners = [
        await _start(vendor, host, f"http://{name}:{port}", port, lenient=lenient) for vendor, port in ports.items()
    ]
    sys.stdout.flush()
    await stop.wait()
    for runner in runners:
        await runner.cleanup()


async def _start(vendor: str, host: str, base_url: str, port: int, *, lenient: bool) -> web.AppRunner:
    application = EMULATORS[vendor][1](Options(base_url=base_url, lenient=lenient))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    sys.stdout.write(f"{vendor}: {base_url}  (control page: {base_url}/_control)\n")
    return runner


if __name__ == "__main__":
    main()
