"""Bringing the database to the newest schema."""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config

_ALEMBIC = Path(__file__).resolve().parents[3] / "alembic.ini"


def upgrade(database_url: str) -> None:
    """Applies every migration that is missing, as the owner that `database_url` names. Safe to run anywhere, twice."""
    os.environ["MIGRATION_DATABASE_URL"] = database_url
    command.upgrade(Config(str(_ALEMBIC)), "head")
