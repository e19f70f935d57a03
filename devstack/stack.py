"""The whole of SkladSheets on this machine: real servers, emulated vendors, the service's own processes."""

import base64
import os
import re
import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx

from devstack.errors import StackError
from devstack.processes import ROOT, Process, Supervisor, base_environment, free_port, python
from devstack.servers import Servers, servers, service_login

PROGRAM = "entrypoints.cli.main"
VENDORS = ("moysklad", "google", "telegram")
"""Each is emulated by a process of its own, as none of them waits for another one at home either."""

_READY = re.compile("ready")


@dataclass(frozen=True, slots=True)
class Bot:
    """Our Telegram bot: its token, its name, and the secret with which Telegram proves that it speaks."""

    token: str
    name: str
    secret: str


@dataclass(slots=True)
class Stack:
    """What is running, and where. `environment` configures the service's processes."""

    supervisor: Supervisor
    servers: Servers
    environment: dict[str, str]
    api_url: str
    moysklad_url: str
    google_url: str
    telegram_url: str
    app_id: str
    bot: Bot

    def start_worker(self, name: str = "worker") -> None:
        """Starts one more worker and waits until it works."""
        self.supervisor.start(Process(name, python(PROGRAM, "worker"), self.environment, ready=_READY))

    def printed(self) -> str:
        """Everything that the service's processes have printed so far."""
        names = [name for name in self.supervisor.names if name not in VENDORS]
        return "\n".join(self.supervisor.log(name).read_text(errors="replace") for name in names)


@contextmanager
def stack(
    *,
    workers: int = 1,
    schedulers: int = 1,
    relays: int = 1,
    extra: Mapping[str, str] | None = None,
    logs: Path | None = None,
) -> Iterator[Stack]:
    """Starts everything, and stops everything at the end, whatever happens in between.

    `extra` adds to or replaces the service's environment. Logs go to `logs`, or to a directory that goes with the rest.
    """
    with ExitStack() as resources:
        directory = logs or Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="skladsheets-logs-")))
        running = resources.enter_context(servers())
        supervisor = resources.enter_context(Supervisor(directory))
        migrate(running.database_url)
        ports = {name: free_port() for name in (*VENDORS, "api")}
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        _start_emulators(supervisor, ports, urls)
        bot = Bot(f"7000000002:{secrets.token_urlsafe(26)}", "skladsheets_demo_bot", secrets.token_urlsafe(24))
        environment, app_id = _configure(running, urls, bot)
        environment.update(extra or {})
        vendors = (urls["moysklad"], urls["google"], urls["telegram"])
        started = Stack(supervisor, running, environment, urls["api"], *vendors, app_id, bot)
        supervisor.start(
            Process(
                "api",
                python(PROGRAM, "api", "--port", str(ports["api"])),
                environment,
                ready=f"{urls['api']}/ready",
            ),
            *(
                Process(_name(kind, number), python(PROGRAM, kind), environment, ready=_READY)
                for kind, many in (("relay", relays), ("scheduler", schedulers), ("worker", workers))
                for number in range(many)
            ),
        )
        yield started


def _name(kind: str, number: int) -> str:
    return kind if number == 0 else f"{kind}-{number + 1}"


def migrate(database_url: str) -> None:
    """Brings the database to the newest version. Raises StackError."""
    done = subprocess.run(
        python(PROGRAM, "migrate"),
        env={**base_environment(), "MIGRATION_DATABASE_URL": database_url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"The migrations failed:\n{done.stdout}{done.stderr}")


def _start_emulators(supervisor: Supervisor, ports: Mapping[str, int], urls: Mapping[str, str]) -> None:
    supervisor.start(
        *(
            Process(name, python("emulators", f"--{name}", str(ports[name])), ready=f"{urls[name]}/_control")
            for name in VENDORS
        )
    )


def _configure(running: Servers, urls: Mapping[str, str], bot: Bot) -> tuple[dict[str, str], str]:
    """Registers the app with all vendors; answers the service's environment and the app's id at MoySklad."""
    app = {
        "appId": str(uuid4()),
        "appUid": "skladsheets.demo",
        "secretKey": secrets.token_hex(32),
        "endpointBase": urls["api"],
    }
    client = {
        "clientId": "skladsheets-demo.apps.googleusercontent.com",
        "clientSecret": secrets.token_urlsafe(24),
        "redirectUris": [f"{urls['api']}/oauth/google/callback"],
    }
    with httpx.Client(trust_env=False) as http:
        http.post(f"{urls['moysklad']}/_control/apps", json=app).raise_for_status()
        http.post(f"{urls['google']}/_control/clients", json=client).raise_for_status()
        http.post(
            f"{urls['telegram']}/_control/bots", json={"token": bot.token, "username": bot.name}
        ).raise_for_status()
    environment = {
        "DATABASE_URL": service_login(running.database_url),
        "REDIS_URL": running.redis_url,
        "PUBLIC_URL": urls["api"],
        "MOYSKLAD_APP_ID": app["appId"],
        "MOYSKLAD_APP_UID": app["appUid"],
        "MOYSKLAD_SECRET_KEY": app["secretKey"],
        "MOYSKLAD_API_URL": f"{urls['moysklad']}/api/remap/1.2",
        "MOYSKLAD_VENDOR_URL": f"{urls['moysklad']}/api/vendor/1.0",
        "GOOGLE_CLIENT_ID": str(client["clientId"]),
        "GOOGLE_CLIENT_SECRET": str(client["clientSecret"]),
        "GOOGLE_URL": urls["google"],
        "TELEGRAM_BOT_TOKEN": bot.token,
        "TELEGRAM_BOT_NAME": bot.name,
        "TELEGRAM_WEBHOOK_SECRET": bot.secret,
        "TELEGRAM_API_URL": urls["telegram"],
        "ENCRYPTION_KEYS": f"k1:{base64.b64encode(os.urandom(32)).decode()}",
        "SESSION_KEYS": f"s1:{base64.b64encode(os.urandom(32)).decode()}",
    }
    return environment, app["appId"]
