"""PostgreSQL and Valkey for a run: the caller's own ones if both addresses are given, else built-in ones."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from devstack.errors import StackError
from devstack.guardian import Guardian
from devstack.postgres import (
    EmbeddedPostgres,
    drop_service_logins,
    embedded_postgres,
    postgresql_url,
    reachable,
    scratch_database,
    service_login,
    unprivileged,
)
from devstack.postgres import check_version as check_postgres
from devstack.processes import orderly_exit, uninterrupted
from devstack.valkey import check_version as check_valkey
from devstack.valkey import embedded_valkey, scratch_valkey

__all__ = ["Servers", "drop_service_logins", "postgres", "servers", "service_login"]


@dataclass(frozen=True)
class Servers:
    """Two running servers; the database URL is that of a login which may run the migrations. Of a built-in PostgreSQL
    there is also the server itself, which can be restarted.
    """

    database_url: str
    redis_url: str
    kind: Literal["embedded", "external"]
    postgres: EmbeddedPostgres | None = None


@contextlib.contextmanager
def servers(directory: Path | None = None, *, environment: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """Two servers for the length of the block.

    With DATABASE_URL and REDIS_URL set, a scratch database on each of those, removed at the end. Otherwise built-in
    servers that leave neither a process nor a file behind, even when this process is killed. With a directory given,
    nothing is removed: the built-in servers keep their data there, and the given ones are used as they are.
    """
    given = os.environ if environment is None else environment
    database_url, redis_url = given.get("DATABASE_URL", ""), given.get("REDIS_URL", "")
    if bool(database_url) != bool(redis_url):
        present, absent = ("DATABASE_URL", "REDIS_URL") if database_url else ("REDIS_URL", "DATABASE_URL")
        raise StackError(f"{present} is set but {absent} is not. Set both to use those servers, or neither.")
    with contextlib.ExitStack() as stack:
        stack.enter_context(orderly_exit())
        if not database_url:
            home, guardian = stack.enter_context(_home(directory))
            durable = directory is not None
            own_database = stack.enter_context(embedded_postgres(home, guardian, durable=durable))
            own_redis = stack.enter_context(embedded_valkey(home, guardian, durable=durable))
            yield Servers(own_database.url, own_redis, "embedded", own_database)
        elif directory is not None:
            check_postgres(postgresql_url(database_url))
            check_valkey(redis_url)
            yield Servers(postgresql_url(database_url), redis_url, "external")
        else:
            scratch = stack.enter_context(scratch_database(postgresql_url(database_url)))
            yield Servers(scratch, stack.enter_context(scratch_valkey(redis_url)), "external")


@contextlib.contextmanager
def postgres(*, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Only a scratch database, on the server of DATABASE_URL if that is set; yields its URL."""
    given = os.environ if environment is None else environment
    database_url = given.get("DATABASE_URL", "")
    with contextlib.ExitStack() as stack:
        stack.enter_context(orderly_exit())
        if database_url:
            yield stack.enter_context(scratch_database(postgresql_url(database_url)))
        else:
            home, guardian = stack.enter_context(_home(None))
            yield stack.enter_context(embedded_postgres(home, guardian, durable=False)).url


@contextlib.contextmanager
def _home(directory: Path | None) -> Iterator[tuple[Path, Guardian]]:
    guardian = Guardian()
    try:
        if directory is None:
            home = _temporary_home()
            guardian.remove(home)
            try:
                yield home, guardian
            finally:
                with uninterrupted():
                    shutil.rmtree(home, ignore_errors=True)
        else:
            home = directory.resolve()
            home.mkdir(parents=True, exist_ok=True)
            with _held(home):
                yield home, guardian
    finally:
        guardian.close()


def _temporary_home() -> Path:
    """A new directory, under a parent the unprivileged user can enter if PostgreSQL needs one."""
    parents = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 -- mkdtemp makes it private
    if unprivileged() is not None:
        parents = [parent for parent in parents if parent.is_dir() and reachable(parent)]
    if not parents:
        raise StackError("No temporary directory is open to all users: chmod 1777 /tmp, or set TMPDIR to one that is.")
    return Path(tempfile.mkdtemp(prefix="skladsheets-devstack-", dir=parents[0]))


@contextlib.contextmanager
def _held(home: Path) -> Iterator[None]:
    with (home / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StackError(
                f"Another run already uses the servers in {home}. Stop it (Ctrl-C in its terminal) and start again."
            ) from error
        yield
