"""The operator's commands, carried out in this process: a process of their own takes seconds to start."""

import logging
from collections.abc import Mapping

import structlog
from click.testing import CliRunner, Result

from adapters.observability.written import write_for
from entrypoints.cli.main import main


def commanded(environment: Mapping[str, str], *arguments: str, typed: str = "") -> Result:
    """What `skladsheets` does and says with those settings, and with what is typed. What is wrong with the command
    itself is raised.
    """
    root = logging.getLogger()
    handlers, level, config = root.handlers, root.level, structlog.get_config()
    try:
        return CliRunner(env=dict(environment)).invoke(main, arguments, input=typed, catch_exceptions=False)
    finally:
        root.handlers = handlers  # the command's own write to a stream that is closed by now
        root.setLevel(level)
        structlog.configure(**config)
        write_for(None)
