"""A scheduler works within a hundred megabytes, most of them code; and no process loads what is not its own."""

import subprocess
import sys

VENDORS = {"httpx", "aiohttp", "aiogram", "aiogoogle", "aiosmtplib", "openpyxl", "jinja2", "celpy", "google"}
PEOPLE = {"cryptography", "dramatiq", "litestar", "redis", "uvicorn"}
_LOADED = """
import sys
import {modules}
print(*{{name.partition(".")[0] for name in sys.modules}})
"""


def test_a_scheduler_loads_nothing_that_speaks_to_vendors_or_people() -> None:
    loaded = _loaded_with("entrypoints.composition.scheduling, entrypoints.scheduler.main")
    assert {"sqlalchemy", "asyncpg", "application"} <= loaded
    assert not (VENDORS | PEOPLE) & loaded


def test_relays_and_workers_load_nothing_that_serves_http() -> None:
    loaded = _loaded_with("entrypoints.composition.processes")
    assert {"sqlalchemy", "dramatiq", "aiohttp"} <= loaded
    assert not {"litestar", "uvicorn", "openpyxl"} & loaded


def _loaded_with(modules: str) -> set[str]:
    program = _LOADED.format(modules=modules)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
