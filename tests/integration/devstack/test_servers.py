import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest
import redis

from devstack import postgres as pg
from devstack import valkey
from devstack.errors import StackError
from devstack.guardian import Guardian
from devstack.processes import ROOT
from devstack.servers import Servers, drop_service_logins, servers, service_login

AllGone = Callable[[Iterable[psutil.Process]], bool]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="a killed parent is promised on Linux")


def listening(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((parts.hostname, parts.port)) == 0


def sql(url: str, statement: str, *values: object) -> Any:
    def use(connection: asyncpg.Connection) -> Awaitable[Any]:
        return connection.fetchval(statement, *values)

    return pg.with_connection(url, use)


def running_in(directory: str) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if directory in " ".join(process.cmdline()) or process.cwd().startswith(directory):
                found.append(str(process))
    return found


@pytest.fixture
def roles(outside: Servers) -> None:
    for role in pg.SERVICE_ROLES:
        if not sql(outside.database_url, "SELECT true FROM pg_roles WHERE rolname = $1", role):
            sql(outside.database_url, f"CREATE ROLE {role} NOLOGIN")


# Built-in servers


def test_a_run_leaves_no_process_no_port_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with servers(environment={}) as running:
        assert running.kind == "embedded"
        assert running.database_url.startswith("postgresql://")
        assert sql(running.database_url, "SELECT current_setting('server_encoding')") == "UTF8"
        assert sql(running.database_url, "SELECT current_setting('fsync')") == "off"
        with redis.Redis.from_url(running.redis_url) as client:
            assert client.set("key", "value")
        home = Path(sql(running.database_url, "SELECT current_setting('data_directory')")).parent
        assert running_in(str(home))
    assert not home.exists()
    assert not running_in(str(home))
    assert not listening(running.database_url)
    assert not listening(running.redis_url)
    assert {child.pid for child in psutil.Process().children(recursive=True)} == before


async def test_servers_start_inside_a_running_event_loop_too(given: Servers) -> None:
    with servers() as running:
        connection = await asyncpg.connect(running.database_url)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


def test_strangers_without_the_password_are_refused(outside: Servers) -> None:
    port = urlsplit(outside.redis_url).port
    with redis.Redis(port=port, retry=valkey.AT_ONCE) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    with pytest.raises(StackError, match="Cannot connect"):
        sql(pg.with_login(outside.database_url, pg.OWNER, "wrong"), "SELECT 1")


def test_a_directory_keeps_its_data_and_admits_one_run_at_a_time(tmp_path: Path) -> None:
    home = tmp_path / "var"
    with servers(home, environment={}) as first:
        sql(first.database_url, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert sql(first.database_url, "SELECT current_setting('fsync')") == "on"
        with redis.Redis.from_url(first.redis_url) as client:
            client.set("kept", "42")
        with pytest.raises(StackError, match="Another run"), servers(home, environment={}):
            pass
        location = sql(first.database_url, "SELECT current_setting('data_directory')")
    with servers(home, environment={}) as second:
        assert sql(second.database_url, "SELECT answer FROM kept") == 42
        with redis.Redis.from_url(second.redis_url) as client:
            assert client.get("kept") == b"42"
    if not Path(location).is_relative_to(home):  # root below a closed directory: the data went under /var/lib
        subprocess.run(["rm", "-rf", Path(location).parent], check=True)


SCRIPT = """
import time
from devstack.postgres import with_connection
from devstack.servers import servers
with servers(environment={}) as running:
    home = with_connection(running.database_url, lambda c: c.fetchval("SELECT current_setting('data_directory')"))
    print(running.database_url, running.redis_url, home, flush=True)
    time.sleep(60)
"""


@linux_only
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_parent_that_is_killed(number: signal.Signals, all_gone: AllGone) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        database_url, redis_url, data = parent.stdout.readline().split()
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 3
        parent.send_signal(number)
        parent.wait(15)
    assert all_gone(children), "the guardian is among them, so the directory is removed by now"
    assert not Path(data).parent.exists()
    assert not listening(database_url)
    assert not listening(redis_url)


@linux_only
@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_hands_postgresql_to_an_unprivileged_user(outside: Servers) -> None:
    data = sql(outside.database_url, "SELECT current_setting('data_directory')")
    pid = int((Path(data) / "postmaster.pid").read_text().split()[0])
    assert psutil.Process(pid).uids().effective != 0


def test_binaries_under_a_closed_directory_are_copied_and_run(tmp_path: Path) -> None:
    binaries = pg.find_binaries()
    if binaries.parent.name != "pginstall":
        pytest.skip("the wheel does not fit this machine")
    assert pg._version(pg._copy_binaries(binaries, tmp_path)) == pg._version(binaries)


def test_a_server_that_cannot_start_says_why(tmp_path: Path, guardian: Guardian) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "stray").touch()
    with (
        pytest.raises(StackError, match="Move the directory away"),
        pg.embedded_postgres(tmp_path, guardian, durable=False),
    ):
        pass


def test_machines_without_binaries_are_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pg, "_candidates", lambda: iter([tmp_path]))
    with pytest.raises(StackError, match="apt-get install postgresql"):
        pg.find_binaries()
    monkeypatch.setattr(valkey.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="apt-get install valkey-server"):
        valkey.find_binary()


# Somebody else's servers


def test_given_servers_lend_a_scratch_database_and_get_it_back_clean(given: Servers) -> None:
    with redis.Redis.from_url(given.redis_url) as client:
        client.set("theirs", "kept")
        with servers() as running:
            assert running.kind == "external"
            name = urlsplit(running.database_url).path[1:]
            assert name.startswith("skladsheets_")
            sql(running.database_url, "CREATE TABLE ours (x int)")
            assert running.redis_url.endswith("/1"), "number 0 holds keys"
            with redis.Redis.from_url(running.redis_url) as ours:
                ours.set("ours", "gone")
                with servers() as another:
                    assert another.database_url != running.database_url
                    assert another.redis_url.endswith("/2"), "number 1 is in use"
        with redis.Redis.from_url(running.redis_url) as ours:
            assert ours.dbsize() == 0
        assert client.get("theirs") == b"kept"
        client.flushall()
    assert not sql(given.database_url, "SELECT true FROM pg_database WHERE datname = $1", name)


def test_two_runs_never_share_an_empty_database(given: Servers) -> None:
    with servers() as one, servers() as two:
        assert one.redis_url != two.redis_url


def test_a_driver_name_in_the_address_is_accepted(given: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given.database_url.replace("postgresql://", "postgresql+asyncpg://"))
    with servers() as running:
        assert running.database_url.startswith("postgresql://")


def test_given_servers_are_used_as_they_are_for_a_lasting_run(given: Servers, tmp_path: Path) -> None:
    with servers(tmp_path) as running:
        assert (running.database_url, running.redis_url) == (given.database_url, given.redis_url)


def test_no_free_redis_database_is_an_error(given: Servers) -> None:
    with redis.Redis.from_url(given.redis_url) as client:
        for number in range(valkey.DATABASES):
            with redis.Redis.from_url(valkey.with_database(given.redis_url, number)) as one:
                one.set("theirs", "kept")
        with pytest.raises(StackError, match="holds keys"), servers():
            pass
        client.flushall()


@pytest.mark.parametrize(("name", "other"), [("DATABASE_URL", "REDIS_URL"), ("REDIS_URL", "DATABASE_URL")])
def test_one_address_without_the_other_is_an_error(name: str, other: str) -> None:
    with pytest.raises(StackError, match=f"{name} is set but {other} is not"), servers(environment={name: "x://y"}):
        pass


def test_other_kinds_of_addresses_are_refused() -> None:
    with (
        pytest.raises(StackError, match="must look like postgresql://"),
        servers(environment={"DATABASE_URL": "mysql://x", "REDIS_URL": "redis://y"}),
    ):
        pass


def test_an_address_nobody_answers_at_is_named_without_its_password() -> None:
    with (
        pytest.raises(StackError, match=r"login@127\.0\.0\.1:1") as error,
        servers(environment={"DATABASE_URL": "postgresql://login:secret@127.0.0.1:1/db", "REDIS_URL": "redis://y"}),
    ):
        pass
    assert "secret" not in str(error.value)


def test_old_servers_are_refused(given: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "OLDEST", 99)
    with pytest.raises(StackError, match="Redis 99"), servers():
        pass
    monkeypatch.setattr(pg, "OLDEST", 99)
    with pytest.raises(StackError, match="99 or newer is needed"), servers():
        pass


def test_a_login_without_rights_is_told_what_to_grant(given: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    sql(given.database_url, "CREATE ROLE \"o'dd @:/role\" LOGIN PASSWORD 'p@ss:/w'")
    poor = pg.with_login(given.database_url, "o'dd @:/role", "p@ss:/w")
    monkeypatch.setenv("DATABASE_URL", poor)
    with pytest.raises(StackError, match=r"ALTER ROLE .* CREATEDB CREATEROLE"), servers():
        pass
    sql(given.database_url, 'ALTER ROLE "o\'dd @:/role" CREATEDB CREATEROLE')
    with servers() as running:
        assert sql(running.database_url, "SELECT current_user") == "o'dd @:/role"
    sql(given.database_url, 'DROP ROLE "o\'dd @:/role"')


# Logins of the service


def test_the_service_login_can_only_become_the_roles_and_goes_with_its_database(given: Servers, roles: None) -> None:
    with servers() as running:
        url = service_login(running.database_url)
        login = urlsplit(url).username
        assert sql(url, "SELECT current_user") == login
        rights = "(rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolinherit)"
        assert sql(url, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") == (False,) * 5  # noqa: S608
        for role in pg.SERVICE_ROLES:
            assert sql(url, "SELECT set_config('role', $1, false)", role) == role
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            sql(url, "SELECT set_config('role', $1, false)", pg.OWNER)
        sql(running.database_url, "CREATE TABLE guarded AS SELECT 1 AS x")
        sql(running.database_url, "GRANT SELECT ON guarded TO skladsheets_app")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            sql(url, "SELECT x FROM guarded")
    assert not sql(given.database_url, "SELECT true FROM pg_roles WHERE rolname = $1", login)


def test_logins_of_a_lasting_database_can_be_dropped(outside: Servers, roles: None) -> None:
    login = urlsplit(service_login(outside.database_url)).username
    drop_service_logins(outside.database_url)
    assert not sql(outside.database_url, "SELECT true FROM pg_roles WHERE rolname = $1", login)


def test_a_login_before_the_migrations_is_an_error(outside: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg, "SERVICE_ROLES", ("skladsheets_absent",))
    with pytest.raises(StackError, match="run the migrations first"):
        service_login(outside.database_url)
