"""The operator's commands, carried out in this process: a process of their own takes seconds to start."""

import logging
from collections.abc import Mapping

from click.testing import CliRunner, Result

from entrypoints.cli.main import main


def commanded(environment: Mapping[str, str], *arguments: str, typed: str = "") -> Result:
    """What `skladsheets` does and says with those settings, and with what is typed. What is wrong with the command
    itself is raised.
    """
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        return CliRunner(env=dict(environment)).invoke(main, arguments, input=typed, catch_exceptions=False)
    finally:
        root.handlers = handlers  # the command's own write to a stream that is closed by now
        root.setLevel(level)
