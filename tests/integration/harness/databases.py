"""A migrated database with a login as the service has it, shared by everybody in this run who asks for one."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devstack.servers import servers, service_login

_ROOT = Path(__file__).parents[3]
_MIGRATION_SECONDS = 120


@dataclass(frozen=True)
class Database:
    """`owner_url` may do everything; `service_url` is a login that may only become one of the product's two roles."""

    owner_url: str
    service_url: str
    redis_url: str


class _Shared:
    def __init__(self) -> None:
        self._users = 0
        self._stack = contextlib.ExitStack()
        self._database: Database | None = None

    def borrow(self) -> Database:
        if self._database is None:
            running = self._stack.enter_context(servers())
            migrate(running.database_url)
            self._database = Database(running.database_url, service_login(running.database_url), running.redis_url)
        self._users += 1
        return self._database

    def give_back(self) -> None:
        self._users -= 1
        if not self._users:
            self._database = None
            self._stack.close()


_SHARED = _Shared()


@contextlib.contextmanager
def shared_database() -> Iterator[Database]:
    """The servers of this run; started for the first who asks, stopped after the last. Honours DATABASE_URL."""
    database = _SHARED.borrow()
    try:
        yield database
    finally:
        _SHARED.give_back()


def migrate(owner_url: str) -> None:
    """Brings the database to the newest revision, the way a deployment does."""
    subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=_ROOT,
        env={**os.environ, "MIGRATION_DATABASE_URL": owner_url},
        check=True,
        timeout=_MIGRATION_SECONDS,
    )
