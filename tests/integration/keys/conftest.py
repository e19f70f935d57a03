"""Servers of this suite's own: rotation works across all companies, and must meet nobody else's secrets."""

from collections.abc import Iterator

import pytest

from devstack.servers import Servers, servers
from tests.integration.harness.databases import migrate


@pytest.fixture(scope="package")
def running() -> Iterator[Servers]:
    with servers() as started:
        migrate(started.database_url)
        yield started
