"""API processes to be measured: PostgreSQL that writes to disk as it would at home, Valkey, and nothing else."""

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import msgspec

from benchmarks.limits import UNCOUNTED
from benchmarks.load import Plan, Report
from devstack.postgres import service_login
from devstack.processes import Process, Supervisor, base_environment, free_port, python
from devstack.servers import servers
from devstack.stack import PROGRAM

_ALSO = "also"
PUBLIC_URL = "https://hooks.example"


class ApiProcesses:
    """They run until `resources` are given back, with `settings` besides the usual ones. `session_key` is the one that
    they sign with, named s1.
    """

    def __init__(self, resources: ExitStack, processes: int, settings: Mapping[str, str] | None = None) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="skladsheets-api-", dir="/var/tmp"))
        resources.callback(shutil.rmtree, self._directory, ignore_errors=True)
        self._directory.chmod(0o755)
        running = resources.enter_context(servers(self._directory / "servers", environment={}))
        self.owner = running.database_url
        self.session_key = os.urandom(32)
        self.supervisor = resources.enter_context(Supervisor(self._directory / "logs"))
        subprocess.run(
            python(PROGRAM, "migrate"),
            env={**base_environment(), "MIGRATION_DATABASE_URL": self.owner},
            check=True,
            capture_output=True,
        )
        environment = {**self._settings(service_login(self.owner), running.redis_url), **(settings or {})}
        self.ports = [free_port() for _ in range(processes)]
        self.supervisor.start(
            *(
                Process(
                    f"api-{port}",
                    python(PROGRAM, "api", "--port", str(port)),
                    environment,
                    ready=f"http://127.0.0.1:{port}/ready",
                )
                for port in self.ports
            )
        )

    def also(self, module: str) -> list[int]:
        """The ports of another server, one process of that module, which is told its port and the database."""
        port = free_port()
        command = python(module, str(port), service_login(self.owner))
        ready = f"http://127.0.0.1:{port}/bare"
        self.supervisor.start(Process(_ALSO, command, base_environment(), ready=ready))
        return [port]

    def begin(self, module: str, plan: Plan) -> "subprocess.Popen[bytes]":
        """A load that goes on, carried out by that module."""
        file = Path(plan.report).with_suffix(".plan")
        file.write_bytes(msgspec.json.encode(plan))
        return subprocess.Popen([*python(module), str(file)], env=base_environment())

    def end(self, generator: "subprocess.Popen[bytes]", plan: Plan) -> Report:
        """Waits for its end."""
        if generator.wait(plan.seconds + 60) != 0:
            raise SystemExit("the load generator failed")
        return msgspec.json.decode(Path(plan.report).read_bytes(), type=Report)

    def report_file(self) -> str:
        """Where a report may be written."""
        return str(self._directory / f"report-{uuid4()}.json")

    def cpu(self, *, also: bool = False) -> float:
        """Seconds of CPU that the processes have taken, or the other server."""
        ticks = os.sysconf("SC_CLK_TCK")
        total = 0.0
        for name in [_ALSO] if also else [f"api-{port}" for port in self.ports]:
            fields = Path(f"/proc/{self.supervisor.pid(name)}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / ticks
        return total

    def _settings(self, database_url: str, redis_url: str) -> dict[str, str]:
        return {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PUBLIC_URL": PUBLIC_URL,
            "MOYSKLAD_APP_ID": str(uuid4()),
            "MOYSKLAD_APP_UID": "skladsheets.bench",
            "MOYSKLAD_SECRET_KEY": "none",
            "GOOGLE_CLIENT_ID": "none.apps.googleusercontent.com",
            "GOOGLE_CLIENT_SECRET": "none",
            "ENCRYPTION_KEYS": f"k1:{base64.b64encode(os.urandom(32)).decode()}",
            "SESSION_KEYS": f"s1:{base64.b64encode(self.session_key).decode()}",
            "LOG_LEVEL": "WARNING",
            **UNCOUNTED,
        }
