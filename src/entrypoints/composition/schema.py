"""The database's schema, from the command line."""

from adapters.postgres.migrating import upgrade

__all__ = ["upgrade"]
