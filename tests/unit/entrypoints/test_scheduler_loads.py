"""A scheduler works within a hundred megabytes, most of which is the code that it loads."""

import subprocess
import sys

VENDORS = {"httpx", "aiohttp", "aiogram", "aiogoogle", "aiosmtplib", "openpyxl", "jinja2", "celpy", "google"}
PEOPLE = {"cryptography", "dramatiq", "litestar", "redis", "uvicorn"}
_LOADED = """
import sys
import entrypoints.composition.scheduling, entrypoints.scheduler.main
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_scheduler_loads_nothing_that_speaks_to_vendors_or_people() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"sqlalchemy", "asyncpg", "application"} <= loaded
    assert not (VENDORS | PEOPLE) & loaded
