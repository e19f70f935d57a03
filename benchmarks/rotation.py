"""`python -m benchmarks.rotation [--secrets N] [--readers N]`: how long sealing everything anew takes.

`skladsheets keys rotate`, as an operator runs it, over a database of companies with five secrets each, a fifth of them
sealed as former versions did it. Beside it runs ask for tokens and renew them as exports do. Prints a table, writes
build/rotation.json, and fails where one of those was refused or got a wrong token, where a secret is not what it was,
or where anything is left under the old key.
"""

import argparse
import asyncio
import base64
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.memory.machine import MemoryLocks
from adapters.observability.context import ContextHeaders
from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.connections import SqlGoogleConnections, SqlMoySkladConnections
from adapters.postgres.repositories.delivery import SqlOutbox
from adapters.postgres.repositories.sealed_secrets import SqlSealedSecrets
from adapters.postgres.repositories.tenants import SqlCompanies
from adapters.postgres.transaction import SqlSystemTransaction, SqlTransaction
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from adapters.vault.secrets import AesGcmVault
from application.connections.google_ports import GoogleConsent
from application.connections.ports import RenewedAccess, Urgency
from application.connections.vendor_access import GoogleAccess, MoySkladAccess
from devstack.processes import ROOT, base_environment, orderly_exit, python
from devstack.servers import Servers, servers, service_login
from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.identities import CompanyId

OUTPUT = Path("build/rotation.json")
FLOOR = 600.0
EACH = 5
PURPOSES = (
    SecretPurpose.MOYSKLAD_TOKEN,
    SecretPurpose.GOOGLE_REFRESH,
    SecretPurpose.GOOGLE_ACCESS,
    SecretPurpose.WEBHOOK_TOKEN,
)
OLD, NEW = os.urandom(32), os.urandom(32)
_AT_A_TIME = 500
_SEED = """
    WITH company AS (
        INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
        VALUES ($1, $1, 'Ромашка', 'active', 'Europe/Moscow', now()) RETURNING id
    ), moysklad AS (
        INSERT INTO moysklad_connections (company_id, state, token_key_id, token_nonce, token_ciphertext)
        SELECT id, 'active', 'old', $2, $3 FROM company
    ), installation AS (
        INSERT INTO installations (company_id, app_id, status, ready, version, token_key_id, token_nonce,
            token_ciphertext)
        SELECT id, id, 'active', true, 1, 'old', $2, $3 FROM company
    ), endpoint AS (
        INSERT INTO webhook_endpoints (company_id, token_digest, token_key_id, token_nonce, token_ciphertext, made_at)
        SELECT id, sha256($8), 'old', $8, $9, now() FROM company
    )
    INSERT INTO google_connections (company_id, subject, email, refresh_key_id, refresh_nonce, refresh_ciphertext,
        access_key_id, access_nonce, access_ciphertext, access_expires_at, scopes, state, client_id)
    SELECT id, id::text, 'owner@example.com', 'old', $4, $5, 'old', $6, $7, $10, '{}', 'active', 'client' FROM company
"""


def _secret(company: CompanyId, purpose: SecretPurpose) -> str:
    """Known to whoever knows the company, so that nothing has to be remembered; as long as real tokens are."""
    return f"{purpose.value} of {company}".ljust(200, ".")


def _sealed(vault: AesGcmVault, company: CompanyId, purpose: SecretPurpose, *, former: bool) -> SealedSecret:
    if not former:
        return vault.seal(company, purpose, _secret(company, purpose))
    nonce = os.urandom(12)
    parts = (b"skladsheets.vault.1", b"old", company.bytes, purpose.value.encode())
    bound = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return SealedSecret("old", nonce, AESGCM(OLD).encrypt(nonce, _secret(company, purpose).encode(), bound))


async def _seed(service_url: str, companies: int) -> list[CompanyId]:
    """Under row-level security, as the service would. A third of the access tokens is to be renewed at first use."""
    vault, made = AesGcmVault({"old": OLD}), [CompanyId(uuid4()) for _ in range(companies)]
    connection = await asyncpg.connect(service_url, server_settings={"role": "skladsheets_app"})
    for begin in range(0, companies, _AT_A_TIME):
        async with connection.transaction():
            for number, company in enumerate(made[begin : begin + _AT_A_TIME], start=begin):
                sealed = [_sealed(vault, company, purpose, former=number % 5 == 0) for purpose in PURPOSES]
                parts = [part for one in sealed for part in (one.nonce, one.ciphertext)]
                expires = datetime.now(UTC) + timedelta(hours=0 if number % 3 == 0 else 9)
                await connection.execute("SELECT set_config('app.company_id', $1, true)", str(company))
                await connection.execute(_SEED, company, *parts, expires)
    await connection.close()
    return made


class _Renewing:
    """A Google that renews every token of ours, a little later."""

    def __init__(self, seen: "_Seen") -> None:
        self._seen = seen

    async def renew(self, client_id: str, refresh_token: str, now: datetime) -> RenewedAccess:
        del client_id
        company = CompanyId(UUID(refresh_token.rstrip(".").rpartition(" ")[2]))
        if refresh_token != _secret(company, SecretPurpose.GOOGLE_REFRESH):
            raise RuntimeError("a refresh token is not what it was")
        await asyncio.sleep(0.05)
        self._seen.access[company] = f"renewed {uuid4()}"
        self._seen.renewals += 1
        return RenewedAccess(access_token=self._seen.access[company], expires_at=now + timedelta(hours=1))

    def project(self, client_id: str) -> str:
        return client_id

    def service_account(self) -> str | None:
        return None


@dataclass
class _Seen:
    """What those who work beside it have come to. `access` are tokens that were renewed."""

    access: dict[CompanyId, str] = field(default_factory=dict)
    renewals: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def take(self) -> list[float]:
        taken, self.seconds = self.seconds, []
        return taken


class _Exports:
    """Those who ask for tokens, as runs do, in processes that seal with the new key already."""

    def __init__(self, engine: AsyncEngine, seen: _Seen) -> None:
        transaction, vault = SqlTransaction(engine), AesGcmVault({"new": NEW, "old": OLD})
        clock, headers = SystemClock(), ContextHeaders()
        outbox = SqlOutbox(SystemIds(), clock, headers)
        consent = cast(GoogleConsent, _Renewing(seen))  # nothing else is asked of it
        google = SqlGoogleConnections()
        self._google = GoogleAccess(transaction, google, vault, consent, MemoryLocks(), outbox, clock)
        self._moysklad = MoySkladAccess(transaction, SqlCompanies(), SqlMoySkladConnections(), vault, outbox, clock)
        self._seen = seen

    async def work(self, companies: Sequence[CompanyId], over: asyncio.Event) -> None:
        """Asks for one company after another, twenty times a second at most."""
        while not over.is_set():
            began = time.perf_counter()
            try:
                await self._ask(random.choice(companies))
            except Exception as failed:  # noqa: BLE001 - whatever it is, it is counted
                self._seen.failures.append(f"{type(failed).__name__}: {failed}")
            self._seen.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)

    async def _ask(self, company: CompanyId) -> None:
        moysklad = await self._moysklad.key(company, Urgency.ROUTINE)
        google = await self._google.key(company, Urgency.ROUTINE)
        expected = self._seen.access.get(company, _secret(company, SecretPurpose.GOOGLE_ACCESS))
        if moysklad.token != _secret(company, SecretPurpose.MOYSKLAD_TOKEN) or google.token != expected:
            raise RuntimeError("a token is not the newest one")


async def _check(engine: AsyncEngine, companies: Sequence[CompanyId], seen: _Seen) -> tuple[int, int]:
    """How many secrets the new key alone opens rightly, and how many are wrong or under another key."""
    vault, transaction, secrets = AesGcmVault({"new": NEW}), SqlSystemTransaction(engine), SqlSealedSecrets()
    right = 0
    for begin in range(0, len(companies), _AT_A_TIME):
        async with transaction():
            stored = await secrets.under(companies[begin : begin + _AT_A_TIME], ["new"])
        for one in stored:
            expected = _secret(one.company_id, one.purpose)
            if one.purpose is SecretPurpose.GOOGLE_ACCESS:
                expected = seen.access.get(one.company_id, expected)
            right += vault.unseal(one.company_id, one.purpose, one.sealed) == expected
    return right, len(companies) * EACH - right


def _environment(running: Servers, service_url: str) -> dict[str, str]:
    keys = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in (("new", NEW), ("old", OLD)))
    return {
        **base_environment(),
        "DATABASE_URL": service_url,
        "REDIS_URL": running.redis_url,
        "PUBLIC_URL": "http://127.0.0.1:9",
        "MOYSKLAD_APP_ID": str(uuid4()),
        "MOYSKLAD_APP_UID": "skladsheets.bench",
        "MOYSKLAD_SECRET_KEY": "none",
        "GOOGLE_CLIENT_ID": "none.apps.googleusercontent.com",
        "GOOGLE_CLIENT_SECRET": "none",
        "ENCRYPTION_KEYS": keys,
        "SESSION_KEYS": f"s1:{base64.b64encode(os.urandom(32)).decode()}",
    }


async def _rotate(environment: dict[str, str]) -> tuple[float, int, str]:
    began = time.monotonic()
    with tempfile.TemporaryFile() as told:
        command = python("entrypoints.cli.main", "keys", "rotate")
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=told, stderr=told)
        code = await process.wait()
        took = time.monotonic() - began
        told.seek(0)
        return took, code, told.read().decode()


async def _measure(running: Servers, companies: int, readers: int, console: Console) -> dict[str, Any]:
    service_url = service_login(running.database_url)
    began = time.monotonic()
    made = await _seed(service_url, companies)
    owner = await asyncpg.connect(running.database_url)
    await owner.execute("ANALYZE")
    await owner.close()
    console.print(f"{companies * EACH:,} secrets sealed in {time.monotonic() - began:.0f} s", style="dim")
    engine, seen, over = make_engine(service_url, pool_size=8), _Seen(), asyncio.Event()
    exports = _Exports(engine, seen)
    working = [asyncio.create_task(exports.work(made, over)) for _ in range(readers)]
    await asyncio.sleep(min(5.0, companies / 400))
    alone = seen.take()
    seconds, code, told = await _rotate(_environment(running, service_url))
    beside = seen.take()
    over.set()
    await asyncio.gather(*working)
    right, wrong = await _check(engine, made, seen)
    await engine.dispose()
    for line in (*seen.failures[:5], *(() if code == 0 else (told,))):
        console.print(line, style="red")
    return {
        "secrets": companies * EACH,
        "seconds": round(seconds, 1),
        "a_second": round(companies * EACH / seconds),
        "token_requests": len(beside),
        "renewals": seen.renewals,
        "failures": len(seen.failures),
        "alone_ms": _milliseconds(alone),
        "beside_ms": _milliseconds(beside),
        "right": right,
        "wrong": wrong,
        "exit_code": code,
    }


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    return {
        "median": round(statistics.median(seconds) * 1000, 1),
        "p99": round(statistics.quantiles(seconds, n=100)[98] * 1000, 1),
    }


def _print(console: Console, figures: dict[str, Any]) -> None:
    table = Table(title=f"{figures['secrets']:,} secrets sealed anew", caption=figures["machine"])
    for heading in ("", "measured", "target"):
        table.add_column(heading, justify="right" if heading else "left")
    table.add_row("seconds", f"{figures['seconds']:.1f}", f"< {FLOOR:g}")
    table.add_row("secrets a second", f"{figures['a_second']:,}", "")
    table.add_row("opened rightly afterwards, by the new key alone", f"{figures['right']:,}", f"{figures['secrets']:,}")
    table.add_row("requests for tokens meanwhile", f"{figures['token_requests']:,}", "> 0")
    table.add_row("renewals, before and meanwhile", f"{figures['renewals']:,}", "> 0")
    table.add_row("of all these failed, or got a wrong token", str(figures["failures"]), "0")
    for name, title in (("alone_ms", "a request for tokens before"), ("beside_ms", "a request for tokens meanwhile")):
        shown = figures[name]
        told = f"{shown['median']} ms, p99 {shown['p99']} ms" if shown else "none"
        table.add_row(title, told, "")
    console.print(table)


def main() -> int:
    """Measures; fails where anything was lost, refused, or left."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rotation", description=__doc__)
    parser.add_argument("--secrets", type=int, default=100_000, help="how many there are, five of each company")
    parser.add_argument("--readers", type=int, default=8, help="how many exports ask for tokens meanwhile")
    arguments = parser.parse_args()
    if arguments.secrets < EACH or arguments.readers < 1:
        parser.error(f"there are {EACH} secrets at least, and one reader")
    console = Console(width=110)
    with orderly_exit(), servers() as running:
        migrated = {**base_environment(), "MIGRATION_DATABASE_URL": running.database_url}
        _run_migrations(migrated)
        figures = asyncio.run(_measure(running, arguments.secrets // EACH, arguments.readers, console))
    figures["machine"] = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2))
    _print(console, figures)
    console.print(f"figures: {OUTPUT}", style="dim")
    lost = figures["failures"] or figures["wrong"] or figures["exit_code"]
    return 1 if lost or not figures["token_requests"] or not figures["renewals"] else 0


def _run_migrations(environment: dict[str, str]) -> None:
    subprocess.run(python("entrypoints.cli.main", "migrate"), cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
