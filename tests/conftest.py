"""How the suite is shared out among processes."""

import pytest

PROCESSES = 2
"""More would leave the tests that measure time too little of a small machine."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite in two processes; a choice in this one, since a second one's start would cost more than it saves.

    What `-n auto` in pyproject.toml means. `-n 0` or `-n 4` on the command line has the last word.
    """
    chosen = bool(config.option.keyword) or config.args != config.getini("testpaths")
    return 0 if chosen else PROCESSES
